# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of the chunks of a crawl that is replaced, deleted, or finds less than before."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.options import connect
from ansible_collections.community.trieve.plugins.module_utils._crawl_chunks.api import Where, delete_chunks, each_chunk
from ansible_collections.community.trieve.plugins.modules.trieve_crawl import DEFINITION
from sandbox.server import Running

from ...crawled import Crawled, page
from ...one_crawl import SITE
from ...tasks import task_of

A = page("/a", "Start", "Old")
B = page("/b", "Other")
A2 = page("/a", "Start", "New")
MANY = [page(f"/p{number}", f"H{number}") for number in range(10)]


@pytest.fixture
def docs(sandbox: Running, connection: dict[str, Any]) -> Crawled:
    """A dataset whose site has been crawled once."""
    place = Crawled(sandbox, connection)
    place.pages(A, B)
    return place


# -- the generation -------------------------------------------------------------------------------------------------------------


def test_each_crawl_has_a_tag_of_its_own_that_nobody_sees(docs: Crawled) -> None:
    created = docs.play(tags=["x"])
    (first,) = docs.generations()
    assert created["crawl"]["tags"] == ["x"]
    assert "generation" not in json.dumps(created)
    docs.unchanged(tags=["x"])
    docs.unchanged()
    replaced = docs.play(limit=5)
    (second,) = docs.generations()
    assert first != second
    assert second.startswith(first[:28])
    assert "generation" not in json.dumps(replaced)


def test_the_tag_comes_first_since_the_server_looks_at_the_last(docs: Crawled) -> None:
    docs.play(tags=["list-pets"])
    (row,) = docs.crawls()
    assert json.loads(row["crawl_options"])["tags"] == [*docs.generations(), "list-pets"]


@pytest.mark.parametrize(
    "options",
    [
        {"add_chunks_to_dataset": False},
        {"scrape_options": {"type": "shopify"}},
        {"scrape_options": {"type": "youtube"}},
    ],
)
def test_a_crawl_that_writes_no_tags_has_none(docs: Crawled, options: dict[str, Any]) -> None:
    docs.play(**options)
    assert docs.generations() == []


def test_a_tag_that_looks_like_one_is_refused(docs: Crawled) -> None:
    result = docs.play(tags=["community.trieve:generation:x"])
    assert result["failed"] is True
    assert "begin with community.trieve:generation: itself" in result["msg"]
    assert docs.writes() == []


# -- keep -----------------------------------------------------------------------------------------------------------------------


def test_a_deletion_says_what_it_leaves(docs: Crawled) -> None:
    docs.play()
    result = docs.foretold(state="absent")
    chunks = result["chunks"]
    assert (chunks["of_site"], chunks["of_crawl"], chunks["stale"], chunks["removed"]) == (3, 3, 0, 0)
    assert result["diff"][0]["after_header"].endswith("deleted, its chunks stay")
    assert docs.headings() == ["Old", "Other", "Start"]


def test_a_replacement_says_what_it_leaves_behind(docs: Crawled) -> None:
    docs.play()
    docs.pages(A2)
    result = docs.play(limit=5, wait=True)
    chunks = result["chunks"]
    assert (chunks["of_site"], chunks["of_crawl"], chunks["stale"]) == (4, 2, 2)
    assert docs.headings() == ["New", "Old", "Other", "Start"]


def test_a_key_that_may_not_count_deletes_all_the_same(docs: Crawled) -> None:
    docs.play()
    docs.sandbox.control.faults(
        {"kind": "status", "path": "get_all_tags", "status": 403, "body": {"message": "Forbidden"}}
    )
    result = docs.play(state="absent")
    assert (result["changed"], result["chunks"]["of_site"]) == (True, None)
    assert docs.ids() == []


def test_nothing_is_read_about_chunks_where_nothing_changes(docs: Crawled) -> None:
    docs.play()
    docs.sandbox.control.clear_requests()
    assert docs.play()["chunks"] is None
    assert [entry["path"] for entry in docs.requests()] == ["/api/crawl"]


