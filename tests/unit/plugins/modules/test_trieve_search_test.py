# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_search_test) against a sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_search_test import DEFINITION
from sandbox.server import Running

from ...library import Library
from ...tenant import Tenant

SITE = "https://d.example.com"


@pytest.fixture
def library(sandbox: Running, connection: dict[str, Any]) -> Library:
    return Library(Tenant(sandbox, connection))


def judged(library: Library, *tests: dict[str, Any], **options: Any) -> dict[str, Any]:
    return library.run(DEFINITION, tests=list(tests), **{"search_type": "fulltext", **options})


@pytest.mark.parametrize(
    "expected",
    [{"link": f"{SITE}/terms/"}, {"tracking_id": "terms"}, {"title": "Terms of sale and warranty"}],
    ids=lambda expected: next(iter(expected)),
)
def test_a_page_is_found_by(library: Library, expected: dict[str, str]) -> None:
    for check_mode in (True, False):
        result = library.run(
            DEFINITION,
            check_mode,
            tests=[{"query": "warranty", "expect": [expected], "min_results": 1}],
            search_type="fulltext",
        )
        assert not result.get("failed"), result["msg"]
        assert result["changed"] is False
        assert result["metrics"] == {"recall": 1, "precision": 0.1, "mrr": 1, "ndcg": 1}


def test_a_miss_names_the_rank(library: Library) -> None:
    result = judged(
        library,
        {"name": "first", "query": "the program", "expect": [{"link": f"{SITE}/remove", "within": 2}]},
        {"query": "zebra", "expect": [{"tracking_id": "terms"}], "min_results": 2},
        {"query": "warranty", "reject": [{"link": f"{SITE}/terms"}]},
        {"query": "program", "expect": [{"tracking_id": "install"}]},
    )
    assert result["failed"]
    assert result["failed_tests"] == ["first", "zebra", "warranty"]
    assert result["msg"] == (
        "3 of 4 search tests failed."
        f" 'first': {SITE}/remove is expected within the first 2, but was found at rank 3;"
        " 'zebra': tracking_id 'terms' is expected within the first 10, but was not found among 0 results,"
        " at least 2 results expected, but 0 found;"
        f" 'warranty': {SITE}/terms must not be within the first 10, but was found at rank 1."
    )
    assert result["report"]["tests"][0]["ranks"] == [{"identity": "link", "value": f"{SITE}/remove", "rank": 3}]


def test_a_minimum_that_is_not_reached(library: Library) -> None:
    test = {"query": "the program", "expect": [{"tracking_id": "remove"}]}
    words = judged(library, test, minimum={"mrr": 0.5, "recall": 1})["msg"]
    assert words == "mrr is 0.333, but its minimum is 0.5."
    assert not judged(library, test, minimum={"mrr": 0.3})["failed_tests"]


def test_several_chunks_of_one_page_count_once(library: Library) -> None:
    library.add([{"chunk_html": "the program again", "link": f"{SITE}/install", "tracking_id": "again"}])
    test = {"query": "the program", "expect": [{"link": f"{SITE}/install"}, {"link": f"{SITE}/remove", "grade": 3}]}
    result = judged(library, test, k=3)
    assert result["metrics"]["precision"] == pytest.approx(2 / 3)
    assert result["metrics"]["recall"] == 1


