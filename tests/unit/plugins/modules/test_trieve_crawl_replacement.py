# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replacing a crawl: order of requests, what is said when it breaks off, twins, and crawling again."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._crawl import plan as crawl_plan
from ansible_collections.community.trieve.plugins.module_utils._crawl.api import create_crawl
from ansible_collections.community.trieve.plugins.module_utils._crawl.model import Crawl

from ...crawls import without_generation
from ...one_crawl import SITE, Site

DELETES = {"kind": "status", "method": "DELETE", "path": "/api/crawl/"}


def test_the_new_one_first_then_the_old_one_by_its_id(site: Site) -> None:
    old = site.add(SITE, limit=1, tags=["kept"])
    site.run(limit=2)
    log = site.sandbox.control.requests()
    assert [entry["method"] for entry in log] == ["POST", "GET", "POST", "POST", "DELETE", "GET"]
    assert log[2]["path"] == "/api/dataset/get_all_tags"  # how many chunks are left behind
    assert log[4]["path"] == f"/api/crawl/{old}"
    sent = log[3]["body"]["crawl_options"]
    assert {**sent, "tags": without_generation(sent["tags"])} == {"site_url": SITE, "limit": 2, "tags": ["kept"]}


@pytest.mark.parametrize(
    ("fault", "words", "status"),
    [
        ({"status": 500, "body": {"message": "no such luck"}}, "HTTP 500: no such luck", 500),
        ({"status": 403, "body": {"message": "Forbidden"}}, "HTTP 403: Forbidden", 403),
        ({"status": 200, "body": "<html>"}, "HTTP 200: the response is not empty", 200),
        ({"kind": "drop"}, "the connection was lost before a response arrived", None),
    ],
)
def test_the_old_one_cannot_be_deleted(site: Site, fault: dict[str, Any], words: str, status: int | None) -> None:
    old = site.add(SITE, limit=1)
    site.sandbox.control.faults({**DELETES, **fault})
    result = site.run(limit=2)
    (new,) = set(site.ids()) - {old}
    assert result["failed"] is True
    assert result["changed"] is True
    assert result["crawl"]["id"] == new
    assert f"The new crawl {new} was created, but the old one {old} could not be deleted." in result["msg"]
    assert f"community.trieve.trieve_crawl, state: absent, crawl_id: {old}." in result["msg"]
    assert words in result["msg"]
    assert result["error"]["status"] == status
    assert result["error"]["method"] == "DELETE"


def test_the_task_that_it_names_finishes_the_work(site: Site) -> None:
    old = site.add(SITE, limit=1)
    site.sandbox.control.faults({**DELETES, "status": 500})
    site.run(limit=2)
    site.sandbox.control.clear_faults()
    again = site.run(limit=2)
    assert again["changed"] is False
    assert old in again["warnings"][0]
    assert site.run(state="absent", crawl_id=old)["changed"] is True
    assert site.run(limit=2)["changed"] is False


@pytest.mark.parametrize("code", [400, 401, 408, 500, 503])
def test_a_creation_that_fails_deletes_nothing(site: Site, code: int) -> None:
    old = site.add(SITE, limit=1)
    site.sandbox.control.faults({"kind": "status", "method": "POST", "path": "/api/crawl", "status": code})
    result = site.run(limit=2, retries=3)
    assert (result["failed"], result["changed"]) == (True, False)
    assert result["error"]["status"] == code
    assert site.ids() == [old]
    # Where the server may have kept the new row all the same, the list is read.
    assert site.sent() == ["POST", "GET", "POST", *(["GET"] if code in (408, 500, 503) else [])]


def test_a_creation_whose_answer_is_lost(site: Site) -> None:
    site.sandbox.control.faults({"kind": "drop_after", "method": "POST", "path": "/api/crawl"})
    result = site.run(retries=3)
    assert result["failed"] is True
    assert "may have been processed all the same, so check before you repeat it" in result["msg"]
    assert len(site.ids()) == 1


@pytest.mark.parametrize("settings", ["error", "down"])
def test_no_firecrawl(site: Site, settings: str) -> None:
    site.sandbox.control.settings(firecrawl=settings)
    result = site.run()
    assert "HTTP 400: Could not crawl site: Internal Server Error: Error" in result["msg"]
    assert (result["changed"], site.ids()) == (False, [])


def test_the_list_cannot_be_read_after_it(site: Site) -> None:
    site.sandbox.control.faults({"kind": "status", "method": "GET", "path": "/api/crawl", "status": 500, "after": 1})
    result = site.run()
    (new,) = site.ids()
    assert (result["failed"], result["changed"], result["crawl"]["id"]) == (True, True, new)
    assert f"Crawl {new} was created, but the list could not be read after it." in result["msg"]