# -- delete ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_id", [False, True])
def test_the_chunks_go_with_the_crawl(docs: Crawled, by_id: bool) -> None:
    crawl_id = docs.play()["crawl"]["id"]
    options: dict[str, Any] = {"crawl_id": crawl_id} if by_id else {}
    result = docs.foretold(state="absent", chunks="delete", **options)
    assert [(entry["kind"], entry["action"]) for entry in result["plan"]] == [("chunk", "delete"), ("crawl", "delete")]
    assert result["plan"][0]["name"] == f"{SITE}: 3 chunks of the deleted crawl"
    assert result["plan"][0]["fields"][0] == {"name": "chunks", "before": 3, "after": None}
    assert result["chunks"]["removed"] == 3
    assert sorted(result["chunks"]["links"]) == [f"{SITE}/a", f"{SITE}/b"]
    assert (docs.headings(), docs.ids()) == ([], [])
    docs.unchanged(state="absent", chunks="delete", **options)


def test_chunks_that_an_earlier_deletion_left(docs: Crawled) -> None:
    docs.play()
    docs.play(state="absent")
    assert docs.foretold(state="absent", chunks="delete")["chunks"]["removed"] == 3
    assert docs.headings() == []


def test_chunks_of_other_sites_and_posted_ones_stay(docs: Crawled) -> None:
    other = "https://other.example.com"
    docs.pages(page("/elsewhere", "Else"), site=other)
    docs.play(site_url=other)
    docs.play()
    docs._post("chunk", {"chunk_html": "posted", "tracking_id": "mine", "link": f"{SITE}/a"}, **{"TR-Dataset": docs.id})
    docs.play(state="absent", chunks="delete")
    assert docs.headings() == ["Else", "mine"]


def test_chunks_that_another_site_has_taken_over_are_named_and_stay(docs: Crawled) -> None:
    other = "https://other.example.com"
    docs.play()
    docs.pages(A, site=other)
    docs.play(site_url=other)
    result = docs.foretold(state="absent", chunks="delete")
    assert (result["chunks"]["removed"], result["chunks"]["taken_over"]) == (1, 2)
    (warning,) = result["warnings"]
    assert (
        f"2 chunks that a crawl of {SITE} once wrote cannot be found by its URL any more and are now of {other}/a."
        in warning
    )
    assert docs.chunks() == {"Start": f"{other}/a", "Old": f"{other}/a"}


def test_another_crawl_of_the_address_keeps_its_chunks(docs: Crawled) -> None:
    mine = docs.play()["crawl"]["id"]
    theirs = docs.add(SITE, limit=1)
    result = docs.play(state="absent", chunks="delete", crawl_id=mine)
    assert (result["chunks"]["removed"], docs.ids()) == (0, [theirs])
    assert any(f"crawl {theirs} (Completed)" in line for line in result["warnings"])
    assert docs.headings() == ["Old", "Other", "Start"]


@pytest.mark.parametrize("kind", ["shopify", "youtube"])
def test_chunks_that_do_not_tell_their_crawl_are_refused(docs: Crawled, kind: str) -> None:
    scrape: dict[str, Any] = {"scrape_options": {"type": kind}}
    docs.play(**scrape)
    docs.writes()
    for options in ({"state": "absent", "chunks": "delete"}, {"chunks": "sync"}):
        result = docs.play(**scrape, **options)
        assert f"cannot be used with a crawl of type {kind}" in result["msg"]
    assert docs.writes() == []


# -- sync -----------------------------------------------------------------------------------------------------------------------


