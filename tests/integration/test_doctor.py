# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that prints a diagnosis."""

from __future__ import annotations

import pytest

from .leaks import leaks
from .play import ROOT, Played, Stage

DOCTOR = ROOT / "playbooks" / "doctor.yml"


def _played(stage: Stage, **variables: object) -> Played:
    return stage.play(
        DOCTOR, variables={f"trieve_doctor_{name}": value for name, value in variables.items()}, fresh=False
    )


@pytest.mark.sandbox
def test_the_table(stage: Stage, known_secrets: set[str]) -> None:
    """The table names the missing component, and the play fails only if something is required that needs it."""
    control = stage.server.control
    assert control is not None
    control.reset()
    control.settings(firecrawl="down", workers=["ingestion", "update", "delete", "groups", "clone", "file"])
    run = _played(stage).succeeded()
    lines = run.result("Show the diagnosis")["msg"]
    assert "Firecrawl                 missing  crawls" in lines
    assert "not ready for: crawls, analytics" in lines
    assert leaks(run, known_secrets) == []
    failed = _played(stage, crawl_url="", require=["content", "analytics"]).ended(2)
    assert failed.result("Check what is required")["msg"] == "The server is not ready for analytics."
