# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules behind the recorded bodies: null is missing, unknown keys are ignored, wrong types are refused.

The recordings are examples; other servers' recordings have others. So bodies are made up from the description's schemas.
"""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .bodies import ANYTHING, TEXT, UNKNOWN, good, types, wrong
from .conftest import Plays
from .masking import parser_class
from .wire import Answer

CRAWL = types("CrawlOptions", without={"webhook_urls"})
CONFIGURATION = types("DatasetConfigurationDTO", without={"LLM_API_KEY", "RERANKER_API_KEY"})

DATA = "Json Deserialization Error: *Type* : Data error in JSON"
SYNTAX = "Json Deserialization Error: *Type* : Syntax error in JSON"
CUT_OFF = "Json Deserialization Error: *Type* : Unexpected end of JSON input"

# The same bodies in each run, as many as take a few seconds, and no limit on the time that one takes.
steadily = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module")
def crawl(plays: Plays) -> Any:
    """Sends a body to POST /api/crawl in a dataset of its own."""
    dataset = plays.send("POST", "/api/dataset", {}, {"dataset_name": "bodies"}).body["id"]
    return lambda body: plays.send_text("POST", "/api/crawl", {"TR-Dataset": dataset}, json.dumps(body))


@pytest.fixture(scope="module")
def create(plays: Plays) -> Any:
    """Sends a body to POST /api/dataset."""
    return lambda body: plays.send_text("POST", "/api/dataset", {}, json.dumps(body))


def refused(answer: Answer) -> str:
    """The class of error with which a body was refused."""
    assert answer.status == 400
    return parser_class(answer.body["message"])


@steadily
@given(options=good(CRAWL), unknown=UNKNOWN)
def test_crawl_options_come_back(crawl: Any, options: dict[str, Any], unknown: dict[str, Any]) -> None:
    """What is given comes back, what is null or missing is null, what is unknown is gone."""
    answer = crawl({"crawl_options": {**unknown, **options}, **unknown})
    stars = {"*"} >= set(options.get("include_paths") or ["*"])
    if options.get("allow_external_links") and stars:
        assert answer.status == 400
        assert "allow_external_links" in answer.body["message"]
        return
    assert answer.status == 200
    assert answer.body["url"] == (options.get("site_url") or "")
    came_back = answer.body["crawl_options"]
    assert {name: came_back[name] for name in CRAWL} == {name: options.get(name) for name in CRAWL}
    assert not unknown.keys() & came_back.keys()


@pytest.mark.parametrize("name", CRAWL)
def test_crawl_options_of_a_wrong_type_are_refused(crawl: Any, name: str) -> None:
    """One wrong value refuses the whole body, and the sandbox says which one it was."""
    for field, value in wrong({name: CRAWL[name]}):
        answer = crawl({"crawl_options": {"site_url": "https://wrong.example.com", field: value}})
        assert refused(answer) == DATA, value
        assert field in answer.body["message"]


@steadily
@given(configuration=good(CONFIGURATION), unknown=UNKNOWN)
def test_configuration_comes_back(create: Any, configuration: dict[str, Any], unknown: dict[str, Any]) -> None:
    """A new dataset has the keys that were given, and defaults for the others."""
    body = {"dataset_name": "", "server_configuration": {**configuration, **unknown}, **unknown}
    answer, plain = create(body), create({"dataset_name": "", "server_configuration": {"SYSTEM_PROMPT": None}})
    assert answer.status == plain.status == 200
    given_keys = {key: value for key, value in configuration.items() if value is not None}
    expected = {**plain.body["server_configuration"], **given_keys}
    if expected["DISTANCE_METRIC"] == "euclid":
        expected["DISTANCE_METRIC"] = "euclidean"
    if "EMBEDDING_SIZE" not in given_keys:
        expected["EMBEDDING_SIZE"] = answer.body["server_configuration"]["EMBEDDING_SIZE"]
    got = answer.body["server_configuration"]
    assert got.keys() == expected.keys()
    assert [key for key in got if not _same(expected[key], got[key], CONFIGURATION.get(key))] == []


def _same(expected: Any, got: Any, kind: Any) -> bool:
    """Equal, but numbers with a fraction come back as such, and some of them from 32 bits."""
    if kind != "number" or expected is None:
        return bool(expected == got)
    return isinstance(got, float) and math.isclose(expected, got, rel_tol=1e-6)


@pytest.mark.parametrize("name", CONFIGURATION)
def test_configuration_of_a_wrong_type_is_refused(create: Any, name: str) -> None:
    """One wrong value refuses the whole body."""
    for field, value in wrong({name: CONFIGURATION[name]}):
        answer = create({"dataset_name": "a", "server_configuration": {field: value}})
        assert refused(answer) == DATA, value
        assert field in answer.body["message"]


@steadily
@given(name=TEXT, rest=st.lists(ANYTHING, max_size=4))
def test_a_list_is_read_by_position(create: Any, name: str, rest: list[Any]) -> None:
    """Only a list as long as the struct has fields is a body, and its items are the fields in order."""
    answer = create([name, *rest])
    if len(rest) != 2:
        assert answer.status == 400
    elif rest[0] is not None or not (rest[1] is None or rest[1] == {}):
        # A tracking id may be taken; anything but a text there, or but an object or a list after it, is refused.
        assert answer.status in (200, 400)
        if rest[0] is not None and not isinstance(rest[0], str):
            assert refused(answer) == DATA
    else:
        assert answer.status == 200
        assert (answer.body["name"], answer.body["tracking_id"]) == (name, None)


@steadily
@given(value=st.none() | st.booleans() | st.integers(-9, 9) | TEXT)
def test_a_body_that_is_no_object_is_refused(create: Any, value: Any) -> None:
    """Not even null is taken."""
    assert refused(create(value)) == DATA


@steadily
@given(options=good(CRAWL), data=st.data())
def test_a_cut_off_body_is_told_from_a_broken_one(plays: Plays, options: dict[str, Any], data: st.DataObject) -> None:
    """The class of error is that of the first place where the text goes wrong."""
    text = json.dumps({"crawl_options": options})
    end = data.draw(st.integers(0, len(text) - 1))
    assert refused(plays.send_text("PUT", "/api/dataset", {}, text[:end])) == CUT_OFF
    assert refused(plays.send_text("PUT", "/api/dataset", {}, f"{text} x")) == SYNTAX


@steadily
@given(key=st.sampled_from(["dataset_name", "tracking_id", "server_configuration"]), value=st.none() | TEXT)
def test_a_known_key_twice_is_refused(plays: Plays, key: str, value: Any) -> None:
    """An unknown one may come as often as it likes."""
    first = json.dumps({"dataset_name": "a", "no_such_key": 1})
    twice = first[:-1] + f', "no_such_key": 2, "{key}": null, "{key}": {json.dumps(value)}}}'
    assert refused(plays.send_text("POST", "/api/dataset", {}, twice)) == DATA
    once = first[:-1] + ', "no_such_key": 2}'
    assert plays.send_text("POST", "/api/dataset", {}, once).status == 200
