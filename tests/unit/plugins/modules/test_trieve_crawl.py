# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One crawl: what it is found by, each of its options both ways, and what counts as no difference."""

from __future__ import annotations

from typing import Any

import pytest

from ...one_crawl import SITE, Site

OPENAPI = {"type": "openapi", "openapi_schema_url": "https://docs.example.com/openapi.json", "openapi_tag": "public"}


# -- identity -------------------------------------------------------------------------------------------------------------------


def test_a_crawl_is_created_once(site: Site) -> None:
    result = site.thrice(limit=5)
    (row,) = site.crawls()
    assert result["crawl"]["id"] == row["id"]
    assert result["replaced_crawl_id"] is None
    (diff,) = result["diff"]
    assert diff["before"] == {}
    assert diff["after"] == {"site_url": SITE, "kind": "firecrawl", "limit": 5}
    assert diff["after_header"] == f"crawl {SITE} (firecrawl) of dataset docs: created"
    assert result["summary"] == {"create": 1, "unchanged": 0}
    assert "warnings" not in result


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"interval": "weekly", "limit": 7, "tags": ["b", "a"], "boost_titles": False},
        {"webhook_urls": ["https://hooks.example.com/x"], "add_chunks_to_dataset": False},
        {"scrape_options": OPENAPI},
        {"scrape_options": {"type": "shopify", "group_variants": True}},
        {"scrape_options": {"type": "youtube"}},
    ],
)
def test_the_preview_shows_the_crawl_as_it_will_be(site: Site, options: dict[str, Any]) -> None:
    preview = site.run(check_mode=True, **options)["crawl"]
    crawl = site.run(**options)["crawl"]
    later = {"id", "created_at", "next_crawl_at"}
    assert preview["id"] is None
    assert preview.keys() == crawl.keys()
    assert {name for name in crawl if crawl[name] != preview[name]} <= later
    assert site.run(**options)["crawl"].keys() == crawl.keys()


def test_the_result_is_flat(site: Site) -> None:
    crawl = site.run(interval="daily", limit=3)["crawl"]
    assert (crawl["site_url"], crawl["kind"], crawl["status"]) == (SITE, "firecrawl", "Pending")
    assert (crawl["interval"], crawl["interval_seconds"], crawl["limit"]) == ("daily", 86400, 3)
    assert crawl["webhook_urls"] == []
    assert crawl["scrape_options"] is None
    assert not {"scrape_id", "webhook_metadata", "crawl_options"} & set(crawl)


OTHERS = [
    {"site_url": SITE + "/"},
    {"site_url": SITE.upper()},
    {"site_url": SITE + "/docs"},
    {"site_url": SITE + "?a=b"},
    {"site_url": "http://docs.example.com"},
    {"scrape_options": {"type": "shopify"}},
    {"scrape_options": {"type": "youtube"}},
    {"scrape_options": OPENAPI},
]


@pytest.mark.parametrize("other", OTHERS)
def test_another_address_or_kind_is_another_crawl(site: Site, other: dict[str, Any]) -> None:
    first = site.run()["crawl"]["id"]
    assert site.run(**other)["changed"] is True
    assert len(site.ids()) == 2
    assert site.run()["crawl"]["id"] == first
    assert site.run(**other)["changed"] is False


@pytest.mark.parametrize(
    ("other", "near"),
    [
        (SITE + "/", True),
        (SITE.upper(), True),
        ("https://Docs.Example.com///", True),
        (SITE, False),
        (SITE + "/docs", False),
        ("http://docs.example.com", False),
    ],
)
@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("check_mode", [False, True])
def test_an_address_that_is_nearly_the_same(site: Site, other: str, near: bool, state: str, check_mode: bool) -> None:
    crawl_id = site.add(other)
    result = site.run(check_mode, state=state)
    warnings = result.get("warnings", [])
    assert len(warnings) == near
    if near:
        assert crawl_id in warnings[0]
        assert other in warnings[0]
        assert "final slash or by case" in warnings[0]


def test_nearly_the_same_but_of_another_kind(site: Site) -> None:
    site.add(SITE + "/", scrape_options={"type": "youtube"})
    assert "warnings" not in site.run()


def test_a_default_kind_may_be_named(site: Site) -> None:
    crawl_id = site.add(SITE)
    result = site.run(scrape_options={"type": "firecrawl"})
    assert (result["changed"], result["crawl"]["id"]) == (False, crawl_id)


def test_crawls_of_other_datasets_do_not_count(site: Site) -> None:
    other = Site(site.sandbox, site.connection, "other")
    crawl_id = other.run()["crawl"]["id"]
    assert site.run()["crawl"]["id"] != crawl_id
    assert other.ids() == [crawl_id]


# -- options --------------------------------------------------------------------------------------------------------------------

LISTS = ("exclude_paths", "include_paths", "exclude_tags", "include_tags", "tags")
STRINGS = ("heading_remove_strings", "body_remove_strings")
SHOPIFY = {"type": "shopify"}

