# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting a crawl again that was last completed too long ago, alone and in a list."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.server import Running

from ...crawled import Crawled, page
from ...one_crawl import SITE

HOUR, DAY = 3600, 86400


@pytest.fixture(params=["one", "list"])
def docs(request: pytest.FixtureRequest, sandbox: Running, connection: dict[str, Any]) -> Crawled:
    """A dataset whose crawl is managed by C(trieve_crawl) and as an entry of C(trieve_crawls)."""
    place = Crawled(sandbox, connection)
    place.pages(page("/a", "Start"))
    if request.param == "list":

        def play(check_mode: bool = False, **options: Any) -> dict[str, Any]:
            return place.many(check_mode, crawls=[{"site_url": SITE, **options}])

        place.play = play  # type: ignore[method-assign]
    return place


def overdue(docs: Crawled, age: str = "7d") -> bool:
    """Whether a task starts the crawl again, after a preview that says the same."""
    options = {"recrawl": "overdue", "max_age": age}
    before = docs.ids()
    result = docs.foretold(**options)
    assert not result.get("failed"), result["msg"]
    assert (docs.ids() != before) is result["changed"]
    return bool(result["changed"])


@pytest.mark.parametrize(
    ("age", "passed", "due"),
    [
        ("7d", 6.9 * DAY, False),
        ("7d", 7.1 * DAY, True),
        ("12h", 11.9 * HOUR, False),
        ("12h", 12.1 * HOUR, True),
        ("30min", 29 * 60, False),
        ("30min", 31 * 60, True),
    ],
)
def test_a_crawl_that_is_older(docs: Crawled, age: str, passed: float, due: bool) -> None:
    docs.play()
    docs.created(docs.ids()[0], passed)
    assert overdue(docs, age) is due
    assert overdue(docs, age) is False


def test_a_crawl_that_is_missing_is_created(docs: Crawled) -> None:
    assert overdue(docs) is True
    assert overdue(docs) is False


def test_fresh_is_one_list_and_no_write(docs: Crawled) -> None:
    docs.play()
    docs.sandbox.control.clear_requests()
    docs.play(recrawl="overdue", max_age="7d")
    assert [f"{entry['method']} {entry['path']}" for entry in docs.requests()] == ["GET /api/crawl"]


def test_the_old_crawl_goes_when_the_new_one_is_there(docs: Crawled) -> None:
    docs.play(limit=5)
    old = docs.ids()[0]
    docs.created(old, 8 * DAY)
    docs.sandbox.control.clear_requests()
    assert overdue(docs)
    writes = docs.writes()
    assert writes == ["POST /api/crawl", f"DELETE /api/crawl/{old}"]


def test_a_crawl_that_is_under_way_is_not_started_again(docs: Crawled) -> None:
    docs.pages(status="scraping")
    docs.play()
    docs.created(docs.ids()[0], 6 * DAY)
    assert overdue(docs) is False
    docs.created(docs.ids()[0], 2 * DAY)  # since then its worker has probably ended
    assert overdue(docs) is True


def test_the_last_time_survives_a_replacement(docs: Crawled) -> None:
    """A crawl that fails has a new creation time, and is no fresher than the one before."""
    docs.play()
    docs.created(docs.ids()[0], 5 * DAY)
    docs.pages(status="failed")
    docs.play(limit=9)
    assert overdue(docs, "7d") is False
    assert overdue(docs, "4d") is True
    assert overdue(docs, "4d") is True  # it failed once more, and the time is still that of the first
    docs.pages(page("/a", "Start"))
    assert overdue(docs, "4d") is True
    assert overdue(docs, "4d") is False


def test_a_crawl_that_never_finished_is_started_again(docs: Crawled) -> None:
    docs.pages(status="failed")
    docs.play()
    assert overdue(docs) is True


def test_a_crawl_of_another_program(docs: Crawled) -> None:
    crawl_id = docs.add(SITE)
    assert overdue(docs) is False
    docs.created(crawl_id, 8 * DAY)
    assert overdue(docs) is True


@pytest.mark.parametrize("age", [7, "7", "-1d", "soon", "0d", "1.5h", "7 days", ""])
def test_an_age_that_is_none(docs: Crawled, age: Any) -> None:
    for check_mode in (True, False):
        result = docs.play(check_mode, recrawl="overdue", max_age=age)
        assert result["failed"] is True
        assert f"max_age {str(age)!r} is not an age." in result["msg"]
        assert "such as 7d, 12h or 30min" in result["msg"]
    assert docs.requests() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"recrawl": "overdue"},
            "max_age is missing. Set it to the age at which a crawl is started again, such as 7d.",
        ),
        ({"max_age": "7d"}, "max_age can only be used with recrawl: overdue."),
        ({"recrawl": "always", "max_age": "7d"}, "max_age can only be used with recrawl: overdue."),
    ],
)
def test_one_without_the_other(docs: Crawled, options: dict[str, Any], words: str) -> None:
    result = docs.play(**options)
    assert result["failed"] is True
    assert words in result["msg"]
    assert docs.requests() == []


@pytest.mark.parametrize(
    ("recrawl", "status", "again"),
    [
        ("always", "Completed", True),
        ("on_failure", "Completed", False),
        ("on_failure", "Failed", True),
        ("never", "Failed", False),
    ],
)
def test_the_other_reasons(docs: Crawled, recrawl: str, status: str, again: bool) -> None:
    docs.play()
    docs.status(docs.ids()[0], status)
    assert docs.foretold(recrawl=recrawl)["changed"] is again
