# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook community.trieve.apply with state files as a user has them: what it sends, what it says, what it keeps to itself."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from .leaks import leaks
from .play import ROOT, Played, Stage

pytestmark = pytest.mark.sandbox

APPLY = ROOT / "playbooks" / "apply.yml"
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
    - name: Store the key
      ansible.builtin.copy:
        content: "{{ organization_new_key.key }} {{ organization_new_key.api_key.id }}"
        dest: "{{ store }}/{{ organization_new_key.name }}"
        mode: "0600"
"""

Apply = Callable[..., Played]


def written(path: Path, text: str) -> Path:
    """A file with this text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))
    return path


def changed(run: Played) -> dict[str, list[bool]]:
    """What each task that manages something said of its items."""
    found: dict[str, list[bool]] = {}
    for event in run.events:
        if event["event"] == "item ok" and str(event["resolved_action"]).startswith("community.trieve."):
            found.setdefault(event["task"].partition(" : ")[2], []).append(event["result"].get("changed"))
    return found


def words(run: Played) -> str:
    """What the failed tasks said."""
    return " ".join(
        str(event["result"].get("msg")) for event in run.events if event["event"] in ("failed", "item failed")
    )


@pytest.fixture
def apply(stage: Stage, tmp_path: Path) -> Apply:
    """Runs the playbook with a state: its text, or a path."""

    def run(
        state: str | Path, *arguments: str, rc: int = 0, fresh: bool = False, check: bool = False, **given: Any
    ) -> Played:
        file = state if isinstance(state, Path) else written(tmp_path / "organization.yml", state)
        variables = {"trieve_state_file": str(file), "store": str(tmp_path), **given}
        played = stage.play(APPLY, *arguments, check=check, variables=variables, fresh=fresh)
        return played.ended(rc)

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
    stored = {name: (tmp_path / name).read_text().split() for name in ("website", "importer")}
    second = apply(folder, *arguments, **options)

    expected = {"Datasets": [True, True], "Chunk groups": [True], "Crawls": [True], "API keys": [True, True]}
    assert changed(preview) == expected
    assert {**changed(first), "API keys": [True, True]} == expected  # what issues a key is hidden
    assert first.writes().count("POST /api/organization/api_key") == 2
    assert not any(itertools.chain.from_iterable(changed(second).values()))
    assert preview.writes() == second.writes() == []
    assert second.requests

    (docs,) = [row for row in empty.state("datasets") if row["tracking_id"] == "docs"]
    assert VAULTED in str(docs["server_configuration"])
    secrets = {VAULTED, PLAIN, *(key for key, _id in stored.values())}
    assert all(key.startswith("tr-") for key, _id in stored.values())
    for run in (preview, first, second):
        assert leaks(run, known_secrets | secrets) == []
    diffs = [
        e["result"]["diff"] for e in preview.events if e["event"] == "item ok" and e["task"].endswith(": API keys")
    ]
    assert [change["after"]["name"] for diff in diffs for change in diff] == ["website", "importer"]


def test_wrong_files(apply: Apply, empty: Any, tmp_path: Path) -> None:
    """What is wrong with the file is said in plain words, and nothing is sent."""
    wrong = """
        datasets:
          - tracking_id: docs
            configuration: {sistem_prompt: x, temperature: warm, public_dataset: {enabled: true, extra_params: {them: dark}}}
          - tracking_id: blog
            crawls: [{site_ur: "https://blog.example.com"}]
    """
    folder = tmp_path / "state"
    written(folder / "10-docs.yml", "datasets: [{tracking_id: docs}]")
    written(folder / "20-blog.yml", "datasets:\n  - tracking_id: docs\n    nmae: Blog\n")
    twice = tmp_path / "twice"
    written(twice / "a.yml", "datasets: [{tracking_id: docs}]")
    written(twice / "b.yml", "datasets: [{tracking_id: docs, name: Docs}]")
    file = f"{tmp_path}/organization.yml"
    told: dict[str, str | Path] = {
        f"{file}:4:21: datasets[0] (docs).configuration: key sistem_prompt not found. Did you mean system_prompt?": wrong,
        "datasets[0] (docs).configuration.public_dataset.extra_params: key them not found. Did you mean theme?": wrong,
        f"{file}:4:52: datasets[0] (docs).configuration.temperature: ": wrong,
        f"{file}:6:14: datasets[1] (blog).crawls[0]: site_url is missing.": wrong,
        "organization.yml: file not found": tmp_path / "nowhere" / "organization.yml",
        "no .yml or .yaml file found in this directory": tmp_path / "nothing",
        f"{folder}/20-blog.yml:3:5: datasets[0] (docs): key nmae not found. Did you mean name?": folder,
        f"tracking_id docs is declared twice. See {twice}/a.yml and {twice}/b.yml.": twice,
        "organization.yml: the file is empty. A state file is a mapping with datasets, api_keys and prune.": "# nothing yet\n",
        f"{file}:1:1: A state file is a mapping with datasets, api_keys and prune, not a list.": "- docs\n",
        f"{file}:1:1: A state file is a mapping with datasets, api_keys and prune, not a single value.": "docs\n",
        f"{file}:2:7: mapping values are not allowed": "datasets:\n- a: b: c\n",
        f"{file}:1:18: A key must be text": "prune: {crawls: {{ crawls }}}\n",
        "'vault_key' is undefined": 'datasets: [{tracking_id: docs, name: "{{ vault_key }}"}]',
        "trieve_state_file is missing": "",
    }
    (tmp_path / "nothing").mkdir()
    runs: dict[str | Path, Played] = {}
    for expected, state in told.items():
        if state not in runs:
            runs[state] = apply(state, rc=2, **({} if state else {"trieve_state_file": ""}))
        assert runs[state].requests == []
        assert expected in words(runs[state])


