# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words about a wrong state file name the key and the entry of the list."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.community.trieve.plugins.filter.state_faults import FilterModule

SPEC = yaml.safe_load(
    """
    type: dict
    options:
      datasets:
        type: list
        elements: dict
        options:
          tracking_id: {type: str, required: true}
          size: {type: int}
          mode: {type: str, choices: [one, two]}
          page:
            type: dict
            options:
              enabled: {type: bool, required: true}
          metadata: {type: dict}
          tags: {type: list, elements: str}
          points: {type: list, elements: list}
      allow_empty: {type: bool, default: false}
    """
)

GOOD = """
datasets:
  - {tracking_id: docs, size: 3, mode: one, page: {enabled: true}, metadata: {a: null}, tags: [a, 1], points: [[1, {x: 1}]]}
  - {tracking_id: 2024, size: null, page: null, tags: "a,b"}
allow_empty: "yes"
"""


def faults(state: str) -> list[str]:
    """What the filter says of a state, as its name finds it."""
    found: list[str] = FilterModule().filters()["state_faults"](yaml.safe_load(state), SPEC)
    return found


def test_nothing_is_wrong() -> None:
    """What Ansible takes for another type is right here, too, and a null is not given."""
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("- docs", "this must be a dictionary, not a list."),
        ("dataset: []", "key dataset not found. Did you mean datasets?"),
        ("zzz: 1", "key zzz not found. Valid keys are datasets, allow_empty."),
        ("datasets: docs", "datasets: this must be a list, not a string."),
        ("datasets: {tracking_id: docs}", "datasets: this must be a list, not a dictionary."),
        ("datasets: [docs]", "datasets[0]: this must be a dictionary, not a string."),
        ("datasets: [null]", "datasets[0]: this must be a dictionary, not nothing."),
        ("datasets: [{}]", "datasets[0]: tracking_id is missing."),
        ("datasets: [{tracking_id: null}]", "datasets[0]: tracking_id is missing."),
        (
            "datasets: [{tracking_id: a}, {tracking_id: b, siez: 1}]",
            "datasets[1] (b): key siez not found. Did you mean size?",
        ),
        (
            "datasets: [{tracking_id: a, page: true}]",
            "datasets[0] (a).page: this must be a dictionary, not a boolean.",
        ),
        ("datasets: [{tracking_id: a, page: {}}]", "datasets[0] (a).page: enabled is missing."),
        (
            "datasets: [{tracking_id: a, tags: {b: c}}]",
            "datasets[0] (a).tags: this must be a list, not a dictionary.",
        ),
        (
            "datasets: [{tracking_id: a, mode: null}]",
            "datasets[0] (a): mode has no value. Set a value, or remove the key.",
        ),
        ("allow_empty: null", "allow_empty has no value. Set a value, or remove the key."),
    ],
)
def test_structure(state: str, words: str) -> None:
    """What is wrong with the structure is said in the words of a person."""
    assert faults(state) == [words]


@pytest.mark.parametrize(
    ("state", "place", "words"),
    [
        ("datasets: [{tracking_id: a, size: many}]", "datasets[0] (a).size: ", "unable to convert to int"),
        ("datasets: [{tracking_id: a, mode: three}]", "datasets[0] (a).mode: ", "must be one of: one, two, got: three"),
        ("datasets: [{tracking_id: a, metadata: [1]}]", "datasets[0] (a).metadata: ", "unable to convert to dict"),
        ("datasets: [{tracking_id: a, points: [[2], {x: 1}]}]", "datasets[0] (a).points[1]: ", "not a dictionary"),
        ("allow_empty: perhaps", "allow_empty: ", "not a valid boolean"),
    ],
)
def test_values(state: str, place: str, words: str) -> None:
    """What is wrong with a value is said in Ansible's words, behind the place."""
    (said,) = faults(state)
    assert said.startswith(place)
    assert words in said


@pytest.mark.parametrize("mask", ["********", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"])
@pytest.mark.parametrize(
    ("state", "place"),
    [
        ("datasets: [{tracking_id: 'MASK-docs'}]", "datasets[0] (MASK-docs).tracking_id"),
        ("datasets: [{tracking_id: a, metadata: {b: ['MASK']}}]", "datasets[0] (a).metadata.b[0]"),
        ("datasets: [{tracking_id: a, tags: [b, 'MASK']}]", "datasets[0] (a).tags[1]"),
    ],
)
def test_a_value_that_was_masked(state: str, place: str, mask: str) -> None:
    (said,) = faults(state.replace("MASK", mask))
    assert said.startswith(f"{place.replace('MASK', mask)} contains Ansible's mask for secrets.")


def test_no_secret_in_a_fault() -> None:
    key = "tr-Q7hB2xV9kLm4Zp8RtY3nWc6JdF5sGa1E"
    (said,) = faults(f"datasets: [{{tracking_id: a, mode: {key}}}]")
    assert key not in said
    (said,) = faults("datasets: [{tracking_id: a, points: {llm_api_key: [odd-secret-4711]}}]")
    assert "odd-secret-4711" not in said


def test_places() -> None:
    """With the text, each fault has file, line and column: of the key, of the value, or of the entry that lacks something."""
    text = """\
common: &common
  size: many
datasets:
  - tracking_id: a
    siez: 1
    page:
      enabled: perhaps
  - size: 1
  - <<: *common
    tracking_id: b
  - {tracking_id: c, mode: null}
"""
    found = FilterModule().filters()["state_faults"](yaml.safe_load(text), SPEC, text, "state/a.yml")
    assert [sentence.split(": ")[0] for sentence in found] == [
        f"state/a.yml:{place}" for place in ("1:1", "5:5", "7:16", "8:5", "2:9", "11:22")
    ]
    assert found[1] == "state/a.yml:5:5: datasets[0] (a): key siez not found. Did you mean size?"


def test_all_faults_are_told() -> None:
    """Not one after the other, run by run."""
    found: list[Any] = faults("{datasets: [{size: many, siez: 1}], zzz: 1}")
    assert len(found) == 4


def test_the_spec_is_read_once() -> None:
    """Each access to a variable costs a look for templates, so 500 crawls must not cost 500 times the spec."""
    reads = 0

    class Variable(dict[str, Any]):
        def items(self) -> Any:
            nonlocal reads
            reads += 1
            return super().items()

        def __getitem__(self, key: str) -> Any:
            nonlocal reads
            reads += 1
            return super().__getitem__(key)

    spec = {"type": "list", "elements": "dict", "options": Variable(name=Variable(type="str"))}
    counts = []
    for entries in (1, 100):
        reads = 0
        assert FilterModule().filters()["state_faults"]([{"name": "a"}] * entries, Variable(spec)) == []
        counts.append(reads)
    assert counts[0] == counts[1]
