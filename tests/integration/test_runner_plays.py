# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a play does around a task works the same on both paths."""

from __future__ import annotations

import pytest

from .conftest import Both
from .play import PLAYBOOKS

pytestmark = pytest.mark.sandbox

NOBODYS_KEY = "tr-nobodysKeyNobodysKeyNobodysKey12"


def test_control_flow(both: Both) -> None:
    """until, ignore_errors, failed_when, changed_when, rescue, when, handlers, loops."""
    both(
        PLAYBOOKS / "control_flow.yml",
        dataset="runner",
        variables={"nobodys_key": NOBODYS_KEY},
        secrets=(NOBODYS_KEY,),
        faults=[{"kind": "status", "status": 500, "times": 2}],
    )


def test_delegation(both: Both) -> None:
    """From a host that is reached otherwise, to local ones."""
    hosts = {"far": {"ansible_connection": "ssh", "own_name": "far"}, "bastion": {"own_name": "bastion"}}
    for run in both(PLAYBOOKS / "delegation.yml", dataset="runner", hosts=hosts):
        assert len(run.requests) == 8
        for task in ("To another host that is local", "In a loop, to each"):
            assert {options["site_url"] for options in run.arguments(task)} == {"https://far.example.com"}