def test_key_that_nobody_would_see(apply: Apply, empty: Any) -> None:
    """A preview fails as the run would, before anything is written, where a new key would be lost."""
    for check in (True, False):
        run = apply("datasets: [{tracking_id: docs}]\napi_keys: [{name: website, role: read}]", rc=2, check=check)
        assert "A new API key would be created for website" in words(run)
        assert run.writes() == []


KEEP = """
    - name: Store the key with its ID, unless that is to fail
      ansible.builtin.copy:
        content: "{{ organization_new_key.api_key.id }} {{ organization_new_key.key }}"
        dest: "{{ store }}/{{ organization_new_key.name }}"
        mode: "0600"
      when: organization_new_key.name != fails | default('') or fail_now
"""


def stored(tmp_path: Path, name: str) -> tuple[str, str]:
    """The ID and the secret of a key that the tasks file has stored."""
    key_id, secret = (tmp_path / name).read_text().split()
    return key_id, secret


def test_keys_that_fail(apply: Apply, empty: Any, tmp_path: Path) -> None:
    """One key cannot be created and another not be stored: the third is stored, and both failures are named."""
    state = """
        api_keys:
          - {name: lost, role: read}
          - {name: broken, role: read, expires_at: 2020-01-01}
          - {name: kept, role: read}
    """
    options = {"organization_key_tasks": str(written(tmp_path / "store.yml", KEEP))}
    run = apply(state, rc=2, fails="lost", **options)
    assert "in the past" in words(run)
    assert "API key lost: " in words(run)
    assert "was deleted. Run the playbook again." in words(run)
    key_id, secret = stored(tmp_path, "kept")
    assert [row["id"] for row in empty.state("organization_api_keys")] == [key_id]
    assert leaks(run, {secret}) == []
    again = apply(state.replace(", expires_at: 2020-01-01", ""), **options)
    assert again.writes().count("POST /api/organization/api_key") == 2
    assert len(empty.state("organization_api_keys")) == 3


def test_key_is_rotated_in_one_run(apply: Apply, empty: Any, tmp_path: Path) -> None:
    """The former key is deleted after the new one was stored, and not if it could not be."""
    options = {"organization_key_tasks": str(written(tmp_path / "store.yml", KEEP))}
    state = """
        api_keys:
          - {name: website, role: ROLE, rotate: on_difference}
    """
    apply(state.replace("ROLE", "read"), **options)
    first, _secret = stored(tmp_path, "website")

    broken = apply(state.replace("ROLE", "admin"), rc=2, fails="website", **options)
    lost = empty.state("organization_api_keys")[-1]["id"]
    assert f"stored_id: {lost}" in words(broken)
    assert first in words(broken)
    assert [row["id"] for row in empty.state("organization_api_keys")] == [first, lost]

    proven = state.replace("rotate:", "stored_id: '{{ website_id }}', rotate:")
    preview = apply(proven.replace("ROLE", "admin"), check=True, website_id=first, **options)
    assert changed(preview)["API keys"] == [True]
    run = apply(proven.replace("ROLE", "admin"), website_id=first, **options)
    second, _secret = stored(tmp_path, "website")
    path = "/api/organization/api_key"
    assert run.writes() == [f"DELETE {path}/{lost}", f"POST {path}", f"DELETE {path}/{first}"]
    assert [row["id"] for row in empty.state("organization_api_keys")] == [second]
    assert changed(run)["Delete API keys whose successors are stored"] == [True]
    assert apply(proven.replace("ROLE", "admin"), website_id=second, **options).writes() == []

    empty.sql("DELETE FROM organization_api_keys")
    for check in (True, False):
        refused = apply(proven.replace("ROLE", "admin"), rc=2, check=check, website_id=second)
        assert "A new API key would be created for website" in words(refused)


