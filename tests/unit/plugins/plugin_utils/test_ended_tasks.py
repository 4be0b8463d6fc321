# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task that is ended from outside writes nothing afterwards: after its timeout, and after ansible-playbook was killed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.server import Running

from ...playbook import CAN_WAIT, Playbook
from ...tenant import Tenant

KEYS = "/api/organization/api_key"

pytestmark = pytest.mark.skipif(not CAN_WAIT, reason="waits for processes that are not its own")

PATHS = pytest.mark.parametrize("in_process", [True, False], ids=["in process", "packed"])


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization with one key, k."""
    made = Tenant(sandbox, connection)
    made.call("POST", KEYS, {"name": "k", "role": 0})
    return made


def rotation(tenant: Tenant, **keywords: Any) -> dict[str, Any]:
    """A task that replaces the key k."""
    options = {**tenant.connection, "name": "k", "role": "read", "rotate": "always"}
    return {"community.trieve.trieve_api_key": options, **keywords}


def deletions(tenant: Tenant) -> list[str]:
    """What was deleted."""
    return [entry["path"] for entry in tenant.control.requests() if entry["method"] == "DELETE"]


@PATHS
def test_a_rotation_whose_playbook_is_killed(
    sandbox: Running, tenant: Tenant, tmp_path: Path, in_process: bool
) -> None:
    """While the new key is made: what goes on then is nobody's."""
    tenant.control.faults({"kind": "hold", "method": "POST", "path": KEYS, "times": 1})
    playbook = Playbook(tmp_path, rotation(tenant), in_process)
    assert sandbox.sandbox.faults.held.wait(120), playbook.log.read_text()
    with playbook.waiting_for_all() as others:
        assert others
        playbook.kill()
        tenant.control.clear_faults()
    assert deletions(tenant) == []
    assert len(tenant.rows("organization_api_keys")) == 2


@PATHS
def test_a_rotation_whose_task_has_timed_out(tenant: Tenant, tmp_path: Path, in_process: bool) -> None:
    """Whatever it was doing then: it may not have got so far on a slow machine."""
    tenant.control.faults({"kind": "hold", "method": "POST", "path": KEYS, "times": 1})
    playbook = Playbook(tmp_path, rotation(tenant, timeout=4), in_process)
    assert playbook.process.wait(120) == 2
    with playbook.waiting_for_all():
        tenant.control.clear_faults()
    assert re.search("tim(ed out|e frame)", playbook.log.read_text(), re.IGNORECASE)
    assert deletions(tenant) == []
    assert len(tenant.rows("organization_api_keys")) >= 1
