# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that are ordinary words: nothing is deleted, renamed, exported wrongly or lost because one occurs in it."""

from __future__ import annotations

import re
import stat
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from .conftest import PATHS
from .play import Played, Stage
from .server import Server, sandbox_server
from .warm import Warm

pytestmark = pytest.mark.sandbox

MASK = "********"
STATE = """
    datasets:
      - tracking_id: admin-docs
        name: The docs of the admin
        configuration: {system_prompt: You help the admin.}
        chunk_groups:
          - {tracking_id: admin-guide, name: For the admin, metadata: {admin: [admin]}}
        crawls:
          - {site_url: "https://admin.example.com", webhook_urls: ["https://hooks.example.com/admin"]}
    api_keys:
      - {name: admin-ci, role: admin, dataset_ids: [admin-docs]}
    prune: {datasets: delete, api_keys: delete, chunk_groups: delete, crawls: delete}
"""
KEEP = "- name: Keep nothing\n  ansible.builtin.debug:\n    msg: A new key\n"
INJECTED = "x\n::error::INJECTED\n\x1b[31m"


@pytest.fixture(scope="module")
def weak() -> Iterator[Server]:
    """A server with the admin key of Trieve's own example configuration."""
    with sandbox_server("admin") as server:
        yield server


@pytest.fixture
def plays(weak: Server, cold_stage: Stage, warmed: Warm) -> Stage:
    """A stage on that server, which starts empty."""
    assert weak.control
    weak.control.reset()
    return replace(cold_stage, server=weak, warm=warmed)


def written(file: Path, text: str) -> Path:
    file.write_text(textwrap.dedent(text))
    return file


def play(plays: Stage, name: str, file: Path, path: str, rc: int = 0, **variables: Any) -> Played:
    keys = written(plays.folder / "keys.yml", KEEP)
    given = {
        "trieve_state_file": str(file),
        "organization_key_tasks": str(keys),
        "trieve_drift_report": str(plays.folder / "drift"),
        **variables,
    }
    run = plays.play(Path(f"community.trieve.{name}"), path=path, variables=given, fresh=False).ended(rc)
    assert MASK not in str([event["result"].get("diff") for event in run.events])
    return run


def one(plays: Stage, module: str, path: str, environment: Any = None, /, **options: Any) -> dict[str, Any]:
    """The result of one task, which may fail."""
    task = {"name": "One", f"community.trieve.{module}": options, "ignore_errors": True}
    tasks = [{"hosts": "testhost", "gather_facts": False, "tasks": [task]}]
    run = plays.play(tasks, path=path, fresh=False, verbosity=0, environment=environment).succeeded()
    return {**run.result("One"), "said": run.said}


def test_what_is_declared_stays(plays: Stage, path: str, tmp_path: Path) -> None:
    """Applied twice, exported, applied again and looked at for drift: one and the same state."""
    state = written(tmp_path / "state.yml", STATE)
    play(plays, "apply", state, path)
    again = play(plays, "apply", state, path)
    assert again.writes() == []
    file = tmp_path / "export.yml"
    play(plays, "export", file, path)
    text = file.read_text()
    assert MASK not in text
    assert "tracking_id: admin-guide" in text
    play(plays, "drift", file, path, rc=0)
    assert play(plays, "apply", file, path).writes() == []


def test_a_short_key_is_told_and_not_repeated(plays: Stage, path: str) -> None:
    result = one(plays, "trieve_dataset_info", path)
    (warning,) = result["warnings"]
    assert "api_key" in warning
    assert "admin" not in warning


def test_new_keys_arrive_whole(plays: Stage, path: str) -> None:
    options = {"role": "read", "extra_headers": {"X-Tenant": "1", "X-Zone": "a"}}
    for number in range(3):
        result = one(plays, "trieve_api_key", path, name=f"a{number}1", **options)
        assert re.fullmatch(r"tr-[0-9A-Za-z]{32}", result["key"])
        assert result["api_key"]["name"] == f"a{number}1"
        assert MASK not in result["api_key"]["id"]


@pytest.mark.parametrize("hidden", [MASK, "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"])
def test_a_mask_is_refused(plays: Stage, path: str, hidden: str, tmp_path: Path) -> None:
    """In a state file and in a task: it says that there was a secret once, and that its value is lost."""
    state = written(tmp_path / "state.yml", STATE.replace("admin-guide", f"'{hidden}-guide'"))
    run = play(plays, "apply", state, path, rc=2)
    assert run.requests == []
    assert "chunk_groups[0]" in run.said
    assert "mask for secrets" in run.said
    result = one(plays, "trieve_dataset", path, tracking_id="docs", system_prompt=f"a {hidden} b")
    assert result["msg"].startswith("system_prompt contains Ansible's mask for secrets")


def test_swapped_variables(plays: Stage, weak: Server, path: str) -> None:
    key = "tr-Q7hB2xV9kLm4Zp8RtY3nWc6JdF5sGa1E"
    environment = {"TRIEVE_API_KEY": weak.organization_id, "TRIEVE_ORGANIZATION_ID": key}
    result = one(plays, "trieve_dataset_info", path, environment)
    assert "swapped" in result["msg"]
    assert key not in str(result)


