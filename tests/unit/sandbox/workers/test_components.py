# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is answered, and what is given up, where a component of the server is missing."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.server import Running

from ..conftest import Send

CHUNK = {"chunk_html": "<p>canary apple</p>", "tracking_id": "c", "group_tracking_ids": ["g"]}


def search(send: Send, kind: str) -> Any:
    """Search for the canary."""
    return send("POST /api/chunk/search", json={"query": "apple", "search_type": kind})


def usage(send: Send, dataset: str) -> int:
    """The dataset's chunks by the count that PostgreSQL keeps."""
    count: int = send(f"GET /api/dataset/usage/{dataset}").json()["chunk_count"]
    return count


@pytest.mark.parametrize(
    ("component", "line", "body", "status", "words"),
    [
        ("database", "GET /api/health", None, 400, "Could not get database connection"),
        ("redis", "GET /api/dataset/get_dataset_queue_lengths", None, 408, "extended load"),
        ("redis", "POST /api/chunk", CHUNK, 408, "extended load"),
        ("redis", "DELETE /api/chunk", {"filter": {}}, 408, "extended load"),
        ("vector_store", "POST /api/chunk/search", "bm25", 400, "Failed to search points on Qdrant "),
        ("vector_store", "POST /api/chunks/scroll", {}, 400, "Failed to scroll points from qdrant"),
        ("vector_store", "GET /api/chunk/tracking_id/c", None, 400, "Failed to fetch points from qdrant"),
        ("vector_store", "POST /api/chunk_group/count", {"group_tracking_id": "g"}, 400, "Error fetching point count"),
        ("vector_store", "POST /api/chunk/count", "bm25", 400, "Failed to search points on Qdrant to get count"),
        ("embeddings", "POST /api/chunk/search", "semantic", 500, "Failed to get dense vector embedding "),
        ("embeddings", "POST /api/chunk/search", "hybrid", 500, "Failed to get dense vector embedding "),
        ("splade", "POST /api/chunk/search", "fulltext", 500, "Failed to get sparse vector embedding "),
        (
            "object_storage",
            "POST /api/file",
            {"base64_file": "aGVsbG8", "file_name": "a"},
            400,
            "Could not upload file to S3",
        ),
    ],
)
def test_what_is_answered(
    sandbox: Running, send: Send, dataset: str, component: str, line: str, body: Any, status: int, words: str
) -> None:
    """At once, by the calls that need the component."""
    send("POST /api/chunk", json=CHUNK)
    sandbox.control.settings(components={component: "down"})
    if isinstance(body, str):
        body = {"query": "apple", "search_type": body}
    answer = send(line, json=body)
    assert (answer.status_code, words in answer.json()["message"]) == (status, True)
    sandbox.control.settings(components={})
    assert send(line, json=body).status_code in (200, 204)


def test_others_go_on(sandbox: Running, send: Send, dataset: str) -> None:
    """Each kind of search needs its own."""
    send("POST /api/chunk", json=CHUNK)
    sandbox.control.settings(components={"embeddings": "down", "splade": "down"})
    assert len(search(send, "bm25").json()["chunks"]) == 1
    sandbox.control.settings(components={"redis": "down"})
    assert len(search(send, "semantic").json()["chunks"]) == 1
    assert send("POST /api/dataset", json={"dataset_name": "another"}).status_code == 200


def test_an_empty_dataset_is_not_counted_in_the_vector_store(sandbox: Running, send: Send, dataset: str) -> None:
    """So the count is no test of it."""
    sandbox.control.settings(components={"vector_store": "down"})
    counted = send("POST /api/chunk/count", json={"query": "apple", "search_type": "bm25"})
    assert (counted.status_code, counted.json()) == (200, {"count": 0})


def test_a_crawl_without_redis_leaves_a_row(sandbox: Running, send: Send, dataset: str) -> None:
    """Pending, for ever."""
    sandbox.control.settings(components={"redis": "down"})
    assert send("POST /api/crawl", json={"crawl_options": {"site_url": "https://x.example.com"}}).status_code == 408
    sandbox.control.settings(components={})
    sandbox.control.tick("crawl")
    assert [one["status"] for one in send("GET /api/crawl").json()] == ["Pending"]


@pytest.mark.parametrize("component", ["vector_store", "embeddings", "splade"])
def test_chunks_are_lost(sandbox: Running, send: Send, dataset: str, component: str) -> None:
    """Taken and given up: nothing waits, nothing is there, and nothing comes later; the group is."""
    sandbox.control.settings(components={component: "down"})
    assert send("POST /api/chunk", json=CHUNK).status_code == 200
    assert send("GET /api/dataset/get_dataset_queue_lengths").json()["chunk_queue_length"] == 0
    sandbox.control.settings(components={})
    assert usage(send, dataset) == 0
    assert send("GET /api/chunk_group/tracking_id/g").status_code == 200


