# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(plan_report): a plan as a sentence, as lines, as Markdown and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ansible_collections.community.trieve.plugins.filter.plan_report import FilterModule
from ansible_collections.community.trieve.plugins.modules import trieve_crawls
from ansible_collections.community.trieve.plugins.plugin_utils import _plan_documents
from sandbox.server import Running

from ...tenant import Tenant

ROOT = Path(__file__).parents[4]
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "plan-1.schema.json").read_text())
SITE = "https://docs.example.com"
NASTY = "a|b `c` ``d`` <b>&amp;</b> @team #1 \n::error::x\x1b[31m [l](http://e) \u202e end\\|"

PASSWORD = "Zk4wTq9LmX2v"


def report(result: dict[str, Any], *options: Any) -> Any:
    return FilterModule().filters()["plan_report"](result, *options)


def change(action: str = "create", kind: str = "crawl", **given: Any) -> dict[str, Any]:
    fields = [{"name": name, "before": pair[0], "after": pair[1]} for name, pair in given.pop("fields", {}).items()]
    return {"action": action, "kind": kind, "name": SITE, "id": None, "dataset": "docs", "fields": fields, **given}


def result(*changes: dict[str, Any], unchanged: int = 0, **more: Any) -> dict[str, Any]:
    summary: dict[str, int] = {}
    for one in changes:
        summary[one["action"]] = summary.get(one["action"], 0) + 1
    return {"plan": list(changes), "summary": {**summary, "unchanged": unchanged}, **more}


def html(markdown: str) -> str:
    """The text of the page that a browser shows, without its tags."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


def test_summary() -> None:
    plan = result(change(), change(), change("replace"), change("delete"), unchanged=196)
    assert report(plan, "summary") == "Plan: 2 to create, 1 to replace, 1 to delete, 196 unchanged"
    assert report(result(unchanged=3), "summary") == "Plan: no changes, 3 unchanged"


def test_lines() -> None:
    fields = {"limit": (7, 8), "interval": (None, "daily"), "not_shown": (None, ["llm_api_key"])}
    plan = result(
        change(fields={"limit": (None, 1)}),
        change("update", fields=fields),
        change("delete", "dataset", name="old", dataset="old"),
        change("create", "api_key", name="a\n::error::b\x1b", dataset=None),
        undeclared=[{"kind": "chunk_group", "name": "faq", "id": "1", "dataset": "docs"}],
    )
    assert report(plan, "lines") == [
        "Plan: 2 to create, 1 to update, 1 to delete, 0 unchanged",
        f"create crawl {SITE} of dataset docs",
        f"update crawl {SITE} of dataset docs: limit, interval",
        "delete dataset old",
        r"create API key a\n::error::b\x1b",
        "undeclared chunk group faq of dataset docs",
    ]


def test_lines_with_values() -> None:
    fields = {"site_url": (None, SITE), "limit": (None, 1), "tags": (None, ["a"]), "not_shown": (None, ["llm_api_key"])}
    long = "word " * 40
    plan = result(
        change(fields=fields),
        change(
            "update", fields={"limit": (7, 8), "tag": (f"{long}old", f"{long}new"), "not_shown": (None, ["apiKey"])}
        ),
        change("delete", "dataset", name="old", dataset="old"),
        undeclared=[{"kind": "dataset", "name": "mine", "id": "1", "dataset": "mine", "kept": True}],
    )
    assert report(plan, "lines", True) == [
        "Plan: 1 to create, 1 to update, 1 to delete, 0 unchanged",
        f'create crawl {SITE} of dataset docs (limit: 1, tags: ["a"], llm_api_key: (not shown))',
        f"update crawl {SITE} of dataset docs",
        "    limit: 7 -> 8",
        "    tag: …word word word old -> …word word word new",
        "    apiKey: (not shown)",
        "delete dataset old",
        "kept dataset mine",
    ]


def test_what_failed_beside_the_first() -> None:
    """The message of the task names the first failure only."""
    failures = [
        {"crawl": f"https://{number}.example.com", "dataset": "docs", "msg": "HTTP 500", "error": {}}
        for number in range(3)
    ]
    failed = {"msg": "Failed.", "failures": failures, "not_tried": ["dataset old"]}
    assert report(failed, "lines") == [
        "failed: crawl https://1.example.com of dataset docs: HTTP 500",
        "failed: crawl https://2.example.com of dataset docs: HTTP 500",
        "not tried: dataset old",
    ]
    assert report({**failed, "failures": failures[:1], "not_tried": []}, "lines") == []
    long = report({**failed, "failures": failures * 10, "not_tried": ["dataset old"] * 12}, "lines")
    assert (len(long), long[-1]) == (21, "and 21 more, see the result of the task")


def test_what_differs_from_the_approved_plan() -> None:
    different = {
        "approved": change("update", fields={"limit": (7, 8), "tag": ("a", "b")}),
        "now": change("update", fields={"limit": (7, 9), "tag": ("a", "b"), "interval": (None, "daily")}),
    }
    approval = {"new": [change()], "gone": [change("delete")], "different": [different], "secrets_differ": True}
    plan = result(different["now"], change(), approval=approval, msg="It is not the approved plan.")
    assert report(plan, "lines") == [
        "Plan: 1 to create, 1 to update, 0 unchanged",
        f"not approved: create crawl {SITE} of dataset docs",
        f"approved, but not in the plan: delete crawl {SITE} of dataset docs",
        f"different: update crawl {SITE} of dataset docs: limit, tag, interval",
        "    limit: approved 7 -> 8; now 7 -> 9",
        "    interval: approved unchanged; now null -> daily",
        "Declared secrets are not the approved ones.",
    ]
    assert "This plan cannot be applied: `It is not the approved plan.`" in report(plan)


def test_markdown() -> None:
    """What loses something comes first; a value of several lines is folded as a diff; a secret is named only."""
    before = "\n".join(["Be brief.", *map(str, range(20)), "End."])
    after = before.replace("brief", "kind")
    plan = result(
        change(fields={"site_url": (None, SITE), "limit": (None, 5)}),
        change(
            "update",
            "dataset",
            name="docs",
            id="1",
            fields={
                "system_prompt": (before, after),
                "bm25_k": (0.75, 1.5),
                "not_shown": (None, ["llm_api_key"]),
            },
        ),
        change("delete", name="https://old.example.com", id="2", fields={"limit": (9, None)}),
        unchanged=4,
        fingerprint="sha256:1234",
        undeclared=[{"kind": "dataset", "name": "extra", "id": "3", "dataset": "extra"}],
    )
    assert (
        report(plan)
        == """\
