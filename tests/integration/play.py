# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ansible-playbook as a user would, and keeps all that came of it."""

from __future__ import annotations

import itertools
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sandbox.reads import only_reads

from .server import Server
from .warm import Warm

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
"""The collection: .../ansible_collections/community/trieve."""

TARGETS = HERE / "targets"
PLAYBOOKS = HERE / "playbooks"

IN_PROCESS, PACKED = "in-process", "packed"

_LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
DEPRECATED = "[DEPRECATION WARNING]"
"""What Ansible begins a line with that tells of something it will not take for much longer."""

_HANDED_OVER = re.compile(r"^<[^>]*> (\S+) runs as a packed module: (.*)$", re.MULTILINE)
_READ_EARLY = ("ANSIBLE_", "HOME", "LC_", "PYTHON")
"""What Python and Ansible read when they start."""

_TESTHOST: dict[str, dict[str, Any]] = {"testhost": {}}


@dataclass
class Played:
    """What came of one run of ansible-playbook."""

    rc: int
    stdout: str
    stderr: str
    log: str
    """What Ansible wrote into its log file."""
    events: list[dict[str, Any]]
    """What callback_plugins/trieve_record.py wrote: a result each."""
    prefix: str
    folder: Path
    """What it wrote, and its home."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    """The sandbox's log of this run; empty on another server."""
    connections: int = 0

    @property
    def said(self) -> str:
        """All that a person could have read."""
        return f"{self.stdout}\n{self.stderr}\n{self.log}"

    def lines_with(self, words: str) -> list[str]:
        """The lines that a person could have read with these words in them."""
        return [line for line in self.said.splitlines() if words in line]

    def writes(self) -> list[str]:
        """The requests that were no reads: verb and path."""
        found = [(entry["method"], entry["path"]) for entry in self.requests]
        return [f"{method} {path}" for method, path in found if not only_reads(method, path)]

    def skips(self) -> list[str]:
        """What a target has said about what it leaves out, since the server lacks something (targets/setup_trieve)."""
        return [
            e["result"]["msg"] for e in self.events if e["task"] == "setup_trieve : Skipped" and e["event"] == "item ok"
        ]

    def reasons(self) -> list[str]:
        """Why tasks were handed over to the packed module, one reason for each that was."""
        return [reason for _unused, reason in _HANDED_OVER.findall(self.stdout)]

    def results(self, task: str) -> list[dict[str, Any]]:
        """The results of the task (or handler) of that name, one for each host; not those of a loop's items."""
        return [
            e["result"]
            for e in self.events
            if e["task"] == task and e["event"] in ("ok", "failed", "ignored", "skipped")
        ]

    def result(self, task: str) -> dict[str, Any]:
        """The one result of the task of that name."""
        (only,) = self.results(task)
        return only

    def arguments(self, task: str) -> list[dict[str, Any]]:
        """The options that the module saw: of each host, or of each item of the loop."""
        results = [event["result"] for event in self.events if event["task"] == task]
        return [result["invocation"]["module_args"] for result in results if "invocation" in result]

    def succeeded(self) -> Played:
        """Itself. Fails the test if the run did not end well."""
        return self.ended(0)

    def ended(self, rc: int) -> Played:
        """Itself. Fails the test if the run did not end with this exit code."""
        failures = [
            f"{e['task']}: {e['result'].get('msg')}" for e in self.events if e["event"] in ("failed", "item failed")
        ]
        words = "\n".join([f"ansible-playbook ended with {self.rc}", *failures, *self.stderr.splitlines()[-20:]])
        assert self.rc == rc, words if self.events else f"{words}\n{self.stdout}"
        return self


