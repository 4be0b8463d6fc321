# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks plan and apply with state files as a user has them: what they send, what they say, what they keep to themselves."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from .leaks import leaks
from .play import IN_PROCESS, PACKED, Played, Stage

pytestmark = pytest.mark.sandbox

VAULTED, PLAIN = "llm-key-out-of-a-vault-4711", "reranker-key-that-stands-in-the-file"

DOCS = """
    datasets:
      - tracking_id: docs
        name: Documentation
        configuration:
          system_prompt: You answer.
          llm_api_key: {vaulted}
          reranker_api_key: {plain}
          temperature: null
        chunk_groups:
          - {{tracking_id: manual, name: "{{{{ title }}}}", metadata: {{since: 2024-01-01}}}}
        crawls:
          - {{site_url: "https://docs.example.com", interval: daily}}
          - {{site_url: "https://docs.example.com", include_paths: [/guide/*]}}
"""
BLOG_AND_KEYS = """
    datasets:
      - tracking_id: blog
    api_keys:
      - {name: website, role: read, dataset_ids: [docs], expires_at: 2090-01-01}
      - {name: importer, role: admin, dataset_ids: [blog]}
"""
STORE = """
    - name: Store the key with its ID, unless that is to fail
      ansible.builtin.copy:
        content: "{{ organization_new_key.api_key.id }} {{ organization_new_key.key }}"
        dest: "{{ store }}/{{ organization_new_key.name }}"
        mode: "0600"
      when: organization_new_key.name != fails | default('') or fail_now
"""

Apply = Callable[..., Played]


