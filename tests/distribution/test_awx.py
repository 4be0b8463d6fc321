# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""playbooks/awx.yml configures a controller, and the project of the guide runs as the controller runs it.

The playbook is run with the modules of awx.awx against a stand-in for the controller's API, and the project with ansible-runner, the way AWX calls it:
with the environment that the credential type defines, and without files that contain it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Template

from sandbox.reads import only_reads
from tests.integration.server import Server

from .conftest import BIN, ROOT, Installed, run
from .controller import Controller, controller

GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_awx.rst"
BLOCK = re.compile(r"^\.\. code-block:: \S+\n    :caption: (?P<name>.+)\n\n(?P<text>(?:    .*\n|\n)+)", re.MULTILINE)
PLAN_KEY = "plan-Qz83hvLw0sRkTn5x"

STATE = """\
datasets:
  - tracking_id: docs
    name: Documentation
    crawls:
      - {site_url: "https://docs.example.com", interval: daily}
"""


def blocks() -> dict[str, str]:
    """The code blocks of the guide that have a caption."""
    found = BLOCK.finditer(GUIDE.read_text(encoding="utf-8"))
    return {match["name"]: re.sub(r"^    ", "", match["text"], flags=re.MULTILINE) for match in found}


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Controller, list[str]]]:
    """A controller that the playbook has configured, twice, and what the two runs said."""
    home = tmp_path_factory.mktemp("controller")
    collections = f"{ROOT.parents[2]}{os.pathsep}{os.environ['AWX_COLLECTIONS']}"
    with controller() as state:
        env = {
            "HOME": str(home),
            "ANSIBLE_COLLECTIONS_PATH": collections,
            "ANSIBLE_PIPELINING": "1",
            "CONTROLLER_HOST": state.url,
            "CONTROLLER_OAUTH_TOKEN": "token-of-the-controller",
            "TRIEVE_BASE_URL": "https://trieve.example.com",
            "TRIEVE_ORGANIZATION_ID": "9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1",
            "TRIEVE_API_KEY": "tr-writes-0123456789",
            "TRIEVE_PREVIEW_API_KEY": "tr-reads-0123456789",
            "TRIEVE_PLAN_KEY": PLAN_KEY,
        }
        variables = ("-e", "trieve_awx_project_url=https://git.example.com/search.git", "-e", "trieve_awx_image=ee:1")
        command = ("ansible-playbook", "community.trieve.awx", *variables)
        first = run(*command, env=env, cwd=home)
        made = list(state.writes)
        state.writes.clear()
        second = run(*command, env=env, cwd=home)
        again = list(state.writes)
        state.writes[:] = made
        assert again == []
        yield state, [first.stdout + first.stderr, second.stdout + second.stderr]


def test_the_playbook_configures_a_controller(configured: tuple[Controller, list[str]]) -> None:
    """The second run changes nothing and sends only reads; no key is shown."""
    state, said = configured
    assert [re.findall(r"changed=(\d+)", words) for words in said] == [["9"], ["0"]]
    assert [
        secret for secret in ("tr-writes", "tr-reads", PLAN_KEY, "token-of") for words in said if secret in words
    ] == []
    templates = state.of("job_templates")
    assert {name: item["playbook"] for name, item in templates.items()} == {
        f"Trieve {name}": f"{name}.yml" for name in ("plan", "apply", "drift", "datasets")
    }
    assert templates["Trieve datasets"]["job_slice_count"] == 4
    # Jobs that only read do not get the key that may write.
    credentials = state.of("credentials")
    assert credentials["Trieve preview"]["inputs"]["api_key"] == "tr-reads-0123456789"
    used = {name: state.related[f"{item['url']}credentials/"] for name, item in templates.items()}
    preview, apply = credentials["Trieve preview"]["id"], credentials["Trieve apply"]["id"]
    assert [used[f"Trieve {name}"] for name in ("plan", "drift", "apply", "datasets")] == [[preview]] * 2 + [
        [apply]
    ] * 2
    assert state.of("schedules")["Trieve drift every night"]["unified_job_template"] == templates["Trieve drift"]["id"]


