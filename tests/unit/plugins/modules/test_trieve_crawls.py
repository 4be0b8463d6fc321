# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_crawls) with state present against a sandbox where everything goes well."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.module_utils import trieve as _client
from sandbox.server import Running

from ...crawls import Docs, without_generation

A, B, C = "https://a.example.com", "https://b.example.com", "https://c.example.com"
READS = {"GET"}


@pytest.fixture
def docs(sandbox: Running, connection: dict[str, Any]) -> Docs:
    """An empty dataset."""
    return Docs(sandbox, connection)


def urls(crawls: list[dict[str, Any]]) -> list[str]:
    return [crawl["site_url"] for crawl in crawls]


def test_one_listing_and_then_only_what_changes_something(docs: Docs) -> None:
    docs.add(A, limit=1)
    old = docs.add(B, limit=1)
    gone = docs.add(C)
    docs.sent()
    entries = [{"site_url": A, "limit": 1}, {"site_url": B, "limit": 2}, {"site_url": "https://new.example.com"}]
    result = docs.run(crawls=entries, prune=True)
    assert sorted(docs.sent()) == ["DELETE", "DELETE", "GET", "GET", "POST", "POST"]
    assert result["changed"] is True
    assert urls(result["created"]) == ["https://new.example.com"]
    assert [crawl["replaced_crawl_id"] for crawl in result["updated"]] == [old]
    assert [crawl["id"] for crawl in result["deleted"]] == [gone]
    assert result["unchanged"] == 1
    assert urls(result["crawls"]) == [A, B, "https://new.example.com"]
    assert sorted(crawl["id"] for crawl in result["crawls"]) == sorted(docs.ids())

    again = docs.run(crawls=entries, prune=True)
    assert docs.sent() == ["GET"]
    assert again["changed"] is False
    assert again["diff"] == again["plan"] == []
    assert again["summary"] == {"unchanged": 3}
    assert (again["created"], again["updated"], again["deleted"], again["unchanged"]) == ([], [], [], 3)
    assert [crawl["id"] for crawl in again["crawls"]] == [crawl["id"] for crawl in result["crawls"]]


def test_two_crawls_of_one_site_with_different_paths(docs: Docs) -> None:
    entries = [{"site_url": A, "include_paths": ["/guide/*"]}, {"site_url": A, "include_paths": ["/reference/*"]}]
    assert len(docs.run(crawls=entries)["created"]) == 2
    before = docs.ids()
    assert docs.run(crawls=list(reversed(entries)), prune=True)["changed"] is False
    # One of them changes: the other one stays.
    entries[0] = {"site_url": A, "include_paths": ["/guide/v2/*"]}
    result = docs.run(crawls=entries, prune=True)
    assert len(result["updated"]) == 1
    assert result["unchanged"] == 1
    assert len(set(before) & set(docs.ids())) == 1
    assert docs.run(crawls=entries, prune=True)["changed"] is False


def test_a_replacement_keeps_what_the_entry_does_not_name(docs: Docs) -> None:
    docs.add(A, limit=1, tags=["x"], interval="daily", webhook_urls=["https://hook.example.com"], boost_titles=False)
    docs.run(crawls=[{"site_url": A, "limit": 2}])
    (row,) = docs.crawls()
    options = json.loads(row["crawl_options"])
    assert (options["limit"], without_generation(options["tags"]), options["interval"]) == (2, ["x"], "daily")
    assert options["webhook_urls"][0] == "https://hook.example.com"
    assert options["boost_titles"] is False


def test_without_prune_others_stay(docs: Docs) -> None:
    docs.add(B)
    result = docs.run(crawls=[{"site_url": A}])
    assert result["deleted"] == []
    assert urls(result["crawls"]) == [A, B]
    assert docs.urls() == [A, B]


