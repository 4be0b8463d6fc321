# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task that is ended from outside writes nothing afterwards: after its timeout, and after ansible-playbook was killed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules import trieve_api_key
from sandbox.server import Running

from ...tenant import Tenant

COLLECTIONS = Path(trieve_api_key.__file__).parents[5]
KEYS = "/api/organization/api_key"

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for processes that are not its own")

PATHS = pytest.mark.parametrize("in_process", [True, False], ids=["in process", "packed"])


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization with one key, k."""
    made = Tenant(sandbox, connection)
    made.call("POST", KEYS, {"name": "k", "role": 0})
    return made


class Playbook:
    """A running ansible-playbook, and the processes that belong to it."""

    def __init__(self, folder: Path, tenant: Tenant, in_process: bool, **keywords: Any) -> None:
        options = {**tenant.connection, "name": "k", "role": "read", "rotate": "always"}
        task = {"community.trieve.trieve_api_key": options, **keywords}
        play = {"hosts": "localhost", "gather_facts": False, "tasks": [task]}
        (folder / "play.yml").write_text(json.dumps([play]))
        (folder / "ansible.cfg").touch()
        mark = str(uuid.uuid4())
        self.mark = f"TRIEVE_TEST_MARK={mark}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environment.update(
            TRIEVE_TEST_MARK=mark,
            HOME=str(folder),
            ANSIBLE_HOME=str(folder / "ansible"),
            ANSIBLE_CONFIG=str(folder / "ansible.cfg"),
            ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS),
            PYTHONPATH=str(COLLECTIONS),
        )
        variables = {"ansible_python_interpreter": sys.executable, "trieve_in_process": in_process}
        command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", "-c", "local", "play.yml"]
        self.log = folder / "output"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "-e", json.dumps(variables)], cwd=folder, env=environment, stdout=output, stderr=output
            )

    def others(self) -> list[int]:
        """Its workers and modules."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if self.mark.encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
        return [pid for pid in found if pid != self.process.pid]

    @contextlib.contextmanager
    def waiting_for_all(self) -> Iterator[list[int]]:
        """Wait at the end until each of the processes that are there at the beginning has ended."""
        with contextlib.ExitStack() as stack:
            descriptors = []
            for pid in self.others():
                with contextlib.suppress(ProcessLookupError):
                    descriptors.append(os.pidfd_open(pid))
                    stack.callback(os.close, descriptors[-1])
            yield descriptors
            for descriptor in descriptors:
                ended, _unused, _unused = select.select([descriptor], [], [], 120)
                assert ended, self.log.read_text()


def deletions(tenant: Tenant) -> list[str]:
    """What was deleted."""
    return [entry["path"] for entry in tenant.control.requests() if entry["method"] == "DELETE"]


@PATHS
def test_a_rotation_whose_playbook_is_killed(
    sandbox: Running, tenant: Tenant, tmp_path: Path, in_process: bool
) -> None:
    """While the new key is made: what goes on then is nobody's."""
    tenant.control.faults({"kind": "hold", "method": "POST", "path": KEYS, "times": 1})
    playbook = Playbook(tmp_path, tenant, in_process)
    assert sandbox.sandbox.faults.held.wait(120), playbook.log.read_text()
    with playbook.waiting_for_all() as others:
        assert others
        playbook.process.send_signal(signal.SIGKILL)
        playbook.process.wait()
        tenant.control.clear_faults()
    assert deletions(tenant) == []
    assert len(tenant.rows("organization_api_keys")) == 2


@PATHS
def test_a_rotation_whose_task_has_timed_out(tenant: Tenant, tmp_path: Path, in_process: bool) -> None:
    """Whatever it was doing then: it may not have got so far on a slow machine."""
    tenant.control.faults({"kind": "hold", "method": "POST", "path": KEYS, "times": 1})
    playbook = Playbook(tmp_path, tenant, in_process, timeout=4)
    assert playbook.process.wait(120) == 2
    with playbook.waiting_for_all():
        tenant.control.clear_faults()
    assert re.search("tim(ed out|e frame)", playbook.log.read_text(), re.IGNORECASE)
    assert deletions(tenant) == []
    assert len(tenant.rows("organization_api_keys")) >= 1