def test_the_dataset_is_deleted_meanwhile(site: Site) -> None:
    fault = {"kind": "status", "status": 404, "body": {"message": "Not Found: Could not find dataset"}, "after": 1}
    site.sandbox.control.faults({**fault, "method": "GET", "path": "/api/crawl"})
    result = site.run()
    (new,) = site.ids()
    assert (result["failed"], result["changed"], result["crawl"]["id"]) == (True, True, new)
    assert f"Crawl {new} was created, but the list could not be read after it." in result["msg"]


# -- several of them ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check_mode", [False, True])
def test_twins_of_which_none_is_as_asked(site: Site, check_mode: bool) -> None:
    ids = [site.add(SITE, limit=1), site.add(SITE, limit=2)]
    site.add(SITE, scrape_options={"type": "youtube"})
    site.sandbox.control.clear_requests()
    result = site.run(check_mode, limit=3)
    assert (result["failed"], result["changed"]) == (True, False)
    assert f"There are 2 crawls of {SITE} (firecrawl), and none matches what is declared" in result["msg"]
    assert [crawl_id for crawl_id in ids if crawl_id not in result["msg"]] == []
    assert {crawl["id"] for crawl in result["crawls"]} == set(ids)
    assert site.sent() == ["GET"]


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("first", [True, False])
def test_twins_of_which_one_is_as_asked(site: Site, check_mode: bool, first: bool) -> None:
    limits = (3, 1) if first else (1, 3)
    ids = {limit: site.add(SITE, limit=limit) for limit in limits}
    result = site.run(check_mode, limit=3)
    assert (result["changed"], result["crawl"]["id"]) == (False, ids[3])
    (warning,) = result["warnings"]
    assert f"Crawl {ids[1]} of {SITE} (firecrawl) exists beside crawl {ids[3]} and differs in limit" in warning
    assert set(site.ids()) == set(ids.values())


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_that_are_as_asked_the_one_that_works(site: Site, order: int) -> None:
    failed, works = [site.add(SITE), site.add(SITE)][::order]
    for there, status in ((failed, "Failed"), (works, "Completed")):
        site.status(there, status)
    for recrawl in ("never", "on_failure"):
        result = site.run(recrawl=recrawl)
        assert (result["changed"], result["crawl"]["id"]) == (False, works)
        assert failed in result["warnings"][0]


def test_a_twin_that_somebody_else_creates_meanwhile(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    others: list[str] = []

    def together(client: Any, dataset: str, body: Any) -> Crawl:
        new = create_crawl(client, dataset, body)
        others.append(site.add(SITE, limit=9))
        site.add(SITE + "/other")
        return new

    monkeypatch.setattr(crawl_plan, "create_crawl", together)
    result = site.run()
    assert result["changed"] is True
    assert result["crawl"]["id"] not in others
    (warning,) = result["warnings"]
    assert warning == (
        f"Another client created crawl {others[0]} of {SITE} (firecrawl) while this task created {result['crawl']['id']}."
        " It differs in limit. Delete the undesired one by its ID."
    )


# -- crawling again -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "recrawl", "again"),
    [
        ("Completed", "never", False),
        ("Completed", "on_failure", False),
        ("Completed", "always", True),
        ("Failed", "never", False),
        ("Failed", "on_failure", True),
        ("Failed", "always", True),
        ("Pending", "on_failure", False),
        ("Processed 3 pages", "on_failure", False),
        ("Processed 3 pages", "always", True),
    ],
)
def test_recrawl(site: Site, status: str, recrawl: str, again: bool) -> None:
    old = site.add(SITE, limit=4)
    site.status(old, status)
    preview = site.run(check_mode=True, recrawl=recrawl)
    assert site.ids() == [old]
    result = site.run(recrawl=recrawl)
    assert (preview["changed"], preview["diff"]) == (result["changed"], result["diff"])
    assert result["changed"] is again
    assert (result["replaced_crawl_id"], preview["replaced_crawl_id"]) == ((old, old) if again else (None, None))
    (now,) = site.ids()
    assert (now != old) is again
    assert site.options(now)["limit"] == 4
    if again:
        (diff,) = result["diff"]
        assert (diff["before"], diff["after"]) == ({"status": status}, {"status": "Pending"})


def test_a_new_crawl_is_not_crawled_twice(site: Site) -> None:
    site.run(recrawl="always")
    assert len(site.ids()) == 1
    result = site.run(recrawl="always", limit=3)
    assert len(site.ids()) == 1
    assert [diff["after"] for diff in result["diff"]] == [{"limit": 3, "status": "Pending"}]
