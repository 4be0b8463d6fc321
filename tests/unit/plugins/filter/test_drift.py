# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(drift): the results of a preview as a list; C(drift_report): the list as a table."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.filter.drift import FilterModule as Drift
from ansible_collections.community.trieve.plugins.filter.drift_report import FilterModule as Report
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition
from ansible_collections.community.trieve.plugins.modules import (
    trieve_api_key,
    trieve_chunk_groups,
    trieve_crawls,
    trieve_dataset,
)
from sandbox.server import Running

from ...datasets import PAGE_KEY
from ...tenant import Tenant

SITE = "https://docs.example.com"


def drift(results: Any, undeclared: Any = ()) -> list[tuple[Any, ...]]:
    rows = Drift().filters()["drift"](results, undeclared)
    assert all(list(row) == ["object", "field", "before", "after"] for row in rows)
    return [tuple(row.values()) for row in rows]


def report(*rows: tuple[Any, ...]) -> str:
    names = ("object", "field", "before", "after")
    return str(Report().filters()["drift_report"]([dict(zip(names, row, strict=True)) for row in rows]))


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    return Tenant(sandbox, connection)


def looped(tenant: Tenant, definition: Definition, item: dict[str, Any], **options: Any) -> dict[str, Any]:
    """As a loop of one item registers its preview."""
    result = tenant.run(definition, check_mode=True, **options)
    assert not result.get("failed"), result["msg"]
    return {"results": [{"item": item, **result}], "changed": result["changed"]}


def test_nothing(tenant: Tenant) -> None:
    tenant.dataset("docs")
    docs = {"tracking_id": "docs"}
    results = {
        "datasets": looped(tenant, trieve_dataset.DEFINITION, docs, tracking_id="docs", n_retrievals_to_include=8),
        "crawls": looped(tenant, trieve_crawls.DEFINITION, docs, dataset="docs", crawls=[]),
        "chunk_groups": {"skipped": True, "results": []},
        "api_keys": {"changed": False, "skipped": True},
    }
    assert drift(results) == []
    assert drift({}) == []
    assert report() == "# Drift\n\nNo drift: Trieve matches the state file.\n"


def test_fields_of_a_dataset(tenant: Tenant) -> None:
    params = {"apiKey": PAGE_KEY, "brandName": "Old", "tags": [{"tag": "a"}]}
    tenant.dataset("docs", server_configuration={"PUBLIC_DATASET": {"enabled": True, "extra_params": params}})
    wanted = {"enabled": True, "extra_params": {"apiKey": "tr-other", "brandName": "New", "tags": [{"tag": "b"}]}}
    options = {"name": "Docs", "system_prompt": "You.", "llm_api_key": "sk-1", "update_secrets": "always"}
    result = looped(
        tenant, trieve_dataset.DEFINITION, {"tracking_id": "docs"}, tracking_id="docs", public_dataset=wanted, **options
    )
    params_at = "public_dataset.extra_params"
    assert drift({"datasets": result}) == [
        ("dataset docs", "name", "docs", "Docs"),
        ("dataset docs", "system_prompt", "You are a helpful assistant", "You."),
        ("dataset docs", f"{params_at}.brandName", "Old", "New"),
        ("dataset docs", f"{params_at}.tags", [{"tag": "a"}], [{"tag": "b"}]),
        ("dataset docs", f"{params_at}.apiKey", "(not shown)", "(not shown)"),
    ]


def test_a_missing_dataset_is_one_row(tenant: Tenant) -> None:
    docs = {"tracking_id": "docs"}
    results = {
        "datasets": looped(tenant, trieve_dataset.DEFINITION, docs, tracking_id="docs", locked=True),
        "crawls": looped(tenant, trieve_crawls.DEFINITION, docs, dataset="docs", crawls=[{"site_url": SITE}]),
        "chunk_groups": looped(
            tenant, trieve_chunk_groups.DEFINITION, docs, dataset="docs", chunk_groups=[{"tracking_id": "faq"}]
        ),
    }
    assert drift(results) == [("dataset docs", None, "(missing)", "(declared)")]


