# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Export, apply to an empty organization, export again: the same. And drift is reported, and fails the play.

Written as one story, since each chapter needs the state that the one before it left.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._yaml_text import as_yaml

from .leaks import leaks
from .organization import SECRETS, State, create, state
from .play import Played, Stage

DRIFTED = 2
NO_KEY_TASKS = "- name: Keep nothing\n  ansible.builtin.debug:\n    msg: A new key\n"


class Story:
    """Plays the playbooks by their names, as a user does, on one organization and one folder."""

    def __init__(self, stage: Stage, folder: Path, known_secrets: set[str]) -> None:
        self.stage = stage
        self.server = stage.server
        self.folder = folder
        self.secrets = known_secrets
        (folder / "keys.yml").write_text(NO_KEY_TASKS)

    def play(self, name: str, file: Path, rc: int = 0, check: bool = False, **variables: Any) -> Played:
        given = {"trieve_state_file": str(file), "organization_key_tasks": str(self.folder / "keys.yml"), **variables}
        playbook = Path(f"community.trieve.{name}")
        run = self.stage.play(playbook, check=check, variables=given, fresh=False, verbosity=0).ended(rc)
        assert leaks(run, self.secrets) == []
        return run

    def export(self, name: str, **variables: Any) -> Path:
        """Export into a file of the folder, with nothing but reads."""
        file = self.folder / name
        run = self.play("export", file, **variables)
        assert run.writes() == []
        text = file.read_text()
        assert [secret for secret in self.secrets if secret in text] == []
        return file

    def drift(self, file: Path, rc: int, check: bool = False, **variables: Any) -> list[tuple[Any, ...]]:
        """The rows of the report, of which the two files and the screen tell the same; nothing is written at the server."""
        run = self.play("drift", file, rc, check, trieve_drift_report=str(self.folder / "drift"), **variables)
        assert run.writes() == []
        report, table = self.reports()
        rows = report["differences"]
        assert report["status"] == ("drifted" if rows else "in_sync")
        assert report["summary"] == table.splitlines()[2]
        assert run.result("Show the report")["msg"] == table.splitlines()
        assert table.count("\n| ") == (len(rows) + 1 if rows else 0)
        failures = [event["result"]["msg"] for event in run.events if event["event"] == "failed"]
        assert failures == ([f"{report['summary']} See {self.folder / 'drift'}.md."] if rc else [])
        cases = ElementTree.fromstring((self.folder / "drift.xml").read_bytes())
        assert (cases.get("failures") != "0") == bool(rows)
        return [tuple(row[name] for name in ("object", "field", "before", "after")) for row in rows]

    def reports(self) -> tuple[dict[str, Any], str]:
        """What the two files say: for programs and for people."""
        return json.loads((self.folder / "drift.json").read_text()), (self.folder / "drift.md").read_text()


@pytest.fixture
def story(stage: Stage, tmp_path: Path, known_secrets: set[str]) -> Iterator[Story]:
    if stage.server.control:
        stage.server.control.reset()
    yield Story(stage, tmp_path, known_secrets | set(SECRETS.values()))
    if stage.server.control:
        stage.server.control.reset()


def changes(run: Played) -> list[str]:
    """The lines about changes that the run shows."""
    (shown,) = (event["result"]["msg"] for event in run.events if event["task"].endswith(" : Show the plan"))
    return [line for line in shown[1:] if not line.startswith(("undeclared ", "kept "))]


def uncommented(text: str) -> str:
    """The file with its API keys declared, as its comment says."""
    lines = text.splitlines()
    start = lines.index("# api_keys:")
    return "\n".join([*lines[:start], *(line.removeprefix("# ") for line in lines[start:])]) + "\n"


@pytest.mark.sandbox
def test_round_trip(story: Story, sample: bool) -> None:
    """20 datasets and 500 crawls, full of texts that could be taken for something else. A sample is smaller."""
    control = story.server.control
    assert control
    declared = state(datasets=7, crawls=70) if sample else state(datasets=20, crawls=500)
    create(story.server, declared)
    first = story.export("first.yml")

    control.reset()
    file = story.folder / "state.yml"
    file.write_text(uncommented(first.read_text()))
    story.play("apply", file)
    assert story.export("again.yml").read_bytes() == first.read_bytes()
    settled = story.play("apply", file)
    assert (settled.writes(), changes(settled)) == ([], [])
    assert not list(story.stage.folder.rglob("hacked")), "a text was taken for a template"

    edited = story.folder / "edited.yml"
    text = first.read_text().replace(" max_limit: 5000\n", " max_limit: 5001\n", 1)
    edited.write_text(text.replace(" limit: 7\n", " limit: 8\n", 1))
    preview = story.play("apply", edited, check=True)
    dataset, before, crawl, limit = changes(preview)
    assert preview.writes() == []
    assert dataset.startswith("update dataset ")
    assert before == "    max_limit: 5000 -> 5001"
    assert crawl.startswith("replace crawl ")
    assert limit == "    limit: 7 -> 8"

    restored(story, file, declared)
    assert story.export("restored.yml").read_bytes() == first.read_bytes()
    expected = drifted(story, declared)
    assert sorted(story.drift(file, DRIFTED), key=str) == sorted(expected, key=str)