def test_sync_with_wait_removes_what_the_new_crawl_does_not_write(docs: Crawled) -> None:
    docs.play()
    docs.pages(A2)
    result = docs.foretold(chunks="sync", recrawl="always", wait=True, expect={"max_lost": "100%"})
    assert [(entry["kind"], entry["action"]) for entry in result["plan"]] == [("crawl", "replace"), ("chunk", "delete")]
    assert result["plan"][1]["fields"][0] == {"name": "chunks", "before": 3, "after": "those that the new crawl writes"}
    assert docs.headings() == ["New", "Start"]
    chunks = result["chunks"]
    assert (chunks["of_site"], chunks["of_crawl"], chunks["stale"], chunks["removed"]) == (4, 2, 2, 2)
    assert chunks["pending"] is False
    docs.unchanged(chunks="sync", wait=True)


def test_sync_without_wait_leaves_it_to_the_next_run(docs: Crawled) -> None:
    docs.play()
    docs.pages(A2, B)
    result = docs.foretold(chunks="sync", limit=5)
    assert (result["chunks"]["pending"], result["chunks"]["removed"]) == (True, 0)
    assert docs.headings() == ["New", "Old", "Other", "Start"]
    docs.sandbox.control.clear_requests()
    later = docs.foretold(chunks="sync", limit=5)
    (entry,) = later["plan"]
    assert (entry["kind"], entry["action"], entry["name"]) == ("chunk", "delete", f"{SITE}: 1 stale chunk")
    assert entry["fields"] == [
        {"name": "chunks", "before": 1, "after": None},
        {"name": "links", "before": [f"{SITE}/a"], "after": None},
    ]
    chunks = later["chunks"]
    assert (chunks["of_site"], chunks["of_crawl"], chunks["stale"], chunks["removed"]) == (4, 3, 1, 1)
    assert docs.headings() == ["New", "Other", "Start"]
    again = docs.unchanged(chunks="sync", limit=5)
    assert (again["chunks"]["of_site"], again["chunks"]["stale"]) == (3, 0)


def test_sync_of_a_site_that_is_in_order_reads_two_lists(docs: Crawled) -> None:
    docs.play(chunks="sync")
    docs.sandbox.control.clear_requests()
    docs.play(chunks="sync")
    assert [entry["path"] for entry in docs.requests()] == ["/api/crawl", "/api/dataset/get_all_tags"]


def test_sync_while_the_crawl_is_under_way(docs: Crawled) -> None:
    docs.play()
    docs.pages(A2, status="scraping")
    docs.play(chunks="sync", limit=5)
    result = docs.unchanged(chunks="sync", limit=5)
    assert (result["chunks"]["pending"], result["crawl"]["status"]) == (True, "Pending")
    assert docs.headings() == ["Old", "Other", "Start"]


def test_sync_of_a_crawl_that_failed(docs: Crawled) -> None:
    docs.play()
    docs.pages(status="failed")
    docs.play(chunks="sync", limit=5)
    result = docs.unchanged(chunks="sync", limit=5)
    assert (result["chunks"]["pending"], result["crawl"]["status"]) == (True, "Failed")
    assert docs.headings() == ["Old", "Other", "Start"]


def test_a_crawl_without_a_generation(docs: Crawled) -> None:
    crawl_id = docs.add(SITE)
    result = docs.unchanged(chunks="sync")
    assert any(f"because crawl {crawl_id} was created without the tag" in line for line in result["warnings"])
    docs.pages(A)
    docs.play(chunks="sync", recrawl="always", wait=True)
    assert docs.headings() == ["Old", "Start"]


@pytest.mark.parametrize("labelled", [False, True])
def test_a_crawl_of_the_address_that_somebody_else_started(docs: Crawled, labelled: bool) -> None:
    docs.play()
    docs.pages(A2, B)
    docs.play(chunks="sync", limit=5)
    docs.pages(page("/theirs", "Theirs"))
    tags = {"tags": ["community.trieve:generation:0123456789ab"]} if labelled else {}
    theirs = docs.add(SITE, limit=7, **tags)
    result = docs.play(chunks="sync", limit=5, duplicates="keep")
    if labelled:
        assert result["chunks"]["removed"] == 1
        assert docs.headings() == ["New", "Other", "Start", "Theirs"]
    else:
        assert result["changed"] is False
        assert any(f"crawl {theirs} (Completed)" in line for line in result["warnings"])
        assert docs.headings() == ["New", "Old", "Other", "Start", "Theirs"]


