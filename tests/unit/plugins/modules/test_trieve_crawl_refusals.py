# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is refused before anything is sent, and what the server may answer to what is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.community.trieve.plugins.module_utils._core.task import execute
from ansible_collections.community.trieve.plugins.modules import trieve_crawl, trieve_crawl_info

from ...conftest import KEY
from ...one_crawl import SITE, Site
from ...scripted import Answer, Scripted
from ...tasks import play, task_of

DATASET = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
OPENAPI = {"type": "openapi", "openapi_schema_url": "https://docs.example.com/openapi.json", "openapi_tag": "public"}

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"site_url": None}, "site_url is missing"),
    ({"site_url": ""}, "site_url '' is not a valid URL"),
    ({"site_url": " " + SITE}, "is not a valid URL"),
    ({"site_url": SITE + "\n"}, "is not a valid URL"),
    (
        {"site_url": "docs.example.com"},
        "does not start with http:// or https:// and a host. Set the full URL, for example https://docs.example.com.",
    ),
    ({"site_url": "//docs.example.com/x"}, "for example https://docs.example.com/x."),
    ({"site_url": "ftp://docs.example.com"}, "does not start with http:// or https:// and a host"),
    ({"site_url": "https:/docs.example.com"}, "does not start with http:// or https:// and a host"),
    ({"site_url": "https://"}, "does not start with http:// or https:// and a host"),
    ({"site_url": "shop.example.com", "scrape_options": {"type": "shopify"}}, "for example https://shop.example.com."),
    ({"site_url": "api.example.com", "scrape_options": OPENAPI}, "for example https://api.example.com."),
    ({"site_url": SITE + "\nx"}, "is not a valid URL"),
    ({"site_url": SITE + "\tx"}, "is not a valid URL"),
    ({"site_url": SITE + "\0"}, "site_url contains a NUL character"),
    ({"site_url": SITE + "\ud800"}, "site_url contains half a surrogate pair"),
    ({"limit": 0}, "limit is 0. It must be between 1 and 2147483647"),
    ({"limit": -5}, "limit is -5"),
    ({"limit": 2**31}, "limit is 2147483648"),
    ({"tags": ["a", "b\0"]}, "tags[1] contains a NUL character"),
    ({"heading_remove_strings": ["\ud800"]}, "heading_remove_strings[0] contains half a surrogate pair"),
    ({"allow_external_links": True}, "allow_external_links needs include_paths"),
    ({"allow_external_links": True, "include_paths": []}, "allow_external_links needs include_paths"),
    ({"allow_external_links": True, "include_paths": ["*", "*"]}, "allow_external_links needs include_paths"),
    ({"scrape_options": {"type": "shopify", "openapi_tag": "x"}}, "scrape_options.openapi_tag cannot be used with"),
    (
        {"scrape_options": {"group_variants": True}},
        "scrape_options.group_variants cannot be used with a crawl of type firecrawl",
    ),
    ({"scrape_options": {"type": "youtube", "tag_regexes": []}}, "scrape_options.tag_regexes cannot be used with"),
    ({"scrape_options": {**OPENAPI, "group_variants": False}}, "scrape_options.group_variants cannot be used with"),
    ({"scrape_options": {**OPENAPI, "openapi_tag": "\0"}}, "scrape_options.openapi_tag contains a NUL character"),
    (
        {"crawl_id": DATASET, "site_url": None},
        "crawl_id cannot be used with state: present, only with state: absent. Remove it from the task.",
    ),
    (
        {"crawl_id": "", "site_url": None},
        "crawl_id cannot be used with state: present, only with state: absent. Remove it from the task.",
    ),
    ({"dataset": None}, "dataset is missing or empty"),
    ({"dataset": ""}, "TRIEVE_DATASET_ID or TRIEVE_DATASET_TRACKING_ID"),
    (
        {"dataset": "dücs"},
        "dataset 'dücs' cannot be used as a tracking ID: an HTTP header can only contain printable ASCII",
    ),
    ({"dataset": "a\r\nX: y"}, "an HTTP header can only contain printable ASCII"),
    ({"dataset": "docs "}, "HTTP strips surrounding blanks"),
    ({"dataset": "docs\0"}, "dataset contains a NUL character"),
    ({"organization_id": None}, "organization_id is missing: dataset 'docs' is a tracking ID"),
    ({"organization_id": "mine"}, "organization_id 'mine' is not a valid UUID"),
    ({"api_key": ""}, "api_key is missing or empty"),
    ({"api_key": None}, "variable TRIEVE_API_KEY"),
    ({"timeout": 0}, "timeout is 0"),
    ({"retries": -1}, "retries is -1"),
]


@pytest.mark.parametrize(("options", "words"), REFUSED)
@pytest.mark.parametrize("check_mode", [False, True])
def test_refused_before_anything_is_sent(site: Site, check_mode: bool, options: dict[str, Any], words: str) -> None:
    given = {**site.connection, "site_url": SITE, **options}
    given = {name: value for name, value in given.items() if value is not None}
    result = play(trieve_crawl.DEFINITION, check_mode, **given)
    assert (result["failed"], result["changed"]) == (True, False)
    assert words in result["msg"]
    assert site.sent() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"site_ulr": SITE}, "site_ulr"),
        ({"scrape_options": {"typ": "shopify"}}, "scrape_options.typ"),
        (
            {"scrape_options": {"type": "FIRECRAWL"}},
            "value of type must be one of: firecrawl, openapi, shopify, youtube",
        ),
        ({"interval": "hourly"}, "value of interval must be one of: daily, weekly, monthly, never"),
        ({"interval": 86400}, "value of interval must be one of"),
        ({"limit": "many"}, "limit"),
        ({"limit": 1.5}, "limit"),
        ({"tags": {"a": 1}}, "tags"),
        ({"boost_titles": "perhaps"}, "boost_titles"),
        ({"scrape_options": ["shopify"]}, "scrape_options"),
        ({"state": "gone"}, "state"),
        ({"recrawl": "sometimes"}, "recrawl"),
        ({"site_url": SITE, "crawl_id": DATASET}, "mutually exclusive: crawl_id|site_url"),
    ],
)
def test_refused_by_the_spec(options: dict[str, Any], words: str) -> None:
    definition = trieve_crawl.DEFINITION
    validation = ArgumentSpecValidator(definition.argument_spec, **definition.rules).validate(options)
    assert words in " ".join(validation.error_messages)