def written(path: Path, text: str) -> Path:
    """A file with this text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))
    return path


def lines(run: Played) -> list[str]:
    """What the run shows at its end: the summary, a line for each change, and what went wrong."""
    (shown,) = (event["result"]["msg"] for event in run.events if event["task"].endswith("Show the plan"))
    return list(shown)


def stored(tmp_path: Path, name: str) -> tuple[str, str]:
    """The ID and the secret of a key that the tasks file has stored."""
    key_id, secret = (tmp_path / name).read_text().split()
    return key_id, secret


@pytest.fixture
def apply(stage: Stage, tmp_path: Path) -> Apply:
    """Runs a playbook, by default apply, with a state: its text, or a path."""

    def run(
        state: str | Path,
        *arguments: str,
        rc: int = 0,
        check: bool = False,
        name: str = "apply",
        path: str = IN_PROCESS,
        environment: dict[str, str] | None = None,
        faults: Any = (),
        verbosity: int = 3,
        **given: Any,
    ) -> Played:
        file = state if isinstance(state, Path) else written(tmp_path / "organization.yml", state)
        variables = {"trieve_state_file": str(file), "store": str(tmp_path), **given}
        options: dict[str, Any] = {"path": path, "environment": environment, "faults": faults, "verbosity": verbosity}
        playbook = Path(f"community.trieve.{name}")
        return stage.play(playbook, *arguments, check=check, variables=variables, fresh=False, **options).ended(rc)

    return run


@pytest.fixture
def empty(stage: Stage) -> Any:
    """An organization with nothing in it. Returns what steers its server."""
    assert stage.server.control
    stage.server.control.reset()
    return stage.server.control


def test_folder_of_files(apply: Apply, empty: Any, tmp_path: Path, known_secrets: set[str]) -> None:
    """A preview of everything, the run, and a second run, from a folder, a vault and a template; no secret is told."""
    password = written(tmp_path / "password", "of-the-vault")
    vault = VaultLib([("default", VaultSecret(b"of-the-vault"))]).encrypt(VAULTED).decode()
    vaulted = "!vault |\n" + textwrap.indent(vault, " " * 12)
    folder = tmp_path / "state"
    written(folder / "10-docs.yml", DOCS.format(vaulted=vaulted, plain=PLAIN))
    written(folder / "20-more.yaml", BLOG_AND_KEYS)
    written(folder / "README.md", "No state.")
    options = {"organization_key_tasks": str(written(tmp_path / "store.yml", STORE)), "title": "Manual"}
    arguments = ("--vault-password-file", str(password))

    preview = apply(folder, *arguments, check=True, **options)
    first = apply(folder, *arguments, **options)
    keys = [stored(tmp_path, name)[1] for name in ("website", "importer")]
    second = apply(folder, *arguments, path=PACKED, **options)

    assert lines(preview)[0] == "Plan: 7 to create, 0 unchanged"
    assert lines(first) == lines(preview)
    assert any("(role: read" in line and "dataset_ids" in line for line in lines(preview))
    assert lines(second) == ["Plan: no changes, 7 unchanged"]
    assert first.writes().count("POST /api/organization/api_key") == 2
    assert preview.writes() == second.writes() == []
    assert second.requests

    (docs,) = [row for row in empty.state("datasets") if row["tracking_id"] == "docs"]
    assert VAULTED in str(docs["server_configuration"])
    assert all(key.startswith("tr-") for key in keys)
    for run in (preview, first, second):
        assert leaks(run, known_secrets | {VAULTED, PLAIN, *keys}) == []


def test_wrong_files(apply: Apply, empty: Any, tmp_path: Path) -> None:
    """All that is wrong with all files is said in plain words at once, and nothing is sent."""
    folder = tmp_path / "state"
    written(
        folder / "10-docs.yml",
        """
        datasets:
          - tracking_id: docs
            configuration: {sistem_prompt: x, temperature: warm, public_dataset: {enabled: true}}
          - tracking_id: blog
            crawls: [{site_ur: "https://blog.example.com"}]
        """,
    )
    written(folder / "20-blog.yml", "datasets:\n  - tracking_id: docs\n    nmae: Blog\n")
    run = apply(folder, rc=2)
    said = "\n".join(lines(run))
    for expected in (
        f"{folder}/10-docs.yml:4:21: datasets[0] (docs).configuration: key sistem_prompt not found. Did you mean system_prompt?",
        f"{folder}/10-docs.yml:4:52: datasets[0] (docs).configuration.temperature: ",
        f"{folder}/10-docs.yml:6:14: datasets[1] (blog).crawls[0]: site_url is missing.",
        f"{folder}/20-blog.yml:3:5: datasets[",
        "key nmae not found. Did you mean name?",
    ):
        assert expected in said
    missing = apply(tmp_path / "nowhere.yml", rc=2)
    assert "nowhere.yml" in "\n".join(lines(missing))
    assert run.requests == missing.requests == []
    for name in ("apply", "plan", "drift"):
        nothing = apply("", rc=2, name=name, trieve_state_file="")
        assert "trieve_state_file is missing. Set it to the state file" in nothing.said
        assert nothing.requests == []


def test_key_that_nobody_would_see(apply: Apply, empty: Any) -> None:
    """A preview fails as the run would, before anything is written, where a new key would be lost."""
    for check in (True, False):
        run = apply("datasets: [{tracking_id: docs}]\napi_keys: [{name: website, role: read}]", rc=2, check=check)
        assert "A new API key would be created for website" in " ".join(lines(run))
        assert " ".join(lines(run)).count("set organization_key_tasks to a tasks file") == 1
        assert run.writes() == []


def test_keys_that_fail(apply: Apply, empty: Any, tmp_path: Path) -> None:
    """One key cannot be created and another not be stored: the third is stored, and both failures are named."""
    state = "api_keys: [{name: lost, role: read}, {name: broken, role: read}, {name: kept, role: read}]"
    options = {"organization_key_tasks": str(written(tmp_path / "store.yml", STORE))}
    fault = {"kind": "status", "status": 400, "path": "^/api/organization/api_key$", "method": "POST", "times": 1}
    run = apply(state, rc=2, fails="kept", faults=[fault], **options)
    said = " ".join(lines(run))
    assert "API key kept: " in said
    assert "was deleted. Run the playbook again." in said
    assert "HTTP 400" in said
    names = sorted(path.name for path in tmp_path.iterdir() if path.name in ("lost", "broken", "kept"))
    assert len(names) == 1
    key_id, secret = stored(tmp_path, names[0])
    assert [row["id"] for row in empty.state("organization_api_keys")] == [key_id]
    assert leaks(run, {secret}) == []
    again = apply(state, **options)
    assert again.writes().count("POST /api/organization/api_key") == 2
    assert len(empty.state("organization_api_keys")) == 3


def test_key_is_rotated_in_one_run(apply: Apply, empty: Any, tmp_path: Path) -> None:
    """The former key is deleted after the new one was stored, and not if it could not be; undeclared ones after that."""
    options = {"organization_key_tasks": str(written(tmp_path / "store.yml", STORE))}
    state = """
        api_keys:
          - {name: website, role: ROLE, rotate: on_difference}
    """
    apply(state.replace("ROLE", "read"), **options)
    first, _secret = stored(tmp_path, "website")

    broken = apply(state.replace("ROLE", "admin"), rc=2, fails="website", **options)
    lost = empty.state("organization_api_keys")[-1]["id"]
    assert f"stored_id: {lost}" in lines(broken)[-1]
    assert first in lines(broken)[-1]
    assert [row["id"] for row in empty.state("organization_api_keys")] == [first, lost]

    proven = textwrap.dedent(state).replace("rotate:", "stored_id: '{{ website_id }}', rotate:")
    proven = f"{proven.replace('ROLE', 'admin')}prune: {{api_keys: delete}}\n"
    run = apply(proven, website_id=first, **options)
    second, _secret = stored(tmp_path, "website")
    path = "/api/organization/api_key"
    assert (run.writes()[0], run.writes()[-1]) == (f"POST {path}", f"DELETE {path}/{first}")
    assert f"DELETE {path}/{lost}" in run.writes()[1:]
    assert [row["id"] for row in empty.state("organization_api_keys")] == [second]
    assert apply(proven, website_id=second, **options).writes() == []


PLANNED = """
    datasets:
      - tracking_id: docs
        configuration: {system_prompt: PROMPT, llm_api_key: SECRET}
        crawls: [{site_url: "https://docs.example.com", limit: 7}]
