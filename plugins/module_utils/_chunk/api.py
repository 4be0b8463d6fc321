# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about chunks. Filters are built here, and never empty: the server takes an empty one for every chunk."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.values import counted
from .._dataset.api import UNKNOWN_DATASET
from .._response import Complete
from ..trieve import TrieveClient
from .filters import Filters
from .model import CHUNK_SHAPE, SHOWN_SHAPE, Chunk, Groups, to_result

READ = 500
"""Chunks that are read at a time."""

_ALL_OF_BATCH = READ + 1
"""The page for a batch of C(READ) IDs: one that is never full, so that no second request asks whether there are more."""

WRITE = 120
"""Chunks that the server takes at a time (docs/server.md 7)."""

LARGEST_REQUEST = 32 * 1024 * 1024
"""Characters of the contents that are sent at a time. The server takes 134,200,000 bytes."""

_GROUPS = {"chunk_uuid": str, "slim_groups": [Complete(id=str, tracking_id=(type(None), str))]}


def chunk_pages(
    client: TrieveClient,
    dataset: str,
    filters: Filters | None,
    size: int = READ,
    shape: t.Mapping[str, t.Any] = CHUNK_SHAPE,
) -> t.Iterator[list[dict[str, t.Any]]]:
    """The server's chunks that match a filter, one page in memory at a time. No page in a dataset that does not exist.

    :param filters: of C(parse_filters), or built by the caller, who must not let a list in it be empty; None for all chunks
    :param shape: what each chunk must have
    :raises TaskFailed: the list does not end
    """
    last: str | None = None
    read = 0
    while True:
        body: dict[str, t.Any] = {"page_size": size}
        if filters:
            body["filters"] = filters
        if last:
            body["offset_chunk_id"] = last
        rows = _page(client, dataset, body, shape)
        if rows is None:
            return
        new = [row for row in rows if row["id"] != last]  # the offset comes once more (docs/server.md 7)
        read += len(new)
        yield new
        if len(rows) < size:
            return
        if not new:
            raise TaskFailed(f"The list of chunks does not end: it stopped after {counted(read, 'chunk')}.")
        last = new[-1]["id"]


def scroll(
    client: TrieveClient,
    dataset: str,
    filters: Filters | None,
    page: int = READ,
    sort_by: t.Mapping[str, str] | None = None,
    shape: t.Mapping[str, t.Any] = CHUNK_SHAPE,
) -> t.Iterator[Chunk]:
    """The chunks that match a filter, as results.

    :param filters: as of C(chunk_pages), like C(shape)
    :param sort_by: C(field) and C(direction)
    """
    pages = (
        _sorted_pages(client, dataset, filters, page, sort_by, shape)
        if sort_by
        else chunk_pages(client, dataset, filters, page, shape)
    )
    for rows in pages:
        yield from map(to_result, rows)


def _sorted_pages(
    client: TrieveClient,
    dataset: str,
    filters: Filters | None,
    size: int,
    sort_by: t.Mapping[str, str],
    shape: t.Mapping[str, t.Any],
) -> t.Iterator[list[dict[str, t.Any]]]:
    """The same in an order. The server cannot continue a sorted list by its offset, so each further page leaves out what has been seen."""
    seen: list[str] = []
    while True:
        body: dict[str, t.Any] = {"page_size": size, "sort_by": dict(sort_by)}
        found_filters = _without_seen(filters, seen)
        if found_filters:
            body["filters"] = found_filters
        rows = _page(client, dataset, body, shape)
        yield rows or []
        if not rows or len(rows) < size:
            return
        seen += [row["id"] for row in rows]


def _page(
    client: TrieveClient, dataset: str, body: t.Mapping[str, t.Any], shape: t.Mapping[str, t.Any]
) -> list[dict[str, t.Any]] | None:
    """One page; None if the dataset does not exist."""
    return client.post(
        "/api/chunks/scroll",
        list,
        body,
        dataset=dataset,
        safe=True,
        within="chunks",
        shape=shape,
        expected_errors=UNKNOWN_DATASET,
    )


