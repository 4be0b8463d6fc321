# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which chunks belong to which crawl."""

from __future__ import annotations

import bisect
import typing as t

from .._core.failure import TaskFailed
from .._crawl.generation import TAGGED_KINDS
from .._crawl.model import Crawl
from .._crawl.near_misses import SHOWN
from ..trieve import TrieveClient
from .api import Where, each_chunk

_NO_ROW = "00000000-0000-0000-0000-000000000000"
"""The ID of every chunk of a dataset with C(QDRANT_ONLY)."""


def writes_tag(crawl: Crawl, address: str) -> bool:
    """Whether the chunks of a crawl have the URL as a tag, as the URL that was crawled or as one of C(tags)."""
    if crawl["add_chunks_to_dataset"] is False:
        return False
    return (crawl["site_url"] == address and crawl["kind"] != "shopify") or address in (crawl["tags"] or ())


def is_told_apart(crawl: Crawl) -> bool:
    """Whether all chunks of a crawl, and no others, have its generation as a tag."""
    return crawl.generation is not None and crawl["kind"] in TAGGED_KINDS and crawl["status"] == "Completed"


def had_tag(chunk: t.Mapping[str, t.Any], tag: str) -> bool:
    """Whether a chunk that was read has or once had a tag. One with a comma reads as two."""
    return set(tag.split(",")) <= set(chunk["tag_set"] or ())


class Found:
    """Chunks to remove.

    :ivar ids: all of them
    :ivar links: the first of their pages, sorted
    :ivar kept: those that the filter finds and that stay all the same, as a later reading shows them to be written by a crawl that counts
    """

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.links: list[str] = []
        self.kept = 0


def find(client: TrieveClient, dataset: str, where: Where, generations: t.Iterable[str] = ()) -> Found:
    """The chunks that the vector store finds, except those that one of the generations has written according to PostgreSQL.

    The two disagree where a chunk was written again without C(tags), as Trieve's webhook does, or where its embedding failed.

    :raises TaskFailed: the chunks have no IDs
    """
    found = Found()
    generations = list(generations)
    for chunk in each_chunk(client, dataset, where):
        if chunk["id"] == _NO_ROW:
            raise TaskFailed(
                "The chunks of the dataset cannot be removed one by one, because qdrant_only keeps them without IDs. Set chunks: keep."
            )
        if any(had_tag(chunk, generation) for generation in generations):
            found.kept += 1
            continue
        found.ids.append(chunk["id"])
        _note(found.links, chunk["link"] or "")
    return found


def _note(links: list[str], link: str) -> None:
    """Keep the first C(SHOWN) of all links in their order: the server lists chunks by random IDs."""
    if link not in links:
        bisect.insort(links, link)
        del links[SHOWN:]


def count(client: TrieveClient, dataset: str, where: Where, pages: bool) -> tuple[int, int]:
    """The number of chunks that the vector store finds, and of their pages if that is asked for."""
    chunks, links = 0, set()
    for chunk in each_chunk(client, dataset, where):
        chunks += 1
        if pages:
            links.add(hash(chunk["link"]))
    return chunks, len(links)