"""


def test_approval(apply: Apply, empty: Any, tmp_path: Path, known_secrets: set[str]) -> None:
    """The approved plan is performed or nothing, and what differs is shown; a secret counts without being revealed."""
    secret, other = "sk-Kd83mQz7Lw2x", "sk-Pw94nRt6Vb1y"
    state = PLANNED.replace("PROMPT", "You answer.").replace("SECRET", secret)
    reports = {"trieve_plan_report": str(tmp_path / "plan")}
    keyed = {"environment": {"TRIEVE_PLAN_KEY": "a key that only the pipeline knows"}}
    planned = apply(state, name="plan", **reports, **keyed)
    assert planned.writes() == []
    plan = json.loads((tmp_path / "plan.json").read_text())
    table = (tmp_path / "plan.md").read_text()
    assert lines(planned)[0] == f"Plan: {len(plan['plan'])} to create, 0 unchanged"
    assert f"**{lines(planned)[0]}**" in table
    assert plan["fingerprint"] in table
    approved = {"trieve_plan": str(tmp_path / "plan.json")}

    changed = state.replace("limit: 7", "limit: 8")
    for check in (True, False):
        refused = apply(changed, rc=2, check=check, **approved, **keyed)
        assert refused.writes() == []
    said = "\n".join(lines(refused))
    assert "different: create crawl https://docs.example.com" in said
    assert "    limit: approved null -> 7; now null -> 8" in said
    assert "This is not the approved plan" in lines(refused)[-1]

    rotated = apply(state.replace(secret, other), rc=2, **approved, **keyed)
    assert rotated.writes() == []
    assert "secret" in " ".join(lines(rotated)).lower()

    done = apply(state, path=PACKED, **approved, **keyed)
    assert lines(done)[0] == lines(planned)[0]
    over = apply(state, rc=2, **approved, **keyed)  # a plan is performed once
    assert over.writes() == []
    assert any(line.startswith("approved, but not in the plan: ") for line in lines(over))
    for run in (planned, refused, rotated, done, over):
        assert leaks(run, known_secrets | {secret, other}) == []
    assert not [text for text in (secret, other) if text in table + (tmp_path / "plan.json").read_text()]


def test_plan_that_is_refused(apply: Apply, empty: Any, stage: Stage, tmp_path: Path) -> None:
    """The comment of the pull request tells why, and no plan remains that could be approved."""
    for name in ("docs", "old", "older"):
        stage.server.create_dataset(name)
    state = "datasets: [{tracking_id: docs}]\nprune: {datasets: delete, max_deletions: 1}\n"
    (tmp_path / "plan.json").write_text("{}")
    run = apply(state, rc=2, name="plan", trieve_plan_report=str(tmp_path / "plan"))
    assert not (tmp_path / "plan.json").exists()
    table = (tmp_path / "plan.md").read_text()
    assert "This plan cannot be applied" in table
    assert "max_deletions" in table
    assert "Delete dataset `older`" in table
    assert "max_deletions" in lines(run)[-1]


MANY = """
    datasets:
      - tracking_id: docs
        crawls: {{ sites }}
