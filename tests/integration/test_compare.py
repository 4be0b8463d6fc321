# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook compare: what would make a second server like a first one, approved and applied like any other plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .leaks import leaks
from .organization import SECRETS, create, state
from .play import Stage
from .server import sandbox_server

pytestmark = pytest.mark.sandbox


def test_promotion(stage: Stage, tmp_path: Path, known_secrets: set[str]) -> None:
    """Production becomes like staging, with what is deleted, and is then the same; comparing writes nothing."""
    assert stage.server.control
    stage.server.control.reset()
    stage.server.create_dataset("only in production")
    report = tmp_path / "compare"
    variables = {"trieve_compare_report": str(report)}
    with sandbox_server() as staging:
        create(staging, state(datasets=3, crawls=12))
        first = {f"TRIEVE_FROM_{name.removeprefix('TRIEVE_')}": value for name, value in staging.environment().items()}
        secrets = {*known_secrets, *SECRETS.values(), staging.api_key}

        def compare() -> list[str]:
            assert staging.control
            staging.control.clear_requests()
            playbook = Path("community.trieve.compare")
            run = stage.play(playbook, environment=first, variables=variables, fresh=False).ended(0)
            assert run.writes() == []
            assert {request["method"] for request in staging.control.requests()} <= {"GET"}
            assert leaks(run, secrets) == []
            return list(run.result("Show the plan")["msg"])

        planned = compare()
        assert planned[0].startswith("Plan: ")
        assert any(line.startswith("delete dataset only in production") for line in planned)
        plan = json.loads(report.with_suffix(".json").read_text())
        assert len(plan["plan"]) == sum(line.startswith(("create ", "delete ")) for line in planned)
        assert "Delete dataset `only in production`" in report.with_suffix(".md").read_text()

        files = {
            "trieve_state_file": str(report.with_suffix(".state.yml")),
            "trieve_plan": str(report.with_suffix(".json")),
        }
        stage.play(Path("community.trieve.apply"), variables=files, fresh=False).ended(0)
        assert compare()[0].startswith("Plan: no changes, ")

    file = tmp_path / "organization.yml"
    file.write_text("datasets: [{tracking_id: docs}]\n")
    given = {**variables, "trieve_state_file": str(file)}
    run = stage.play(Path("community.trieve.compare"), variables=given, fresh=False).ended(0)
    assert any(line.startswith("create dataset docs") for line in run.result("Show the plan")["msg"])