def _without_seen(filters: Filters | None, seen: t.Sequence[str]) -> Filters | None:
    if not seen:
        return filters
    known = filters or {}
    return {**known, "must_not": [*known.get("must_not", ()), {"ids": list(seen)}]}


def first_chunk(client: TrieveClient, dataset: str) -> list[Chunk] | None:
    """A chunk of the dataset, in a list that is empty if there is none; None if the dataset does not exist."""
    rows = _page(client, dataset, {"page_size": 1}, SHOWN_SHAPE)
    return None if rows is None else [to_result(row) for row in rows]


def by_tracking_ids(client: TrieveClient, dataset: str, tracking_ids: t.Sequence[str]) -> dict[str, Chunk]:
    """The chunks with these tracking IDs, as far as searches can find them.

    Read by a filter: the call for tracking IDs fails as a whole if one of the chunks is stored only in part (docs/server.md 7).

    :raises TaskFailed: there are others among them
    """
    found: dict[str, Chunk] = {}
    for batch in batches(tracking_ids, READ):
        named = set(batch)
        for chunk in scroll(client, dataset, {"must": [{"tracking_ids": list(batch)}]}, _ALL_OF_BATCH):
            if chunk["tracking_id"] not in named:
                raise TaskFailed(
                    f"Trieve returned chunk {chunk['id']} with the tracking ID {chunk['tracking_id']!r}, which was not requested."
                    " Is url a Trieve server?"
                )
            found[chunk["tracking_id"]] = chunk
    return found


def by_ids(client: TrieveClient, dataset: str, ids: t.Sequence[str]) -> list[Chunk]:
    """Those of the chunks that still exist."""
    return [
        chunk
        for batch in batches(ids, READ)
        for chunk in scroll(client, dataset, {"must": [{"ids": list(batch)}]}, _ALL_OF_BATCH)
    ]


def groups_of(client: TrieveClient, dataset: str, ids: t.Sequence[str]) -> dict[str, Groups]:
    """The groups of chunks, by the ID of the chunk; a chunk without a group is left out."""
    found: dict[str, Groups] = {}
    for batch in batches(ids, READ):
        rows = client.post(
            "/api/chunk_group/chunks", list, {"chunk_ids": list(batch)}, dataset=dataset, safe=True, shape=_GROUPS
        )
        for row in rows:
            found[row["chunk_uuid"]] = [
                {"id": group["id"], "tracking_id": group["tracking_id"]} for group in row["slim_groups"]
            ]
    return found


def upsert_chunks(client: TrieveClient, dataset: str, bodies: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    """Queue chunks, at most C(WRITE) of them. The response says nothing about whether they will be stored."""
    client.post("/api/chunk", dict, list(bodies), dataset=dataset, shape={"chunk_metadata": [{"id": str}]})


def update_chunk(client: TrieveClient, dataset: str, body: t.Mapping[str, t.Any]) -> None:
    """Queue a change of a chunk, which a worker makes later. A second one before that would undo it (docs/server.md 7)."""
    client.put("/api/chunk", None, body, dataset=dataset)


def delete_chunks(client: TrieveClient, dataset: str, ids: t.Sequence[str]) -> None:
    """Queue the deletion of chunks that have been read from the dataset.

    :raises TaskFailed: there are none: the server takes an empty list for every chunk of the dataset
    """
    if not ids:
        raise TaskFailed(
            "There are no chunks to delete, so no deletion was sent: Trieve takes an empty list for every chunk."
        )
    client.request("DELETE", "/api/chunk", None, {"filter": {"must": [{"ids": list(ids)}]}}, dataset=dataset, safe=True)


Item = t.TypeVar("Item")


def batches(items: t.Sequence[Item], size: int) -> t.Iterator[t.Sequence[Item]]:
    """The items in groups of a size. None for no items."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