def test_worse_than_the_baseline(library: Library, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    tests = [
        {"query": "warranty", "expect": [{"tracking_id": "terms"}]},
        {"query": "update", "expect": [{"tracking_id": "update"}]},
    ]
    baseline.write_text(json.dumps(judged(library, *tests)["report"]))
    library.add([{"chunk_html": "warranty", "tracking_id": f"w{number}"} for number in range(2)])
    library.tenant.control.sql("UPDATE chunks SET tracking_id = 'gone' WHERE tracking_id = 'terms'", [])
    result = judged(library, *tests, baseline=str(baseline), max_loss={"recall": 0.1})
    assert result["msg"] == (
        "1 of 2 search tests failed. 'warranty': tracking_id 'terms' is expected within the first 10, but was not found among 3 results."
        " recall fell from 1.000 to 0.500, by more than 0.1. Worse than the baseline: 'warranty' (terms from rank 1 to none)."
    )
    assert result["losses"][0]["metrics"]["mrr"] == {"before": 1.0, "after": 0.0}
    assert result["losses"][0]["ranks"] == [{"identity": "tracking_id", "value": "terms", "before": 1, "after": None}]
    allowed = judged(library, *tests, baseline=str(baseline), max_loss={"recall": 0.5})
    assert "fell" not in allowed["msg"]


WARRANTY = [
    "The warranty covers all parts for two years. A warranty claim needs the receipt.",
    "Parts can be ordered for ten years, long after the warranty of the product.",
    "Orders are sent within two days. We also deliver on Saturdays, for which there is a fee.",
    "The receipt is sent with the product. Keep it for as long as you use the product.",
    "Payment is due within ten days. Late payment has a fee.",
]


def test_a_worse_text_loses_its_rank(library: Library, tmp_path: Path) -> None:
    """What a rewrite of a page does to its rank is real, and the baseline notices it: the page is still found, but later."""
    library.add(
        [{"tracking_id": f"w{n}", "link": f"{SITE}/w{n}", "chunk_html": text} for n, text in enumerate(WARRANTY)]
    )
    tests = [
        {"query": "warranty claims", "expect": [{"link": f"{SITE}/w0"}], "search_type": "bm25"},
        {"query": "late payment", "expect": [{"link": f"{SITE}/w4"}], "search_type": "bm25"},
    ]
    baseline = tmp_path / "baseline.json"
    before = judged(library, *tests)
    assert before["metrics"]["mrr"] == 1
    baseline.write_text(json.dumps(before["report"]))
    assert not judged(library, *tests, baseline=str(baseline)).get("failed")

    worse = f"Welcome to our shop. {WARRANTY[2]} {WARRANTY[3]} {WARRANTY[4]} There is also a warranty, of which you read elsewhere."
    library.add([{"tracking_id": "w0", "link": f"{SITE}/w0", "chunk_html": worse, "upsert_by_tracking_id": True}])
    result = judged(library, *tests, baseline=str(baseline))
    assert result["failed"]
    (rank,) = result["losses"][0]["ranks"]
    assert (rank["value"], rank["before"]) == (f"{SITE}/w0", 1)
    assert rank["after"] > 1
    assert [loss["name"] for loss in result["losses"]] == ["warranty claims"]
    assert f"Worse than the baseline: 'warranty claims' ({SITE}/w0 from rank 1 to {rank['after']})." in result["msg"]

    better = [{"tracking_id": "w0", "link": f"{SITE}/w0", "chunk_html": WARRANTY[0], "upsert_by_tracking_id": True}]
    library.add(better)
    assert not judged(library, *tests, baseline=str(baseline)).get("failed")


def test_judgements_are_measured_and_never_fail(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "judgements.jsonl"
    rows = [
        {"query": "the program", "link": f"{SITE}/install", "grade": 2},
        {"query": "the program", "link": f"{SITE}/terms"},
        {"query": "warranty", "tracking_id": "terms", "name": "w"},
        {"query": "warranty", "tracking_id": "install", "name": "w", "grade": 0},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n")
    result = library.run(DEFINITION, judgements=str(file), search_type="fulltext")
    assert not result.get("failed"), result["msg"]
    assert [test["name"] for test in result["report"]["tests"]] == ["the program", "w"]
    assert result["metrics"]["recall"] == 0.75


def test_qrels(library: Library, tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text(f"1 0 {SITE}/terms 1\n2 0 update 2\n2 0 install 0\n")
    (tmp_path / "queries.tsv").write_text("1\twarranty\n2\tupdate the program\n3\tunused\n")
    options = {"judgements": str(tmp_path / "qrels"), "queries": str(tmp_path / "queries.tsv")}
    result = library.run(DEFINITION, search_type="fulltext", **options)
    assert result["metrics"]["mrr"] == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", ":2:2: not valid JSON."),
        ("[]", ":2: not a JSON object."),
        ('{"query": "a", "url": "b"}', ":2: unknown key 'url'."),
        ('{"query": 1, "link": "b"}', ":2: query must be a string"),
        ('{"link": "b"}', ":2: query must be a string"),
        ('{"query": "a"}', ":2 must have exactly one of link"),
        ('{"query": "a", "link": "b", "grade": "high"}', ":2: grade 'high' must be an integer up to 100."),
        ('{"query": "other", "link": "b", "name": "a"}', ":2: name 'a' has two queries, 'a' and 'other'."),
    ],
)
def test_a_line_that_is_no_judgement(library: Library, tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "judgements.jsonl"
    file.write_text('{"query": "a", "link": "b"}\n' + line)
    assert f"{file}{words}" in library.refused(DEFINITION, judgements=str(file))
    assert library.tenant.writes() == []


@pytest.mark.parametrize(
    ("qrels", "queries", "words"),
    [
        ("1 0 a", "1\tx", "qrels:1: not a line of qrels."),
        ("2 0 a 1", "1\tx", "qrels:1: query '2' not found in "),
        ("1 0 a one", "1\tx", "qrels:1: grade 'one' must be an integer"),
        ("1 0 a 1", "1 x", "queries:1: not a query."),
        ("1 0 a 0", "1\tx", "contains no relevant result"),
    ],
)
def test_qrels_that_are_none(library: Library, tmp_path: Path, qrels: str, queries: str, words: str) -> None:
    (tmp_path / "qrels").write_text(qrels)
    (tmp_path / "queries").write_text(queries)
    options = {"judgements": str(tmp_path / "qrels"), "queries": str(tmp_path / "queries")}
    assert words in library.refused(DEFINITION, **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "tests and judgements are missing."),
        ({"tests": []}, "tests and judgements are missing."),
        ({"queries": "/x", "tests": [{"query": "a", "min_results": 1}]}, "queries needs judgements."),
        ({"judgements": "/nowhere/x"}, "/nowhere/x cannot be read: No such file or directory."),
        ({"tests": [{"query": "a"}]}, "tests[0] expects nothing."),
        ({"tests": [{"min_results": 1}]}, "tests[0].query is missing or empty."),
        (
            {"tests": [{"query": "a", "expect": [{}]}]},
            "tests[0].expect[0] must have exactly one of link, tracking_id, title, id.",
        ),
        ({"tests": [{"query": "a", "expect": [{"id": "x"}]}]}, "tests[0].expect[0].id 'x' is not a valid UUID."),
        ({"tests": [{"query": "a", "expect": [{"link": "x", "within": 0}]}]}, "tests[0].expect[0].within is 0."),
        ({"tests": [{"query": "a", "expect": [{"link": "x", "grade": 0}]}]}, "tests[0].expect[0].grade is 0."),
        ({"tests": [{"query": "a", "min_results": -1}]}, "tests[0].min_results is -1."),
        (
            {"tests": [{"query": "a", "min_results": 1}, {"query": "a", "min_results": 2}]},
            "Two tests have the name 'a'.",
        ),
        ({"tests": [{"query": "a", "filters": {"must": []}, "min_results": 1}]}, "tests[0].filters.must is empty."),
        (
            {"tests": [{"query": "a", "min_results": 1}], "minimum": {"mrr": 2}},
            "minimum.mrr is 2. It must be between 0 and 1.",
        ),
        ({"tests": [{"query": "a", "min_results": 1}], "max_loss": {"mrr": 0}}, "max_loss needs a baseline"),
        ({"tests": [{"query": "a", "min_results": 1}], "baseline": "/nowhere/x"}, "baseline /nowhere/x cannot be read"),
        ({"tests": [{"query": "a", "min_results": 1}], "k": 0}, "k is 0. It must be between 1 and 10000."),
    ],
)
def test_refused_before_anything_is_sent(library: Library, options: dict[str, Any], words: str) -> None:
    assert words in library.refused(DEFINITION, **options)
    assert library.tenant.writes() == []


@pytest.mark.parametrize(
    "text", ["", "[]", '{"tests": [{}]}', '{"tests": [{"name": "a", "ranks": [{}], "metrics": null}]}']
)
def test_a_baseline_that_is_none(library: Library, tmp_path: Path, text: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text)
    words = library.refused(DEFINITION, tests=[{"query": "a", "min_results": 1}], baseline=str(file))
    assert f"baseline {file} is not" in words
