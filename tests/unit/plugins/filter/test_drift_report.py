# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(drift_report): a preview read the other way round, as a table, as JSON and as JUnit XML."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.filter.drift_report import FilterModule
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
THERE = (None, "(there)", "(not declared)")
ROW = ["object", "kind", "dataset", "key", "id", "action", "field", "before", "after"]


def report(result: Any, format: str = "markdown") -> str:
    return str(FilterModule().filters()["drift_report"](result, format))


def differences(result: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(report(result, "json"))["differences"]
    assert all(list(row) == ROW for row in rows)
    return rows


def drift(result: Any) -> list[tuple[Any, ...]]:
    """Object, field, before and after of each row."""
    return [tuple(row[name] for name in ("object", "field", "before", "after")) for row in differences(result)]


def cases(result: Any) -> list[tuple[str, str, str | None]]:
    """Class, name and message of each test case of the JUnit report, which counts itself."""
    suites = ElementTree.fromstring(report(result, "junit"))
    (suite,) = suites
    found = [(case.get("classname") or "", case.get("name") or "", next(iter(case), None)) for case in suite]
    for counter in (suites, suite):
        assert counter.get("tests") == str(len(found))
        assert counter.get("failures") == str(sum(one is not None and one.tag == "failure" for _c, _n, one in found))
    return [(kind, name, None if one is None else one.get("message")) for kind, name, one in found]


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    return Tenant(sandbox, connection)


def preview(tenant: Tenant, definition: Definition, **options: Any) -> dict[str, Any]:
    result = tenant.run(definition, check_mode=True, **options)
    assert not result.get("failed"), result["msg"]
    return result


def together(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    """As if one module had previewed all of it."""
    return {"plan": [change for result in results for change in result["plan"]], "summary": {"unchanged": 3}, **more}


def change(action: str = "update", kind: str = "dataset", **given: Any) -> dict[str, Any]:
    fields = [{"name": name, "before": pair[0], "after": pair[1]} for name, pair in given.pop("fields", {}).items()]
    return {"action": action, "kind": kind, "name": "docs", "id": None, "dataset": "docs", "fields": fields, **given}


def field(name: str, before: Any, after: Any) -> dict[str, Any]:
    """A preview in which one field of one dataset differs."""
    return together({"plan": [change(fields={name: (before, after)})]})


def test_nothing(tenant: Tenant) -> None:
    tenant.dataset("docs")
    result = preview(tenant, trieve_dataset.DEFINITION, tracking_id="docs", n_retrievals_to_include=8)
    assert drift(result) == []
    assert report(result) == "# Drift\n\nNo drift: Trieve matches the state file.\n"
    assert cases(result) == [("trieve", "1 object without drift", None)]


def test_fields_of_a_dataset(tenant: Tenant) -> None:
    params = {"apiKey": PAGE_KEY, "brandName": "Old", "tags": [{"tag": "a"}]}
    tenant.dataset("docs", server_configuration={"PUBLIC_DATASET": {"enabled": True, "extra_params": params}})
    wanted = {"enabled": True, "extra_params": {"apiKey": "tr-other", "brandName": "New", "tags": [{"tag": "b"}]}}
    options = {"name": "Docs", "system_prompt": "You.", "llm_api_key": "sk-1", "update_secrets": "always"}
    result = preview(tenant, trieve_dataset.DEFINITION, tracking_id="docs", public_dataset=wanted, **options)
    params_at = "public_dataset.extra_params"
    assert sorted(drift(result), key=str) == [
        ("dataset docs", "name", "docs", "Docs"),
        ("dataset docs", f"{params_at}.apiKey", "(not shown)", "(not shown)"),
        ("dataset docs", f"{params_at}.brandName", "Old", "New"),
        ("dataset docs", f"{params_at}.tags", [{"tag": "a"}], [{"tag": "b"}]),
        ("dataset docs", "system_prompt", "You are a helpful assistant", "You."),
    ]
    assert "name: Trieve has docs; declared Docs" in cases(result)[0][2]  # type: ignore[operator]


def test_a_missing_dataset_is_one_row(tenant: Tenant) -> None:
    result = together(
        preview(tenant, trieve_dataset.DEFINITION, tracking_id="docs", locked=True),
        preview(tenant, trieve_crawls.DEFINITION, dataset="docs", crawls=[{"site_url": SITE}]),
        preview(tenant, trieve_chunk_groups.DEFINITION, dataset="docs", chunk_groups=[{"tracking_id": "faq"}]),
    )
    assert len(result["plan"]) == 3
    assert drift(result) == [("dataset docs", None, "(missing)", "(declared)")]


def test_what_a_dataset_holds(tenant: Tenant) -> None:
    """The rows name kind, dataset, key, ID and action as fields."""
    dataset_id = tenant.dataset("docs")
    for options in ({"site_url": SITE, "limit": 5}, {"site_url": "https://going.example.com"}):
        tenant.call("POST", "/api/crawl", {"crawl_options": options}, **{"TR-Dataset": dataset_id})
    group = {"tracking_id": "faq", "metadata": {"a": {"b": 1, "c": 1}, "d": 1}, "tag_set": ["x"]}
    tenant.call("POST", "/api/chunk_group", group, **{"TR-Dataset": dataset_id})
    crawls = [{"site_url": SITE, "limit": 7}, {"site_url": SITE, "scrape_options": {"type": "youtube"}}]
    groups = [{**group, "metadata": {"a": {"b": True, "c": 1}, "e": []}}, {"tracking_id": "new"}]
    at = {"dataset": "docs", "prune": True}
    undeclared = [{"kind": "dataset", "dataset": None, "name": "x", "id": "1"}]
    result = together(
        preview(tenant, trieve_chunk_groups.DEFINITION, chunk_groups=groups, **at),
        preview(tenant, trieve_crawls.DEFINITION, crawls=crawls, **at),
        undeclared=undeclared,
    )
    found = {row[:2]: row[2:] for row in drift(result)}
    of = "of dataset docs"
    crawl_names = {one["name"] for one in result["plan"] if one["kind"] == "crawl"}
    assert found.pop((f"chunk group faq {of}", "metadata.a.b")) == (1, True)
    assert found.pop((f"chunk group faq {of}", "metadata.e")) == (None, [])
    assert found.pop((f"chunk group faq {of}", "metadata.d")) == (1, None)
    assert found.pop((f"chunk group new {of}", None)) == ("(missing)", "(declared)")
    assert found.pop(("dataset x", None)) == THERE[1:]
    assert {name for name, _field in found} == {f"crawl {name} {of}" for name in crawl_names}
    assert sorted(found.values(), key=str) == [("(missing)", "(declared)"), THERE[1:], (5, 7)]
    (limit,) = (row for row in differences(result) if row["field"] == "limit")
    assert (limit["kind"], limit["dataset"], limit["action"]) == ("crawl", "docs", "replace")
    assert limit["key"] in crawl_names
    assert [row["id"] for row in differences(result) if row["key"] == "x"] == ["1"]
    assert [row["action"] for row in differences(result) if row["key"] == "x"] == ["delete"]
    names = [name for _kind, name, message in cases(result) if message]
    assert len(names) == len(set(names)) == 6


def test_keys(tenant: Tenant) -> None:
    """What cannot be read of a key is not compared."""
    one = tenant.dataset("one")
    tenant.dataset("two")
    tenant.call("POST", "/api/organization/api_key", {"name": "web", "role": 0, "dataset_ids": [one]})
    wish = {"name": "web", "role": "admin", "dataset_ids": ["two"], "scopes": ["GET /api/crawl"]}
    changed = preview(tenant, trieve_api_key.DEFINITION, rotate="on_difference", **wish)
    assert [row[:2] for row in drift(changed)] == [("API key web", "role"), ("API key web", "dataset_ids")]
    missing = preview(tenant, trieve_api_key.DEFINITION, name="new", role="read")
    assert drift(missing) == [("API key new", None, "(missing)", "(declared)")]


def test_the_table() -> None:
    result = together(
        {
            "plan": [
                change("create"),
                change(name="a|b `c` *d*\n<e>", fields={"metadata": ({"x|y": "a|b"}, {"x|y": "`b`\n"})}),
                change("rotate", "api_key", name="web", dataset=None, fields={"dataset_ids": (["one"], [])}),
            ]
        }
    )
    assert report(result) == (
        "# Drift\n\n"
        "Drift found: 3 differences between Trieve and the state file.\n\n"
        "| object                           | field           | Trieve has | declared      |\n"
        "|----------------------------------|-----------------|------------|---------------|\n"
        "| dataset docs                     |                 | (missing)  | (declared)    |\n"
        '| dataset a\\|b \\`c\\` \\*d\\*\\\\n\\<e\\> | `metadata.x\\|y` | `a\\|b`     | `` "`b`\\n" `` |\n'
        '| API key web                      | `dataset_ids`   | `["one"]`  | `[]`          |\n'
    )
    assert "Drift found: 1 difference between" in report(field("x", 1, 2))


def test_long_values_are_cut_to_where_they_differ() -> None:
    long = "word " * 40
    text = report(field("system_prompt", f"{long}old{long}", f"{long}new{long}"))
    assert '`"…' not in text
    assert "word word word old" in text.replace("…", "")
    assert "word word word new" in text.replace("…", "")
    assert max(map(len, text.splitlines())) < 200
    short = report(field("rag_prompt", "x", "y" * 500))
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
    (line,) = report(field("f", value, "other")).splitlines()[-1:]
    assert line.split("|")[3].strip() == f"`{shown}`"


@given(st.lists(st.tuples(st.text(), st.text(), st.none() | st.text(), st.integers()), max_size=3))
def test_any_texts(rows: list[tuple[Any, ...]]) -> None:
    """The table stays a table, and the XML can be read."""
    changes = [change(name=name, dataset=name, fields={at: (before, after)}) for name, at, before, after in rows]
    changes.append(change(name="\x1b\0\ufffe", fields={r"\|": (r"\\|", "]]>&")}))
    result = together(
        {"plan": [one for one in changes if one["fields"][0]["name"] not in ("not_shown", "api_key_ids")]}
    )
    lines = report(result).splitlines()
    assert len(lines) == len(drift(result)) + 6
    assert all(line.replace("\\\\", "").replace("\\|", "").count("|") == 5 for line in lines[6:])
    assert cases(result)


def test_junit() -> None:
    """A test case an object, with the fields in its text; the objects without drift are named if the module names them."""
    drifted = change(id="1", fields={"a": (1, 2), "b": ("x\n::error::y", None)})
    objects = [
        {"kind": "dataset", "name": "docs", "dataset": "docs", "id": "1", "state": "update"},
        {"kind": "crawl", "name": SITE, "dataset": "docs", "id": "2", "state": "unchanged"},
        {"kind": "crawl", "name": SITE, "dataset": "docs", "id": "3", "state": "unchanged"},
    ]
    result = together({"plan": [drifted]}, objects=objects)
    assert cases(result) == [
        ("trieve.dataset", "dataset docs [1]", "a: Trieve has 1; declared 2"),
        ("trieve.crawl", f"crawl {SITE} of dataset docs [2]", None),
        ("trieve.crawl", f"crawl {SITE} of dataset docs [3]", None),
    ]
    (suite,) = ElementTree.fromstring(report(result, "junit"))
    assert suite[0][0].text == 'a: Trieve has 1; declared 2\nb: Trieve has "x\\n::error::y"; declared null'
    assert suite[0][0].get("type") == "update"
    unknown = ElementTree.fromstring(report(None, "junit"))
    assert (unknown.get("errors"), unknown.get("tests")) == ("1", "1")


def test_formats() -> None:
    """A report for programs contains the status, and so does one sentence; what could not be determined is neither."""
    drifted = together({"plan": [change("create")]})
    for found, status, words in (
        (drifted, "drifted", "Drift found: 1 difference between Trieve and the state file."),
        (together(), "in_sync", "No drift: Trieve matches the state file."),
        (None, "unknown", "Drift could not be determined: the run did not get far enough."),
    ):
        assert report(found, "summary") == words
        loaded = json.loads(report(found, "json"))
        assert (loaded["status"], loaded["summary"]) == (status, words)
        assert report(found).splitlines()[2] == words
    with pytest.raises(AnsibleFilterError, match="'yaml' not found"):
        report(drifted, "yaml")
    with pytest.raises(AnsibleFilterError, match="the input has no plan"):
        report([])
