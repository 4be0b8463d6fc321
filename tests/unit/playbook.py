# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-playbook as a process of its own, for tests that kill it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.community.trieve.plugins.modules import trieve_api_key

COLLECTIONS = Path(trieve_api_key.__file__).parents[5]

CAN_WAIT = hasattr(os, "pidfd_open")
"""Whether this machine lets a test wait for processes that are not its own."""


class Playbook:
    """A running ansible-playbook, and the processes that belong to it.

    :param folder: for the playbook, its output and Ansible's home
    :param task: the only task of the playbook
    :param in_process: whether the module runs in Ansible's worker, and not packed
    """

    def __init__(self, folder: Path, task: dict[str, Any], in_process: bool) -> None:
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

    def kill(self) -> None:
        """Kill ansible-playbook, as the kernel does when memory runs out. Its workers and modules notice it themselves."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def kill_all(self) -> None:
        """Kill ansible-playbook, its workers and its modules, as when the machine fails."""
        with self.waiting_for_all():
            others = self.others()
            self.kill()
            for pid in others:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
