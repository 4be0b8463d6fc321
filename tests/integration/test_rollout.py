# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks that replace a dataset and go back: as a whole, ended at each step and run again, and refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.tenant import Tenant

from .leaks import leaks
from .play import IN_PROCESS, PACKED, ROOT, Played, Stage
from .server import Server

pytestmark = pytest.mark.sandbox

ROLLOUT = ROOT / "playbooks" / "rollout.yml"
ROLLBACK = ROOT / "playbooks" / "rollback.yml"
SWAP = "Let it take the place of the old dataset"
PAGES = ("install", "upgrade", "remove")
NEXT, BEFORE = "docs-2", "docs-before-2"
SEARCHED: dict[str, Any] = {
    "trieve_search_type": "bm25",
    "trieve_search_tests": [
        {"query": page, "expect": [{"link": f"https://docs.example.com/{page}"}]} for page in PAGES
    ],
}
"""Search tests, for the runs that are about them: without, a run takes half the time. The coverage is always verified."""
REMOVED: dict[str, Any] = {"trieve_rollout_remove": True}


def chunk(page: str, words: str = "") -> dict[str, Any]:
    """A page of the documentation as a chunk."""
    return {
        "tracking_id": page,
        "chunk_html": f"<h2>{page}</h2><p>How to {page} the program. {words}</p>",
        "link": f"https://docs.example.com/{page}",
    }


class Documentation:
    """An organization whose dataset docs serves three pages, and rollouts of it."""

    def __init__(self, stage: Stage, server: Server, known_secrets: set[str], folder: Path) -> None:
        self.stage = stage
        assert server.control is not None
        self.control = server.control
        self.control.reset()
        connection = {"url": server.url, "api_key": server.api_key, "organization_id": server.organization_id}
        self.tenant = Tenant(server, connection)  # type: ignore[arg-type]
        self.secrets = known_secrets
        self.folder = folder
        self.old = self.tenant.dataset(
            "docs", dataset_name="Documentation", server_configuration={"SYSTEM_PROMPT": "You answer."}
        )
        self.fill("docs", *map(chunk, PAGES))
        self.variables: dict[str, Any] = {
            "trieve_rollout_dataset": "docs",
            "trieve_rollout_version": "2",
            "trieve_rollout_require": [],
            "trieve_rollout_report": str(folder / "rollout"),
            "trieve_rollout_tasks": str(folder / "fill.yml"),
            "trieve_rollout_coverage": [
                {
                    "site_url": "https://docs.example.com",
                    "urls": [f"https://docs.example.com/{page}" for page in PAGES],
                    "scope": "dataset",
                }
            ],
        }
        self.declare(*map(chunk, PAGES))

    def declare(self, *chunks: dict[str, Any]) -> None:
        """What fills the new dataset."""
        task = {
            "name": "Fill it",
            "community.trieve.trieve_chunks": {"dataset": "{{ rollout_new }}", "chunks": [*chunks]},
        }
        (self.folder / "fill.yml").write_text(yaml.safe_dump([task]))

    def fill(self, dataset: str, *chunks: dict[str, Any]) -> None:
        """What another client does."""
        self.tenant.call("POST", "/api/chunk", [*chunks], **{"TR-Dataset": dataset})

    def lose(self, page: str) -> None:
        """A page of the new dataset, which serves, is deleted by another client."""
        (lost,) = (
            row["id"]
            for row in self.control.state("chunks")
            if row["tracking_id"] == page and row["dataset_id"] != self.old
        )
        self.tenant.call("DELETE", f"/api/chunk/{lost}", **{"TR-Dataset": "docs"})

    def play(
        self, playbook: Path = ROLLOUT, rc: int = 0, check: bool = False, path: str = IN_PROCESS, **options: Any
    ) -> Played:
        """A run of a playbook with these variables beside the others; no secret is in what it says."""
        faults = options.pop("faults", ())
        variables = {**self.variables, **options}
        run = self.stage.play(
            playbook, check=check, path=path, variables=variables, fresh=False, faults=faults, verbosity=0
        ).ended(rc)
        assert leaks(run, self.secrets) == []
        return run

    def datasets(self) -> dict[str, str]:
        """The datasets by tracking ID: the old one, or the number of chunks of another one."""
        rows = [row for row in self.tenant.rows("datasets") if not row["deleted"]]
        counts = {row["dataset_id"]: row["chunk_count"] for row in self.control.state("dataset_usage_counts")}
        return {row["tracking_id"]: "old" if row["id"] == self.old else f"{counts[row['id']]} chunks" for row in rows}

    def untouched(self) -> dict[str, Any]:
        """All that the server has of the old dataset."""
        found = {}
        for table, column in (("datasets", "id"), ("chunks", "dataset_id"), ("crawls", "dataset_id")):
            found[table] = [row for row in self.control.state(table) if row[column] == self.old]
        return found


