# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deleting a crawl: never one that the dataset does not show."""

from __future__ import annotations

from typing import Any

import pytest

from ...one_crawl import SITE, Site

UNKNOWN = "1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11"


def spellings(crawl_id: str) -> list[str]:
    """The ways in which an id can be written."""
    plain = crawl_id.replace("-", "")
    return [
        crawl_id,
        crawl_id.upper(),
        f"{{{crawl_id}}}",
        f"urn:uuid:{crawl_id}",
        plain,
        plain.upper(),
        f" {crawl_id}\n",
    ]


def test_by_id(site: Site) -> None:
    crawl_id, other = site.add(SITE, limit=3), site.add(SITE)
    preview = site.run(check_mode=True, state="absent", crawl_id=crawl_id)
    assert site.ids() == [crawl_id, other]
    result = site.run(state="absent", crawl_id=crawl_id)
    assert site.ids() == [other]
    assert preview == result
    assert (result["changed"], [crawl["id"] for crawl in result["crawls"]]) == (True, [crawl_id])
    assert result["crawls"][0]["limit"] == 3
    (diff,) = result["diff"]
    assert diff["after_header"] == f"crawl {SITE} (firecrawl) {crawl_id} of dataset docs: deleted, its chunks stay"
    assert (diff["before"], diff["after"]) == ({"id": crawl_id, "site_url": SITE, "kind": "firecrawl"}, {})
    assert result["summary"] == {"delete": 1, "unchanged": 0}
    site.sent()
    again = site.run(state="absent", crawl_id=crawl_id)
    assert (again["changed"], again["crawls"]) == (False, [])
    assert site.sent() == ["GET"]


@pytest.mark.parametrize("number", range(7))
def test_by_id_in_every_spelling(site: Site, number: int) -> None:
    crawl_id = site.add(SITE)
    assert site.run(state="absent", crawl_id=spellings(crawl_id)[number])["changed"] is True
    assert site.ids() == []
    log = site.sandbox.control.requests()
    assert [entry["path"] for entry in log if entry["method"] == "DELETE"] == [f"/api/crawl/{crawl_id}"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_no_delete_for_what_the_list_does_not_show(site: Site, check_mode: bool) -> None:
    other = Site(site.sandbox, site.connection, "other")
    foreign = other.add(SITE)
    site.sent()
    for crawl_id in [UNKNOWN, *spellings(foreign)]:
        result = site.run(check_mode, state="absent", crawl_id=crawl_id)
        assert (result["changed"], result["crawls"]) == (False, [])
        (warning,) = result["warnings"]
        assert f"Crawl {UNKNOWN if crawl_id == UNKNOWN else foreign} not found in dataset 'docs'" in warning
        assert "belong to another dataset" in warning
    assert set(site.sent()) == {"GET"}
    assert other.ids() == [foreign]


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    "crawl_id", ["docs", UNKNOWN[:-1], UNKNOWN + "0", "..", "*", "%20", " ", f"{UNKNOWN}/x", f"{{{UNKNOWN}"]
)
def test_what_is_no_id(site: Site, check_mode: bool, crawl_id: str) -> None:
    site.add(SITE)
    site.sent()
    result = site.run(check_mode, state="absent", crawl_id=crawl_id)
    assert (result["failed"], result["changed"]) == (True, False)
    assert "crawl_id" in result["msg"]
    assert "is not a valid UUID" in result["msg"]
    assert site.sent() == []


@pytest.mark.parametrize("crawl_id", ["", None])
def test_an_empty_id(site: Site, crawl_id: str | None) -> None:
    crawls = [site.add(SITE)]
    site.sent()
    result = site.run(state="absent", crawl_id=crawl_id)
    assert (result["failed"], result["changed"]) == (True, False)
    assert "crawl_id is empty" in result["msg"]
    preview = site.run(check_mode=True, state="absent", crawl_id=crawl_id)
    assert (preview["changed"], preview["crawls"]) == (False, [])
    assert "crawl_id is empty" in preview["warnings"][0]
    assert site.sent() == []
    assert site.ids() == crawls


def test_by_site_all_of_its_kind_go(site: Site) -> None:
    going = {site.add(SITE, limit=1), site.add(SITE, limit=2)}
    staying = {
        site.add(SITE, scrape_options={"type": "youtube"}),
        site.add("https://elsewhere.example.com"),
        site.add(SITE + "/x"),
    }
    preview = site.run(check_mode=True, state="absent")
    assert {crawl["id"] for crawl in preview["crawls"]} == going
    result = site.run(state="absent")
    assert result == preview
    assert set(site.ids()) == staying
    again = site.run(state="absent")
    assert (again["changed"], again["crawls"]) == (False, [])


@pytest.mark.parametrize("kind", ["shopify", "youtube", "firecrawl"])
def test_by_site_and_kind(site: Site, kind: str) -> None:
    ids = {"firecrawl": site.add(SITE)}
    ids.update({other: site.add(SITE, scrape_options={"type": other}) for other in ("shopify", "youtube")})
    result = site.run(state="absent", scrape_options={"type": kind})
    assert [crawl["id"] for crawl in result["crawls"]] == [ids[kind]]
    assert set(site.ids()) == set(ids.values()) - {ids[kind]}