def test_a_crawl_of_the_address_that_appears_between_plan_and_removal(docs: Crawled) -> None:
    docs.play()
    docs.pages(A2, B)
    docs.play(chunks="sync", limit=5)
    added: list[str] = []

    def pause(seconds: float) -> None:
        if not added:
            added.append(docs.add(SITE, limit=7))

    result = docs.timed(pause, lambda: 0.0, chunks="sync", limit=5)
    assert result["chunks"]["removed"] == 0
    assert any(f"crawl {added[0]} (" in line for line in result["warnings"])
    assert "Old" in docs.headings()


def test_a_chunk_that_is_written_again_meanwhile_stays(docs: Crawled) -> None:
    """The deletion's filter has the tags, too, and the worker looks at it when it gets to it."""
    docs.play()
    docs.pages(A2, B)
    docs.play(chunks="sync", limit=5)
    docs.workers("crawl", "ingestion")

    def pause(seconds: float) -> None:
        docs.now += seconds
        sent = [entry for entry in docs.requests() if entry["method"] == "DELETE" and entry["path"] == "/api/chunk"]
        if sent and not written:
            written.append("now")
            generation = docs.generations()[0]
            old = next(row for row in docs.sandbox.control.state("chunks") if '"Old"' in row["body"])
            body = {
                "chunk_html": "Old again",
                "tracking_id": old["tracking_id"],
                "tag_set": [SITE, generation],
                "upsert_by_tracking_id": True,
                "link": f"{SITE}/a",
                "metadata": {"heading": "Old"},
            }
            docs._post("chunk", body, **{"TR-Dataset": docs.id})
            docs.workers("crawl", "ingestion", "delete")

    written: list[str] = []
    result = docs.timed(pause, lambda: docs.now, chunks="sync", limit=5)
    assert not result.get("failed"), result["msg"]
    assert docs.headings() == ["New", "Old", "Other", "Start"]


def test_a_chunk_that_only_the_database_knows_as_new_stays(docs: Crawled) -> None:
    docs.play()
    docs.pages(A2, B)
    docs.sandbox.control.settings(components={"embeddings": "down"})
    docs.play(chunks="sync", limit=5)
    docs.sandbox.control.settings(components={})
    result = docs.play(chunks="sync", limit=5, expect={"min_chunks": 0, "max_lost": "100%"})
    assert any("stay, although the vector store does not have the tag" in line for line in result["warnings"])
    assert {"Start", "Other"} <= set(docs.headings())


# -- expected -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wait", [False, True])
@pytest.mark.parametrize(
    ("expect", "pages", "words"),
    [
        (None, [], "wrote 0 chunks, so all 10 chunks of the site would be removed. Nothing was removed."),
        (
            None,
            MANY[:4],
            "6 of the 10 chunks of https://docs.example.com were not written by the newest crawl, but expect.max_lost is 50% by default, which is 5.",
        ),
        ({"max_lost": "10%"}, MANY[:8], "2 of the 10 chunks"),
        ({"max_lost": "1"}, MANY[:8], "expect.max_lost is 1. "),
        ({"min_chunks": 9}, MANY[:8], "wrote 8 chunks, but expect.min_chunks is 9. Nothing was removed."),
        ({"min_pages": 9}, MANY[:8], "wrote 8 chunks of 8 pages, but expect.min_pages is 9. Nothing was removed."),
    ],
)
def test_less_than_expected_removes_nothing(
    docs: Crawled, expect: dict[str, Any] | None, pages: list[dict[str, Any]], words: str, wait: bool
) -> None:
    docs.pages(*MANY)
    docs.play()
    docs.pages(*pages)
    options: dict[str, Any] = {"chunks": "sync", "limit": 50, "expect": expect}
    if not wait:
        docs.play(**options)
    docs.writes()
    for check_mode in (False,) if wait else (True, False):
        result = docs.play(check_mode, wait=wait, **options)
        assert result["failed"] is True
        assert words in result["msg"]
    assert not any(line.startswith("DELETE /api/chunk?") or line == "DELETE /api/chunk" for line in docs.writes())
    assert len(docs.headings()) == 10


