# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request of a diagnosis that no other resource has."""

from __future__ import annotations

import base64
import typing as t

from ..trieve import TrieveClient, segment

_CHUNK = {"id": str, "tag_set": (type(None), [str])}

NO_CHUNK: dict[tuple[int, str], dict[str, t.Any]] = {(404, "Chunk"): {}}
"""The C(expected_errors) of a request for a chunk: it does not exist, or its row has no point yet (docs/server.md 7)."""


def check_health(client: TrieveClient) -> None:
    """Ask whether the server answers. With a key, it also asks its database."""
    client.request_any("GET", "/api/health", statuses=(200,), safe=True)


# -- reading one dataset -------------------------------------------------------------------------------------------


def queue_lengths(client: TrieveClient, dataset: str) -> dict[str, int]:
    """How many messages of the dataset no worker has taken yet: C(chunk_queue_length) and C(file_queue_length)."""
    shape = {"chunk_queue_length": int, "file_queue_length": int}
    return client.get("/api/dataset/get_dataset_queue_lengths", dict, dataset=dataset, shape=shape)


def scroll(client: TrieveClient, dataset: str, tag: str | None = None) -> list[dict[str, t.Any]]:
    """A chunk of the dataset, from the vector store.

    :param tag: one that it must have
    """
    body: dict[str, t.Any] = {"page_size": 1}
    if tag is not None:
        body["filters"] = {"must": [{"field": "tag_set", "match_any": [tag]}]}
    return client.post("/api/chunks/scroll", dict, body, dataset=dataset, safe=True, shape={"chunks": list})["chunks"]


def search_semantic(client: TrieveClient, dataset: str) -> None:
    """Search by meaning, which takes the embedding server."""
    _search(client, dataset, "semantic")


def search_fulltext(client: TrieveClient, dataset: str) -> None:
    """Search by words, which takes the SPLADE server."""
    _search(client, dataset, "fulltext")


def _search(client: TrieveClient, dataset: str, kind: str) -> None:
    body = {"query": "doctor", "search_type": kind, "page_size": 1}
    client.post("/api/chunk/search", dict, body, dataset=dataset, safe=True, shape={"chunks": list})


def list_events(client: TrieveClient, dataset: str) -> None:
    """Read the newest event of the dataset, which takes ClickHouse."""
    client.post("/api/dataset/events", dict, {"page_size": 1}, dataset=dataset, safe=True, shape={"events": list})


def read_chunk(client: TrieveClient, dataset: str, tracking_id: str) -> dict[str, t.Any]:
    """The chunk with this tracking ID; empty if it cannot be read."""
    path = f"/api/chunk/tracking_id/{segment(tracking_id)}"
    return client.get(path, dict, dataset=dataset, shape=_CHUNK, expected_errors=NO_CHUNK)


def is_in_work(client: TrieveClient, dataset: str, tracking_id: str) -> bool:
    """Whether a chunk has its row already, but perhaps no point yet. A worker that gives it up takes the row back."""
    path = f"/api/chunk/tracking_id/{segment(tracking_id)}"
    expected: dict[tuple[int, str], dict[str, t.Any]] = {
        (404, "Chunk with tracking_id"): {},
        (404, "Chunk not found"): {"id": None},
    }
    return bool(client.get(path, dict, dataset=dataset, shape=_CHUNK, expected_errors=expected))


def has_group(client: TrieveClient, dataset: str, tracking_id: str) -> bool:
    """Whether there is a chunk group with this tracking ID."""
    path = f"/api/chunk_group/tracking_id/{segment(tracking_id)}"
    expected: dict[tuple[int, str], dict[str, t.Any]] = {(404, "Group with tracking_id"): {}}
    return bool(client.get(path, dict, dataset=dataset, shape={"id": str}, expected_errors=expected))


def chunk_count(client: TrieveClient, dataset: str) -> int | None:
    """The number of chunks of a dataset; None if its row is gone, which is later than its deletion (docs/server.md 4.3)."""
    path = f"/api/dataset/usage/{segment(dataset)}"
    row = client.get(
        path, dict, shape={"chunk_count": int}, expected_errors={(500, "Not Found"): {"chunk_count": None}}
    )
    return row["chunk_count"]


def list_files(client: TrieveClient, dataset: str) -> list[str]:
    """The IDs of the dataset's files. A diagnosis has one, and its clone another."""
    answer = client.get(
        "/api/dataset/scroll_files",
        dict,
        dataset=dataset,
        params={"page_size": 100},
        shape={"file_with_chunk_groups": [{"id": str}]},
    )
    return [row["id"] for row in answer["file_with_chunk_groups"]]


# -- writing to a throwaway dataset --------------------------------------------------------------------------------


def upload_file(client: TrieveClient, dataset: str, name: str, text: str, group: str) -> None:
    """Upload a text, which becomes chunks of a group."""
    body = {
        "base64_file": base64.b64encode(text.encode("utf-8")).decode("ascii"),
        "file_name": name,
        "group_tracking_id": group,
    }
    client.post("/api/file", dict, body, dataset=dataset)


def create_chunks(client: TrieveClient, dataset: str, chunks: list[dict[str, t.Any]]) -> None:
    """Queue chunks for ingestion, in one message."""
    client.post("/api/chunk", dict, chunks, dataset=dataset)


def update_weight(client: TrieveClient, dataset: str, tracking_id: str, weight: float) -> None:
    """Change the weight of a chunk, which a worker does later."""
    client.put("/api/chunk", None, {"tracking_id": tracking_id, "weight": weight}, dataset=dataset)


def tag_group(client: TrieveClient, dataset: str, group: str, tag: str) -> None:
    """Give a group and its chunks a tag; the chunks get it later, from a worker."""
    body = {"tracking_id": group, "tag_set": [tag], "metadata": {}, "update_chunks": True}
    client.put("/api/chunk_group", None, body, dataset=dataset)


def delete_chunk(client: TrieveClient, dataset: str, tracking_id: str) -> None:
    """Delete a chunk by a filter, which a worker does later.

    :param tracking_id: never empty, since an empty filter would delete all chunks of the dataset (docs/server.md 7)
    """
    body = {"filter": {"must": [{"tracking_ids": [tracking_id]}]}}
    client.request("DELETE", "/api/chunk", None, body=body, dataset=dataset, safe=True)


def delete_file(client: TrieveClient, dataset: str, file_id: str) -> None:
    """Delete a file with its object, which the deletion of its dataset would leave behind (docs/server.md 4.3)."""
    client.delete(
        f"/api/file/{segment(file_id)}",
        dataset=dataset,
        expected_errors={(404, "File with specified id not found"): None},
    )
