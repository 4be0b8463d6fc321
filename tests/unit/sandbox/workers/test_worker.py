# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of a crawl, and what the workers make of the queues."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.server import Running

from ..conftest import Send

NIL = "00000000-0000-0000-0000-000000000000"
DAY = 86_400


def crawl(send: Send, url: str = "https://example.com", **options: Any) -> dict[str, Any]:
    """Create a crawl."""
    made: dict[str, Any] = send("POST /api/crawl", json={"crawl_options": {"site_url": url, **options}}).json()
    return made


def only(send: Send) -> dict[str, Any]:
    """The newest crawl."""
    newest: dict[str, Any] = send("GET /api/crawl").json()[0]
    return newest


def statuses(sandbox: Running, send: Send) -> list[str]:
    """What the newest crawl goes through, one tick at a time, until it has said the same twice."""
    seen = [only(send)["status"]]
    for _unused in range(9):
        sandbox.control.tick("crawl")
        seen.append(only(send)["status"])
    return seen


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["Pending", "Completed", *(f"Processed {n} pages" for n in range(3)), "Completed"]),
        ({"add_chunks_to_dataset": False}, ["Pending", "Completed"]),
        (
            {"scrape_options": {"type": "shopify"}},
            ["Pending", *(f"Processed {n} pages" for n in (2, 3, 4)), "Completed"],
        ),
        (
            {"scrape_options": {"type": "youtube"}},
            ["Pending", *(f"Processed {n} pages" for n in range(3)), "Completed"],
        ),
        ({"url": "https://will-fail.example.com"}, ["Pending", "Failed"]),
    ],
)
def test_a_crawl_goes_on_by_ticks(
    sandbox: Running, send: Send, dataset: str, options: dict[str, Any], expected: list[str]
) -> None:
    """The first Completed of an ordinary crawl is not the last."""
    crawl(send, **options)
    assert statuses(sandbox, send) == expected + [expected[-1]] * (10 - len(expected))


def test_a_crawl_goes_on_by_the_clock(sandbox: Running, send: Send, dataset: str) -> None:
    """Half of the time is Firecrawl's, the other half the pages'."""
    sandbox.control.settings(workers=["crawl"], crawl_seconds=100)
    crawl(send)
    seen = []
    for _unused in range(7):
        seen.append(only(send)["status"])
        sandbox.control.advance(17)
    assert seen[0] == "Pending"
    assert seen[-1] == "Completed"
    assert "Completed" in seen[1:-1]
    assert any(status.startswith("Processed") for status in seen)


def test_nothing_goes_on_by_itself(sandbox: Running, send: Send, dataset: str) -> None:
    """Tests decide when."""
    crawl(send)
    sandbox.control.advance(DAY)
    assert only(send)["status"] == "Pending"


def test_success_moves_the_next_date_by_scrape_id(sandbox: Running, send: Send, dataset: str) -> None:
    """The crawls without Firecrawl share the nil id, so one's success dates them all."""
    monthly = crawl(send, interval="monthly", scrape_options={"type": "youtube"}, url="https://fail.example.com")
    daily = crawl(send, interval="daily", scrape_options={"type": "youtube"})
    for _unused in range(5):
        sandbox.control.tick("crawl")
    rows = {row["id"]: row for row in sandbox.control.state("crawls")}
    assert rows[daily["id"]]["scrape_id"] == NIL
    assert rows[daily["id"]]["next_crawl_at"] == rows[daily["id"]]["created_at"] + 2 * DAY * 1_000_000
    assert rows[monthly["id"]]["next_crawl_at"] == rows[daily["id"]]["next_crawl_at"]
    assert rows[monthly["id"]]["status"] == "Failed"


def test_cron_gives_a_new_scrape_id(sandbox: Running, send: Send, dataset: str) -> None:
    """Id and status stay."""
    made = crawl(send, interval="daily")
    sandbox.control.tick("cron")
    assert only(send)["scrape_id"] == made["scrape_id"]
    sandbox.control.advance(DAY + 1)
    sandbox.control.tick("cron")
    after = only(send)
    assert after["scrape_id"] != made["scrape_id"]
    assert (after["id"], after["status"]) == (made["id"], "Pending")


def test_deleted_datasets_count_until_a_worker_has_removed_them(sandbox: Running, send: Send) -> None:
    """Their quota is freed late, and their usage is there as long."""
    sandbox.control.settings(workers=[], unlimited=False)
    ids = [send("POST /api/dataset", json={"dataset_name": name}).json()["id"] for name in ("a", "b")]
    refused = send("POST /api/dataset", json={"dataset_name": "c"})
    assert (refused.status_code, refused.json()["message"][:9]) == (426, "Your plan")
    assert send(f"DELETE /api/dataset/{ids[0]}", headers={"TR-Dataset": ids[0]}).status_code == 204
    assert send("POST /api/dataset", json={"dataset_name": "c"}).status_code == 426
    assert send(f"GET /api/dataset/usage/{ids[0]}").status_code == 200
    sandbox.control.tick("delete")
    assert send(f"GET /api/dataset/usage/{ids[0]}").status_code == 500
    assert send("POST /api/dataset", json={"dataset_name": "c"}).status_code == 200