@pytest.mark.parametrize("expect", [{"max_lost": "20%"}, {"max_lost": "2", "min_chunks": 8, "min_pages": 8}])
def test_as_expected(docs: Crawled, expect: dict[str, Any]) -> None:
    docs.pages(*MANY)
    docs.play()
    docs.pages(*MANY[:8])
    docs.play(chunks="sync", limit=50, wait=True, expect=expect)
    assert len(docs.headings()) == 8


def test_a_first_crawl_that_brings_too_little(docs: Crawled) -> None:
    result = docs.play(chunks="sync", wait=True, expect={"min_chunks": 4})
    assert (result["failed"], result["changed"]) == (True, True)
    assert "wrote 3 chunks, but expect.min_chunks is 4" in result["msg"]
    assert not docs.play(chunks="sync", wait=True, expect={"min_chunks": 3}).get("failed")


def test_an_empty_site_that_is_meant(docs: Crawled) -> None:
    docs.play()
    docs.pages()
    expect = {"min_chunks": 0, "max_lost": "100%"}
    docs.play(chunks="sync", recrawl="always", wait=True, expect=expect)
    assert docs.headings() == []


def test_chunks_that_are_still_being_added_are_no_failure(docs: Crawled) -> None:
    docs.pages(*MANY)
    docs.play()
    docs.workers("crawl", "delete")
    docs.play(chunks="sync", limit=50)
    result = docs.unchanged(chunks="sync", limit=50)
    assert result["chunks"]["pending"] is True


# -- options --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"chunks": "delete"}, "chunks: delete can only be used with state: absent."),
        ({"chunks": "sync", "state": "absent"}, "chunks: sync can only be used with state: present."),
        ({"expect": {"min_chunks": 1}}, "expect can only be used with chunks: sync"),
        (
            {"chunks": "sync", "expect": {"max_lost": "lots"}},
            "expect.max_lost 'lots' is neither a number of chunks nor a percentage",
        ),
        ({"chunks": "sync", "expect": {"max_lost": "101%"}}, "expect.max_lost '101%' is neither"),
        ({"chunks": "sync", "expect": {"min_chunks": -1}}, "expect.min_chunks is -1. It must be between 0"),
        (
            {"chunks": "sync", "add_chunks_to_dataset": False},
            "chunks: sync cannot be used with add_chunks_to_dataset: false",
        ),
    ],
)
def test_options_that_make_no_sense(docs: Crawled, options: dict[str, Any], words: str) -> None:
    for check_mode in (True, False):
        result = docs.play(check_mode, **options)
        assert result["failed"] is True
        assert words in result["msg"]
    assert docs.requests() == []


# -- faults ---------------------------------------------------------------------------------------------------------------------


def _stale(docs: Crawled, number: int) -> dict[str, Any]:
    """Leave a number of stale chunks, and return the options of the task that removes them."""
    docs.pages(A, *[page(f"/gone{one}", f"Gone{one}") for one in range(number)])
    docs.play(limit=4000)
    docs.pages(A)
    docs.play(chunks="sync", limit=5000)
    docs.writes()
    return {"chunks": "sync", "limit": 5000, "expect": {"max_lost": "100%"}}


def test_many_go_in_batches(docs: Crawled) -> None:
    options = _stale(docs, 1201)
    result = docs.foretold(**options)
    assert result["chunks"]["removed"] == 1201
    assert docs.headings() == ["Old", "Start"]
    assert docs.writes().count("DELETE /api/chunk") == 3
    docs.unchanged(**options)