@pytest.mark.parametrize(
    ("globs", "left"),
    [
        (["*"], [A]),
        ([], [A, B, C, "https://team.example.com/x", "https://team.example.org"]),
        (["https://team.example.com/*"], [A, B, C, "https://team.example.org"]),
        (["https://?.example.com"], [A, "https://team.example.com/x", "https://team.example.org"]),
        (["https://[!b].example.com", "*.org"], [A, B, "https://team.example.com/x"]),
        (["https://TEAM.example.com/*"], [A, B, C, "https://team.example.com/x", "https://team.example.org"]),
        (["team"], [A, B, C, "https://team.example.com/x", "https://team.example.org"]),
    ],
)
def test_prune_sites_limits_what_prune_may_touch(docs: Docs, globs: list[str], left: list[str]) -> None:
    for url in (A, B, C, "https://team.example.com/x", "https://team.example.org"):
        docs.add(url)
    result = docs.run(crawls=[{"site_url": A}], prune=True, prune_sites=globs)
    assert docs.urls() == sorted(left)
    assert sorted(urls(result["crawls"])) == sorted(left)
    assert len(result["deleted"]) == 5 - len(left)


def test_prune_removes_a_twin_of_a_declared_crawl(docs: Docs) -> None:
    twin, kept = docs.add(A), docs.add(A)
    result = docs.run(crawls=[{"site_url": A}], prune=True)
    assert docs.ids() == [kept]
    assert [crawl["id"] for crawl in result["deleted"]] == [twin]


def test_an_empty_list_wipes_nothing_unless_that_is_said(docs: Docs) -> None:
    docs.add(A)
    docs.sent()
    refused = docs.run(crawls=[], prune=True)
    assert refused["failed"] is True
    assert "allow_empty" in refused["msg"]
    assert docs.sent() == []
    assert docs.run(crawls=[])["changed"] is False
    result = docs.run(crawls=[], prune=True, allow_empty=True)
    assert urls(result["deleted"]) == [A]
    assert docs.urls() == []


@pytest.mark.parametrize(
    ("most", "refused"),
    [
        ("0", True),
        ("3", True),
        ("4", False),
        ("0%", True),
        ("39%", True),
        ("40%", False),
        ("100%", False),
        (" 4 ", False),
    ],
)
def test_max_deletions_is_checked_before_any_write(docs: Docs, most: str, refused: bool) -> None:
    docs.add_many(10)
    entries = [{"site_url": f"https://site-{n}.example.com"} for n in range(5, 11)] + [{"site_url": A}]
    result = docs.run(crawls=entries, prune=True, max_deletions=most)
    assert result.get("failed", False) is refused
    if refused:
        assert docs.sent() == ["GET"]
        assert f"4 of the 10 crawls in scope would be deleted, but max_deletions is {most}" in result["msg"]
    else:
        assert len(docs.ids()) == 7


def test_the_percentage_is_of_what_may_be_pruned(docs: Docs) -> None:
    docs.add_many(10)
    docs.add(A)
    docs.add(A)
    options = {"crawls": [{"site_url": A}], "prune": True, "prune_sites": [A + "*"]}
    refused = docs.run(**options, max_deletions="49%")
    assert "1 of the 2 crawls in scope would be deleted, but max_deletions is 49%, which is 0." in refused["msg"]
    assert docs.run(**options, max_deletions="50%")["changed"] is True
    assert len(docs.ids()) == 11


def test_a_replaced_crawl_is_no_deletion(docs: Docs) -> None:
    docs.add(A, limit=1)
    assert docs.run(crawls=[{"site_url": A, "limit": 2}], prune=True, max_deletions="0")["changed"] is True