def test_a_lost_upsert_has_the_new_text_and_the_old_vectors(sandbox: Running, send: Send, dataset: str) -> None:
    """An upsert is not rolled back."""
    send("POST /api/chunk", json=CHUNK)
    sandbox.control.settings(components={"embeddings": "down"})
    send("POST /api/chunk", json={**CHUNK, "chunk_html": "<p>pear</p>", "upsert_by_tracking_id": True})
    sandbox.control.settings(components={})
    assert send("GET /api/chunk/tracking_id/c").json()["chunk_html"] == "<p>pear</p>"
    assert len(search(send, "bm25").json()["chunks"]) == 1


def test_ingestion_asks_only_what_is_switched_on(sandbox: Running, send: Send, dataset: str) -> None:
    """BM25 needs neither server."""
    config = {"SEMANTIC_ENABLED": False, "FULLTEXT_ENABLED": False}
    send("PUT /api/dataset", json={"dataset_id": dataset, "server_configuration": config})
    sandbox.control.settings(components={"embeddings": "down", "splade": "down"})
    send("POST /api/chunk", json=CHUNK)
    assert usage(send, dataset) == 1


def test_a_hanging_embedding_server_holds_the_worker(sandbox: Running, send: Send, dataset: str) -> None:
    """The row is there, the point is not, and all that comes later waits; then it goes on."""
    sandbox.control.settings(components={"embeddings": "hanging"})
    send("POST /api/chunk", json=CHUNK)
    send("POST /api/chunk", json={**CHUNK, "tracking_id": "d"})
    assert usage(send, dataset) == 1
    assert send("GET /api/dataset/get_dataset_queue_lengths").json()["chunk_queue_length"] == 1
    assert send("GET /api/chunk/tracking_id/c").json() == {"message": "Not Found: Chunk not found"}
    assert search(send, "semantic").status_code == 408
    sandbox.control.settings(components={})
    sandbox.control.tick("ingestion")
    assert send("GET /api/chunk/tracking_id/c").status_code == 200
    assert usage(send, dataset) == 2


def test_a_chunk_is_deleted_without_its_point(sandbox: Running, send: Send, dataset: str) -> None:
    """The row is gone by the time of the error; a scroll does not show what is left."""
    send("POST /api/chunk", json=CHUNK)
    sandbox.control.settings(components={"vector_store": "down"})
    deleted = send("DELETE /api/chunk/tracking_id/c")
    assert (deleted.status_code, deleted.json()["message"]) == (400, "Failed to delete chunk from qdrant")
    sandbox.control.settings(components={})
    assert usage(send, dataset) == 0
    assert send("POST /api/chunks/scroll", json={}).json() == {"chunks": []}


FILE = {"base64_file": "aGVsbG8", "file_name": "a", "group_tracking_id": "f"}


@pytest.mark.parametrize(
    ("component", "state", "status"),
    [("tika", "down", 200), ("object_storage", "down", 404), ("object_storage", "unreadable", 404)],
)
def test_a_file_that_the_worker_cannot_read(
    sandbox: Running, send: Send, dataset: str, component: str, state: str, status: int
) -> None:
    """Without Tika a group and no chunk; without the object store not even a group."""
    if state == "unreadable":
        sandbox.control.settings(components={component: state})
    assert send("POST /api/file", json=FILE).status_code == 200
    sandbox.control.settings(components={component: state})
    sandbox.control.tick("file")
    assert send("GET /api/chunk_group/tracking_id/f").status_code == status
    assert usage(send, dataset) == 0


def test_an_error_page_of_tika_becomes_a_chunk(sandbox: Running, send: Send, dataset: str) -> None:
    """Nobody looks at its status."""
    sandbox.control.settings(components={"tika": "error"})
    send("POST /api/file", json=FILE)
    sandbox.control.tick("file")
    assert "500" in send("GET /api/chunk/tracking_id/f%7C0").json()["chunk_html"]


def test_clickhouse_can_be_there(sandbox: Running, send: Send, dataset: str) -> None:
    """It is missing by default, as it was for the recordings."""
    usage_line = f"POST /api/organization/usage/{sandbox.organization_id}"
    assert send("POST /api/dataset/events", json={}).status_code == 400
    assert send(usage_line, json={}).status_code == 500
    sandbox.control.settings(components={"clickhouse": "ok"})
    assert send("POST /api/dataset/events", json={}).json() == {"events": [], "event_types": [], "page_count": 0}
    assert send(usage_line, json={}).status_code == 200


@pytest.mark.parametrize("given", [{"postgres": "down"}, {"redis": "off"}, {"redis": "hanging"}])
def test_what_is_no_component_is_refused(sandbox: Running, send: Send, given: dict[str, str]) -> None:
    """With the ones that there are."""
    answer = send("POST /_sandbox/settings", json={"components": given})
    assert (answer.status_code, "known" in answer.json()["message"]) == (400, True)