@pytest.fixture
def docs(stage: Stage, server: Server, known_secrets: set[str], tmp_path: Path) -> Documentation:
    return Documentation(stage, server, known_secrets, tmp_path)


def changed(run: Played) -> list[str]:
    """The tasks that reported a change."""
    return [event["task"] for event in run.events if event["event"] == "ok" and event["result"].get("changed")]


def said(run: Played, task: str) -> str:
    """The message of a task as one text."""
    words = run.result(task)["msg"]
    return " ".join(words) if isinstance(words, list) else str(words)


def test_rollout_and_rollback(docs: Documentation) -> None:
    """Previewed, run, run again; then undone, undone again, and made again."""
    preview = docs.play(check=True, **SEARCHED)
    assert preview.writes() == []
    steps = ["Create the new dataset", "Fill it", SWAP]
    assert changed(preview) == steps
    assert said(preview, "Show the result").startswith("Dataset docs 2 (new) would serve as docs.")
    assert docs.datasets() == {"docs": "old"}

    run = docs.play(**SEARCHED)
    assert changed(run) == steps
    assert docs.datasets() == {"docs": "3 chunks", BEFORE: "old"}
    assert run.result(SWAP)["gap"] > 0
    assert f"s, no dataset had the tracking ID docs. The old dataset ({docs.old}) is kept as {BEFORE}." in said(
        run, "Show the result"
    )
    for diff in ("Create the new dataset", SWAP):
        assert preview.result(diff)["diff"] == run.result(diff)["diff"]
    report = json.loads((docs.folder / "rollout.json").read_text())
    assert [test["passed"] for test in report["tests"]] == [True] * 3
    assert (docs.folder / "rollout.baseline.json").exists()

    again = docs.play(**SEARCHED)
    assert (changed(again), again.writes()) == ([], [])
    assert "The rollout was finished by an earlier run." in said(again, "Show the plan")

    small = docs.play(ROLLBACK, rc=2, trieve_rollback_min_chunks=4)
    assert "has 3 chunks, but min_chunks is 4." in said(small, "Give the old dataset its tracking ID back")
    back = docs.play(ROLLBACK, check=True)
    assert (changed(back), back.writes()) == (["Give the old dataset its tracking ID back"], [])
    assert said(back, "Show the result").startswith(f"Dataset Documentation ({docs.old}) would serve as docs.")
    back = docs.play(ROLLBACK)
    assert back.writes() == ["PUT /api/dataset"] * 2
    assert docs.datasets() == {"docs": "old", NEXT: "3 chunks"}
    assert docs.play(ROLLBACK).writes() == []

    forward = docs.play()
    assert forward.writes() == ["PUT /api/dataset"] * 2
    assert docs.datasets() == {"docs": "3 chunks", BEFORE: "old"}