@pytest.mark.sandbox
def test_round_trip_without_defaults(story: Story) -> None:
    """What is left out comes back by itself; and a file that says the same already is not written."""
    control = story.server.control
    assert control
    create(story.server, state(datasets=3, crawls=30))
    first = story.export("first.yml")
    assert story.play("export", first).result("Write the state file")["changed"] is False
    short = story.export("short.yml", trieve_export_defaults=False)
    assert len(short.read_text()) < len(first.read_text()) / 2

    control.reset()
    file = story.folder / "state.yml"
    file.write_text(uncommented(short.read_text()))
    story.play("apply", file)
    assert story.drift(file, 0, check=True) == []
    assert story.export("again.yml").read_bytes() == first.read_bytes()
    preview = story.play("export", short, check=True)
    assert preview.result("Write the state file")["changed"] is True
    assert "+      max_limit: 10000" in preview.stdout
    assert "max_limit: 10000" not in short.read_text()


def restored(story: Story, file: Path, declared: State) -> None:
    """Delete 30 % of the organization, and play back what the run has saved before."""
    left = native(DataLoader().load(file.read_text()))
    number = len(declared["datasets"]) * 3 // 10
    del left["datasets"][1 : 1 + number]  # not the locked one, nor those of the keys
    for entry in left["datasets"][1:]:
        del entry["crawls"][: len(entry["crawls"]) * 3 // 10]
    del left["api_keys"]
    left["prune"] = {"datasets": "delete", "crawls": "delete", "allow_empty": True, "force": True}
    smaller = story.folder / "smaller.yml"
    smaller.write_text("\n".join(as_yaml(left)))
    backups = story.folder / "backups"
    deleted = story.play("apply", smaller, trieve_backup=str(backups))
    lost = [line for line in changes(deleted) if line.startswith("delete ")]
    assert len([line for line in lost if line.startswith("delete dataset ")]) == number
    assert len(lost) > number
    (backup,) = backups.iterdir()
    assert backup.stat().st_mode & 0o777 == 0o600
    assert f"Backup: {backup}" in changes(deleted)
    again = story.play("apply", backup)
    assert len(again.writes()) >= len(lost)
    assert not list(story.stage.folder.rglob("hacked")), "a text was taken for a template"


def drifted(story: Story, declared: State) -> list[tuple[Any, ...]]:
    """Change things behind everybody's back. Returns what a report has to say of it."""
    server = story.server
    rows = server.send("GET", f"/api/dataset/organization/{server.organization_id}")
    ids = {row["dataset"]["tracking_id"]: row["dataset"]["id"] for row in rows}
    names = [dataset["tracking_id"] for dataset in declared["datasets"]]
    server.send("PUT", "/api/dataset", {"dataset_id": ids[names[1]], "server_configuration": {"BM25_K": 1.5}})
    server.send("DELETE", f"/api/dataset/{ids[names[4]]}", dataset=ids[names[4]])
    server.send("POST", "/api/dataset", {"dataset_name": "Extra", "tracking_id": "extra"})
    server.send("PUT", "/api/chunk_group", {"tracking_id": "empty", "metadata": {"a": 1}}, dataset=ids[names[5]])
    crawls = server.send("GET", "/api/crawl?limit=1000", dataset=ids[names[5]])
    (youtube,) = (row for row in crawls if row["crawl_type"] == "youtube" and row["crawl_options"]["limit"] == 1000)
    server.send("DELETE", f"/api/crawl/{youtube['id']}", dataset=ids[names[5]])
    server.send(
        "POST", "/api/crawl", {"crawl_options": {"site_url": "https://extra.example.com"}}, dataset=ids[names[6]]
    )
    server.send("POST", "/api/organization/api_key", {"name": "extra", "role": 0})
    keys = server.send("GET", "/api/organization/api_key?limit=100")["api_keys"]
    (website,) = (key for key in keys if key["name"] == "website")
    server.send("DELETE", f"/api/organization/api_key/{website['id']}")
    server.send(
        "POST", "/api/organization/api_key", {"name": "website", "role": 1, "dataset_ids": website["dataset_ids"]}
    )
    of = f"of dataset {names[5]}"
    there = (None, "(there)", "(not declared)")
    return [
        (f"dataset {names[1]}", "bm25_k", 1.5, 0.75),
        (f"dataset {names[4]}", None, "(missing)", "(declared)"),
        (f"chunk group empty {of}", "metadata.a", 1, None),
        (f"crawl {youtube['url']} (youtube) {of}", None, "(missing)", "(declared)"),
        ("API key website", "role", "admin", "read"),
        ("dataset extra", *there),
        (f"crawl https://extra.example.com (firecrawl) of dataset {names[6]}", *there),
        ("API key extra", *there),
    ]


@pytest.mark.sandbox
def test_what_cannot_be_determined_is_no_drift(story: Story) -> None:
    """An error leaves an exported file alone, and no report of an earlier run that could be taken for one of this run."""
    create(story.server, state(datasets=2, crawls=4))
    file = story.export("state.yml")
    before = file.read_bytes()
    assert story.drift(file, 0) == []
    for name in ("export", "drift"):
        variables = {"trieve_state_file": str(file), "trieve_drift_report": str(story.folder / "drift")}
        broken = {"kind": "status", "status": 500, "path": "^/api/crawl"}
        playbook = Path(f"community.trieve.{name}")
        story.stage.play(playbook, variables=variables, fresh=False, faults=[broken]).ended(2)
    assert file.read_bytes() == before
    report, table = story.reports()
    assert (report["status"], report["differences"]) == ("unknown", [])
    assert "could not be determined" in table


@pytest.mark.sandbox
def test_drift_of_a_small_state(story: Story) -> None:
    """Drift fails the play, also where another playbook imports it, unless it is only to be reported."""
    story.server.create_dataset("extra")
    file = story.folder / "state.yml"
    file.write_text("datasets:\n  - tracking_id: docs\n")
    rows = [("dataset docs", None, "(missing)", "(declared)"), ("dataset extra", None, "(there)", "(not declared)")]
    assert story.drift(file, DRIFTED) == rows
    assert story.drift(file, 0, trieve_drift_fail=False) == rows
    wrapper = [{"ansible.builtin.import_playbook": "community.trieve.drift"}]
    variables = {"trieve_state_file": str(file), "trieve_drift_report": str(story.folder / "imported")}
    run = story.stage.play(wrapper, variables=variables, fresh=False).ended(DRIFTED)
    assert "Drift found: 2 differences" in run.said
    assert json.loads((story.folder / "imported.json").read_text())["status"] == "drifted"
    story.play("apply", file)
    file.write_text(f"{file.read_text()}prune: {{datasets: none}}\n")
    assert story.drift(file, 0) == []


@pytest.mark.sandbox
def test_which_secret_is_stored_is_no_drift(story: Story) -> None:
    """Nor is a second generation, which awaits the proof that the new one is stored."""
    for role in (1, 0):
        story.server.send("POST", "/api/organization/api_key", {"name": "website", "role": role})
    stored = "[{name: website, role: read, stored_id: ''}]"
    file = story.folder / "state.yml"
    file.write_text(f"api_keys: {stored}\n")
    assert story.drift(file, 0) == []


def test_one_dataset_on_any_server(story: Story) -> None:
    """One dataset is exported, deleted, applied and exported again; then it drifts."""
    prefix = f"round-trip-{secrets.token_hex(4)}-"
    declared = state(prefix, datasets=1, crawls=3)
    (entry,) = declared["datasets"]
    entry["configuration"] = {
        **entry["configuration"],
        "locked": False,
        "embedding_model_name": "jina-base-en",
        "embedding_size": 768,
    }
    name = entry["tracking_id"] = f"{prefix}docs"
    entry["chunk_groups"] = [
        {"tracking_id": "{{ faq }}", "name": "yes", "tag_set": ["b", "a"], "metadata": {"a": "{{ b }}"}}
    ]
    ids = create(story.server, {"datasets": [entry]})
    whole = {"trieve_export_kinds": ["datasets", "chunk_groups", "crawls"]}
    alone = "\nprune:\n  datasets: none\n  api_keys: none\n"
    try:
        first = story.export("first.yml", trieve_export_dataset=name, **whole)
        assert story.export("by_id.yml", trieve_export_dataset=ids[name], **whole).read_bytes() == first.read_bytes()
        story.server.send("DELETE", f"/api/dataset/{ids[name]}", dataset=ids[name])
        file = story.folder / "state.yml"
        file.write_text(first.read_text() + alone)
        assert changes(story.play("apply", file))
        again = story.export("again.yml", trieve_export_dataset=name, **whole)
        assert again.read_bytes() == first.read_bytes()
        assert changes(story.play("apply", file)) == []
        assert story.drift(file, 0) == []
        file.write_text(file.read_text().replace("bm25_k: 2.3", "bm25_k: 2.4"))
        assert story.drift(file, DRIFTED) == [(f"dataset {name}", "bm25_k", 2.3, 2.4)]
        crawls = story.export("crawls.yml", trieve_export_dataset=name, trieve_export_kinds=["crawls"]).read_text()
        assert not {"configuration:", "chunk_groups:"} & set(crawls.split())
        missing = story.play("export", story.folder / "none.yml", 2, trieve_export_dataset=f"{prefix}none")
        assert "not found in the organization. No file was written." in missing.said
        assert not (story.folder / "none.yml").exists()
    finally:
        rows = story.server.send("GET", f"/api/dataset/organization/{story.server.organization_id}")
        for row in rows:
            if (row["dataset"]["tracking_id"] or "").startswith(prefix):
                story.server.send("DELETE", f"/api/dataset/{row['dataset']['id']}", dataset=row["dataset"]["id"])