def test_a_key_in_any_option(plays: Stage, path: str) -> None:
    key = "tr-Q7hB2xV9kLm4Zp8RtY3nWc6JdF5sGa1E"
    for module, options in {
        "trieve_dataset_info": {"tracking_id": key},
        "trieve_dataset": {"tracking_id": key, "state": "absent", "deletion_protection": key},
        "trieve_crawl_info": {"dataset": key, "url": key},
        "trieve_request": {"path": f"/api/{key}?x"},
        "trieve_user": {"email": key, "role": key},
    }.items():
        result = one(plays, module, path, **options)
        assert key not in str(result), module


def test_no_workflow_command(plays: Stage, weak: Server, path: str, tmp_path: Path) -> None:
    """The name of a thing begins no line and colours nothing: not in a message, not beside an item."""
    weak.create_dataset("docs")
    weak.send("POST", "/api/chunk_group", {"name": INJECTED, "tracking_id": INJECTED}, dataset="docs")
    weak.send("POST", "/api/organization/api_key", {"name": INJECTED, "role": 0})
    state = written(
        tmp_path / "state.yml",
        "{datasets: [{tracking_id: docs, chunk_groups: []}], prune: {chunk_groups: delete, allow_empty: true, api_keys: delete}, api_keys: []}",
    )
    run = play(plays, "apply", state, path)
    assert not re.search(r"^\s*::error::", run.stdout + run.stderr, re.MULTILINE)
    assert "\x1b" not in run.stdout + run.stderr
    faults = [{"kind": "status", "status": 500, "method": "DELETE", "path": "^/api/chunk_group", "times": 9}]
    weak.send("POST", "/api/chunk_group", {"name": INJECTED, "tracking_id": INJECTED}, dataset="docs")
    options = {"dataset": "docs", "chunk_groups": [], "prune": True, "allow_empty": True, "retries": 0}
    tasks = [{"hosts": "testhost", "gather_facts": False, "tasks": [{"community.trieve.trieve_chunk_groups": options}]}]
    run = plays.play(tasks, path=path, fresh=False, faults=faults, verbosity=0).ended(2)
    assert "INJECTED" in run.stdout
    assert not re.search(r"^\s*::error::", run.stdout + run.stderr, re.MULTILINE)
    assert "\x1b" not in run.stdout + run.stderr


def test_where_a_new_key_will_show(plays: Stage, path: str) -> None:
    for verbosity, no_log, told in ((0, False, False), (1, False, True), (1, True, False)):
        name = f"key-{verbosity}-{no_log}"
        task = {"name": "One", "community.trieve.trieve_api_key": {"name": name, "role": "read"}, "no_log": no_log}
        tasks = [{"hosts": "testhost", "gather_facts": False, "tasks": [task]}]
        run = plays.play(tasks, path=path, fresh=False, verbosity=verbosity).succeeded()
        assert ("shows the new API key" in run.said) is told, name


def test_the_exported_file(plays: Stage, weak: Server, tmp_path: Path) -> None:
    """Nobody else reads a new one; the mode of one that is there is kept; a link is not followed."""
    path = PATHS[0]
    weak.create_dataset("docs")
    file, other, link = (tmp_path / name for name in ("export.yml", "other.yml", "link.yml"))
    play(plays, "export", file, path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o640)
    file.write_text("---\n")
    play(plays, "export", file, path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    other.write_text("precious")
    link.symlink_to(other)
    assert "symbolic link" in play(plays, "export", link, path, rc=2).said
    assert other.read_text() == "precious"


def test_a_password_in_an_address(plays: Stage, weak: Server, tmp_path: Path) -> None:
    """It stands in the file, which says so, and in nothing that is shown."""
    path = PATHS[-1]
    weak.create_dataset("docs")
    address = "https://joe:Zk4!pW9-hJ2mQ6xT@hooks.example.com/x"
    options = {"site_url": "https://a.example.com", "webhook_urls": [address]}
    weak.send("POST", "/api/crawl", {"crawl_options": options}, dataset="docs")
    file = tmp_path / "export.yml"
    run = plays.play(
        Path("community.trieve.export"), path=path, fresh=False, verbosity=0, variables={"trieve_state_file": str(file)}
    ).succeeded()
    assert address in file.read_text()
    assert "contain a password" in file.read_text()
    assert "Zk4!pW9" not in run.said
    changed = written(tmp_path / "changed.yml", file.read_text().replace("hJ2mQ6xT", "another1"))
    drift = plays.play(
        Path("community.trieve.drift"), path=path, fresh=False, verbosity=0,
        variables={"trieve_state_file": str(changed), "trieve_drift_report": str(tmp_path / "drift")},
    ).ended(2)  # fmt: skip
    report = (tmp_path / "drift.json").read_text() + (tmp_path / "drift.md").read_text()
    assert "webhook_urls" in report
    assert "Zk4!pW9" not in drift.said + report
