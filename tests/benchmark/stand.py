# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stand: a sandbox in a process of its own, and ansible-playbook timed from outside."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml

from sandbox.server import Control

ROOT = Path(__file__).resolve().parents[2]
DATASET = "bench"


@dataclass(frozen=True)
class Run:
    """One run of ansible-playbook.

    :param seconds: wall clock
    :param megabytes: peak memory of the largest of its processes
    :param requests: what the sandbox counted
    """

    seconds: float
    megabytes: float
    requests: int


class Stand:
    """A sandbox, and a folder to play in."""

    def __init__(self, connection: dict[str, str], folder: Path) -> None:
        self.connection = connection
        self.folder = folder
        self.url = connection["TRIEVE_BASE_URL"]
        self.control = Control(self.url)
        self.dataset_id = ""

    def headers(self) -> dict[str, str]:
        """What a bare client has to send."""
        return {"Authorization": self.connection["TRIEVE_API_KEY"], "TR-Dataset": self.dataset_id}

    def fill(self, crawls: int) -> list[str]:
        """A new dataset with so many crawls, each of a site of its own. Returns their ids."""
        self.control.reset()
        headers = {**self.headers(), "TR-Organization": self.connection["TRIEVE_ORGANIZATION_ID"]}
        headers.pop("TR-Dataset")
        body = {"dataset_name": DATASET, "tracking_id": DATASET}
        answer = requests.post(f"{self.url}/api/dataset", json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        self.dataset_id = answer.json()["id"]
        return self.control.crawls(self.dataset_id, crawls) if crawls else []

    def play(self, tasks: list[dict[str, Any]], **variables: Any) -> Run:
        """Run these tasks as a play.

        :raises SystemExit: the play failed; its output is shown
        """
        play = {"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": tasks}
        playbook = self.folder / "play.yml"
        playbook.write_text(yaml.safe_dump([play], sort_keys=False))
        output = self.folder / "output"
        self.control.clear_requests()
        environment = {**os.environ, **self.connection, "ANSIBLE_LOCALHOST_WARNING": "false"}
        command = [
            str(Path(sys.executable).with_name("ansible-playbook")),
            "-i",
            str(self.folder / "hosts.yml"),
            str(playbook),
        ]
        with output.open("w") as sink:
            begun = time.perf_counter()
            process = subprocess.Popen(command, env=environment, stdout=sink, stderr=subprocess.STDOUT)
            _pid, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"A play of the benchmark failed:\n{output.read_text()[-3000:]}")
        return Run(seconds, usage.ru_maxrss / 1024, self.control.counters()["requests"])


@contextlib.contextmanager
def stand() -> Iterator[Stand]:
    """A sandbox that serves while the block lasts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        host = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": {"localhost": host}}}))
        ready = folder / "ready.json"
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--ready-file", str(ready)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            try:
                for _line in range(3):  # it prints three lines once it answers
                    process.stdout and process.stdout.readline()
                yield Stand(json.loads(ready.read_text()), folder)
            finally:
                process.terminate()
