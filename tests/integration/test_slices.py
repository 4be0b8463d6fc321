# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An automation controller divides the datasets of one state among several jobs: together they are the whole."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ansible_runner  # type: ignore[import-untyped]
import pytest
import yaml

from .play import Stage

pytestmark = pytest.mark.sandbox


def test_two_slices_at_once(stage: Stage, tmp_path: Path) -> None:
    """Two jobs of ansible-runner apply half of the datasets each at the same time, a third one the rest."""
    control = stage.server.control
    assert control
    control.reset()
    stage.server.create_dataset("undeclared")
    names = [f"docs-{number}" for number in range(6)]
    file = tmp_path / "organization.yml"
    state = {
        "datasets": [
            {
                "tracking_id": name,
                "chunk_groups": [{"tracking_id": "faq"}],
                "crawls": [{"site_url": f"https://{name}.example.com", "limit": 5}],
            }
            for name in names
        ],
        "prune": {"datasets": "delete"},
    }
    file.write_text(yaml.safe_dump(state))

    def job(name: str, **variables: Any) -> list[str]:
        folder = tmp_path / name
        folder.mkdir()
        found = ansible_runner.run(
            private_data_dir=str(folder),
            playbook="community.trieve.apply",
            extravars={"trieve_state_file": str(file), **variables},
            envvars=stage.environment(folder),
            quiet=True,
        )
        assert found.rc == 0, found.stdout.read()
        shown = [
            event["event_data"]["res"]["msg"]
            for event in found.events
            if event["event"] == "runner_on_ok" and event["event_data"]["task"] == "Show the plan"
        ]
        return list(shown[0])

    slices = [names[::2], names[1::2]]
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda number: job(f"slice-{number}", organization_only=slices[number]), range(2))
    assert first[0] == second[0] == "Plan: 9 to create, 0 unchanged"
    assert len({*first, *second}) == 1 + 18
    others = ["organization", "users", "invitations", "api_keys", "undeclared_datasets"]
    rest = job("rest", organization_only=[], organization_parts=others)
    assert rest[1:] == ["delete dataset undeclared"]
    variables = {"trieve_state_file": str(file)}
    whole = stage.play(Path("community.trieve.apply"), variables=variables, fresh=False, check=True).ended(0)
    assert whole.writes() == []
    (shown,) = (event["result"]["msg"] for event in whole.events if event["task"].endswith("Show the plan"))
    assert json.dumps(shown) == json.dumps(["Plan: no changes, 18 unchanged"])
