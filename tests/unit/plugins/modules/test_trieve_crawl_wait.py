# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a crawl, on a clock that only the waiting moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_crawl import DEFINITION

from ...clock import Clock
from ...one_crawl import SITE, Site
from ...tasks import played, task_of


@pytest.fixture
def ticking(site: Site) -> Clock:
    """Each pause takes the crawl a step further."""
    return Clock(lambda number: site.sandbox.control.tick("crawl"))


def nothing(number: int) -> None:
    """Nothing happens in a pause."""


def test_completed_twice_in_a_row(site: Site, ticking: Clock) -> None:
    site.sandbox.control.settings(crawl_pages=2)
    result = ticking.run(site)
    # Pending, Completed, Processed 0 pages, Processed 1 pages, Completed, Completed
    assert ticking.pauses == [5] * 5
    assert (result["changed"], result["crawl"]["status"]) == (True, "Completed")
    assert [crawl_id for crawl_id in site.ids() if crawl_id == result["crawl"]["id"]]


def test_the_first_completed_is_not_believed(site: Site) -> None:
    statuses = ["Completed", "Processed 4 pages", "Completed", "Processed 5 pages", "Completed", "Completed"]
    clock = Clock(lambda number: site.status(site.ids()[0], statuses[number - 1]))
    assert clock.run(site)["crawl"]["status"] == "Completed"
    assert len(clock.pauses) == len(statuses)


def test_a_crawl_that_is_done_already(site: Site) -> None:
    site.status(site.add(SITE), "Completed")
    clock = Clock(nothing)
    result = clock.run(site)
    assert (result["changed"], clock.pauses) == (False, [5])


def test_nobody_waits_in_check_mode(site: Site) -> None:
    for _number in range(2):
        clock = Clock(nothing)
        result = clock.run(site, check_mode=True)
        assert clock.pauses == []
        assert "failed" not in result
        site.add(SITE)


@pytest.mark.parametrize("there", [False, True])
def test_it_fails(site: Site, ticking: Clock, there: bool) -> None:
    options = {"site_url": "https://fail.example.com"}
    if there:
        site.add(options["site_url"])
    result = ticking.run(site, **options)
    assert (result["failed"], result["changed"]) == (True, not there)
    (crawl_id,) = site.ids()
    assert (result["crawl"]["id"], result["crawl"]["status"]) == (crawl_id, "Failed")
    assert f"Crawl {crawl_id} of https://fail.example.com failed" in result["msg"]
    assert "recrawl: on_failure" in result["msg"]


@pytest.mark.parametrize(("timeout", "pauses"), [(1, 0), (4, 0), (5, 1), (12, 2), (60, 12)])
def test_it_takes_too_long(site: Site, timeout: int, pauses: int) -> None:
    clock = Clock(nothing)
    result = clock.run(site, wait_timeout=timeout)
    assert (result["failed"], result["changed"]) == (True, True)
    assert len(clock.pauses) == pauses
    (crawl_id,) = site.ids()
    assert result["crawl"]["id"] == crawl_id
    assert f"is not done after {timeout} s (wait_timeout). Its status is Pending. " in result["msg"]
    assert "either no crawl worker is running, or it is busy" in result["msg"]
    assert "community.trieve.trieve_doctor" in result["msg"]


def _pages(number: int) -> str:
    return f"Processed {number} pages"


@pytest.mark.parametrize(
    ("status", "words", "doctor"),
    [
        (_pages, "looks like a long crawl, which keeps running", False),
        (lambda number: _pages(3), "has not changed for 115 s, so the crawl worker has probably ended", True),
        (lambda number: "Completed" if number % 2 else _pages(number), "looks like a long crawl", False),
    ],
    ids=["long", "stuck", "between"],
)
def test_what_it_looks_like(site: Site, status: Callable[[int], str], words: str, doctor: bool) -> None:
    clock = Clock(lambda number: site.status(site.ids()[0], status(number)))
    result = clock.run(site, wait_timeout=120)
    assert (result["failed"], words in result["msg"]) == (True, True)
    assert ("community.trieve.trieve_doctor" in result["msg"]) is doctor


def test_it_waits_behind_others(site: Site) -> None:
    other = site.add("https://other.example.com")
    clock = Clock(lambda number: site.status(other, _pages(number)))
    result = clock.run(site, wait_timeout=30)
    assert "Its status is Pending. The crawl worker is running" in result["msg"]
    assert "trieve_doctor" not in result["msg"]


def test_a_crawl_that_was_done_before_is_no_sign_of_a_worker(site: Site) -> None:
    site.status(site.add("https://other.example.com"), "Completed")
    result = Clock(nothing).run(site, wait_timeout=30)
    assert "either no crawl worker is running" in result["msg"]


def test_how_far_it_is(site: Site) -> None:
    site.add(SITE)
    lines: list[str] = []
    statuses = ["Pending"] * 8 + ["Completed", _pages(0), _pages(1), "Completed", "Completed"]
    clock = Clock(lambda number: site.status(site.ids()[0], statuses[number - 1]))
    task = task_of(DEFINITION, **{**site.connection, "site_url": SITE, "wait": True})
    task.sleep, task.clock, task.progress = clock.sleep, lambda: clock.now, lines.append
    assert not played(DEFINITION, task).get("failed")
    states = ["Pending (30 s)", "Completed (45 s)", "Processed 0 pages (50 s)", "Processed 1 pages (55 s)"]
    assert lines == [f"{SITE}: {state}" for state in [*states, "Completed (60 s)"]]


def test_it_is_deleted_meanwhile(site: Site) -> None:
    clock = Clock(lambda number: site.sandbox.control.sql("DELETE FROM crawls"))
    result = clock.run(site)
    assert (result["failed"], result["changed"]) == (True, True)
    assert f"Crawl {result['crawl']['id']} of {SITE} was deleted or replaced concurrently." in result["msg"]


@pytest.mark.parametrize("gone", [True, False])
def test_the_list_cannot_be_read_any_more(site: Site, gone: bool) -> None:
    message = "Not Found: Could not find dataset" if gone else "no such luck"
    fault = {"kind": "status", "path": "/api/crawl", "status": 404 if gone else 500, "body": {"message": message}}
    clock = Clock(lambda number: site.sandbox.control.faults(fault))
    result = clock.run(site)
    assert (result["failed"], result["changed"]) == (True, True)
    assert f"Waiting for crawl {result['crawl']['id']} of {SITE} failed." in result["msg"]


def test_a_lost_connection_does_not_end_the_waiting(site: Site) -> None:
    def hiccup(number: int) -> None:
        site.sandbox.control.faults({"kind": "drop", "times": 1})
        site.status(site.ids()[0], "Completed")

    assert Clock(hiccup).run(site, retries=3)["crawl"]["status"] == "Completed"


@pytest.mark.parametrize("value", [0, -5, 10**12])
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_timeout_that_makes_no_sense(site: Site, check_mode: bool, value: int) -> None:
    result = site.run(check_mode, wait=True, wait_timeout=value)
    assert result["failed"] is True
    assert result["msg"].startswith(f"wait_timeout is {value}. It must be between ")
    assert site.sent() == []