@pytest.mark.newest_core
def test_what_is_declared(docs: Documentation) -> None:
    """The configuration of the old dataset comes along, overlaid; secrets are declared again and not shown.

    That the old dataset lacks a page is no reason to refuse the new one, which is there to have it.
    """
    secret = "sk-Zq7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6QaE"
    docs.secrets = {*docs.secrets, secret}
    page = {"query": "warranty", "expect": [{"link": "https://docs.example.com/warranty"}]}
    docs.declare(*map(chunk, (*PAGES, "warranty")))
    docs.play(
        trieve_search_type="bm25",
        trieve_search_tests=[*SEARCHED["trieve_search_tests"], page],
        trieve_rollout_configuration={
            "embedding_model_name": "bge-m3",
            "stop_tokens": ["###"],
            "llm_api_key": secret,
        },
    )
    assert docs.datasets() == {"docs": "4 chunks", BEFORE: "old"}
    stored = {row["tracking_id"]: json.loads(row["server_configuration"]) for row in docs.tenant.rows("datasets")}
    names = ("SYSTEM_PROMPT", "EMBEDDING_MODEL_NAME", "EMBEDDING_SIZE", "STOP_TOKENS", "LLM_API_KEY")
    assert [stored["docs"][name] for name in names] == ["You answer.", "bge-m3", 1024, ["###"], secret]
    assert stored[BEFORE]["STOP_TOKENS"] == ["###"]


# -- refusals ------------------------------------------------------------------------------------------------------


def test_a_worse_dataset_is_refused(docs: Documentation) -> None:
    """The old one still serves and is as it was, and a run with better content goes on with the same new one."""
    docs.declare(chunk("install"), chunk("remove", "Also install install install it again."))
    before = docs.untouched()
    refused = docs.play(rc=2, path=PACKED, **SEARCHED, **REMOVED)
    words = said(refused, "Stop if the new dataset is not good enough")
    assert "Only 2 of 3 pages" in words or "66.66" in words, words
    assert "1 of 3 search tests failed. 'upgrade'" in words
    assert "recall fell from 1.000 to 0.667" in words
    assert f"The rollout was refused. Dataset docs ({docs.old}) still serves and was not changed." in words
    assert docs.untouched() == before
    assert docs.datasets() == {"docs": "old", NEXT: "2 chunks"}
    assert "PUT /api/dataset" not in refused.writes()
    assert "upgrade" in (docs.folder / "rollout.md").read_text()

    docs.declare(*map(chunk, PAGES))
    corrected = docs.play()
    assert changed(corrected) == ["Fill it", SWAP]
    assert docs.datasets() == {"docs": "3 chunks", BEFORE: "old"}


@pytest.mark.newest_core
@pytest.mark.parametrize(
    ("options", "task", "words"),
    [
        ({"trieve_rollout_min_chunk": 9}, "Check the names of the variables", "variables: trieve_rollout_min_chunk. N"),
        ({"trieve_search_test": []}, "Check the names of the variables", "Unknown variables: trieve_search_test. N"),
        ({"trieve_rollout_version": ""}, "Check the variables", "is missing"),
        ({"trieve_rollout_name": "Documentation"}, "Check the variables", "does not contain the version"),
        ({"trieve_rollout_dataset": "dosc"}, "Check that the dataset exists", "Dataset dosc not found."),
        ({"trieve_rollout_tasks": ""}, "Check that something fills the new dataset", "Nothing would fill"),
        (
            {"trieve_rollout_tasks": "none.yml"},
            "Check that its files exist",
            "none.yml not found. Nothing was changed.",
        ),
        ({"trieve_rollout_content": [{"path": "none"}]}, "Check that its files exist", "none not found."),
        ({**SEARCHED, "trieve_search_tests": [{"query": ""}]}, "Search the old dataset", "query is missing or empty"),
        ({"trieve_rollout_version": "ü"}, "Find out how far the rollout is", "cannot be used as a tracking ID"),
    ],
    ids=[
        "variable",
        "search variable",
        "version",
        "name",
        "dataset",
        "filling",
        "file",
        "folder",
        "test",
        "tracking ID",
    ],
)
def test_refused_before_anything_is_written(
    docs: Documentation, options: dict[str, Any], task: str, words: str
) -> None:
    run = docs.play(rc=2, **options)
    assert words in said(run, task)
    assert run.writes() == []