@pytest.mark.parametrize("most", ["-1", "101%", "25 %", "many", "", "1.5", "%"])
def test_max_deletions_is_a_number_or_a_percentage(docs: Docs, most: str) -> None:
    docs.add(A)
    docs.sent()
    result = docs.run(crawls=[], prune=True, allow_empty=True, max_deletions=most)
    assert "is neither a number nor a percentage such as 25%" in result["msg"]
    assert set(docs.sent()) <= READS


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "crawls is missing"),
        ({"crawls": [{"site_url": A}, {"limit": 3}]}, "crawls[1]: site_url is missing"),
        ({"crawls": [{"site_url": A, "limit": 0}]}, "crawls[0]: limit is 0"),
        (
            {"crawls": [{"site_url": A}, {"site_url": B}, {"site_url": A}]},
            "crawls[2]: https://a.example.com is declared with the same options as crawls[0].",
        ),
        (
            {"crawls": [{"site_url": A, "tags": ["x", "y"]}, {"site_url": A, "tags": ["y", "x"]}]},
            "is declared with the same options as crawls[0]",
        ),
        (
            {"crawls": [{"site_url": A}, {"site_url": B, "scrape_options": {"type": "openapi"}}]},
            "crawls[1]: scrape_options.openapi_schema_url is missing",
        ),
        (
            {"crawls": [{"site_url": A, "allow_external_links": True}]},
            "crawls[0]: allow_external_links needs include_paths",
        ),
        ({"crawls": [{"site_url": A}], "prune_sites": ["*"]}, "prune_sites limits what prune deletes"),
        ({"crawls": [{"site_url": A}], "crawl_ids": []}, "crawl_ids cannot be used with state: present"),
        ({"crawls": [{"site_url": A}], "site_urls": [A]}, "site_urls cannot be used with state: present"),
        ({"crawls": [{"site_url": A}], "concurrency": 0}, "concurrency is 0. It must be between 1 and 32"),
        ({"crawls": [{"site_url": A}], "concurrency": 33}, "concurrency is 33"),
    ],
)
def test_what_is_refused_before_anything_is_written(docs: Docs, options: dict[str, Any], words: str) -> None:
    docs.add(C)
    docs.sent()
    result = docs.run(**options)
    assert result["failed"] is True
    assert result["changed"] is False
    assert words in result["msg"]
    assert set(docs.sent()) <= READS
    assert docs.urls() == [C]


def test_a_merged_body_that_the_server_would_refuse_is_found_before_anything_is_written(docs: Docs) -> None:
    docs.add(A, allow_external_links=True, include_paths=["/x"])
    docs.sent()
    result = docs.run(crawls=[{"site_url": B}, {"site_url": A, "include_paths": []}])
    assert "crawls[1]: allow_external_links needs include_paths" in result["msg"]
    assert docs.sent() == ["GET"]


def test_an_address_that_differs_by_a_slash_is_warned_of(docs: Docs) -> None:
    docs.add(A + "/")
    result = docs.run(crawls=[{"site_url": A}])
    assert len(result["warnings"]) == 1
    assert "differs from https://a.example.com by a final slash" in result["warnings"][0]
    assert docs.urls() == [A, A + "/"]


@pytest.mark.parametrize("forms", [("caf\u00e9", "cafe\u0301"), ("cafe\u0301", "caf\u00e9")])
def test_an_address_that_is_composed_differently_is_warned_of(docs: Docs, forms: tuple[str, str]) -> None:
    there, declared = (f"{A}/{form}" for form in forms)
    crawl_id = docs.add(there)
    preview = docs.run(check_mode=True, crawls=[{"site_url": declared}])
    result = docs.run(crawls=[{"site_url": declared}])
    assert preview["warnings"] == result["warnings"]
    (warning,) = result["warnings"]
    assert warning.startswith(f"Crawl {crawl_id} is of {there} (firecrawl), which looks the same as the declared URL")
    assert docs.urls() == sorted((there, declared))


def test_check_mode_and_diff_are_those_of_the_run(docs: Docs) -> None:
    docs.add(A, limit=1)
    docs.add(B, limit=1, interval="weekly")
    docs.add(C, tags=["x"])
    docs.sent()
    options = {
        "crawls": [
            {"site_url": A, "limit": 1},
            {"site_url": B, "limit": 2},
            {"site_url": "https://new.example.com", "interval": "daily"},
            {"site_url": "https://shop.example.com", "scrape_options": {"type": "shopify", "group_variants": True}},
        ],
        "prune": True,
        "concurrency": 1,
    }
    before = docs.crawls()
    preview = docs.run(check_mode=True, **options)
    assert docs.sent() == ["GET"]
    assert docs.crawls() == before
    result = docs.run(**options)
    assert preview["diff"] == result["diff"]
    assert preview["changed"] is result["changed"] is True
    assert preview["unchanged"] == result["unchanged"]
    unknown = ("id", "created_at", "next_crawl_at", "status")
    for name in ("crawls", "created", "updated", "deleted"):
        shown = [
            [{k: v for k, v in crawl.items() if k not in unknown} for crawl in of[name]] for of in (preview, result)
        ]
        assert shown[0] == shown[1], name
    assert all(crawl["id"] is None for crawl in preview["created"] + preview["updated"])


