# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The in-process runner gives a module the same arguments as the packed module gets."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Both
from .play import PLAYBOOKS, Played

pytestmark = pytest.mark.sandbox


def test_validation(both: Both) -> None:
    """What the argument spec refuses is refused in the same words, and nothing is sent for it."""
    for run in both(PLAYBOOKS / "validation.yml", dataset="runner"):
        assert {entry["path"] for entry in run.requests} == {"/api/crawl"}
        assert len(run.requests) == 1


def test_module_defaults(both: Both) -> None:
    """Defaults of one module reach no other, those of the group reach all, and a task's own options beat both."""

    def got(run: Played, task: str) -> list[Any]:
        (options,) = run.arguments(task)
        return [options[name] for name in ("dataset", "site_url", "timeout", "retries")] + [options.get("status")]

    for run in both(PLAYBOOKS / "module_defaults.yml", dataset="runner"):
        assert got(run, "A crawl") == ["runner", "https://default.example.com", 22, 1, None]
        assert got(run, "The list") == ["runner", None, 21, 2, "Pending"]
        assert got(run, "With its own") == ["runner", "https://other.example.com", 23, 1, "Pending"]
        assert got(run, "The block's default takes the place of the play's") == [
            *("runner", "https://block.example.com", 21, 1),
            None,
        ]


def test_environment(both: Both) -> None:
    """The environment of a play, a block, a task and an item is where fallbacks look, and is gone after the task."""
    nothing = {"kind": "status", "status": 200, "body": [], "path": "/api/crawl"}
    shell = {"TRIEVE_DATASET_ID": "of-shell"}
    for run in both(PLAYBOOKS / "environment.yml", dataset="runner", environment=shell, faults=[nothing]):

        def got(task: str, run: Played = run) -> list[str]:
            return [options["dataset"] for options in run.arguments(task)]

        assert got("Of the play") == ["of-play"]
        assert got("Of the block") == ["of-block"]
        assert got("Of the task") == ["of-task"]
        assert got("Of the block again") == ["of-block"]
        assert got("Empty, so that the next variable counts") == ["of-tracking-id"]
        assert got("A loop, in which one worker has all items") == ["runner", "of-shell", "of-item", "of-shell"]


def test_every_kind_of_option(both: Both) -> None:
    """Aliases, deprecations, types, rules between options, warnings, failures and bugs: what AnsibleModule makes of them."""
    secrets = {"secret": "sesame-9hQ2vX7rLkP4", "token": "token-3bN8sJ5wZc1D", "digits": "4711081512342"}
    for run in both(PLAYBOOKS / "every_kind_of_option.yml", variables=secrets, deprecations=True):
        items = [event for event in run.events if event["event"].startswith("item")]
        failed = [event["result"]["msg"] for event in items if event["event"] == "item failed"]
        assert (len(items), len(failed)) == (30, 17)
        assert all(failed)
        assert any("deprecations" in event["result"] for event in items)