def test_apply_comes_after_an_approval(configured: tuple[Controller, list[str]]) -> None:
    """Nothing but the approval leads to the node that applies."""
    state, _said = configured
    nodes = state.of("workflow_job_template_nodes")
    follows = {name: state.related.get(f"{node['url']}success_nodes/", []) for name, node in nodes.items()}
    assert follows == {"plan": [nodes["approve"]["id"]], "approve": [nodes["apply"]["id"]], "apply": []}
    approval = state.of("workflow_approval_templates")["Trieve: approve the plan"]
    assert nodes["approve"]["unified_job_template"] == approval["id"]
    templates = state.of("job_templates")
    assert nodes["plan"]["unified_job_template"] == templates["Trieve plan"]["id"]
    assert nodes["apply"]["unified_job_template"] == templates["Trieve apply"]["id"]


def test_the_guide_has_the_same_credential_type(configured: tuple[Controller, list[str]]) -> None:
    """What the guide tells users to paste is what the playbook creates."""
    (created,) = configured[0].of("credential_types").values()
    written = blocks()
    assert yaml.safe_load(written["Input configuration"]) == created["inputs"]
    assert yaml.safe_load(written["Injector configuration"]) == created["injectors"]


def test_the_guide_has_every_playbook_of_a_template(configured: tuple[Controller, list[str]]) -> None:
    """A job template whose playbook the project lacks could not be created."""
    needed = {item["playbook"] for item in configured[0].of("job_templates").values()}
    needed |= {item["source_path"] for item in configured[0].of("inventory_sources").values()}
    assert needed <= set(blocks())


@dataclass
class Jobs:
    """Runs playbooks of the project as the controller does."""

    folder: Path
    server: Server
    injected: dict[str, str]
    installed: Installed
    artifacts: dict[str, Any] = field(default_factory=dict)
    """What the jobs of a workflow hand over, as extra variables."""
    said: str = ""
    hosts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The hosts of an inventory that does not come from the server, with their variables."""

    def job(self, playbook: str, hosts: list[str] | None = None) -> tuple[str, list[str]]:
        """Status of a job, and the requests that write."""
        assert self.server.control is not None
        self.server.control.clear_requests()
        private = self.folder / f"{playbook}-{len(list(self.folder.iterdir()))}"
        local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        facts = self.hosts or (self.facts if hosts else {})
        inventory = {"all": {"hosts": {name: {**facts[name], **local} for name in hosts or ()}}}
        environment = {**self.injected, **self.installed.env, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
        for name, content in {
            "inventory/hosts.json": inventory,
            "env/extravars": {"trieve_state_file": "organization.yml", **self.artifacts},
            "env/envvars": environment,
        }.items():
            (private / name).parent.mkdir(parents=True, exist_ok=True)
            (private / name).write_text(json.dumps(content))
        command = ("ansible-runner", "run", private, "--playbook", playbook, "--project-dir", self.project)
        options = ("--ident", "job", "--omit-env-files", "--quiet")
        said = run(*command, *options, env={"HOME": str(self.folder)}, rc=None)
        artifacts = private / "artifacts" / "job"
        written = {path: path.read_text() for path in artifacts.rglob("*") if path.is_file()}
        # ansible-runner itself writes the environment into one file. AWX deletes it, and hides secrets in what it keeps.
        kept = (text for path, text in written.items() if path.name != "command")
        self.said += said.stdout + said.stderr + "".join(kept)
        for path, text in written.items():
            if path.parent.name == "job_events":
                self.artifacts.update(json.loads(text).get("event_data", {}).get("artifact_data") or {})
        status = written[artifacts / "status"]
        requests = ((entry["method"], entry["path"]) for entry in self.server.control.requests())
        return status, [f"{method} {path}" for method, path in requests if not only_reads(method, path)]

    @property
    def project(self) -> Path:
        """The files of the guide."""
        return self.folder.parent / "project"

    @property
    def facts(self) -> dict[str, dict[str, Any]]:
        """The hosts that the inventory source finds, with their variables."""
        command = ("ansible-inventory", "-i", self.project / "trieve.yml", "--list")
        listed = run(*command, env=self.installed.env | self.injected, cwd=self.project).stdout
        found: dict[str, dict[str, Any]] = json.loads(listed)["_meta"]["hostvars"]
        return found


@pytest.fixture
def jobs(installed: Installed, server: Server, tmp_path: Path) -> Jobs:
    """The project of the guide, and the environment that its credential type makes of a credential."""
    injectors = yaml.safe_load(blocks()["Injector configuration"])
    given = {
        "url": server.url,
        "organization_id": server.organization_id,
        "api_key": server.api_key,
        "plan_key": PLAN_KEY,
    }
    injected = {name: Template(text).render(given) for name, text in injectors["env"].items()}
    for name, text in {**blocks(), "organization.yml": STATE}.items():
        if name.endswith(".yml"):
            path = tmp_path / "project" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    quickstart = "- name: Quickstart\n  ansible.builtin.import_playbook: community.trieve.quickstart\n"
    (tmp_path / "project" / "quickstart.yml").write_text(quickstart)
    (tmp_path / "jobs").mkdir()
    return Jobs(tmp_path / "jobs", server, injected, installed)


def test_jobs(jobs: Jobs) -> None:
    """Quickstart, plan, apply of the plan, drift and a sliced play, with the credential's environment and no secret left behind."""
    assert jobs.job("quickstart.yml") == ("successful", ["POST /api/dataset", *["POST /api/crawl"] * 5])
    assert jobs.job("plan.yml") == ("successful", [])
    assert jobs.job("drift.yml") == ("failed", [])
    assert jobs.job("apply.yml") == ("successful", ["POST /api/dataset", "POST /api/crawl"])
    # The plan has been performed. Approved once more, it must not be.
    assert jobs.job("apply.yml") == ("failed", [])
    del jobs.artifacts["approved_plan"]
    assert jobs.job("apply.yml") == ("successful", [])

    # AWX gives job n of m every m-th host, from the n-th on.
    hosts = sorted(jobs.facts)
    assert hosts == ["docs", "quickstart"]
    slices = [hosts[number::2] for number in range(2)]
    assert [jobs.job("datasets.yml", some) for some in slices] == [("successful", ["POST /api/crawl"])] * 2

    assert "community.trieve.trieve_crawl" in jobs.said
    assert [secret[:6] for secret in (jobs.server.api_key, PLAN_KEY) if secret in jobs.said] == []


