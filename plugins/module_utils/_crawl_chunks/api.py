# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about the chunks of crawls.

Trieve has two views of a chunk: filters see the tags of the crawl that wrote it last, reads show all tags that it ever had
(docs/server.md 3.9).
"""

from __future__ import annotations

import typing as t

from .._chunk.api import chunk_pages
from .._core.failure import TaskFailed
from .._dataset.api import UNKNOWN_DATASET
from ..trieve import TrieveClient, TrieveError, segment

PAGE = 1000
"""Chunks that are read at a time."""

BATCH = 500
"""Chunks that are deleted at a time."""

_TAGS_PAGE = 100_000

_CHUNK = {"id": str, "link": (type(None), str), "tag_set": (type(None), [str])}

BARRIER = "community.trieve.barrier"
"""The tracking ID of the chunk that shows that everything before it is in. One for a dataset, so that a killed run leaves no second one."""

Chunk = t.Mapping[str, t.Any]


class Where:
    """Which chunks: those that have one of some tags and none of others, in the vector store.

    :param tags: chunks have one of these
    :param without: and none of these
    :param ids: and one of these IDs; None for any
    """

    def __init__(
        self, tags: t.Sequence[str], without: t.Sequence[str] = (), ids: t.Sequence[str] | None = None
    ) -> None:
        self.tags = list(tags)
        self.without = list(without)
        self.ids = None if ids is None else list(ids)

    def among(self, ids: t.Sequence[str]) -> Where:
        """Those of the chunks that have one of these IDs."""
        return Where(self.tags, self.without, ids)

    def as_filter(self) -> dict[str, t.Any]:
        """The filter for a request.

        :raises TaskFailed: a list in it is empty: the server ignores such a condition, and finds every chunk of the dataset
        """
        lists = [self.tags, *([] if self.ids is None else [self.ids])]
        if not all(lists) or not all([*self.tags, *self.without, *(self.ids or ())]):
            raise TaskFailed(
                "A filter for chunks came out empty, which Trieve takes for every chunk of the dataset. It was not sent."
            )
        must: list[dict[str, t.Any]] = [{"field": "tag_set", "match_any": self.tags}]
        if self.ids is not None:
            must.insert(0, {"ids": self.ids})
        filters: dict[str, t.Any] = {"must": must}
        if self.without:
            filters["must_not"] = [{"field": "tag_set", "match_any": self.without}]
        return filters


def is_refusal(error: TrieveError) -> bool:
    """Whether the API key may not read chunks, which many keys that manage crawls may not. Any other error is one."""
    return error.status in (401, 403)


def each_chunk(client: TrieveClient, dataset: str, where: Where, page: int = PAGE) -> t.Iterator[Chunk]:
    """The chunks that the vector store finds, one page in memory at a time. None in a dataset that does not exist."""
    for rows in chunk_pages(client, dataset, where.as_filter(), page, _CHUNK):
        yield from rows


def count_by_tag(client: TrieveClient, dataset: str, tags: t.Collection[str]) -> dict[str, int]:
    """For each tag how many chunks have it or once had it, as PostgreSQL counts them; in one request unless there are very many tags."""
    counts = dict.fromkeys(tags, 0)
    waiting, page = set(tags), 1
    while waiting:
        rows = client.post(
            "/api/dataset/get_all_tags",
            list,
            {"page": page, "page_size": _TAGS_PAGE},
            dataset=dataset,
            safe=True,
            within="tags",
            shape={"tag": str, "count": int},
            expected_errors=UNKNOWN_DATASET,
        )
        for row in rows or ():
            if row["tag"] in waiting:
                waiting.discard(row["tag"])
                counts[row["tag"]] = row["count"]
        if not rows or len(rows) < _TAGS_PAGE:
            break
        page += 1
    return counts


def delete_chunks(client: TrieveClient, dataset: str, where: Where) -> None:
    """Ask the server to delete chunks of C(each_chunk). A worker does it later, and looks at the filter only then.

    The tags stay part of the filter, so a chunk that has been written again meanwhile stays.

    :param where: names the chunks by ID
    :raises TaskFailed: it does not: everything else could delete what nobody was shown, up to the whole dataset (docs/server.md 7.6)
    """
    if not where.ids:
        raise TaskFailed(
            "There are no chunks to delete, so no deletion was sent: Trieve takes an empty list for every chunk."
        )
    client.request("DELETE", "/api/chunk", None, {"filter": where.as_filter()}, dataset=dataset, safe=True)


def waiting_batches(client: TrieveClient, dataset: str) -> int:
    """The number of messages with chunks that the ingestion worker has not begun."""
    lengths = client.get(
        "/api/dataset/get_dataset_queue_lengths", dict, dataset=dataset, shape={"chunk_queue_length": int}
    )
    return lengths["chunk_queue_length"]


def post_barrier(client: TrieveClient, dataset: str, mark: str) -> None:
    """Queue the chunk that shows that everything queued before it is in.

    :param mark: tells it from that of another run
    """
    chunk = {
        "chunk_html": "<p>community.trieve is waiting for chunks. This chunk can be deleted.</p>",
        "tracking_id": BARRIER,
        "upsert_by_tracking_id": True,
        "metadata": {"mark": mark},
    }
    client.post("/api/chunk", dict, chunk, dataset=dataset)


def read_barrier(client: TrieveClient, dataset: str) -> str | None:
    """The mark of that chunk; None if there is none yet."""
    chunk = client.get(
        f"/api/chunk/tracking_id/{segment(BARRIER)}",
        dict,
        dataset=dataset,
        expected_errors={(404, "Not Found"): None},
    )
    return ((chunk or {}).get("metadata") or {}).get("mark")


def delete_barrier(client: TrieveClient, dataset: str) -> None:
    """Delete that chunk. One that is gone already is no error."""
    client.delete(
        f"/api/chunk/tracking_id/{segment(BARRIER)}", dataset=dataset, expected_errors={(404, "Not Found"): None}
    )
