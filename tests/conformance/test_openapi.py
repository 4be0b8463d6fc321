# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests and answers against Trieve's own description of its API, and the list of its mistakes."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Plays
from .lists import due
from .masking import example
from .openapi import Description, deviations, validate_request
from .scenario import Scenario, Step

DEVIATIONS = deviations.load()
ALL = Description(DEVIATIONS)


def test_recorded_answers_fit_the_description(scenarios: dict[str, Scenario]) -> None:
    """The corrected description is right about the real server."""
    wrong = []
    for step in (step for scenario in scenarios.values() for step in scenario.steps if not step.is_setup):
        request, response = _recorded(step)
        wrong += [
            f"{step.name}: {request['method']} {request['path']}: {one}" for one in _answer(ALL, request, response)
        ]
    assert wrong == []


def test_answers_of_the_sandbox_fit_the_description(plays: Plays, scenarios: dict[str, Scenario]) -> None:
    """So each of its answers is one that the server could give."""
    wrong = []
    for outcome in (outcome for name in due() for outcome in plays.of(scenarios[name])):
        if outcome.answer is not None and outcome.filled is not None:
            problems = _answer(ALL, outcome.filled, outcome.answer.as_response())
            wrong += [f"{outcome.explain()}: {one}" for one in problems]
    assert wrong == []


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=[one.name for one in DEVIATIONS])
def test_each_deviation_is_needed(deviation: deviations.Deviation, scenarios: dict[str, Scenario]) -> None:
    """The description refuses its evidence without it, and not with it."""
    others = Description([one for one in DEVIATIONS if one.name != deviation.name])
    if isinstance(deviation.evidence, str):
        name, _unused, index = deviation.evidence.partition(":")
        request, response = _recorded(scenarios[name].steps[int(index)])
    else:
        request, response = deviation.evidence["request"], deviation.evidence["response"]
    judge = _answer if deviation.side == "answer" else _request
    assert judge(others, request, response) != []
    assert judge(ALL, request, response) == []


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=[one.name for one in DEVIATIONS])
def test_each_deviation_finds_its_place(deviation: deviations.Deviation) -> None:
    """A path that leads nowhere would be a correction that nobody makes."""
    document = Description([]).document
    assert deviation.apply(document) > 0
    assert len(deviation.server.split()) > 3
    assert deviation.source


def _recorded(step: Step) -> tuple[dict[str, Any], dict[str, Any]]:
    return example(step.request), example(step.response)


def _request(description: Description, request: dict[str, Any], response: dict[str, Any]) -> list[str]:
    return description.problems_in_request(request["method"], request["path"], request.get("json"))


def _answer(description: Description, request: dict[str, Any], response: dict[str, Any]) -> list[str]:
    content_type = response["headers"].get("content-type")
    return description.problems_in_answer(
        request["method"], request["path"], response["status"], content_type, response["body"]
    )


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/crawl", {"crawl_options": {"site_url": "https://example.com", "interval": "daily", "limit": 5}}),
        ("POST", "/api/crawl", {"crawl_options": {"scrape_options": {"type": "shopify", "tag_regexes": ["a"]}}}),
        ("POST", "/api/crawl", {"crawl_options": {"webhook_metadata": {"anything": {"goes": 1}}}}),
        ("POST", "/api/dataset", {"dataset_name": "a", "tracking_id": None, "server_configuration": {"BM25_B": 0.5}}),
        ("POST", "/api/chunk", [{"chunk_html": "a"}, {"chunk_html": "b", "metadata": {"any": ["thing"]}}]),
        ("GET", "/api/crawl?page=1&limit=100", None),
        ("DELETE", "/api/crawl/11111111-2222-4333-8444-555555555555", None),
        ("GET", "/api/dataset/tracking_id/a%2Fb", None),
    ],
)
def test_good_requests(method: str, path: str, body: Any) -> None:
    """What the collection may send."""
    assert validate_request(method, path, body) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("POST", "/api/crawl", {"crawl_options": {"sit_url": "https://example.com"}}, "$.crawl_options.sit_url"),
        (
            "POST",
            "/api/crawl",
            {"crawl_options": {"scrape_options": {"type": "youtube", "tag": 1}}},
            "scrape_options.tag ",
        ),
        ("POST", "/api/crawl", {"crawl_options": {"limit": "5"}}, "$.crawl_options.limit"),
        ("POST", "/api/crawl", {"crawl_options": {"limit": 2**31}}, "int32"),
        ("POST", "/api/crawl", {"crawl_options": {"interval": "Daily"}}, "Daily"),
        ("POST", "/api/crawl", {}, "crawl_options"),
        ("POST", "/api/crawl", None, "no body"),
        ("POST", "/api/dataset", {"dataset_name": "a", "server_configuration": {"BM25_C": 1}}, "BM25_C"),
        ("POST", "/api/chunk", [{"chunk_html": "a"}, {"chunk_htm": "b"}], "$[1].chunk_htm"),
        ("GET", "/api/crawl?pages=1", None, "?pages"),
        ("GET", "/api/crawls", None, "/api/crawls"),
        ("PATCH", "/api/crawl", {}, "PATCH"),
        ("DELETE", "/api/crawl/11111111-2222-4333-8444-555555555555", {}, "a body"),
    ],
)
def test_bad_requests(method: str, path: str, body: Any, words: str) -> None:
    """What the server would refuse, or ignore without a word."""
    problems = validate_request(method, path, body)
    assert problems
    assert any(words in problem for problem in problems), problems