def test_a_new_openapi_crawl_needs_its_suboptions(site: Site) -> None:
    for missing in ("openapi_schema_url", "openapi_tag"):
        scrape = {name: value for name, value in OPENAPI.items() if name != missing}
        for check_mode in (True, False):
            result = site.run(check_mode, scrape_options=scrape)
            assert (
                f"scrape_options.{missing} is missing. It is required for a new crawl of type openapi." in result["msg"]
            )
    assert set(site.sent()) == {"GET"}
    assert site.ids() == []


def test_what_becomes_impossible_together_with_the_old_options(site: Site) -> None:
    crawl_id = site.add(SITE, allow_external_links=True, include_paths=["/docs"])
    site.sent()
    for check_mode in (True, False):
        result = site.run(check_mode, include_paths=["*"])
        assert "allow_external_links needs include_paths" in result["msg"]
    assert set(site.sent()) == {"GET"}
    assert site.ids() == [crawl_id]


# -- answers of a server that is none ---------------------------------------------------------------------------------------------

ROW: dict[str, Any] = {
    "id": "1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11",
    "url": SITE,
    "status": "Completed",
    "crawl_type": "firecrawl",
    "interval": None,
    "crawl_options": {"site_url": SITE},
}
NO_TEXTS: list[Any] = ["a", 5, [1], {}]
ODD_ROWS: list[dict[str, Any]] = [
    *({name: None} for name in ("id", "url", "status", "crawl_type", "crawl_options")),
    {"id": 5},
    {"crawl_options": []},
    {"interval": "daily"},
    {"interval": 86400},
    {"interval": {"secs": [1]}},
    {"interval": {}},
    *({"crawl_options": {name: odd}} for name in ("include_paths", "webhook_urls", "tags") for odd in NO_TEXTS),
    {"crawl_options": {"heading_remove_strings": "a"}},
    {"crawl_options": {"interval": ["daily"]}},
    {"crawl_options": {"scrape_options": "shopify"}},
    {"crawl_options": {"scrape_options": {"tag_regexes": "a"}}},
]


def task_against(server: Scripted, definition: Any, **options: Any) -> dict[str, Any]:
    """The result of a task at a server that answers by script."""
    task = task_of(definition, url=server.url, api_key=KEY, dataset=DATASET, retries=0, **options)
    return execute(definition, task)


@pytest.mark.parametrize("odd", ODD_ROWS)
def test_rows_that_are_no_crawls(serve: Callable[..., Scripted], odd: dict[str, Any]) -> None:
    (name,) = odd
    answer = Answer(200, json.dumps([ROW, {**ROW, **odd}]).encode())
    options = {"tags": ["a"], "webhook_urls": ["b"], "include_paths": ["c"]}
    for result in (
        task_against(serve(answer), trieve_crawl.DEFINITION, site_url=SITE, **options),
        task_against(serve(answer), trieve_crawl.DEFINITION, site_url=SITE, state="absent"),
        task_against(serve(answer), trieve_crawl_info.DEFINITION, status="Completed"),
    ):
        assert (result["failed"], result["changed"]) == (True, False)
        assert f"HTTP 200: {name}" in result["msg"]
        assert "is missing in the response or has an unexpected type" in result["msg"]
        assert result["error"]["method"] == "GET"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>", {"Content-Type": "text/html"}),
        Answer(200, b""),
        Answer(200, b"{}"),
        Answer(200, b"[]"),
        Answer(204, b""),
        Answer(200, json.dumps({**ROW, "id": None}).encode()),
    ],
)
def test_a_creation_without_a_crawl(serve: Callable[..., Scripted], answer: Answer) -> None:
    server = serve(Answer(200, b"[]", {"X-API-Version": "2.0"}), answer)
    result = task_against(server, trieve_crawl.DEFINITION, site_url=SITE)
    assert (result["failed"], result["error"]["method"], result["error"]["status"]) == (True, "POST", answer.status)
    first, second, *reads = [request.method for request in server.received]
    assert (first, second, set(reads)) == ("GET", "POST", {"GET"})  # the crawl may be there


@pytest.mark.parametrize("status", ["", "Odd", "Processed 3 pages", "pending"])
def test_a_status_that_nobody_knows(serve: Callable[..., Scripted], status: str) -> None:
    server = serve(Answer(200, json.dumps([{**ROW, "status": status}]).encode()))
    shown = task_against(server, trieve_crawl_info.DEFINITION)["crawls"]
    assert [crawl["status"] for crawl in shown] == [status]
    assert task_against(server, trieve_crawl_info.DEFINITION, status="Failed")["crawls"] == []


def test_a_kind_that_nobody_knows(serve: Callable[..., Scripted]) -> None:
    server = serve(Answer(200, json.dumps([{**ROW, "crawl_type": "gopher"}]).encode()))
    (shown,) = task_against(server, trieve_crawl_info.DEFINITION)["crawls"]
    assert (shown["kind"], shown["scrape_options"]) == ("gopher", None)
