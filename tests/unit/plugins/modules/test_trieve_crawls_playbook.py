# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_crawls) in playbooks: a task's timeout, lines of progress, and both ways of running it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules import trieve_crawls
from sandbox.server import Running

from ...crawls import Docs

pytestmark = pytest.mark.each_core

COLLECTIONS = Path(trieve_crawls.__file__).parents[5]

# Loaded in the parent of all workers, so that a short run is a long one.
HURRY = """
from ansible.plugins.callback import CallbackBase
from ansible_collections.community.trieve.plugins.module_utils._core import parallel as _parallel

_parallel.PROGRESS_EVERY = 0.05


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "hurry"
"""


@pytest.fixture
def docs(sandbox: Running, connection: dict[str, Any]) -> Docs:
    """An empty dataset."""
    return Docs(sandbox, connection)


def playbook(folder: Path, docs: Docs, *tasks: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """What a play with tasks of C(trieve_crawls) registered, and what was on the screen.

    :param tasks: the tasks' keywords; C(options) are the module's
    """
    written = []
    for number, keywords in enumerate(tasks):
        keywords = {**keywords, "register": f"result{number}", "ignore_errors": True}
        options = {**docs.connection, **keywords.pop("options")}
        written.append({"community.trieve.trieve_crawls": options, **keywords})
    names = ", ".join(f"result{number}" for number in range(len(tasks)))
    copy = {"content": f"{{{{ [{names}] | to_json }}}}", "dest": str(folder / "results.json")}
    written.append({"ansible.builtin.copy": copy})
    play = {"hosts": "localhost", "gather_facts": False, "tasks": written}
    (folder / "play.yml").write_text(json.dumps([play]))
    (folder / "hurry.py").write_text(HURRY)
    (folder / "ansible.cfg").write_text("[defaults]\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment.update(
        HOME=str(folder),
        ANSIBLE_HOME=str(folder / "ansible"),
        ANSIBLE_CONFIG=str(folder / "ansible.cfg"),
        ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS),
        ANSIBLE_LOCALHOST_WARNING="false",
        ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
        ANSIBLE_CALLBACK_PLUGINS=str(folder),
        ANSIBLE_CALLBACKS_ENABLED="hurry",
        PYTHONPATH=str(COLLECTIONS),
    )
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", "-c", "local", "play.yml"]
    command += ["-e", f"ansible_python_interpreter={sys.executable}"]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    results: list[dict[str, Any]] = json.loads((folder / "results.json").read_text())
    return results, run.stdout


def test_a_timeout_in_the_middle_and_the_next_run(docs: Docs, tmp_path: Path) -> None:
    there = docs.add_many(30)
    docs.sandbox.control.faults({"kind": "delay", "method": "DELETE", "after": 5, "times": 1, "seconds": 5})
    options = {"state": "absent", "crawl_ids": there}
    (stopped, rest), screen = playbook(
        tmp_path,
        docs,
        {"timeout": 4, "options": {**options, "concurrency": 1}},
        {"options": options},
    )
    assert (stopped["failed"], stopped["changed"]) == (True, True)
    assert stopped["timedout"]["period"] == 4
    assert re.match(r"Timed out after 4 s, the timeout of the task\. \d+ of 30 changes were made", stopped["msg"])
    assert len(stopped["deleted"]) >= 1
    assert len(stopped["deleted"]) + len(stopped["not_tried"]) == 30
    assert stopped["failures"] == []
    assert re.search(r"^delete \(30 objects\): \d+ of 30 done$", screen, re.MULTILINE)
    # Every deletion that was carried out has been reported, so that the next run has just the rest to do.
    assert {crawl["id"] for crawl in stopped["deleted"]} | {crawl["id"] for crawl in rest["deleted"]} == set(there)
    assert len(stopped["deleted"]) + len(rest["deleted"]) == 30
    assert docs.ids() == []


def test_a_timeout_of_the_packed_module(docs: Docs, tmp_path: Path) -> None:
    """It ends by itself, a little before, and says what it has done. On a slow machine that may be nothing."""
    there = docs.add_many(10)
    docs.sandbox.control.faults({"kind": "hold", "method": "DELETE", "after": 3, "times": 1})
    options = {"state": "absent", "crawl_ids": there}
    packed = {"vars": {"trieve_in_process": False}}
    (stopped, rest), _screen = playbook(
        tmp_path,
        docs,
        {"timeout": 10, "options": {**options, "concurrency": 1}, **packed},
        {"options": options},
    )
    assert (stopped["failed"], stopped["timedout"]["period"]) == (True, 10)
    deleted = {crawl["id"] for crawl in stopped.get("deleted", [])}
    assert stopped.get("changed", False) is bool(deleted)
    if deleted:
        assert re.match(r"Timed out after 10 s, the timeout of the task\. \d of 10 changes were made", stopped["msg"])
        (doubtful,) = stopped["failures"]
        assert "no complete response before the task timed out" in doubtful["msg"]
        assert len(deleted) + len(stopped["not_tried"]) == 9
    log = [entry["path"].rpartition("/")[2] for entry in docs.sandbox.control.requests() if entry["method"] == "DELETE"]
    assert len(log) == len(set(log)) == 10
    assert not deleted & {crawl["id"] for crawl in rest["deleted"]}
    assert docs.ids() == []


def test_the_packed_module_says_and_does_the_same(docs: Docs, tmp_path: Path) -> None:
    docs.add("https://a.example.com", limit=1)
    gone = docs.add("https://b.example.com")
    entries = [{"site_url": "https://a.example.com", "limit": 2}, {"site_url": "https://c.example.com"}]
    options = {"crawls": entries, "prune": True, "concurrency": 1}
    packed = {"vars": {"trieve_in_process": False}}
    refused = {"options": {"crawls": [{"site_url": "https://a.example.com", "limit": 0}]}}
    empty = {"options": {"crawls": [], "prune": True}}
    results, _screen = playbook(
        tmp_path,
        docs,
        {"check_mode": True, "options": options},
        {"check_mode": True, "options": options, **packed},
        refused,
        {**refused, **packed},
        empty,
        {**empty, **packed},
        {"options": options, **packed},
        {"options": options},
    )
    for in_process, as_module in zip(results[0:6:2], results[1:6:2], strict=True):
        assert in_process == as_module
    changed, again = results[6:]
    assert changed["diff"] == results[0]["diff"]
    assert [crawl["id"] for crawl in changed["deleted"]] == [gone]
    assert docs.urls() == ["https://a.example.com", "https://c.example.com"]
    assert again["changed"] is False


def test_a_failure_in_the_middle_of_the_packed_module(docs: Docs, tmp_path: Path) -> None:
    there = docs.add_many(6)
    docs.sandbox.control.faults({"kind": "status", "method": "DELETE", "after": 2, "times": 1, "status": 401})
    options = {"state": "absent", "crawl_ids": there, "concurrency": 1}
    (failed, rest), _screen = playbook(
        tmp_path, docs, {"options": options, "vars": {"trieve_in_process": False}}, {"options": options}
    )
    assert (failed["failed"], failed["changed"]) == (True, True)
    assert (len(failed["deleted"]), len(failed["failures"]), len(failed["not_tried"])) == (2, 1, 3)
    assert failed["error"]["status"] == 401
    assert len(rest["deleted"]) == 4
    assert docs.ids() == []
