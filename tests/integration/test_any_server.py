# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Integration targets on a server that is no sandbox to them and lacks something: they say what, and skip what needs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.community.trieve.plugins.module_utils._doctor.model import BY_NAME
from sandbox.server import running
from sandbox.settings import RECORDED, WORKERS, Settings

from .play import TARGETS, Played, Stage, target_play, targets
from .server import Server

WHOLE = "this target"
LACKING: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "vector store": ({"components": {"vector_store": "down"}}, {"trieve_search_info": WHOLE}),
    "ingestion worker": (
        {"workers": RECORDED - {"ingestion"}},
        {"trieve_crawl": "of this target: chunks,", "trieve_chunks": WHOLE},
    ),
    "splade server": ({"components": {"splade": "down"}}, {"trieve_content_export": WHOLE}),
    "file worker": ({}, {"trieve_files": WHOLE}),
    "firecrawl": ({"firecrawl": "down"}, {"trieve_status_info": WHOLE}),
}
"""For each component: what a sandbox without it is started with, and what the targets skip on it."""

FIND_OUT = "setup_trieve : Find out which components work, unless that is known"


def needs(target: str) -> dict[str, list[str]]:
    """The components that a target and its parts need."""
    text = (TARGETS / target / "meta" / "main.yml").read_text()
    (setup,) = yaml.safe_load(text)["dependencies"]
    found: dict[str, list[str]] = {} if isinstance(setup, str) else setup["vars"]["trieve_needs"]
    return found


@contextmanager
def any_server(stage: Stage, folder: Path, **settings: Any) -> Iterator[Stage]:
    """A stage on a sandbox that the plays do not know to be one."""
    with running(settings=Settings(**{"workers": RECORDED, **settings})) as sandbox:
        sandbox.control.site(
            "https://example.com", [{"path": "/", "title": "Example", "html": "<h1>One</h1><p>2 3 4 5 6 7 8</p>"}]
        )
        yield replace(
            stage, server=Server(sandbox.url, sandbox.admin_key, sandbox.organization_id, None), folder=folder
        )


def datasets(server: Server) -> list[str]:
    """The names of all datasets of the server."""
    listed = server.send("GET", f"/api/dataset/organization/{server.organization_id}")
    return [one["dataset"]["name"] for one in listed]


@pytest.mark.sandbox
@pytest.mark.newest_core
@pytest.mark.parametrize("component", LACKING)
def test_lacks_a_component(stage: Stage, tmp_path: Path, component: str) -> None:
    """Each affected target ends well, names the component, and leaves nothing behind. The doctor runs where nothing is known yet."""
    settings, skipped = LACKING[component]
    known: dict[str, Any] = {}
    with any_server(stage, tmp_path, **settings) as away:
        for target, what in skipped.items():
            # A longer wait would find the same: what is missing does not come.
            variables = {"trieve_doctor_timeout": 5, **known}
            run = away.play(target_play(target), "--skip-tags", "refusals", variables=variables).succeeded()
            words = f"Skipped {what} because the component {component} is missing. "
            assert any(line.startswith(words) and len(line) > len(words) + 40 for line in run.skips()), run.skips()
            assert _was_played(run, target) == (what != WHOLE)
            assert ("components" in run.result(FIND_OUT)) == (not known)
            known = known or {"trieve_components": run.result(FIND_OUT)["components"]}
            assert datasets(away.server) == []


@pytest.mark.sandbox
@pytest.mark.newest_core
def test_lacks_nothing(stage: Stage, tmp_path: Path) -> None:
    """Nothing is skipped on a server that has all that any target needs."""
    union = {target: sorted({name for names in needs(target).values() for name in names}) for target in targets()}
    play = [{"hosts": "testhost", "gather_facts": False, "roles": [{"role": "setup_trieve", "trieve_needs": union}]}]
    with any_server(stage, tmp_path, workers=WORKERS, components={"clickhouse": "ok"}) as away:
        run = away.play(play).succeeded()
        assert run.skips() == []
        assert "setup_trieve : Compare it with what the target needs" in {event["task"] for event in run.events}
        assert datasets(away.server) == []


def test_needs(target: str) -> None:
    """The doctor knows each component, and each part is skipped where one of them is missing."""
    parts = needs(target)
    assert {name for names in parts.values() for name in names} <= BY_NAME.keys()
    text = "".join(file.read_text() for file in (TARGETS / target / "tasks").rglob("*.yml"))
    assert set(re.findall(r"trieve_lacking\.(\w+) is not defined", text)) == parts.keys() - {"target"}


def _was_played(run: Played, target: str) -> bool:
    """Whether a task of the target itself was played."""
    return any(event["task"].startswith(f"{target} : ") for event in run.events)
