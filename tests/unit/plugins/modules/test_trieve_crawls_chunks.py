# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chunks of a list of crawls: several sites in one task, and several crawls of one site."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._crawl.model import Crawl
from ansible_collections.community.trieve.plugins.module_utils._crawl_chunks import barrier, model, plan
from sandbox.server import Running

from ...crawled import Crawled, page
from ...one_crawl import SITE

OTHER = "https://other.example.com"


@pytest.fixture
def docs(sandbox: Running, connection: dict[str, Any]) -> Crawled:
    """A dataset, and two sites with two pages each."""
    place = Crawled(sandbox, connection)
    place.pages(page("/a", "A"), page("/b", "B"))
    place.pages(page("/c", "C"), page("/d", "D"), site=OTHER)
    return place


def entries(limit: int, **options: Any) -> list[dict[str, Any]]:
    """Both sites."""
    return [{"site_url": site, "limit": limit, **options} for site in (SITE, OTHER)]


def foretold(docs: Crawled, **options: Any) -> dict[str, Any]:
    """The result of a run whose preview writes nothing and shows the same."""
    docs.writes()
    preview = docs.many(check_mode=True, **options)
    assert docs.writes() == []
    result = docs.many(**options)
    for name in ("changed", "diff", "plan", "summary"):
        assert preview.get(name) == result.get(name), result.get("msg")
    return result


def by_site(result: dict[str, Any], name: str) -> dict[str, Any]:
    """One of the numbers of each site."""
    return {site["site_url"]: site[name] for site in result["chunks"]}


def test_several_sites(docs: Crawled) -> None:
    docs.many(crawls=entries(1000))
    docs.pages(page("/a", "A"))
    docs.pages(page("/c", "C2"), page("/d", "D"), site=OTHER)
    first = foretold(docs, crawls=entries(5, chunks="sync"))
    assert by_site(first, "pending") == {SITE: True, OTHER: True}
    second = foretold(docs, crawls=entries(5, chunks="sync"))
    assert second["summary"] == {"delete": 2, "unchanged": 2}
    assert by_site(second, "removed") == {SITE: 1, OTHER: 1}
    assert docs.headings() == ["A", "C2", "D"]