def test_it_breaks_off_in_the_middle(site: Site) -> None:
    ids = {site.add(SITE, limit=limit) for limit in (1, 2, 3)}
    site.sandbox.control.faults({"kind": "status", "method": "DELETE", "status": 500, "after": 1})
    result = site.run(state="absent")
    (gone,) = ids - set(site.ids())
    assert (result["failed"], result["changed"]) == (True, True)
    assert [crawl["id"] for crawl in result["crawls"]] == [gone]
    assert "could not be deleted. DELETE " in result["msg"]
    assert result["error"]["status"] == 500
    site.sandbox.control.clear_faults()
    rest = site.run(state="absent")
    assert {crawl["id"] for crawl in rest["crawls"]} == ids - {gone}


def test_it_breaks_off_at_once(site: Site) -> None:
    site.add(SITE)
    site.sandbox.control.faults({"kind": "status", "method": "DELETE", "status": 403, "body": {"message": "Forbidden"}})
    result = site.run(state="absent")
    assert (result["failed"], result["changed"], result["crawls"]) == (True, False, [])
    assert "role is too low" in result["msg"]


def test_a_page_of_a_proxy_is_no_deletion(site: Site) -> None:
    site.add(SITE)
    site.sandbox.control.faults({"kind": "html", "method": "DELETE", "status": 200})
    result = site.run(state="absent")
    assert (result["failed"], result["changed"]) == (True, False)
    assert "HTTP 200: the response is not empty" in result["msg"]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"interval": "daily"}, "interval"),
    ({"limit": 5}, "limit"),
    ({"boost_titles": False}, "boost_titles"),
    ({"tags": []}, "tags"),
    ({"webhook_urls": ["x"]}, "webhook_urls"),
    ({"recrawl": "always"}, "recrawl"),
    ({"wait": True}, "wait"),
    ({"duplicates": "remove"}, "duplicates"),
    ({"scrape_options": {"type": "shopify", "group_variants": False}}, "scrape_options.group_variants"),
    ({"scrape_options": {"type": "openapi", "openapi_tag": "x"}}, "scrape_options.openapi_tag"),
    ({"limit": 5, "wait": True}, "limit and wait"),
    ({"crawl_id": UNKNOWN, "scrape_options": {"type": "youtube"}}, "scrape_options"),
    ({"crawl_id": UNKNOWN, "limit": 5}, "limit"),
]


@pytest.mark.parametrize(("options", "named"), REFUSED)
@pytest.mark.parametrize("check_mode", [False, True])
def test_options_that_say_nothing_about_what_to_delete(
    site: Site, check_mode: bool, options: dict[str, Any], named: str
) -> None:
    result = site.run(check_mode, state="absent", **options)
    assert result["failed"] is True
    assert f"{named} cannot be used " in result["msg"]
    assert site.sent() == []


MISSED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (SITE, {"scrape_options": {"type": "shopify"}}, {}, "so its kind differs from the one to delete, and it stays"),
    (SITE, {}, {"scrape_options": {"type": "youtube"}}, "so its kind differs from the one to delete, and it stays"),
    (SITE + "/", {}, {}, f"which differs from {SITE} by a final slash or by case only"),
    (SITE, {}, {"site_url": SITE + "/"}, f"which differs from {SITE}/ by a final slash or by case only"),
    (SITE.replace("docs", "Docs"), {}, {}, f"which differs from {SITE} by a final slash or by case only"),
    (
        SITE + "/",
        {"scrape_options": {"type": "shopify"}},
        {},
        "so its kind differs from the one to delete, and it stays",
    ),
    (SITE + "/caf\u00e9", {}, {"site_url": SITE + "/cafe\u0301"}, "composes its accented characters differently"),
    (SITE + "/cafe\u0301", {}, {"site_url": SITE + "/caf\u00e9"}, "composes its accented characters differently"),
]


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(("there", "options", "asked", "words"), MISSED)
def test_a_crawl_that_is_just_missed_is_named(
    site: Site, check_mode: bool, there: str, options: dict[str, Any], asked: dict[str, Any], words: str
) -> None:
    crawl_id = site.add(there, **options)
    site.sent()
    result = site.run(check_mode, state="absent", **asked)
    kind = options.get("scrape_options", {}).get("type", "firecrawl")
    assert result["changed"] is False
    (warning,) = result["warnings"]
    assert f"Crawl {crawl_id} is of {there} ({kind}), " in warning
    assert words in warning
    assert site.ids() == [crawl_id]
    assert site.sent() == ["GET"]


def test_another_kind_is_not_named_where_something_is_deleted(site: Site) -> None:
    site.add(SITE)
    other = site.add(SITE, scrape_options={"type": "shopify"})
    assert "warnings" not in site.run(state="absent")
    assert site.ids() == [other]


@pytest.mark.parametrize("site_url", ["docs.example.com", "ftp://docs.example.com", "@channel"])
def test_an_address_that_could_not_be_declared_can_be_deleted(site: Site, site_url: str) -> None:
    site.add(site_url)
    assert site.run(state="absent", site_url=site_url)["changed"] is True
    assert site.ids() == []
