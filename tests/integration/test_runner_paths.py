# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which path a task takes, and why; what the in-process path saves."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Both
from .play import HERE, IN_PROCESS, PACKED, PLAYBOOKS, Stage

pytestmark = [pytest.mark.sandbox, pytest.mark.cold]

SWITCHED_OFF = "the variable trieve_in_process is false"
BECOME = "it becomes another user, which needs a process of its own"
ASYNC = "it is asynchronous, which needs a process of its own"
ELSEWHERE = "its connection is elsewhere, not local"
NO_REQUESTS = "the controller's Python has no requests"
DARWIN = "macOS aborts a forked process that looks up a name (set trieve_in_process to true to try)"


def one_task(**task: Any) -> list[dict[str, Any]]:
    """A play of one task that lists the crawls of a dataset."""
    listing = {"name": "List", "community.trieve.trieve_crawl_info": {"dataset": "runner"}, **task}
    return [{"hosts": "testhost", "gather_facts": False, "tasks": [listing]}]


def test_switch(stage: Stage) -> None:
    """The variable chooses: as a boolean, a text, a template, by item; an empty one chooses nothing."""
    run = stage.play(PLAYBOOKS / "switch.yml", dataset="runner").succeeded()
    # Packed, in another spelling, by a template, and one item of the loop.
    assert run.reasons() == [SWITCHED_OFF] * 4


def test_handed_over(stage: Stage) -> None:
    """become, async and another connection take Ansible's own path, say so, and do their work."""
    stub = {"testhost": {"ansible_become_exe": str(HERE / "become_stub.sh")}}
    run = stage.play(PLAYBOOKS / "handed_over.yml", dataset="runner", hosts=stub).succeeded()
    assert run.reasons() == [BECOME, ASYNC, ASYNC, ELSEWHERE]


def test_interpreter(stage: Stage) -> None:
    """Another interpreter matters only to modules that run in it."""
    hosts = {"testhost": {"ansible_python_interpreter": "/there/is/no/python"}}
    assert stage.play(one_task(), dataset="runner", hosts=hosts).succeeded().reasons() == []


@pytest.mark.parametrize("site", ["darwin", "no_requests_in_controller"])
def test_controllers_that_cannot(stage: Stage, site: str) -> None:
    """On macOS, and where the controller's Python lacks requests, the packed module does the work."""
    environment = {"PYTHONPATH": str(HERE / "sites" / site)}
    run = stage.play(one_task(), dataset="runner", environment=environment).succeeded()
    assert run.reasons() == [{"darwin": DARWIN, "no_requests_in_controller": NO_REQUESTS}[site]]
    assert run.result("List")["crawls"] == []


def test_macos_on_demand(stage: Stage) -> None:
    """The variable makes macOS run in process all the same."""
    environment = {"PYTHONPATH": str(HERE / "sites" / "darwin")}
    play = one_task(vars={"trieve_in_process": True})
    assert stage.play(play, dataset="runner", environment=environment).succeeded().reasons() == []


def test_no_requests_at_all(both: Both) -> None:
    """Nobody has requests: both paths say what is missing, and where."""
    play = one_task(ignore_errors=True)
    environment = {"PYTHONPATH": str(HERE / "sites" / "no_requests")}
    for run in both(play, dataset="runner", environment=environment, handed_over=(NO_REQUESTS,)):
        assert "Failed to import the required Python library (requests)" in run.result("List")["msg"]
        assert run.requests == []


def test_one_connection_for_a_loop(stage: Stage) -> None:
    """In process, all items of a loop share a Session; packed, each has its own."""
    looped = one_task(loop=list(range(20)))
    in_process = stage.play(looped, dataset="runner", path=IN_PROCESS).succeeded()
    assert (len(in_process.requests), in_process.connections) == (20, 1)
    short = one_task(loop=[1, 2])
    packed = stage.play(short, dataset="runner", path=PACKED).succeeded()
    assert (len(packed.requests), packed.connections) == (2, 2)


def test_requests_is_imported_once(stage: Stage, tmp_path: Any) -> None:
    """In the parent of all workers, however many tasks and hosts there are."""
    imports = tmp_path / "imports"
    environment = {"PYTHONPATH": str(HERE / "sites" / "count_imports"), "TRIEVE_TEST_IMPORTS": str(imports)}
    (play,) = one_task()
    play["hosts"] = "all"
    play["tasks"] *= 5
    hosts: dict[str, dict[str, Any]] = {f"host{number}": {} for number in range(3)}
    run = stage.play([play], dataset="runner", hosts=hosts, environment=environment).succeeded()
    assert len(run.requests) == 15
    assert imports.read_text().splitlines() == ["ansible-playbook"]
