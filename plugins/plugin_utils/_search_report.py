# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a search test for people and for programs. All formats show the same tests."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.values import counted
from ansible_collections.community.trieve.plugins.module_utils._search.metrics import METRICS
from ansible_collections.community.trieve.plugins.plugin_utils._html_page import bar_chart, page, text
from ansible_collections.community.trieve.plugins.plugin_utils._junit import document, not_passed, passed
from ansible_collections.community.trieve.plugins.plugin_utils._markdown import cell, harmless, table

Report = t.Mapping[str, t.Any]
"""RV(report) of trieve_search_test; None if the tests could not be run."""

TITLE = "Search test"

_SUITE, _CLASS = "community.trieve.search_test", "trieve.search"

_WORDS = {"recall": "Recall", "precision": "Precision", "mrr": "MRR", "ndcg": "nDCG"}


def summary(report: Report | None) -> str:
    """One sentence."""
    if report is None:
        return "The search tests could not be run."
    tests = report["tests"]
    failed = sum(not one["passed"] for one in tests)
    words = (
        f"{failed} of {counted(len(tests), 'search test')} failed."
        if failed
        else f"{counted(len(tests), 'search test')} passed."
    )
    return words if report["metrics"] is None else f"{words} {_metrics(report)}."


def _metrics(report: Report) -> str:
    return ", ".join(f"{_label(name, report)} {report['metrics'][name]:.3f}" for name in METRICS)


def _label(name: str, report: Report) -> str:
    return _WORDS[name] if name == "mrr" else f"{_WORDS[name]}@{report['k']}"


def as_json(report: Report | None) -> str:
    """The report itself, which is also a baseline."""
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def as_markdown(report: Report | None) -> str:
    """Tables."""
    lines = [f"# {TITLE}", "", summary(report)]
    if report is None:
        return "\n".join([*lines, ""])
    if report["metrics"]:
        head = [_label(name, report) for name in METRICS]
        lines += ["", *table(head, [[f"{report['metrics'][name]:.3f}" for name in METRICS]])]
    failed = [one for one in report["tests"] if not one["passed"]]
    if failed:
        rows = [[cell(one["name"]), cell(miss)] for one in failed for miss in one["misses"]]
        lines += ["", "## Misses", "", *table(["Test", "Miss"], rows)]
    rows = [
        [cell(one["name"]), "passed" if one["passed"] else "**failed**", *_cells(one, report)]
        for one in report["tests"]
    ]
    lines += ["", "## Tests", "", *table(["Test", "Result", "Best rank", _label("ndcg", report)], rows)]
    return harmless("\n".join([*lines, ""]))


def _cells(test: t.Mapping[str, t.Any], report: Report) -> list[str]:
    return [str(_best(test) or ""), f"{test['metrics']['ndcg']:.3f}" if test["metrics"] else ""]


def _best(test: t.Mapping[str, t.Any]) -> int | None:
    """The best rank of an expected result."""
    return min((one["rank"] for one in test["ranks"] if one["rank"]), default=None)


def as_junit(report: Report | None) -> str:
    """JUnit XML with a test case for each test."""
    if report is None:
        words = summary(None)
        return document(_SUITE, [not_passed(_CLASS, TITLE, "error", "unknown", words, words)])
    return document(_SUITE, [_case(one) for one in report["tests"]])


def _case(test: t.Mapping[str, t.Any]) -> str:
    if test["passed"]:
        return passed(_CLASS, test["name"])
    lines = [f"query: {test['query']}", *test["misses"]]
    return not_passed(_CLASS, test["name"], "failure", "miss", test["misses"][0], "\n".join(lines))


def as_html(report: Report | None) -> str:
    """A web page in one file with a bar for each metric and each test."""
    body = [f"<h1>{TITLE}</h1>", f"<p>{text(summary(report))}</p>"]
    if report is not None:
        if report["metrics"]:
            body += ["<h2>Metrics</h2>", *(_bar(_label(name, report), report["metrics"][name]) for name in METRICS)]
        body += ["<h2>Tests</h2>", f'<div class="cards">{"".join(_card(one, report) for one in report["tests"])}</div>']
    return page(TITLE, body)


def _bar(words: str, value: float) -> str:
    shown = f"{value:.3f}"
    label = f'<div class="label"><span>{text(words)}</span><span class="value">{shown}</span></div>'
    return label + bar_chart(f"{words} {shown}", ("bar", 100 * value))


def _card(test: t.Mapping[str, t.Any], report: Report) -> str:
    state = "ok" if test["passed"] else "error"
    parts = [
        f'<h3>{text(test["name"])} <span class="state {state}">{"passed" if test["passed"] else "failed"}</span></h3>'
    ]
    if test["query"] != test["name"]:
        parts.append(f'<p class="soft">{text(test["query"])}</p>')
    parts += [f"<p>{text(miss)}</p>" for miss in test["misses"]]
    if test["metrics"]:
        parts.append(_bar(_label("ndcg", report), test["metrics"]["ndcg"]))
    return f'<div class="card">{"".join(parts)}</div>'


FORMATS: dict[str, t.Callable[[Report | None], str]] = {
    "markdown": as_markdown,
    "html": as_html,
    "json": as_json,
    "junit": as_junit,
    "summary": summary,
}
"""How a report can be written."""