@dataclass
class Stage:
    """Where plays are run: a server, and a folder for everything that Ansible writes."""

    server: Server
    folder: Path
    core: str
    """The version of ansible-core."""
    warm: Warm | None = None
    """What executes Ansible and packed modules; by default an interpreter for each."""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def play(
        self,
        playbook: Path | list[dict[str, Any]],
        *arguments: str,
        path: str = IN_PROCESS,
        check: bool = False,
        verbosity: int = 3,
        environment: Mapping[str, str | None] | None = None,
        hosts: Mapping[str, Mapping[str, Any]] | None = None,
        variables: Mapping[str, Any] | None = None,
        fresh: bool = True,
        dataset: str | None = None,
        faults: Sequence[dict[str, Any]] = (),
        deprecations: bool | None = False,
    ) -> Played:
        """Run a playbook. Fails the test if anything in it is deprecated.

        :param playbook: a file, or the plays themselves.
        :param arguments: further ones of ansible-playbook.
        :param path: IN_PROCESS, the default of the collection, or PACKED, by the variable that asks for it.
        :param check: whether it is run with ``--check``; ``--diff`` is always given.
        :param verbosity: how many v.
        :param environment: further variables; None takes one away.
        :param hosts: the inventory's hosts and their variables; by default testhost, which is local.
        :param variables: given as ``--extra-vars``.
        :param fresh: whether the sandbox starts empty. Without it, only its log is emptied.
        :param dataset: tracking id of a dataset that is created before.
        :param faults: what the sandbox does wrong, as its control API takes it.
        :param deprecations: whether it is about deprecations, so that there are some; None if that depends on the core.
        """
        kept = self.folder / f"{next(self._numbers):03}"
        # Ansible that has read its configuration already writes where it always does.
        preloaded = bool(self.warm) and not any(name.startswith(_READ_EARLY) for name in environment or {})
        folder = self.folder / "now" if preloaded else kept
        self._bytecode.mkdir(exist_ok=True)
        (folder / "home").mkdir(parents=True)
        (folder / "ansible.cfg").touch()
        if isinstance(playbook, list):
            file = folder / "playbook.yml"
            file.write_text(yaml.safe_dump(playbook, sort_keys=False))
        else:
            file = playbook
        local = {**_LOCAL, **({"ansible_python_interpreter": str(self.warm.python)} if self.warm else {})}
        inventory = {"all": {"hosts": {name: {**local, **given} for name, given in (hosts or _TESTHOST).items()}}}
        (folder / "inventory.yml").write_text(yaml.safe_dump(inventory))
        prefix = f"ansible-test-{secrets.token_hex(6)}"
        given = {"trieve_prefix": prefix, "trieve_sandbox": self.server.control is not None, **(variables or {})}
        if path == PACKED:
            given["trieve_in_process"] = False
        whole_environment = self.environment(folder, environment)
        command = [
            *(self.warm.command(folder, self.environment(folder)) if self.warm and preloaded else ()),
            str(Path(sys.executable).with_name("ansible-playbook")),
            "-i",
            str(folder / "inventory.yml"),
            "--diff",
        ]
        (folder / "variables.json").write_text(json.dumps(given))
        command += ["--extra-vars", f"@{folder / 'variables.json'}"] + ["--check"] * check
        command += ["-" + "v" * verbosity] * bool(verbosity)
        self._prepare(fresh, dataset, faults)
        ran = subprocess.run(
            [*command, *arguments, str(file)],
            env=whole_environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        folder = folder.rename(kept)
        record, log = folder / "record.jsonl", folder / "ansible.log"
        events = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
        played = Played(
            ran.returncode, ran.stdout, ran.stderr, log.read_text() if log.exists() else "", events, prefix, folder
        )
        if self.server.control:
            played.requests = self.server.control.requests()
            played.connections = self.server.control.counters()["connections"]
        if deprecations is not None:
            assert (DEPRECATED in played.said) == deprecations, played.lines_with(DEPRECATED)
        return played

    @property
    def _bytecode(self) -> Path:
        """Where packed modules find what earlier ones have compiled: one folder for all stages of a session."""
        return self.folder.parent / "bytecode"

    def _prepare(self, fresh: bool, dataset: str | None, faults: Sequence[dict[str, Any]]) -> None:
        control = self.server.control
        if control and fresh:
            control.reset()
        if dataset:
            self.server.create_dataset(dataset)
        if control:
            control.clear_requests()
            control.clear_faults()
            control.faults(*faults)

    def environment(self, folder: Path, given: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """Nothing of the user's but PATH; proxies of the machine have no business with 127.0.0.1 either."""
        environment: dict[str, str | None] = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "PYTHONHASHSEED": "0",  # Ansible's words list the spellings of a boolean in the order of a set
            "HOME": str(folder / "home"),
            "ANSIBLE_HOME": str(folder / "home" / ".ansible"),
            # By default below the home that the password database names, whatever HOME says.
            "ANSIBLE_REMOTE_TMP": str(folder / "remote"),
            "ANSIBLE_ASYNC_DIR": str(folder / "async"),
            "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join((str(ROOT.parents[2]), str(HERE / "collections"))),
            "ANSIBLE_ROLES_PATH": str(TARGETS),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "trieve_record",
            "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "connection_plugins"),
            "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_DEPRECATION_WARNINGS": "true",
            "ANSIBLE_INJECT_INVOCATION": "1",  # from core 2.20 on only on demand
            "PYTHONPATH": str(HERE / "sites" / "bytecode"),
            "TRIEVE_TEST_BYTECODE": str(self._bytecode),
            "TRIEVE_TEST_RECORD": str(folder / "record.jsonl"),
            # warm.py executes only programs on its standard input. Cold, modules run without pipelining, as most users' do.
            **({"ANSIBLE_PIPELINING": "1"} if self.warm else {}),
            **self.server.environment(),
            **(given or {}),
        }
        return {name: value for name, value in environment.items() if value is not None}


def tool(name: str) -> str:
    """The path of one of Ansible's commands: of the ansible-core that the tests run on."""
    return str(Path(sys.executable).with_name(name))


def target_play(target: str) -> list[dict[str, Any]]:
    """The play of an integration target, as ansible-test writes it."""
    return [{"hosts": "testhost", "gather_facts": False, "roles": [target]}]


def targets() -> list[str]:
    """The integration targets that are played, without those that are only parts of others."""
    roles = [aliases.parent for aliases in sorted(TARGETS.glob("*/aliases"))]
    return [role.name for role in roles if "hidden" not in (role / "aliases").read_text().splitlines()]