def test_what_a_dataset_holds(tenant: Tenant) -> None:
    docs = {"tracking_id": "docs"}
    dataset_id = tenant.dataset("docs")
    for options in ({"site_url": SITE, "limit": 5}, {"site_url": "https://going.example.com"}):
        tenant.call("POST", "/api/crawl", {"crawl_options": options}, **{"TR-Dataset": dataset_id})
    group = {"tracking_id": "faq", "metadata": {"a": {"b": 1, "c": 1}, "d": 1}, "tag_set": ["x"]}
    tenant.call("POST", "/api/chunk_group", group, **{"TR-Dataset": dataset_id})
    crawls = [{"site_url": SITE, "limit": 7}, {"site_url": SITE, "scrape_options": {"type": "youtube"}}]
    groups = [{**group, "metadata": {"a": {"b": True, "c": 1}, "e": []}}, {"tracking_id": "new"}]
    at = {"dataset": "docs", "prune": True}
    results = {
        "crawls": looped(tenant, trieve_crawls.DEFINITION, docs, crawls=crawls, **at),
        "chunk_groups": looped(tenant, trieve_chunk_groups.DEFINITION, docs, chunk_groups=groups, **at),
    }
    youtube = next(crawl for crawl in results["crawls"]["results"][0]["crawls"] if crawl["kind"] == "youtube")
    undeclared = [
        {"kind": "dataset", "dataset": "x", "name": "x", "id": "1"},
        {"kind": "crawl", "dataset": "docs", "name": SITE, "id": youtube["id"]},
        {"kind": "crawl", "dataset": "docs", "name": SITE, "id": "unknown"},
        {"kind": "chunk_group", "dataset": "docs", "name": "old", "id": "2"},
        {"kind": "api_key", "dataset": None, "name": "web", "id": "3"},
    ]
    there = (None, "(there)", "(not declared)")
    assert drift(results, undeclared) == [
        ("chunk group faq of dataset docs", "metadata.a.b", 1, True),
        ("chunk group faq of dataset docs", "metadata.e", None, []),
        ("chunk group faq of dataset docs", "metadata.d", 1, None),
        ("chunk group new of dataset docs", None, "(missing)", "(declared)"),
        (f"crawl {SITE} (firecrawl) of dataset docs", "limit", 5, 7),
        (f"crawl {SITE} (youtube) of dataset docs", None, "(missing)", "(declared)"),
        ("crawl https://going.example.com (firecrawl) of dataset docs", *there),
        ("dataset x", *there),
        (f"crawl {SITE} (youtube) of dataset docs", *there),
        (f"crawl {SITE} of dataset docs", *there),
        ("chunk group old of dataset docs", *there),
        ("API key web", *there),
    ]


def test_keys(tenant: Tenant) -> None:
    one, two = tenant.dataset("one"), tenant.dataset("two")
    tenant.call("POST", "/api/organization/api_key", {"name": "web", "role": 0, "dataset_ids": [one]})
    wish = {"name": "web", "role": "admin", "dataset_ids": ["two"], "scopes": ["GET /api/crawl"]}
    changed = looped(tenant, trieve_api_key.DEFINITION, {"name": "web"}, rotate="on_difference", **wish)
    names = [
        {"item": {"tracking_id": name}, "changed": False, "dataset": {"id": id_}}
        for name, id_ in (("one", one), ("two", two))
    ]
    assert drift({"api_keys": changed, "datasets": {"results": names}}) == [
        ("API key web", "role", "read", "admin"),
        ("API key web", "dataset_ids", ["one"], ["two"]),
    ]
    missing = looped(tenant, trieve_api_key.DEFINITION, {"name": "new"}, name="new", role="read")
    assert drift({"api_keys": missing}) == [("API key new", None, "(missing)", "(declared)")]