def test_two_slices_of_one_state_at_once(jobs: Jobs) -> None:
    """Each job applies the datasets of its hosts. Together they are the whole, and nothing is doubled."""
    names = ["one", "two", "three", "four"]
    state: dict[str, Any] = {
        "datasets": [
            {
                "tracking_id": name,
                "crawls": [{"site_url": f"https://{name}-{number}.example.com"} for number in range(3)],
            }
            for name in names
        ]
    }
    (jobs.project / "sliced.yml").write_text(yaml.safe_dump(state))
    task: dict[str, Any] = {"state_files": ["{{ playbook_dir }}/sliced.yml"], "only": "{{ ansible_play_hosts_all }}"}
    play: dict[str, Any] = {
        "hosts": "all",
        "gather_facts": False,
        "tasks": [{"community.trieve.trieve_organization_state": task, "run_once": True}],
    }
    for number in range(2):
        (jobs.project / f"slice-{number}.yml").write_text(yaml.safe_dump([play]))
    jobs.hosts = {name: {} for name in names}

    def job(number: int) -> str:
        return jobs.job(f"slice-{number}.yml", names[number::2])[0]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(job, range(2))) == ["successful", "successful"]
    assert jobs.server.control is not None
    assert sorted(
        row["tracking_id"] for row in jobs.server.control.state("datasets") if row["tracking_id"] in names
    ) == sorted(names)
    sites = [row["url"] for row in jobs.server.control.state("crawls") if row["url"].endswith(".example.com")]
    wanted = [crawl["site_url"] for dataset in state["datasets"] for crawl in dataset["crawls"]]
    assert sorted(site for site in sites if site in wanted) == sorted(wanted)
    play["tasks"] = [{"community.trieve.trieve_organization_state": {"state_files": task["state_files"]}}]
    (jobs.project / "whole.yml").write_text(yaml.safe_dump([play]))
    assert jobs.job("whole.yml", names[:1]) == ("successful", [])
