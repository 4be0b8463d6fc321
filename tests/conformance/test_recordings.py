# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox answers as the real server did, step by step."""

from __future__ import annotations

import re

import pytest

from .conftest import Plays
from .lists import MOST_EXPECTED_DIFFERENCES, due, expected_differences, stand_ins
from .scenario import Scenario, Step

NAMED = re.compile(r"(?:missing|duplicate) field `(\w+)`")


def test_step(step: Step, plays: Plays, scenarios: dict[str, Scenario]) -> None:
    """Status, headers and body are as recorded."""
    outcome = plays.of(scenarios[step.scenario])[step.index]
    reason = expected_differences().get(step.name)
    if reason is not None:
        if outcome.agrees:
            pytest.fail(f"agrees again: take it out of expected_differences.yml, which says: {reason}", pytrace=False)
    elif step.name not in stand_ins() and not outcome.agrees:
        pytest.fail(outcome.explain(), pytrace=False)


def test_what_is_due_is_there(scenarios: dict[str, Scenario]) -> None:
    """No scenario that is due may be lost, and none that agrees may be left out."""
    assert sorted(set(due()) - set(scenarios)) == []


def test_what_agrees_is_due(plays: Plays, scenarios: dict[str, Scenario]) -> None:
    """A scenario that the sandbox has learnt to play goes into due.yml, so that it stays that way."""
    skipped = stand_ins()
    learnt = [
        name
        for name, scenario in scenarios.items()
        if name not in due() and all(one.agrees or one.step.name in skipped for one in plays.of(scenario))
    ]
    assert learnt == []


@pytest.mark.parametrize("listed", [expected_differences(), stand_ins()], ids=["expected_differences", "stand_ins"])
def test_lists_name_steps_and_give_reasons(listed: dict[str, str], scenarios: dict[str, Scenario]) -> None:
    """A list cannot hold a step that is not there, or one without a reason."""
    steps = {step.name for scenario in scenarios.values() for step in scenario.steps}
    assert [name for name in listed if name not in steps] == []
    assert [name for name, reason in listed.items() if len(reason.split()) < 4] == []


def test_expected_differences_stay_few() -> None:
    """A long list would mean a sandbox that is kinder than the server."""
    assert len(expected_differences()) <= MOST_EXPECTED_DIFFERENCES
    assert not expected_differences().keys() & stand_ins().keys()


def test_errors_about_bodies_name_the_field(plays: Plays, scenarios: dict[str, Scenario]) -> None:
    """The words of the server's parsers are not compared, but ours help just as much."""
    silent = []
    for name in due():
        for outcome in plays.of(scenarios[name]):
            recorded = outcome.step.response and outcome.step.response["body"]
            field = NAMED.search(recorded["message"]) if isinstance(recorded, dict) and "message" in recorded else None
            if field and outcome.answer and f"`{field[1]}`" not in outcome.answer.body["message"]:
                silent.append(f"{outcome.step.name}: {outcome.answer.body['message']}")
    assert silent == []