@pytest.mark.newest_core
def test_keys_are_named_before(docs: Documentation) -> None:
    """Before anything is created, and refused before the swap if that is wanted. A key for both is no reason, but too few chunks are."""

    def key(name: str, *dataset_ids: str) -> None:
        body = {"name": name, "role": 0, "dataset_ids": [*dataset_ids]}
        docs.tenant.call("POST", "/api/organization/api_key", body)

    key("site", docs.old)
    preview = docs.play(check=True)
    warning = "1 API key is limited to dataset 'docs'"
    assert any(warning in line for line in preview.result("Find out how far the rollout is")["warnings"])
    strict: dict[str, Any] = {"trieve_rollout_scoped_keys": "fail"}
    refused = docs.play(rc=2, **strict)
    assert warning in said(refused, SWAP)
    assert docs.datasets() == {"docs": "old", NEXT: "3 chunks"}
    (old_key,) = (row["id"] for row in docs.control.state("organization_api_keys") if row["name"] == "site")
    docs.tenant.call("DELETE", f"/api/organization/api_key/{old_key}")
    (new,) = (row["id"] for row in docs.tenant.rows("datasets") if row["tracking_id"] == NEXT)
    key("site", docs.old, new)
    small = said(docs.play(rc=2, trieve_rollout_min_chunks=4, **strict), SWAP)
    assert "has 3 chunks, but min_chunks is 4." in small
    assert f"dataset 'docs' ({docs.old}) still has the tracking ID 'docs'." in small
    assert docs.datasets() == {"docs": "old", NEXT: "3 chunks"}
    docs.play(**strict)
    assert docs.datasets() == {"docs": "3 chunks", BEFORE: "old"}


@pytest.mark.newest_core
def test_a_lacking_server_is_refused(docs: Documentation) -> None:
    """Before anything of the rollout is created."""
    docs.control.settings(components={"vector_store": "down"})
    refused = docs.play(rc=2, check=True, trieve_rollout_require=["content"])  # a run waits for workers
    assert "is not ready for content. Vector store:" in said(refused, "Test the server")


# -- interruptions -------------------------------------------------------------------------------------------------


def stopped_at(method: str, path: str, after: int = 0) -> dict[str, Any]:
    """A server that is gone from a request on."""
    return {"kind": "drop", "method": method, "path": path, "after": after}


@pytest.mark.newest_core
def test_ended_and_run_again(docs: Documentation) -> None:
    """At each step. Each run does what the one before has left, with nothing doubled."""
    steps: list[tuple[dict[str, Any], dict[str, str], dict[str, Any]]] = [
        (stopped_at("POST", "^/api/dataset/clone$"), {"docs": "old"}, {}),
        (stopped_at("POST", "^/api/chunk$"), {"docs": "old", NEXT: "0 chunks"}, {}),
        (stopped_at("POST", "^/api/chunk/search$", 3), {"docs": "old", NEXT: "3 chunks"}, SEARCHED),
        (stopped_at("PUT", "^/api/dataset$"), {"docs": "old", NEXT: "3 chunks"}, {}),
        (stopped_at("PUT", "^/api/dataset$", 1), {BEFORE: "old", NEXT: "3 chunks"}, {}),
    ]
    for fault, left, options in steps:
        docs.play(rc=2, faults=[fault], **options)
        assert docs.datasets() == left
    preview = docs.play(check=True)
    assert (changed(preview), preview.writes()) == ([SWAP], [])
    rest = docs.play()
    assert rest.writes() == ["PUT /api/dataset"]
    assert "so no dataset has the tracking ID docs now." in said(rest, "Show the plan")
    assert docs.datasets() == {"docs": "3 chunks", BEFORE: "old"}


@pytest.mark.newest_core
def test_an_interrupted_rollback_is_not_turned_around(docs: Documentation) -> None:
    """A rollout finds the same state as after an interruption of its own, so it verifies the new dataset before that serves again."""
    docs.play()
    docs.lose("upgrade")
    docs.play(ROLLBACK, rc=2, faults=[stopped_at("PUT", "^/api/dataset$", 1)])
    assert docs.datasets() == {BEFORE: "old", NEXT: "2 chunks"}
    for check in (True, False):
        refused = docs.play(rc=2, check=check)
        words = said(refused, "Stop if the new dataset is not good enough")
        assert "No dataset has the tracking ID docs, because an earlier run was interrupted." in words
        assert f"To let the old dataset ({docs.old}) serve, run community.trieve.rollback" in words
        assert refused.writes() == []
    back = docs.play(ROLLBACK)
    assert back.writes() == ["PUT /api/dataset"]
    assert docs.datasets() == {"docs": "old", NEXT: "2 chunks"}