def test_the_delete_worker_does_not_run(docs: Crawled) -> None:
    options = _stale(docs, 4)
    docs.workers("crawl", "ingestion")
    result = docs.play(**options)
    assert (result["failed"], result["chunks"]["removed"]) == (True, 0)
    assert f"0 of 4 chunks of {SITE} were removed, and 4 are left: Trieve has accepted the deletion" in result["msg"]
    assert "trieve_doctor" in result["msg"]
    docs.workers("crawl", "ingestion", "delete")
    docs.play(**options)
    assert docs.headings() == ["Old", "Start"]


def test_the_delete_worker_stops_in_the_middle(docs: Crawled) -> None:
    options = _stale(docs, 900)

    def pause(seconds: float) -> None:
        docs.now += seconds

    docs.sandbox.control.faults({"kind": "drop", "method": "DELETE", "path": "^/api/chunk$", "after": 1})
    result = docs.timed(pause, lambda: docs.now, **options)
    assert (result["failed"], result["changed"]) == (True, True)
    assert (
        f"500 of 900 chunks of {SITE} were removed, and 400 are left. The next run removes the rest." in result["msg"]
    )
    assert result["chunks"]["removed"] == 500
    docs.sandbox.control.clear_faults()
    assert docs.play(**options)["chunks"]["removed"] == 400
    assert docs.headings() == ["Old", "Start"]


def test_the_vector_store_stops_in_the_middle(docs: Crawled) -> None:
    options = _stale(docs, 900)
    scrolls = {"kind": "status", "path": "chunks/scroll", "after": 2, "status": 400}
    docs.sandbox.control.faults({**scrolls, "body": {"message": "Failed to scroll points from qdrant: Unavailable"}})
    result = docs.play(**options)
    assert result["failed"] is True
    assert f"0 of 900 chunks of {SITE} were removed, and 900 are left. The next run removes the rest." in result["msg"]
    docs.sandbox.control.clear_faults()
    docs.play(**options)
    assert docs.headings() == ["Old", "Start"]


@pytest.mark.parametrize("by", ["get_all_tags", "chunks/scroll"])
def test_the_chunks_cannot_be_read(docs: Crawled, by: str) -> None:
    options = _stale(docs, 2)
    docs.sandbox.control.faults({"kind": "status", "path": by, "status": 400, "body": {"message": "no"}})
    for check_mode in (True, False):
        result = docs.play(check_mode, **options)
        assert (result["failed"], result["changed"]) == (True, False)
    assert docs.writes() == []


def test_a_deletion_that_fails_keeps_the_crawl(docs: Crawled) -> None:
    docs.play()
    docs.workers("crawl", "ingestion")
    result = docs.play(state="absent", chunks="delete")
    assert result["failed"] is True
    assert len(docs.ids()) == 1
    docs.workers("crawl", "ingestion", "delete")
    docs.play(state="absent", chunks="delete")
    assert (docs.headings(), docs.ids()) == ([], [])


def test_a_locked_dataset(docs: Crawled) -> None:
    options = _stale(docs, 2)
    row = next(one for one in docs.sandbox.control.state("datasets") if one["id"] == docs.id)
    configuration = json.dumps({**json.loads(row["server_configuration"]), "LOCKED": True})
    docs.sandbox.control.sql("UPDATE datasets SET server_configuration = ? WHERE id = ?", (configuration, docs.id))
    result = docs.play(**options)
    assert result["failed"] is True
    assert "or the dataset is locked" in result["msg"]


def test_the_ingestion_worker_does_not_run(docs: Crawled) -> None:
    options = _stale(docs, 2)
    docs.workers("crawl", "delete")
    result = docs.play(**options)
    assert result["failed"] is True
    assert "so it removed nothing. Chunks that were queued are not in after 60 s" in result["msg"]
    assert len(docs.headings()) == 4
    docs.workers("crawl", "delete", "ingestion")
    docs.play(**options)
    assert docs.headings() == ["Old", "Start"]


