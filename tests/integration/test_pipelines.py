# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pipelines of docs/pipelines: their own commands, with the keys that they recommend and stand-ins for GitHub and GitLab."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
import yaml

from .play import ROOT, Stage

pytestmark = [pytest.mark.sandbox, pytest.mark.newest_core]

PIPELINES = ROOT / "docs" / "pipelines"
GITHUB: dict[str, Any] = yaml.safe_load((PIPELINES / "github-actions.yml").read_text())
GITLAB: dict[str, Any] = yaml.safe_load((PIPELINES / "gitlab-ci.yml").read_text())
MARKER = "<!-- community.trieve plan -->"

GH = r"""#!/bin/sh
echo "$*" >> gh.log
case "$*" in
  *issues/7/comments*--jq*) cat comments 2>/dev/null || true ;;
  "pr comment 7 "*) cp plan.md comment.md; echo 42 > comments ;;
  "api --method PATCH "*issues/comments/42*) cp plan.md comment.md ;;
  *commits/*/pulls*) echo abc ;;
  "run list "*) echo 99 ;;
  "run download 99 "*) cp artifact/plan.json . ;;
  *) exit 1 ;;
esac
"""


class Job:
    """Runs steps of a workflow as the runner does, in one folder.

    :param values: what stands for expressions such as C(secrets.TRIEVE_READ_KEY)
    """

    def __init__(self, stage: Stage, folder: Path, values: Mapping[str, str]) -> None:
        self.stage = stage
        self.folder = folder
        self.values = values

    def environment(self, *given: Mapping[str, str]) -> dict[str, str]:
        path = f"{self.folder / 'bin'}{os.pathsep}{self.stage.environment(self.folder)['PATH']}"
        own = {
            "GITHUB_REPOSITORY": "acme/search",
            "GITHUB_SHA": "def",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
        }
        found = {**self.stage.environment(self.folder), **own, "PATH": path}
        for each in given:
            found.update({name: self.resolved(str(value)) for name, value in each.items()})
        return found

    def resolved(self, text: str) -> str:
        return re.sub(r"\$\{\{ ([^}]*) \}\}", lambda found: self.values[found[1]], text)

    def step(self, job: str, name: str) -> subprocess.CompletedProcess[str]:
        """Run one step of a job."""
        (step,) = (step for step in GITHUB["jobs"][job]["steps"] if step.get("name") == name)
        return self.run(step["run"], self.environment(GITHUB["env"], step.get("env", {})))

    def run(self, command: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        shell = ["bash", "-e", "-o", "pipefail", "-c", command]
        return subprocess.run(shell, env=environment, cwd=self.folder, capture_output=True, text=True, check=False)


@pytest.fixture
def keys(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The keys that keys.yml creates, of an organization with nothing else in it."""
    assert stage.server.control
    stage.server.control.reset()
    folder = tmp_path_factory.mktemp("keys")
    stage.play(PIPELINES / "keys.yml", variables={"keys_folder": str(folder)}, fresh=False, verbosity=0).ended(0)
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.fixture
def job(stage: Stage, keys: dict[str, str], tmp_path: Path) -> Job:
    (tmp_path / "bin").mkdir()
    (tmp_path / "home").mkdir()
    (tmp_path / "ansible.cfg").touch()
    gh = tmp_path / "bin" / "gh"
    gh.write_text(GH)
    gh.chmod(0o755)
    state = tmp_path / "trieve" / "docs.yml"
    state.parent.mkdir()
    state.write_text(
        "datasets:\n  - tracking_id: docs\n    configuration: {llm_api_key: sk-Kd83mQz7Lw2xPq55}\n"
        "    crawls: [{site_url: 'https://docs.example.com'}]\n    chunk_groups: [{tracking_id: faq}]\n"
    )
    values = {
        "vars.TRIEVE_BASE_URL": stage.server.url,
        "vars.TRIEVE_ORGANIZATION_ID": stage.server.organization_id,
        "secrets.TRIEVE_READ_KEY": keys["pipeline-read"],
        "secrets.TRIEVE_APPLY_KEY": keys["pipeline-apply"],
        "secrets.TRIEVE_PLAN_KEY": "any long random text",
        "github.token": "ghs_0",
        "github.event.pull_request.number": "7",
    }
    return Job(stage, tmp_path, values)


def test_github(job: Job) -> None:
    """A comment that is replaced, a merge that applies what was approved and nothing else, and a report of drift."""
    folder = job.folder
    done = job.step("plan", "Plan")
    assert done.returncode == 0, done.stdout + done.stderr
    for _time in range(2):
        done = job.step("plan", "Comment")
        assert done.returncode == 0, done.stderr
    assert (folder / "comment.md").read_text().startswith(f"{MARKER}\n**Plan: 3 to create, 0 unchanged**")
    calls = (folder / "gh.log").read_text().splitlines()
    assert [call.split()[0] for call in calls] == ["api", "pr", "api", "api"]
    assert calls[3].startswith("api --method PATCH repos/acme/search/issues/comments/42 --field body=@plan.md")
    (folder / "artifact").mkdir()
    shutil.move(folder / "plan.json", folder / "artifact" / "plan.json")

    state = folder / "trieve" / "docs.yml"
    approved = state.read_text()
    state.write_text(approved.replace("docs.example.com", "other.example.com"))
    done = job.step("apply", "Fetch the plan that was approved with the pull request")
    assert done.returncode == 0, done.stderr
    done = job.step("apply", "Apply")
    assert done.returncode == 2
    assert "This is not the approved plan" in done.stdout + done.stderr
    state.write_text(approved)
    done = job.step("apply", "Apply")
    assert done.returncode == 0, done.stdout + done.stderr

    done = job.step("drift", "Drift")
    assert done.returncode == 0, done.stdout + done.stderr
    assert job.step("drift", "Summary").returncode == 0
    assert "No drift" in (folder / "summary").read_text()
    assert ElementTree.parse(folder / "drift.xml").getroot().get("failures") == "0"
    for name, key in job.values.items():
        assert not name.startswith("secrets.TRIEVE_READ") or key not in done.stdout + done.stderr


def test_github_asks_for_no_more_than_it_needs() -> None:
    """The key that can write is in the protected environment only, and the comment is the only thing that the token may write."""
    text = json.dumps(GITHUB["jobs"])
    assert text.count("TRIEVE_APPLY_KEY") == json.dumps(GITHUB["jobs"]["apply"]).count("TRIEVE_APPLY_KEY") == 1
    assert GITHUB["jobs"]["apply"]["environment"] == "trieve"
    assert GITHUB["permissions"] == {"contents": "read"}
    granted = {name: job.get("permissions", {}) for name, job in GITHUB["jobs"].items()}
    written = [(name, what) for name, rights in granted.items() for what, level in rights.items() if level == "write"]
    assert written == [("plan", "pull-requests")]


def test_gitlab_runs_the_same_playbooks() -> None:
    """With the same arguments, so that what was tested of one holds for the other."""
    for name, step in (("plan", "Plan"), ("apply", "Apply"), ("drift", "Drift")):
        (command,) = (one["run"] for one in GITHUB["jobs"][name]["steps"] if one.get("name") == step)
        assert command in GITLAB[name]["script"]
        key = re.sub(
            r".*secrets\.(\w+).*",
            r"\1",
            next(s["env"]["TRIEVE_API_KEY"] for s in GITHUB["jobs"][name]["steps"] if s.get("name") == step),
        )
        assert GITLAB[name]["variables"] == {"TRIEVE_API_KEY": f"${key}"}
    assert GITLAB["drift"]["artifacts"]["reports"]["junit"] == "drift.xml"
    assert GITLAB["plan"]["artifacts"]["paths"] == ["plan.json"]


class GitLab(BaseHTTPRequestHandler):
    """The few calls of GitLab that the pipeline needs."""

    notes: ClassVar[list[dict[str, Any]]] = []
    tokens: ClassVar[set[str]] = set()

    def do_GET(self) -> None:
        answers: dict[str, Any] = {
            "/api/v4/projects/5/merge_requests/7/notes": self.notes,
            "/api/v4/projects/5/repository/commits/def/merge_requests": [{"iid": 7}],
            "/api/v4/projects/5/merge_requests/7/pipelines": [{"id": 11}, {"id": 10}],
            "/api/v4/projects/5/pipelines/11/jobs": [{"id": 20, "name": "lint"}, {"id": 21, "name": "plan"}],
            "/api/v4/projects/5/jobs/21/artifacts/plan.json": {"fingerprint": "sha256:1"},
        }
        self.answer(answers[self.path.partition("?")[0]])

    def do_POST(self) -> None:
        assert self.path == "/api/v4/projects/5/merge_requests/7/notes"
        self.notes.append({"id": 30 + len(self.notes), "body": self.body()})
        self.answer({})

    def do_PUT(self) -> None:
        number = int(self.path.rpartition("/")[2])
        (note,) = (note for note in self.notes if note["id"] == number)
        note["body"] = self.body()
        self.answer({})

    def body(self) -> str:
        return parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["body"][0]

    def answer(self, value: Any) -> None:
        self.tokens.add(self.headers["PRIVATE-TOKEN"])
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def gitlab() -> Iterator[str]:
    GitLab.notes = [{"id": 29, "body": "Looks good"}]
    server = HTTPServer(("127.0.0.1", 0), GitLab)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v4"
    server.shutdown()
    thread.join()
    server.server_close()


def test_gitlab(gitlab: str, tmp_path: Path) -> None:
    """One note, which is replaced, and the plan of the last pipeline of the merged request."""
    shutil.copy(PIPELINES / "gitlab.py", tmp_path)
    variables = {"CI_API_V4_URL": gitlab, "CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_IID": "7", "CI_COMMIT_SHA": "def"}
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **variables,
        "GITLAB_TOKEN": "glpat-0",
        "no_proxy": "*",
    }

    def run(commands: list[str]) -> None:
        for command in commands:
            if "gitlab.py" in command:
                subprocess.run(["bash", "-c", command], env=environment, cwd=tmp_path, check=True)

    for words in ("first", "second"):
        (tmp_path / "plan.md").write_text(f"{MARKER}\n{words} & more\n")
        run(GITLAB["plan"]["after_script"])
    assert [note["body"] for note in GitLab.notes] == ["Looks good", f"{MARKER}\nsecond & more\n"]
    run(GITLAB["apply"]["script"])
    assert json.loads((tmp_path / "plan.json").read_text()) == {"fingerprint": "sha256:1"}
    assert GitLab.tokens == {"glpat-0"}