def test_check_mode_in_a_dataset_that_an_earlier_task_would_create(docs: Docs) -> None:
    result = docs.run(check_mode=True, dataset="later", crawls=[{"site_url": A}])
    assert result["changed"] is True
    assert urls(result["created"]) == [A]
    assert len(result["warnings"]) == 1
    assert docs.run(dataset="later", crawls=[{"site_url": A}])["failed"] is True


def test_no_secret_of_the_server_is_in_the_result(docs: Docs) -> None:
    docs.add(A, limit=1)
    docs.add(B)
    result = docs.run(crawls=[{"site_url": A, "limit": 2}, {"site_url": C}], prune=True)
    (secret,) = {json.loads(row["crawl_options"])["webhook_metadata"]["webhook_secret"] for row in docs.crawls()}
    assert secret not in json.dumps(result)
    assert "scrape_id" not in json.dumps(result)


def test_a_crawl_that_is_at_work_is_as_asked(docs: Docs, sandbox: Running) -> None:
    """Its status goes on by itself, its job changes, and the server adds a webhook: all that is no difference."""
    entries = [{"site_url": A, "interval": "daily", "webhook_urls": []}, {"site_url": "https://fail.example.com"}]
    docs.run(crawls=entries)
    for _tick in range(3):
        sandbox.control.tick()
        assert docs.run(crawls=entries, prune=True)["changed"] is False
    sandbox.control.advance(86400 * 3)
    sandbox.control.tick("cron")
    assert docs.run(crawls=entries, prune=True)["changed"] is False


def test_more_crawls_than_the_first_page_are_all_seen(docs: Docs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_client, "PAGE", 10)
    docs.add_many(21)
    docs.sent()
    entries = [{"site_url": f"https://site-{number}.example.com"} for number in range(1, 21)]
    result = docs.run(crawls=entries, prune=True)
    assert urls(result["deleted"]) == ["https://site-21.example.com"]
    assert docs.sent() == ["GET", "GET", "GET", "DELETE"]


# -- any list ----------------------------------------------------------------------------------------------------------

_values = st.fixed_dictionaries(
    {"site_url": st.sampled_from([A, A, B])},
    optional={
        "limit": st.sampled_from([1, 2]),
        "tags": st.sampled_from([[], ["x"], ["y", "x"]]),
        "interval": st.sampled_from(["daily", "never"]),
        "boost_titles": st.booleans(),
        "webhook_urls": st.sampled_from([[], ["https://hook.example.com"]]),
        "scrape_options": st.sampled_from(
            [{"type": "youtube"}, {"type": "shopify", "tag_regexes": ["^a"]}, {"type": "firecrawl"}]
        ),
    },
)


def _as_sent(options: dict[str, Any]) -> dict[str, Any]:
    """Options as somebody else would send them: the server has no words for what is never crawled again or ordinary."""
    return {name: value for name, value in options.items() if value not in ("never", {"type": "firecrawl"})}


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(there=st.lists(_values, max_size=5), entries=st.lists(_values, max_size=5, unique_by=repr), prune=st.booleans())
def test_a_second_run_only_reads(
    docs: Docs, there: list[dict[str, Any]], entries: list[dict[str, Any]], prune: bool
) -> None:
    docs.sandbox.control.sql("DELETE FROM crawls")
    for options in there:
        docs.add(**_as_sent(options))
    preview = docs.run(check_mode=True, crawls=entries, prune=prune, allow_empty=True)
    if preview.get("failed"):
        assert "the same options as crawls[" in preview["msg"]
        return
    result = docs.run(crawls=entries, prune=prune, allow_empty=True)
    assert result["changed"] is preview["changed"]
    assert result["diff"] == preview["diff"]
    docs.sent()
    ids = docs.ids()
    again = docs.run(crawls=list(reversed(entries)), prune=prune, allow_empty=True)
    assert again["changed"] is False
    assert again["unchanged"] == len(entries)
    assert docs.sent() == ["GET"]
    assert docs.ids() == ids
    assert sorted(crawl["id"] for crawl in again["crawls"]) == sorted(ids)
