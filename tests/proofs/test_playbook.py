# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All readable options of each module at once through ansible-playbook, on both ways of running a module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from typing import Any, cast

import pytest

from tests.integration.play import IN_PROCESS, PACKED, Stage
from tests.integration.server import sandbox_server
from tests.integration.warm import warm
from tests.unit.tenant import Tenant

from .organization_scenes import SCENES
from .scenes import Scene
from .test_readable import KINDS, samples, text


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Runs playbooks against a sandbox of its own."""
    folder = tmp_path_factory.mktemp("plays")
    with sandbox_server() as server:
        cold = Stage(server, folder, version("ansible-core"))
        with warm(cold.environment(folder)) as warmed:
            yield replace(cold, warm=warmed)


def _scene(stage: Stage, module: str, kind: str) -> Scene:
    """An object that holds something else, in an organization of its own."""
    name = f"{module} {kind}".strip()
    organization_id: str = stage.server.send("POST", "/api/organization", {"name": name})["id"]
    connection = {"url": stage.server.url, "api_key": stage.server.api_key, "organization_id": organization_id}
    scene = SCENES[module](Tenant(cast(Any, stage.server), connection), kind)
    scene.create({place: wish.held for place, wish in samples(module, kind).items()})
    return scene


@pytest.mark.parametrize("path", [IN_PROCESS, PACKED])
def test_everything_at_once(stage: Stage, path: str) -> None:
    """Preview, run, run again: the preview is the run, and the second run does nothing."""
    assert stage.server.control
    stage.server.control.reset()
    scenes = {f"{module} {kind}": _scene(stage, module, kind) for module, kind in KINDS}
    held = {name: scene.raw() for name, scene in scenes.items()}
    tasks: list[dict[str, Any]] = []
    for name, scene in scenes.items():
        wishes = {place: wish.value for place, wish in samples(scene.module, scene.kind).items()}
        given = {"organization_id": scene.tenant.id, **scene.options(wishes)}
        for what in ("preview", "run", "again"):
            task = {"name": f"{name}: {what}", f"community.trieve.{scene.module}": given}
            tasks.append({**task, "check_mode": what == "preview"})
    play = [{"hosts": "testhost", "gather_facts": False, "tasks": tasks}]
    played = stage.play(play, path=path, fresh=False).succeeded()
    assert bool(played.reasons()) is (path == PACKED)
    for name, scene in scenes.items():
        preview, result, again = (played.result(f"{name}: {what}") for what in ("preview", "run", "again"))
        assert (preview["changed"], result["changed"], again["changed"]) == (True, True, False)
        assert preview["diff"] == result["diff"]
        assert again["diff"] == []
        after = scene.raw()
        for place, wish in samples(scene.module, scene.kind).items():
            short = {key.removeprefix("crawls[]."): value for key, value in held[name].items()}
            assert text(after[place]) == text(wish.expected(short))