VALUES: list[tuple[str, Any, Any]] = [
    ("interval", "daily", "weekly"),
    ("interval", "monthly", "never"),
    ("interval", "never", "daily"),
    ("limit", 1, 2**31 - 1),
    ("limit", 5, 1000),
    ("boost_titles", True, False),
    ("boost_titles", False, True),
    ("ignore_sitemap", True, False),
    ("ignore_sitemap", False, True),
    ("add_chunks_to_dataset", True, False),
    ("add_chunks_to_dataset", False, True),
    *((name, ["/a", "/b"], ["/a"]) for name in (*LISTS, *STRINGS)),
    *((name, ["/a"], ["/a", "/b"]) for name in (*LISTS, *STRINGS)),
    *((name, ["/a"], []) for name in (*LISTS, *STRINGS)),
    *((name, ["/a", "/b"], ["/b", "/a"]) for name in STRINGS),
    ("webhook_urls", ["https://a.example.com", "https://b.example.com"], ["https://b.example.com"]),
    ("webhook_urls", ["https://a.example.com"], []),
    ("webhook_urls", [], ["https://a.example.com"]),
]
SUBVALUES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({**SHOPIFY, "group_variants": True}, {**SHOPIFY, "group_variants": False}),
    ({**SHOPIFY, "tag_regexes": ["a", "b"]}, {**SHOPIFY, "tag_regexes": ["a"]}),
    ({**SHOPIFY, "tag_regexes": ["a"]}, {**SHOPIFY, "tag_regexes": []}),
    (OPENAPI, {**OPENAPI, "openapi_tag": "internal"}),
    (OPENAPI, {**OPENAPI, "openapi_schema_url": "https://docs.example.com/v2.json"}),
]
PAIRS = [
    *(({name: old}, {name: new}) for name, old, new in VALUES),
    *(({"scrape_options": old}, {"scrape_options": new}) for old, new in SUBVALUES),
]


def stored(options: dict[str, Any]) -> dict[str, Any]:
    """What the server holds of these options."""
    return {name: value for name, value in options.items() if (name, value) != ("interval", "never")}


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_an_option_that_differs(site: Site, old: dict[str, Any], new: dict[str, Any]) -> None:
    (name,) = old
    first = site.thrice(**old)["crawl"]["id"]
    result = site.thrice(**new)
    assert result["replaced_crawl_id"] == first
    (crawl_id,) = site.ids()
    assert result["crawl"]["id"] == crawl_id != first
    assert site.options(crawl_id).get(name, []) == stored(new).get(name, [])
    (diff,) = result["diff"]
    assert diff["before"].keys() == diff["after"].keys()
    assert diff["before"] != diff["after"]
    there = f"crawl {SITE} ({result['crawl']['kind']}) of dataset docs"
    assert diff["before_header"] == there
    assert diff["after_header"] == (
        f"{there}: replaced, the site is crawled again, and the chunks of the old crawl stay"
    )
    (change,) = result["plan"]
    assert (change["action"], change["kind"], change["id"], change["dataset"]) == ("replace", "crawl", first, "docs")
    assert {field["name"]: (field["before"], field["after"]) for field in change["fields"]} == {
        name: (value, diff["after"][name]) for name, value in diff["before"].items() if value != diff["after"][name]
    }


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_an_option_that_is_not_named_survives(site: Site, old: dict[str, Any], new: dict[str, Any]) -> None:
    kind = {"scrape_options": {"type": new["scrape_options"]["type"]}} if "scrape_options" in new else {}
    first = site.run(**new)["crawl"]["id"]
    before = site.options(first)
    assert site.run(**kind)["changed"] is False
    result = site.thrice(**kind, **({"tags": ["z"]} if "limit" in new else {"limit": 77}))
    after = site.options(result["crawl"]["id"])
    assert result["replaced_crawl_id"] == first
    changed = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    assert changed == ({"tags"} if "limit" in new else {"limit"})


def test_a_suboption_that_is_not_named_survives(site: Site) -> None:
    site.run(scrape_options={**SHOPIFY, "group_variants": True, "tag_regexes": ["a"]})
    result = site.thrice(scrape_options={**SHOPIFY, "tag_regexes": ["b"]})
    assert result["crawl"]["scrape_options"] == {**SHOPIFY, "group_variants": True, "tag_regexes": ["b"]}
    assert [diff["before"] for diff in result["diff"]] == [{"tag_regexes": ["a"]}]
    site.run(scrape_options=OPENAPI)
    assert site.thrice(scrape_options={"type": "openapi", "openapi_tag": "x"})["crawl"]["scrape_options"] == {
        **OPENAPI,
        "openapi_tag": "x",
    }


def test_external_links(site: Site) -> None:
    paths = {"include_paths": ["/docs"]}
    site.thrice(allow_external_links=True, **paths)
    assert site.run(**paths)["crawl"]["allow_external_links"] is True
    assert site.thrice(allow_external_links=False)["crawl"]["include_paths"] == ["/docs"]
    site.thrice(allow_external_links=True, include_paths=["*", "/docs"])