def test_the_second_of_two_changes_undoes_the_first(sandbox: Running, send: Send, dataset: str) -> None:
    """What a change keeps is read when it is asked for."""
    send("POST /api/chunk", json={"chunk_html": "<p>a</p>", "tracking_id": "a"})
    sandbox.control.settings(workers=[])
    send("PUT /api/chunk", json={"tracking_id": "a", "weight": 5})
    send("PUT /api/chunk", json={"tracking_id": "a", "link": "https://example.com"})
    sandbox.control.tick("update")
    chunk = send("GET /api/chunk/tracking_id/a").json()
    assert (chunk["weight"], chunk["link"]) == (0.0, "https://example.com")


def test_queued_chunks_are_counted_and_invisible(sandbox: Running, send: Send, dataset: str) -> None:
    """Until the ingestion worker runs. A batch is one message."""
    sandbox.control.settings(workers=[])
    send("POST /api/chunk", json=[{"chunk_html": "a"}, {"chunk_html": "b"}])
    assert send("GET /api/dataset/get_dataset_queue_lengths").json()["chunk_queue_length"] == 1
    assert send("POST /api/chunks/scroll", json={}).json() == {"chunks": []}
    sandbox.control.tick("ingestion")
    assert send("GET /api/dataset/get_dataset_queue_lengths").json()["chunk_queue_length"] == 0
    assert len(send("POST /api/chunks/scroll", json={}).json()["chunks"]) == 2


def test_a_file_becomes_a_group(sandbox: Running, send: Send, dataset: str) -> None:
    """Named like the file, with its text."""
    send("POST /api/file", json={"base64_file": "aGVsbG8", "file_name": "a.txt", "group_tracking_id": "docs"})
    sandbox.control.tick("file")
    page = send("GET /api/chunk_group/tracking_id/docs/1").json()
    assert (page["group"]["name"], [chunk["chunk_html"] for chunk in page["chunks"]]) == ("a.txt", ["hello"])
    file_id = page["group"]["file_id"]
    assert send(f"DELETE /api/file/{file_id}?delete_chunks=true").status_code == 204
    assert send("GET /api/chunk_group/tracking_id/docs").status_code == 404


def test_a_clone_takes_chunks_and_groups_along(sandbox: Running, send: Send, dataset: str) -> None:
    """Later, by a worker."""
    send("POST /api/chunk", json={"chunk_html": "a", "tracking_id": "a", "group_tracking_ids": ["g"], "tag_set": ["t"]})
    body = {"dataset_to_clone": dataset, "dataset_name": "copy"}
    copy = send("POST /api/dataset/clone", json=body).json()["id"]
    count = send("POST /api/chunk_group/count", json={"group_tracking_id": "g"}, headers={"TR-Dataset": copy})
    assert count.json()["count"] == 1
    assert send("GET /api/chunk/tracking_id/a", headers={"TR-Dataset": copy}).json()["tag_set"] == ["t"]


def test_a_search_finds_words_and_pages_them(sandbox: Running, send: Send, dataset: str) -> None:
    """The more words of the query, the better; a key's own parameters override the request's."""
    texts = ("red apple", "red pear", "green pear")
    send("POST /api/chunk", json=[{"chunk_html": text, "tracking_id": text, "tag_set": [text[:3]]} for text in texts])
    query = {"query": "red pear", "search_type": "fulltext", "get_total_pages": True}
    found = send("POST /api/chunk/search", json=query).json()
    assert found["chunks"][0]["chunk"]["tracking_id"] == "red pear"
    assert (len(found["chunks"]), found["total_pages"]) == (3, 1)
    assert found["chunks"][0]["score"] > found["chunks"][1]["score"] > 0
    filtered = {**query, "page_size": 1, "filters": {"must": [{"field": "tag_set", "match_any": ["red"]}]}}
    page = send("POST /api/chunk/search", json={**filtered, "page": 2}).json()
    assert ([one["chunk"]["tracking_id"] for one in page["chunks"]], page["total_pages"]) == (["red apple"], 2)
    assert send("POST /api/chunk/count", json=query).json() == {"count": 3}
    params = {"name": "one", "role": 0, "default_params": {"page_size": 1}}
    key = send("POST /api/organization/api_key", json=params).json()["api_key"]
    found = send("POST /api/chunk/search", json={**query, "page_size": 3}, headers={"Authorization": key}).json()
    assert len(found["chunks"]) == 1
    refused = send("POST /api/chunk/search", data="", headers={"Authorization": key})
    assert (refused.status_code, refused.json()["message"]) == (400, "Could not insert api key payload")
