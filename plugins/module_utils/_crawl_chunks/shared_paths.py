# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A warning of sites that overwrite each other's chunks.

The tracking ID of a chunk has no host in it, so the same path and heading on two sites of one dataset is one chunk, which is of the
site that was crawled last (docs/server.md 3.9).
"""

from __future__ import annotations

import collections
import itertools
import typing as t
from urllib.parse import urlsplit

from .._core.task import Task
from .._core.values import counted
from .._crawl.generation import TAGGED_KINDS
from .._crawl.model import Crawl
from .._crawl.near_misses import listed
from .._crawl.options import DesiredCrawl
from ..trieve import TrieveClient, TrieveError
from .api import Where, count_by_tag, each_chunk, is_refusal
from .model import had_tag

MOST = 20_000
"""Chunks that are read to count those that one site has taken over from another."""


def warn_of_shared_paths(
    task: Task,
    client: TrieveClient,
    dataset: str,
    crawls: t.Iterable[Crawl | DesiredCrawl],
    created: t.Iterable[DesiredCrawl],
    name: str | None = None,
) -> None:
    """Warn once if a plan crawls a site into a dataset that has crawls of other hosts, and count the chunks that were taken over.

    :param crawls: the crawls that the dataset has after the plan
    :param created: those that the plan creates or replaces
    :param name: the dataset as the user knows it, by default C(dataset)
    """
    addresses = sorted({crawl["site_url"] for crawl in crawls if _writes(crawl)})
    origins = {address: _origin(address) for address in addresses}
    if len(set(origins.values())) < 2 or not any(_writes(crawl) for crawl in created):
        return
    task.warn(
        f"Dataset {name or dataset!r} has crawls of {counted(len(set(origins.values())), 'host')}: {listed(sorted(set(origins.values())))}. Pages with the"
        f" same path and heading become one chunk, which belongs to the site that is crawled last.{_taken(client, dataset, origins)} Use a"
        " dataset for each site, or set allow_shared_paths: true if their paths or headings differ."
    )


def _writes(crawl: Crawl | DesiredCrawl) -> bool:
    return crawl["kind"] in TAGGED_KINDS and crawl.get("add_chunks_to_dataset") is not False


def _origin(address: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _taken(client: TrieveClient, dataset: str, origins: t.Mapping[str, str]) -> str:
    """A sentence on the chunks that one site has taken from another, after a blank; nothing if there are none or they cannot be read."""
    try:
        counts = count_by_tag(client, dataset, origins)
        crawled = [address for address in origins if counts[address]]
        if len({origins[address] for address in crawled}) < 2:
            return ""
        taken: collections.Counter[tuple[str, str]] = collections.Counter()
        chunks = itertools.islice(each_chunk(client, dataset, Where(crawled)), MOST)
        read = 0
        for chunk in chunks:
            read += 1
            had = {origins[address] for address in crawled if had_tag(chunk, address)}
            now = _origin(chunk["link"] or "")
            for origin in had - {now}:
                taken[(now, origin)] += 1
    except TrieveError as error:
        if not is_refusal(error):
            raise
        return ""
    if not taken:
        return ""
    at_least = "At least " if read == MOST else ""
    words = [
        f"{counted(number, 'chunk')} of {origin} {'is' if number == 1 else 'are'} now of {now}"
        for (now, origin), number in sorted(taken.items())
    ]
    return f" {at_least}{listed(words)}."
