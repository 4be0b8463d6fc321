# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks that a new user runs first."""

from __future__ import annotations

import secrets

from .leaks import leaks
from .play import ROOT, Played, Stage

QUICKSTART = ROOT / "playbooks"


def _changed(run: Played) -> list[str]:
    tasks = ("ok", "failed", "ignored")
    return [event["task"] for event in run.events if event["event"] in tasks and event["result"].get("changed")]


def test_quickstart(stage: Stage, known_secrets: set[str]) -> None:
    """The preview says what the run does; the second run changes nothing and only reads; then things change and go."""
    variables = {"quickstart_dataset": f"quickstart-{secrets.token_hex(4)}"}

    def play(name: str, check: bool = False) -> Played:
        run = stage.play(QUICKSTART / name, check=check, variables=variables, fresh=False).succeeded()
        assert leaks(run, known_secrets) == []
        return run

    if stage.server.control:
        stage.server.control.reset()
    try:
        preview = play("quickstart.yml", check=True)
        first = play("quickstart.yml")
        second = play("quickstart.yml")
        assert _changed(preview) == _changed(first) == ["Create the dataset", "Create its crawls"]
        assert _changed(second) == []
        items = [event["result"]["changed"] for event in first.events if event["event"] == "item ok"]
        assert items == [True] * 5
        if stage.server.control:
            assert preview.writes() == second.writes() == []
            assert second.requests
            assert first.writes() == ["POST /api/dataset", *["POST /api/crawl"] * 5]
        change = play("quickstart_change.yml")
        if stage.server.control:
            verbs = [write.split("/")[0].strip() for write in change.writes()]
            assert verbs == ["POST", "DELETE", "DELETE", "DELETE"]
    finally:
        removed = play("quickstart_remove.yml")
    assert _changed(removed) == ["Delete the dataset with its contents"]