def test_sites_at_the_same_moment(docs: Crawled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of two threads counts anew, while the other one still works with what it has counted."""
    docs.many(crawls=entries(1000))
    docs.pages(page("/a", "A"))
    docs.pages(page("/c", "C2"), page("/d", "D"), site=OTHER)
    docs.many(crawls=entries(5, chunks="sync"))
    threads: list[threading.Thread] = []
    first_has_counted, second_has_forgotten = threading.Event(), threading.Event()
    lock, wait = threading.Lock(), barrier.Barrier.wait

    def one_after_the_other(passed: barrier.Barrier) -> list[Crawl]:
        crawls = wait(passed)
        with lock:
            threads.append(threading.current_thread())
            is_first = len(threads) == 1
        assert is_first or first_has_counted.wait(60)
        return crawls

    def find(*arguments: Any) -> Any:
        if threads and threading.current_thread() is threads[0]:
            first_has_counted.set()
            assert second_has_forgotten.wait(60)
        elif threads:
            second_has_forgotten.set()
        return model.find(*arguments)

    monkeypatch.setattr(barrier.Barrier, "wait", one_after_the_other)
    monkeypatch.setattr(plan, "find", find)
    result = docs.many(crawls=entries(5, chunks="sync"), concurrency=2)
    assert by_site(result, "removed") == {SITE: 1, OTHER: 1}, result.get("msg")
    posts = [entry for entry in docs.requests() if entry["path"] == "/api/chunk" and entry["method"] == "POST"]
    assert len(posts) == 1  # both wait for the same chunk
    third = foretold(docs, crawls=entries(5, chunks="sync"))
    assert (third["changed"], by_site(third, "stale")) == (False, {SITE: 0, OTHER: 0})


def test_a_list_in_order_is_two_requests(docs: Crawled) -> None:
    docs.many(crawls=entries(5, chunks="sync"))
    docs.sandbox.control.clear_requests()
    docs.many(crawls=entries(5, chunks="sync"))
    assert [entry["path"] for entry in docs.requests()] == ["/api/crawl", "/api/dataset/get_all_tags"]


def test_two_declared_crawls_of_one_site(docs: Crawled) -> None:
    both = [{"site_url": SITE, "include_paths": [path], "chunks": "sync"} for path in ("/x/*", "/y/*")]
    docs.many(crawls=both)
    docs.pages(page("/a", "A"))
    again = [{**entry, "recrawl": "always"} for entry in both]
    assert foretold(docs, crawls=again)["chunks"][0]["pending"] is True
    result = foretold(docs, crawls=both)
    assert [entry["name"] for entry in result["plan"]] == [f"{SITE}: 1 stale chunk"]
    assert docs.headings() == ["A"]


def test_one_of_two_declared_crawls_is_not_done(docs: Crawled) -> None:
    both = [{"site_url": SITE, "include_paths": [path], "chunks": "sync"} for path in ("/x/*", "/y/*")]
    docs.many(crawls=both)
    docs.pages(page("/a", "A"))
    docs.many(crawls=[{**entry, "recrawl": "always"} for entry in both])
    docs.status(docs.ids()[0], "Processed 3 pages")
    result = foretold(docs, crawls=both)
    assert (result["changed"], result["chunks"][0]["pending"]) == (False, True)
    assert docs.headings() == ["A", "B"]


def test_less_than_expected_of_one_stops_all(docs: Crawled) -> None:
    docs.many(crawls=entries(1000))
    docs.pages(page("/a", "A"))
    docs.pages(site=OTHER)
    docs.many(crawls=entries(5, chunks="sync"))
    result = docs.many(crawls=entries(5, chunks="sync"))
    assert result["failed"] is True
    assert "wrote 0 chunks" in result["msg"]
    assert docs.headings() == ["A", "B", "C", "D"]


@pytest.mark.parametrize("chunks", ["keep", "delete"])
def test_pruned_crawls(docs: Crawled, chunks: str) -> None:
    docs.many(crawls=entries(5))
    result = foretold(docs, crawls=[{"site_url": SITE}], prune=True, chunks=chunks)
    assert docs.urls() == [SITE]
    assert by_site(result, "of_site")[OTHER] == 2
    assert by_site(result, "removed")[OTHER] == (2 if chunks == "delete" else 0)
    assert docs.headings() == (["A", "B"] if chunks == "delete" else ["A", "B", "C", "D"])


@pytest.mark.parametrize("by", ["crawl_ids", "site_urls"])
def test_deleted_crawls(docs: Crawled, by: str) -> None:
    docs.many(crawls=entries(5))
    what: dict[str, Any] = {by: docs.ids() if by == "crawl_ids" else [SITE, OTHER]}
    result = foretold(docs, state="absent", chunks="delete", **what)
    assert result["summary"] == {"delete": 4, "unchanged": 0}
    assert (docs.headings(), docs.ids()) == ([], [])
    assert foretold(docs, state="absent", chunks="delete", **what)["changed"] is False


def test_a_removal_that_fails_keeps_the_crawl(docs: Crawled) -> None:
    docs.many(crawls=entries(5))
    docs.workers("crawl", "ingestion")
    result = docs.many(state="absent", chunks="delete", site_urls=[SITE], concurrency=1)
    assert result["failed"] is True
    assert "0 of 2 chunks" in result["msg"]
    assert docs.urls() == [SITE, OTHER]
    docs.workers("crawl", "ingestion", "delete")
    docs.many(state="absent", chunks="delete", site_urls=[SITE])
    assert (docs.headings(), docs.urls()) == (["C", "D"], [OTHER])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"crawls": [{"site_url": SITE}], "chunks": "delete"},
            "chunks: delete applies to crawls that are deleted. Set prune: true",
        ),
        (
            {"crawls": [{"site_url": SITE, "expect": {"min_chunks": 1}}]},
            "crawls[0]: expect can only be used with chunks: sync",
        ),
        ({"crawls": [{"site_url": SITE, "recrawl": "overdue"}]}, "crawls[0]: max_age is missing."),
    ],
)
def test_options_that_make_no_sense(docs: Crawled, options: dict[str, Any], words: str) -> None:
    result = docs.many(**options)
    assert result["failed"] is True
    assert words in result["msg"]
    assert docs.requests() == []