# -- removal -------------------------------------------------------------------------------------------------------


def test_the_old_dataset_is_removed(docs: Documentation) -> None:
    """It is shown before, and the third run still knows that the rollout is done."""
    preview = docs.play(check=True, **REMOVED)
    assert preview.writes() == []
    assert f"4. The old dataset ({docs.old}, chunks: 3) is deleted" in said(preview, "Show the plan")
    assert changed(preview)[-2:] == [SWAP, "Delete the old dataset"]
    run = docs.play(**REMOVED)
    assert preview.result("Delete the old dataset")["plan"][0]["id"] == docs.old
    assert run.writes()[-1] == f"DELETE /api/dataset/{docs.old}"
    assert docs.datasets() == {"docs": "3 chunks"}
    assert docs.play(**REMOVED).writes() == []
    lost = docs.play(ROLLBACK, rc=2)
    words = said(lost, "Give the old dataset its tracking ID back")
    assert f"dataset '{BEFORE}' not found" in words
    assert "check trieve_rollout_version, and whether the old dataset was deleted." in words


@pytest.mark.newest_core
def test_the_old_dataset_is_removed_later(docs: Documentation) -> None:
    """Only if the new one still passes, although it serves already. A preview that would delete it is refused, too."""
    docs.play()
    docs.lose("upgrade")
    for check in (True, False):
        refused = docs.play(rc=2, check=check, **REMOVED)
        words = said(refused, "Stop if the new dataset is not good enough")
        assert f"The new dataset serves already. The old one ({docs.old}) was not deleted." in words
        assert refused.writes() == []
    docs.fill("docs", chunk("upgrade"))
    removed = docs.play(**REMOVED)
    assert removed.writes() == [f"DELETE /api/dataset/{docs.old}"]
    assert docs.datasets() == {"docs": "3 chunks"}


# -- ways to fill --------------------------------------------------------------------------------------------------


def test_by_clone(docs: Documentation) -> None:
    """All chunks of the old dataset are waited for."""
    clone: dict[str, Any] = {"trieve_rollout_clone": True, "trieve_rollout_tasks": ""}
    preview = docs.play(check=True, **clone)
    assert changed(preview) == ["Create the new dataset", SWAP]
    docs.play(**clone)
    assert docs.datasets() == {"docs": "3 chunks", BEFORE: "old"}


def test_by_folder(docs: Documentation) -> None:
    """The folder's pages have links of their own."""
    pages = docs.folder / "pages"
    pages.mkdir()
    for page in PAGES:
        (pages / f"{page}.md").write_text(f"---\nlink: https://docs.example.com/{page}\n---\n# {page}\nHow to do it.\n")
    folders = [{"path": str(pages), "tag": "pages"}]
    tests = [{"query": page, "expect": [{"link": f"https://docs.example.com/{page}#{page}"}]} for page in PAGES]
    folder: dict[str, Any] = {"trieve_rollout_content": folders, "trieve_rollout_tasks": ""}
    docs.play(trieve_search_type="bm25", trieve_search_tests=tests, **folder)
    assert docs.datasets() == {"docs": "3 chunks", BEFORE: "old"}


def test_by_crawls(docs: Documentation) -> None:
    """They are waited for; one that failed is started again by the next run."""
    docs.control.settings(workers=sorted({"ingestion", "update", "delete", "groups", "clone", "crawl"}))
    site = "https://docs.example.com"
    pages = [{"path": f"/{page}", "title": page, "html": f"<h1>{page}</h1><p>How to {page}.</p>"} for page in PAGES]
    crawls: dict[str, Any] = {"trieve_rollout_crawls": [{"site_url": site, "limit": 10}], "trieve_rollout_tasks": ""}
    docs.control.site(site, pages, status="failed")
    failed = docs.play(rc=2, **crawls)
    assert docs.datasets() == {"docs": "old", NEXT: "0 chunks"}
    assert any(
        "failed" in str(event["result"].get("msg")) for event in failed.events if event["event"] == "item failed"
    )
    docs.control.site(site, pages)
    docs.play(**crawls)
    assert docs.datasets() == {"docs": "3 chunks", BEFORE: "old"}
