# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line against a sandbox: what is recorded there is what was recorded before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.server import Running, running
from sandbox.settings import Settings

from .cli import main
from .lists import due, expected_differences, stand_ins
from .scenario import RECORDINGS, load_all


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    """A new sandbox, in which nothing was played before. It keeps the bodies that it gets."""
    with running(settings=Settings(log_bodies=True)) as server:
        yield server


@pytest.fixture
def server(sandbox: Running) -> list[str]:
    """Its options on the command line."""
    return ["--url", sandbox.url, "--key", sandbox.admin_key]


def test_recording_and_comparing_is_a_round_trip(
    server: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that `record` writes agrees with the recordings that it was given as scenarios."""
    assert main(["record", *server, "--to", str(tmp_path), *due()]) == 0
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(due())
    capsys.readouterr()
    code = main(["diff", str(tmp_path)])
    known = [name for name in (*expected_differences(), *stand_ins()) if name.partition(":")[0] in due()]
    different = [line for line in capsys.readouterr().out.splitlines() if line.partition(":")[0] in due()]
    assert set(different) <= set(known), different
    assert code == bool(different)


def test_a_recording_has_the_layout_of_the_others(server: list[str], tmp_path: Path) -> None:
    """So that the next version of Trieve can be compared line by line."""
    assert main(["record", *server, "--to", str(tmp_path), "router"]) == 0
    old, new = (load_all(folder)["router"] for folder in (RECORDINGS, tmp_path))
    assert [list(step.source) for step in new.steps] == [list(step.source) for step in old.steps]
    assert (tmp_path / "router.json").read_text().splitlines()[:5] == (
        RECORDINGS / "router.json"
    ).read_text().splitlines()[:5]


@pytest.mark.parametrize("name", ["crawled_options", "diagnosis_no_workers"])
def test_a_scenario_keeps_its_workers_and_sites(server: list[str], tmp_path: Path, name: str) -> None:
    """And the sandbox runs its own workers again afterwards."""
    assert main(["record", *server, "--to", str(tmp_path), name]) == 0
    assert main(["diff", str(tmp_path)]) == 0
    old, new = (load_all(folder)[name] for folder in (RECORDINGS, tmp_path))
    assert (new.workers, new.given) == (old.workers, old.given)
    assert [step.is_setup for step in new.steps] == [step.is_setup for step in old.steps]
    assert main(["play", *server, "router", "chunk_upserts"]) == 0


def test_a_scenario_without_answers_can_be_recorded(
    server: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """New scenarios begin without answers, and variables and masks are in what is written."""
    headers = {"Authorization": "${admin_key}", "TR-Organization": "${org}"}
    steps = [
        {
            "about": "a dataset",
            "request": {
                "method": "POST",
                "path": "/api/dataset",
                "headers": headers,
                "json": {"dataset_name": "${run}"},
            },
            "capture": {"ds": "id"},
        },
        {"request": {"method": "GET", "path": "/api/dataset/usage/${ds}", "headers": headers}},
    ]
    scenario = tmp_path / "new_one.json"
    scenario.write_text(json.dumps({"about": "New", "steps": steps}))
    assert main(["record", *server, "--to", str(tmp_path / "out"), str(scenario)]) == 0
    written = json.loads((tmp_path / "out" / "new_one.json").read_text())
    assert written["steps"][0]["response"]["body"]["name"] == "${run}"
    assert written["steps"][0]["response"]["body"]["created_at"] == "<time>"
    assert written["steps"][1]["response"] == {
        "status": 200,
        "headers": {"content-type": "application/json"},
        "body": {"id": "<uuid>", "dataset_id": "${ds}", "chunk_count": 0},
    }
    capsys.readouterr()
    assert main(["play", *server, str(tmp_path / "out" / "new_one.json")]) == 0
    assert "new_one: 2 of 2 agree" in capsys.readouterr().out


def test_differences_are_shown_and_told_by_the_exit_code(
    server: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong answer is shown as a diff, and a step that needs it says what it lacks."""
    steps = [
        {
            "about": "not so healthy",
            "request": {"method": "GET", "path": "/api/health"},
            "capture": {"lost": "id"},
            "response": {"status": 204, "headers": {"content-type": "text/plain"}, "body": None},
        },
        {"request": {"method": "GET", "path": "/${lost}"}, "response": {"status": 200, "headers": {}, "body": None}},
    ]
    scenario = tmp_path / "odd.json"
    scenario.write_text(json.dumps({"about": "Odd", "steps": steps}))
    assert main(["play", *server, str(scenario)]) == 1
    printed = capsys.readouterr().out
    assert "odd:0: not so healthy\n  GET /api/health\n  .status\n    - 204\n    + 200\n" in printed
    assert '.headers.content-type\n    - "text/plain"\n    + (absent)' in printed
    assert "odd:1\n  GET /${lost}\n  needs ${lost}, which an earlier step" in printed
    assert "0 of 2 steps agree" in printed


def test_a_server_that_cannot_be_used_is_told_apart(server: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and words, for a wrong key, a wrong address, a wrong file."""
    for arguments, words in (
        ([server[0], server[1], "--key", "tr-" + "wR0ngKey" * 4], "admin key"),
        (["--url", "http://127.0.0.1:1", *server[2:]], "does not answer"),
        (["--url", "trieve", *server[2:]], "not the address"),
        ([*server, "no_such_scenario"], "no_such_scenario"),
    ):
        assert main(["play", *arguments]) == 2
        assert words in capsys.readouterr().err


def test_logged_requests_are_judged(sandbox: Running, capsys: pytest.CaptureFixture[str]) -> None:
    """What somebody sent to a sandbox is held against the description of the API."""
    server = ["--url", sandbox.url, "--key", sandbox.admin_key]
    sandbox.control.clear_requests()
    main(["play", *server, "crawl_life"])
    capsys.readouterr()
    assert main(["requests", "--url", sandbox.url]) == 0
    main(["play", *server, "crawl_kinds"])
    capsys.readouterr()
    assert main(["requests", "--url", sandbox.url]) == 1
    assert "POST /api/crawl: $.crawl_options.exclude_path is not described" in capsys.readouterr().out