"""


def test_few_lines(apply: Apply, empty: Any) -> None:
    """What a person reads of 3 changes among 200 crawls fits on a screen, with their values."""
    sites = [{"site_url": f"https://{number}.example.com"} for number in range(199)]
    first = apply(
        MANY.replace("{{ sites }}", json.dumps([*sites, {"site_url": "https://gone.example.com"}])), verbosity=0
    )
    assert "Plan: 201 to create" in first.stdout
    edited = [{**sites[0], "limit": 8}, *sites[1:], {"site_url": "https://new.example.com"}]
    state = f"{textwrap.dedent(MANY.replace('{{ sites }}', json.dumps(edited)))}prune: {{crawls: delete}}\n"
    runs = [apply(state, check=check, verbosity=0) for check in (True, False)]
    for run in runs:
        assert "Plan: 1 to create, 1 to replace, 1 to delete, 199 unchanged" in run.stdout
        assert "    limit: 1000 -> 8" in run.stdout
        assert len(run.stdout.rstrip("\n").split("\n")) <= 25, run.stdout
    assert (runs[0].writes(), len(runs[1].writes())) == ([], 4)


CRAWLED = """
    datasets:
      - tracking_id: docs
        chunk_groups:
          - {tracking_id: manual, name: Manual}
        crawls:
          - {site_url: "https://docs.example.com"}
    prune: {chunk_groups: delete}
"""


def test_groups_of_crawls(apply: Apply, empty: Any, tmp_path: Path) -> None:
    """What a crawl makes is no drift, is not deleted and not exported, and the screen says so."""
    pages = [
        {"path": f"/{name}", "title": name, "html": f"<h1>{name}</h1><p>words that stand on this one page</p>"}
        for name in ("Install", "Upgrade")
    ]
    empty.settings(workers=["crawl", "ingestion"])
    empty.site("https://docs.example.com", pages)
    apply(CRAWLED)
    left_alone = "left alone: 2 undeclared chunk groups of dataset docs (made by crawls)"
    again = apply(CRAWLED)
    assert lines(again) == ["Plan: no changes, 3 unchanged", left_alone]
    assert again.writes() == []
    report = str(tmp_path / "report")
    drift = apply(CRAWLED, name="drift", trieve_drift_report=report)
    assert drift.result("Show the report")["msg"][2:] == [
        "No drift: Trieve matches the state file.",
        "",
        f"{left_alone.capitalize()}.",
    ]
    file = tmp_path / "exported.yml"
    apply(file, name="export", trieve_export_kinds=["chunk_groups"])
    assert "tracking_id: Install" not in file.read_text()
    assert lines(apply(file, check=True))[1:] == [left_alone]
    compared = apply(file, name="compare", trieve_compare_report=report)
    assert compared.result("Show the plan")["msg"][:2] == ["Plan: no changes, 2 unchanged", left_alone]
    apply(file, name="export", trieve_export_kinds=["chunk_groups"], trieve_export_made_groups=True)
    assert file.read_text().count("tracking_id: Install") == 1


def test_an_export_that_cannot_be_written(apply: Apply, empty: Any, tmp_path: Path) -> None:
    """It is refused before anything is read, and in a preview as in a run."""
    wrong = {"trieve_export_kinds": ["crawl"]}
    for check, path, given, words in (
        (True, tmp_path / "none" / "state.yml", {}, f"Directory {tmp_path / 'none'} not found. No file was written."),
        (False, tmp_path / "state.yml", wrong, "trieve_export_kinds is ['crawl']. Set it to a list of some of these: "),
    ):
        run = apply(path, name="export", rc=2, check=check, verbosity=0, **given)
        assert words in run.said
        assert run.requests == []
        assert not path.exists()