def test_results_of_something_else() -> None:
    wrongs: list[Any] = [{"dataset": {}}, []]
    for wrong in wrongs:
        with pytest.raises(AnsibleFilterError, match="a dictionary with the keys datasets"):
            drift(wrong)


def test_the_table() -> None:
    rows = [
        ("dataset docs", None, "(missing)", "(declared)"),
        ("dataset a|b `c` *d*\n<e>", "metadata.x|y", "a|b", "`b`\n"),
        ("API key web", "dataset_ids", ["one"], []),
    ]
    assert report(*rows) == (
        "# Drift\n\n"
        "Drift found: 3 differences between Trieve and the state file.\n\n"
        "| object                           | field           | Trieve has | declared      |\n"
        "|----------------------------------|-----------------|------------|---------------|\n"
        "| dataset docs                     |                 | (missing)  | (declared)    |\n"
        '| dataset a\\|b \\`c\\` \\*d\\*\\\\n\\<e\\> | `metadata.x\\|y` | `a\\|b`     | `` "`b`\\n" `` |\n'
        '| API key web                      | `dataset_ids`   | `["one"]`  | `[]`          |\n'
    )
    assert "Drift found: 1 difference between" in report(rows[0])


def test_long_values_are_cut_to_where_they_differ() -> None:
    long = "word " * 40
    text = report(("dataset docs", "system_prompt", f"{long}old{long}", f"{long}new{long}"))
    assert '`"…' not in text
    assert "word word word old" in text.replace("…", "")
    assert "word word word new" in text.replace("…", "")
    assert max(map(len, text.splitlines())) < 200
    short = report(("dataset docs", "rag_prompt", "x", "y" * 500))
    assert "| `x`        |" in short
    assert f"`{'y' * 59}…`" in short


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain text", "plain text"),
        ("", '""'),
        ("null", '"null"'),
        ("true", '"true"'),
        ("12.5", '"12.5"'),
        ("[x]", '"[x]"'),
        (" x", '" x"'),
        ("a\nb", '"a\\nb"'),
        ("\u2028", '"\\u2028"'),
        (None, "null"),
        (True, "true"),
        (12.5, "12.5"),
        ({"a": ["ü"]}, '{"a": ["ü"]}'),
    ],
)
def test_values_that_look_alike_are_told_apart(value: Any, shown: str) -> None:
    (line,) = report(("o", "f", value, "other")).splitlines()[-1:]
    assert line.split("|")[3].strip() == f"`{shown}`"


@given(st.lists(st.tuples(st.text(), st.none() | st.text(), st.text(), st.text()), max_size=3))
def test_any_texts_keep_the_table_a_table(rows: list[tuple[Any, ...]]) -> None:
    rows = [(thing, field, *(sides if field is not None else ("(there)", "(x)"))) for thing, field, *sides in rows]
    rows.append(("", r"\|", r"\\|", ""))
    lines = report(*rows).splitlines()
    assert len(lines) == (len(rows) + 6 if rows else 3)
    assert all(line.replace("\\\\", "").replace("\\|", "").count("|") == 5 for line in lines[6:])


def test_formats() -> None:
    """A report for programs says what came of the run, and so does one sentence; what could not be determined is neither."""
    write = Report().filters()["drift_report"]
    rows = [{"object": "dataset docs", "field": None, "before": "(missing)", "after": "(declared)"}]
    for found, status, words in (
        (rows, "drifted", "Drift found: 1 difference between Trieve and the state file."),
        ([], "in_sync", "No drift: Trieve matches the state file."),
        (None, "unknown", "Drift could not be determined: the run did not get far enough."),
    ):
        assert write(found, "summary") == words
        assert json.loads(write(found, "json")) == {"status": status, "summary": words, "differences": found or []}
        assert write(found).splitlines()[2] == words
    with pytest.raises(AnsibleFilterError, match="'yaml' not found"):
        write(rows, "yaml")
