# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plays that are measured, and how."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sandbox.reads import only_reads

from .scale import Measured
from .server import ROOT, Server

Task = dict[str, Any]


def noop(server: Server) -> Task:
    """A crawl that is as asked."""
    return {"community.trieve.trieve_crawl": {"site_url": "https://site-1.example.com"}}


def uri(server: Server) -> Task:
    """The request that the no-op needs, by Ansible's own module."""
    return {"ansible.builtin.uri": {"url": f"{server.url}/api/crawl", "headers": server.headers}}


def debug(server: Server) -> Task:
    """The cheapest task that there is."""
    return {"ansible.builtin.debug": {"msg": "nothing"}}


def ping(server: Server) -> Task:
    """The cheapest module that there is."""
    return {"ansible.builtin.ping": {}}


def delete_by_uri(server: Server) -> Task:
    """Deletes the crawl of the loop."""
    options = {"url": f"{server.url}/api/crawl/{{{{ item }}}}", "method": "DELETE", "status_code": 204}
    return {"ansible.builtin.uri": {**options, "headers": server.headers}}


def delete_by_trieve_crawl(server: Server) -> Task:
    """Deletes the crawl of the loop."""
    return {"community.trieve.trieve_crawl": {"crawl_id": "{{ item }}", "state": "absent"}}


def delete_all(server: Server) -> Task:
    """Deletes the crawls of the variable ``ids``."""
    return {"community.trieve.trieve_crawls": {"crawl_ids": "{{ ids }}", "state": "absent"}}


def sync(server: Server) -> Task:
    """Declares the crawls of the variable ``crawls``."""
    return {"community.trieve.trieve_crawls": {"crawls": "{{ crawls }}", "prune": True}}


def looped(task: Task, over: Any) -> list[Task]:
    """The task once, in a loop."""
    return [{**task, "loop": over}]


class Stage:
    """Where plays are run.

    :param folder: for playbooks, variables and Ansible's home
    """

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self._folder = folder
        (folder / "ansible.cfg").touch()

    def run(self, tasks: Sequence[Task], packed: bool = False, **variables: Any) -> Measured:
        """Play the tasks and measure.

        :param packed: as packed modules instead of in Ansible's worker
        :raises RuntimeError: the play failed; its words are in it
        """
        variables = {**variables, **({"trieve_in_process": False} if packed else {})}
        play = {"hosts": "localhost", "gather_facts": False, "tasks": list(tasks)}
        (self._folder / "play.json").write_text(json.dumps([play]))
        (self._folder / "variables.json").write_text(json.dumps(variables))
        command = [
            sys.executable,
            "-m",
            "ansible",
            "playbook",
            "-i",
            "localhost,",
            "-c",
            "local",
            "-e",
            "@variables.json",
        ]
        command += ["-e", f"ansible_python_interpreter={sys.executable}", "play.json"]
        self.server.control.clear_requests()
        with (self._folder / "screen.txt").open("w+") as screen:
            start = time.perf_counter()
            process = subprocess.Popen(
                command,
                cwd=self._folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=screen,
            )
            _pid, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                screen.seek(0)
                raise RuntimeError(f"a play failed:\n{screen.read()[-2000:]}")
        kib = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
        cpu = usage.ru_utime + usage.ru_stime
        control = self.server.control
        writes = sum(not only_reads(request["method"], request["path"]) for request in control.requests())
        return Measured(seconds, cpu, control.counters()["requests"], kib / 1024, writes)

    def _environment(self) -> dict[str, str]:
        # Without bytecode, each play would compile the collection anew.
        left_out = ("ANSIBLE_", "TRIEVE_", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        return {
            **kept,
            **self.server.environment,
            "HOME": str(self._folder),
            "ANSIBLE_HOME": str(self._folder / "ansible"),
            "ANSIBLE_CONFIG": str(self._folder / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(collections()),
            "PYTHONPATH": str(collections()),
        }


def collections() -> Path:
    """The folder that has ansible_collections in it.

    :raises RuntimeError: the collection is not where Ansible looks for it
    """
    for folder in (*ROOT.parents, *map(Path, os.environ.get("PYTHONPATH", "").split(os.pathsep))):
        if (folder / "ansible_collections" / "community" / "trieve" / "galaxy.yml").exists():
            return folder
    raise RuntimeError("Ansible would not find the collection here: run `make bench`.")