def test_dataset_of_a_key_that_nobody_declares(apply: Apply, empty: Any, stage: Stage, tmp_path: Path) -> None:
    """A preview fails as the run would, before anything is written, unless the state declares the dataset or it is there."""
    options = {"organization_key_tasks": str(written(tmp_path / "store.yml", KEEP))}
    there = stage.server.create_dataset("there")
    state = f"""
        datasets: [{{tracking_id: docs}}]
        api_keys:
          - {{name: fine, role: read, dataset_ids: [docs, there, "{there.upper()}", "urn:uuid:{there}"]}}
          - {{name: wrong, role: read, dataset_ids: [docs, NOPE]}}
    """
    for nope in ("nope", "11111111-2222-4333-8444-555555555555"):
        for check in (True, False):
            run = apply(state.replace("NOPE", nope), rc=2, check=check, **options)
            assert f"API key wrong: dataset_ids[1]: dataset '{nope}' not found" in words(run)
            assert "fine" not in words(run)
            assert run.writes() == []
    apply(state.replace("NOPE", "there"), check=True, **options)
    apply(state.replace("NOPE", "there"), **options)


def test_prune_all(apply: Apply, empty: Any, stage: Stage) -> None:
    """Without a prefix what has no tracking id goes, too, but no dataset with chunks, and not more than allowed."""
    send = stage.server.send
    for name in ("docs", "old", "older"):
        stage.server.create_dataset(name)
    nameless = send("POST", "/api/dataset", {"dataset_name": "nameless", "server_configuration": {}})["id"]
    send("POST", "/api/organization/api_key", {"name": "old", "role": 0})
    empty.sql("UPDATE dataset_usage_counts SET chunk_count = 5 WHERE dataset_id = ?", [nameless])
    state = """
        datasets: [{tracking_id: docs}]
        api_keys: []
    """

    reported = apply(state)
    (told,) = [
        e["result"]["msg"]
        for e in reported.events
        if e["event"] == "ok" and str(e["resolved_action"]).endswith(".debug")
    ]
    assert sorted(told) == ["api key old", "dataset nameless", "dataset old", "dataset older"]
    assert reported.writes() == []

    delete = "prune: {datasets: delete, api_keys: report"
    chunks = apply(f"{textwrap.dedent(state)}{delete}}}", rc=2)
    assert f"{nameless} is not declared and has 5 chunks" in words(chunks)
    many = apply(f"{textwrap.dedent(state)}{delete}, force: true, max_deletions: 74%}}", rc=2)
    assert "3 of the 4 datasets in scope would be deleted, but prune.max_deletions is 74%, which is 2." in words(many)
    keys = apply(f"{textwrap.dedent(state)}prune: {{api_keys: delete}}", rc=2)
    assert "api_keys is empty" in words(keys)
    for refused in (chunks, many, keys):
        assert refused.writes() == []

    done = apply(f"{textwrap.dedent(state)}{delete}, force: true, max_deletions: 75%}}")
    assert len(done.writes()) == 3
    assert changed(done)["Delete undeclared datasets"] == [True] * 3
    gone = apply(f"{textwrap.dedent(state)}prune: {{api_keys: delete, allow_empty: true}}")
    assert changed(gone)["Delete undeclared API keys"] == [True]


def test_prefix_is_a_text(apply: Apply, empty: Any, stage: Stage) -> None:
    """What a shell or a regular expression would take for a pattern is compared as it is written."""
    for name in ("a[b]*-old", "ab-old"):
        stage.server.create_dataset(name)
    docs = stage.server.create_dataset("docs")
    for name in ("a[b]*-group", "ab-group"):
        stage.server.send("POST", "/api/chunk_group", {"name": name, "tracking_id": name}, dataset=docs)
    state = """
        datasets:
          - {tracking_id: docs, chunk_groups: []}
        prune: {datasets: delete, chunk_groups: delete, tracking_id_prefix: "a[b]*-", allow_empty: true}
    """
    apply(state)
    assert sorted(row["tracking_id"] for row in empty.state("datasets") if not row.get("deleted")) == ["ab-old", "docs"]
    left = stage.server.send("GET", f"/api/dataset/groups/{docs}/0", dataset=docs)["groups"]
    assert [group["tracking_id"] for group in left] == ["ab-group"]