def test_nothing_of_the_waiting_is_left(docs: Crawled) -> None:
    options = _stale(docs, 2)
    docs.sandbox.control.faults({"kind": "status", "path": "queue_lengths", "status": 500, "body": {"message": "no"}})
    assert docs.play(**options)["failed"] is True
    assert "community.trieve.barrier" not in docs.headings()


def test_chunks_without_ids(docs: Crawled) -> None:
    options = _stale(docs, 2)
    row = next(one for one in docs.sandbox.control.state("datasets") if one["id"] == docs.id)
    configuration = json.dumps({**json.loads(row["server_configuration"]), "QDRANT_ONLY": True})
    docs.sandbox.control.sql("UPDATE datasets SET server_configuration = ? WHERE id = ?", (configuration, docs.id))
    docs.sandbox.control.sql("UPDATE chunks SET point_id = NULL WHERE dataset_id = ?", (docs.id,))
    result = docs.play(**options)
    assert "because qdrant_only keeps them without IDs" in result["msg"]


# -- nothing empty is ever sent -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [Where([]), Where([""]), Where([SITE], [""]), Where([SITE], ids=[]), Where([SITE])])
def test_an_empty_list_is_refused(docs: Crawled, where: Where) -> None:
    client = connect(task_of(DEFINITION, **docs.connection).params)
    with pytest.raises(TaskFailed, match="empty|no chunks to delete"):
        delete_chunks(client, docs.id, where)
    assert docs.requests() == []


@pytest.mark.parametrize("tags", [[], [""]])
def test_an_empty_filter_does_not_read_the_dataset_either(docs: Crawled, tags: list[str]) -> None:
    client = connect(task_of(DEFINITION, **docs.connection).params)
    with pytest.raises(TaskFailed, match="empty"):
        list(each_chunk(client, docs.id, Where(tags)))
    assert docs.requests() == []


@pytest.mark.parametrize(
    "path", ["sync", "sync and wait", "delete", "delete by id", "list: sync", "list: prune", "list: absent"]
)
@pytest.mark.parametrize("there", [True, False])
def test_every_deletion_names_ids_and_a_tag(docs: Crawled, path: str, there: bool) -> None:
    """Whatever deletes chunks does it through one function; where there is nothing to delete, nothing is sent."""
    if there:
        options = _stale(docs, 2)
    else:
        docs.pages()
        docs.play(limit=5000)
        options = {"chunks": "sync", "limit": 5000, "expect": {"max_lost": "100%"}}
    crawl_id = docs.ids()[0]
    docs.sandbox.control.clear_requests()
    entry = {"site_url": SITE, "limit": 5000}
    tasks: dict[str, Any] = {
        "sync": lambda: docs.play(**options),
        "sync and wait": lambda: docs.play(**options, recrawl="always", wait=True),
        "delete": lambda: docs.play(state="absent", chunks="delete"),
        "delete by id": lambda: docs.play(state="absent", chunks="delete", crawl_id=crawl_id),
        "list: sync": lambda: docs.many(crawls=[{**entry, "chunks": "sync", "expect": {"max_lost": "100%"}}]),
        "list: prune": lambda: docs.many(crawls=[], prune=True, allow_empty=True, chunks="delete"),
        "list: absent": lambda: docs.many(state="absent", chunks="delete", site_urls=[SITE]),
    }
    result = tasks[path]()
    assert not result.get("failed"), result["msg"]
    sent = [
        entry["body"]["filter"]
        for entry in docs.requests()
        if entry["method"] == "DELETE" and entry["path"] == "/api/chunk"
    ]
    assert bool(sent) is there
    for filters in sent:
        first, second = filters["must"]
        assert first.keys() == {"ids"}
        assert second == {"field": "tag_set", "match_any": [SITE]}
        assert first["ids"]
        assert all(condition["match_any"] for condition in filters.get("must_not", []))