# -- what is no difference --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "asked"),
    [
        ({}, {"boost_titles": True}),
        ({}, {"allow_external_links": False}),
        ({}, {"add_chunks_to_dataset": True}),
        ({}, {"limit": 1000}),
        ({}, {"interval": "never"}),
        ({}, {name: [] for name in (*LISTS, *STRINGS, "webhook_urls")}),
        ({name: [] for name in (*LISTS, *STRINGS)}, {name: [] for name in (*LISTS, *STRINGS)}),
        *(({name: ["b", "a"]}, {name: ["a", "b"]}) for name in (*LISTS, "webhook_urls")),
        *(({name: ["a"]}, {name: ["a", "a"]}) for name in (*LISTS, "webhook_urls")),
        *(({name: ["a", "b", "a"]}, {name: ["b", "a"]}) for name in (*LISTS, "webhook_urls")),
        ({"limit": 1000, "boost_titles": True}, {}),
        ({"webhook_urls": ["https://a.example.com"], "add_chunks_to_dataset": False}, {}),
        ({"scrape_options": SHOPIFY}, {"scrape_options": SHOPIFY}),
    ],
)
def test_no_difference(site: Site, there: dict[str, Any], asked: dict[str, Any]) -> None:
    crawl_id = site.add(SITE, **there)
    result = site.thrice(**asked)
    assert (result["changed"], site.ids()) == (False, [crawl_id])
    assert result["crawl"]["id"] == crawl_id


@pytest.mark.parametrize(
    ("there", "asked"),
    [
        ({"boost_titles": False}, {"boost_titles": True}),
        ({"limit": 10}, {"limit": 1000}),
        ({"interval": "daily"}, {"interval": "never"}),
        ({}, {"ignore_sitemap": False}),
        ({"heading_remove_strings": ["a", "b"]}, {"heading_remove_strings": ["b", "a"]}),
        ({"heading_remove_strings": ["a"]}, {"heading_remove_strings": ["a", "a"]}),
        ({"tags": ["a"]}, {"tags": ["A"]}),
    ],
)
def test_a_difference(site: Site, there: dict[str, Any], asked: dict[str, Any]) -> None:
    crawl_id = site.add(SITE, **there)
    assert site.thrice(**asked)["replaced_crawl_id"] == crawl_id


def test_what_the_server_makes_of_an_old_interval(site: Site) -> None:
    crawl_id = site.add(SITE, interval="daily")
    site.sandbox.control.sql("UPDATE crawls SET interval = 3600 WHERE id = ?", (crawl_id,))
    crawl = site.run()["crawl"]
    assert (crawl["interval"], crawl["interval_seconds"]) == ("daily", 3600)


# -- the server's own webhook -------------------------------------------------------------------------------------------------------


def own(site: Site) -> str:
    """The webhook that the server adds."""
    return f"{site.sandbox.url}/api/file/html_page"


@pytest.mark.parametrize("asked", [None, ["https://a.example.com"], []])
def test_the_servers_own_webhook_is_no_difference(site: Site, asked: list[str] | None) -> None:
    options = {} if asked is None else {"webhook_urls": asked}
    result = site.thrice(**options)
    assert result["crawl"]["webhook_urls"] == (asked or [])
    (row,) = site.crawls()
    assert own(site) in row["crawl_options"]


@pytest.mark.parametrize("where", [0, 1, 2])
def test_a_user_may_name_it(site: Site, where: int) -> None:
    urls = ["https://a.example.com", "https://b.example.com"]
    urls.insert(where, own(site))
    result = site.thrice(webhook_urls=urls)
    assert site.run(webhook_urls=urls)["changed"] is False
    assert set(result["crawl"]["webhook_urls"]) >= {"https://a.example.com", "https://b.example.com"}


def test_a_replacement_does_not_send_it(site: Site) -> None:
    site.run(webhook_urls=["https://a.example.com"])
    site.sandbox.control.clear_requests()
    site.run(limit=9)
    (body,) = [
        entry["body"]
        for entry in site.sandbox.control.requests()
        if entry["method"] + entry["path"] == "POST/api/crawl"
    ]
    assert body["crawl_options"]["webhook_urls"] == ["https://a.example.com"]
    assert "webhook_metadata" not in body["crawl_options"]


def test_a_crawl_without_chunks_has_none(site: Site) -> None:
    urls = ["https://a.example.com", "https://elsewhere.example.com/api/file/html_page"]
    result = site.thrice(webhook_urls=urls, add_chunks_to_dataset=False)
    assert result["crawl"]["webhook_urls"] == urls
    assert site.thrice(limit=9)["crawl"]["webhook_urls"] == urls


def test_one_of_another_server_that_looks_the_same(site: Site) -> None:
    urls = ["https://elsewhere.example.com/api/file/html_page"]
    assert site.thrice(webhook_urls=urls)["crawl"]["webhook_urls"] == urls
    assert site.thrice(limit=9)["crawl"]["webhook_urls"] == urls


def test_no_secret_of_the_server_in_any_result(site: Site) -> None:
    for options in ({}, {"limit": 3}, {"recrawl": "always"}, {"state": "absent"}):
        for check_mode in (True, False):
            result = site.run(check_mode, **options)
            assert not [name for name in ("webhook_secret", "webhook_metadata", "99b9dba7") if name in str(result)]
