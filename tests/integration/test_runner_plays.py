# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a play does around a task works the same on both paths."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import PATHS, Both
from .leaks import leaks
from .play import PACKED, PLAYBOOKS, Stage, tool
from .server import Server

pytestmark = pytest.mark.sandbox

NOBODYS_KEY = "tr-nobodysKeyNobodysKeyNobodysKey12"


@pytest.fixture
def vaulted(tmp_path: Path) -> Callable[[str, str], tuple[str, ...]]:
    """Encrypts a value with ansible-vault. Returns the arguments that bring it into a play as an inline variable."""

    def encrypt(name: str, value: str) -> tuple[str, ...]:
        password, variables = tmp_path / "password", tmp_path / "vaulted.yml"
        password.write_text("of the tests")
        command = [tool("ansible-vault"), "encrypt_string", "--vault-password-file", str(password)]
        home = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
        made = subprocess.run([*command, "--name", name, value], env=home, check=True, capture_output=True, text=True)
        variables.write_text(made.stdout)
        return ("--vault-password-file", str(password), "--extra-vars", f"@{variables}")

    return encrypt


def test_control_flow(both: Both) -> None:
    """until, ignore_errors, failed_when, changed_when, rescue, when, handlers, loops."""
    both(
        PLAYBOOKS / "control_flow.yml",
        dataset="runner",
        variables={"nobodys_key": NOBODYS_KEY},
        secrets=(NOBODYS_KEY,),
        faults=[{"kind": "status", "status": 500, "times": 2}],
    )


@pytest.mark.cold
def test_delegation(both: Both) -> None:
    """From a host that is reached otherwise, to local ones."""
    hosts = {"far": {"ansible_connection": "ssh", "own_name": "far"}, "bastion": {"own_name": "bastion"}}
    for run in both(PLAYBOOKS / "delegation.yml", dataset="runner", hosts=hosts):
        assert len(run.requests) == 8
        for task in ("To another host that is local", "In a loop, to each"):
            assert {options["site_url"] for options in run.arguments(task)} == {"https://far.example.com"}


@pytest.mark.cold
def test_timeout(stage: Stage, known_secrets: set[str]) -> None:
    """A task's own timeout ends it, and the next task is answered. A packed module ends itself, and says what it waited for."""
    delay = {"kind": "delay", "seconds": 30, "times": 1}
    for path in PATHS:
        run = stage.play(PLAYBOOKS / "timeout.yml", path=path, dataset="runner", faults=[delay]).succeeded()
        slow = run.result("Too slow")
        assert re.search("tim(e|ed)[ -]?(out|frame)", slow["msg"], re.IGNORECASE)
        if path == PACKED:  # in process, the result is Ansible's own, which has more of it in newer cores
            assert slow["timedout"]["period"] == 1
        assert leaks(run, known_secrets) == []


def test_values(both: Both, vaulted: Callable[[str, str], tuple[str, ...]], server: Server) -> None:
    """Unsafe, vaulted, null, omitted and registered values."""
    both(PLAYBOOKS / "values.yml", *vaulted("vaulted_key", server.api_key), dataset="runner")


def test_preview(both: Both) -> None:
    """In check mode, null and undefined ids, and a dataset that an earlier task would have created."""
    for run in both(PLAYBOOKS / "preview.yml", dataset="runner", check=True):
        assert run.writes() == []
        items = [event["result"] for event in run.events if event["event"] == "item ok"]
        assert [len(item["warnings"]) for item in items] == [1, 1, 1]


def test_tags(both: Both) -> None:
    """Only what was asked for."""
    crawl = {"community.trieve.trieve_crawl_info": {"dataset": "runner"}}
    tasks = [{**crawl, "name": name, "tags": [name]} for name in ("one", "two")]
    play = {"hosts": "testhost", "gather_facts": False, "tasks": tasks}
    for run in both([play], "--tags", "two", dataset="runner"):
        assert [event["task"] for event in run.events] == ["two"]