<!-- community.trieve plan -->
**Plan: 1 to create, 1 to update, 1 to delete, 4 unchanged**

Fingerprint: `sha256:1234`

#### Delete crawl `https://old.example.com` of dataset `docs`

| field | before |
| --- | --- |
| `limit` | `9` |

#### Update dataset `docs`

| field | before | after |
| --- | --- | --- |
| `system_prompt` | 64 characters, see below | 63 characters, see below |
| `bm25_k` | `0.75` | `1.5` |
| `llm_api_key` | (not shown) | (written) |

<details><summary><code>system_prompt</code></summary>

```diff
@@ -1,4 +1,4 @@
-Be brief.
+Be kind.
 0
 1
 2
```

</details>

#### Create crawl `https://docs.example.com` of dataset `docs`

| field | after |
| --- | --- |
| `site_url` | `https://docs.example.com` |
| `limit` | `5` |

#### Undeclared objects, which are only reported

- dataset `extra`
"""
    )


def test_texts_of_the_server_stay_texts() -> None:
    """No text formats the report, begins a command of a CI, mentions a user, or hides what follows."""
    plan = result(
        change(
            "update",
            name=NASTY,
            dataset=NASTY,
            fields={
                "tags": ([NASTY], []),
                "system_prompt": (NASTY * 3, f"::warning::\n  ##[error]{NASTY}\n```\n</details>"),
            },
        ),
        undeclared=[{"kind": "crawl", "name": NASTY, "id": None, "dataset": NASTY}],
    )
    text = report(plan)
    page = html(text)
    assert not re.findall(r"(?m)^\s*(?:::|##\[)", text)
    assert all(char.isprintable() or char == "\n" for char in text)
    outside = re.sub(r"(?s)<pre>.*?</pre>|<code[^>]*>.*?</code>", "", page)
    assert not {"@team", "#1", "<b>", "<a "} & set(re.findall(r"@team|#1|<b>|<a ", outside))
    assert (page.count("<details>"), page.count("</details>"), page.count("<table>")) == (2, 2, 1)
    rows = re.findall(r"(?s)<tr>(.*?)</tr>", page)
    assert [row.count("<t") for row in rows] == [3] * len(rows)


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text(name: str, value: str) -> None:
    """Whatever there is, the report has its form, and no character that a screen would obey."""
    text = report(result(change("update", name=name, fields={"tag": (value, name), "limit": (1, 2)})))
    assert all(char.isprintable() or char == "\n" for char in text)
    rows = re.findall(r"(?s)<tr>(.*?)</tr>", html(text))
    assert [row.count("<t") for row in rows] == [3, 3, 3]


@pytest.mark.parametrize("number", [40, 400, pytest.param(4000, marks=pytest.mark.newest_core)])
def test_markdown_is_not_too_long(number: int) -> None:
    """What is cut is named: first the details, then the names."""
    prompt = "x\n" * (9000 if number < 4000 else 3000)
    fields = {"system_prompt": (prompt, None), "limit": (1, None)}
    plan = result(*(change("delete", name=f"site {one}", fields=fields) for one in range(number)), change())
    text = report(plan)
    assert len(text) <= 60_000
    named = len(re.findall(r"`site \d+`", text))
    counted = sum(int(found) for found in re.findall(r"(\d+) crawls? to delete", text))
    assert named + counted == number
    assert "more characters, see the JSON file" in text
    assert (counted > 0) == (number == 4000)
    assert "Without details, since the report would be too long" in text
    assert text.count("<details>") == text.count("</details>") > 3


def test_no_password() -> None:
    """Not of a URL, and a difference in nothing else is still one."""
    hooks = [f"https://user:{PASSWORD}{one}@hooks.example.com" for one in "ab"]
    key = f"tr-{'aB3' * 11}"
    plan = result(
        change("update", name=hooks[0], fields={"webhook_urls": ([hooks[0]], [hooks[1]]), "tag": (None, key)}),
        change("update", "dataset", fields={"public_dataset": ({"extra_params": {"apiKey": PASSWORD}}, {})}),
    )
    for format in ("summary", "lines", "markdown", "json"):
        text = json.dumps(report(plan, format))
        assert PASSWORD not in text
        assert key not in text
    assert "(another value)" in report(plan)


def test_json_follows_its_schema(sandbox: Running, connection: dict[str, Any]) -> None:
    tenant = Tenant(sandbox, connection)
    docs = tenant.dataset("docs")
    for site in (SITE, "https://old.example.com"):
        tenant.call("POST", "/api/crawl", {"crawl_options": {"site_url": site}}, **{"TR-Dataset": docs})
    crawls = [{"site_url": SITE, "limit": 5}, {"site_url": "https://new.example.com"}]
    preview = tenant.run(trieve_crawls.DEFINITION, check_mode=True, dataset="docs", crawls=crawls, prune=True)
    for plan in (
        preview,
        result(),
        result(change(), undeclared=[{"kind": "dataset", "name": "x", "id": "1", "dataset": None}]),
    ):
        found = json.loads(report(plan, "json"))
        jsonschema.Draft7Validator(SCHEMA).validate(found)
        assert found["$schema"] == SCHEMA["$id"] == _plan_documents.SCHEMA_ID
    found = json.loads(report(preview, "json"))
    assert found["plan"] == [{**one, "fingerprint": None} for one in preview["plan"]]
    assert {one["action"] for one in found["plan"]} == {"create", "replace", "delete"}
    actions = SCHEMA["properties"]["plan"]["items"]["allOf"][1]["properties"]["action"]["enum"]
    assert set(actions) == set(_plan_documents.ACTIONS)


def test_wrong_input() -> None:
    with pytest.raises(AnsibleFilterError, match="It must be one of summary, lines, markdown, json"):
        report(result(), "yaml")
    for wrong, format in (({"changed": True}, "lines"), ([], "markdown"), ({"msg": "Failed."}, "json")):
        with pytest.raises(AnsibleFilterError, match="the input has no plan"):
            report(wrong, format)


def test_no_plan() -> None:
    """A comment of a pull request tells why there is none."""
    failed = {"failed": True, "msg": f"HTTP 500 from https://u:{PASSWORD}@e.com: <b>"}
    assert report(failed, "lines") == []
    assert report(failed) == (
        "<!-- community.trieve plan -->\n**There is no plan**\n\n"
        "This plan cannot be applied: `HTTP 500 from https://********@e.com: <b>`\n"
    )
