# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that cannot be read back: written when that is asked for, and never taken for a difference."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from .options import WRITE_ONLY, due, leaf, secret
from .samples import WRITES
from .scenes import Scene
from .test_readable import is_settled, previewed, text

Make = Callable[..., Scene]


def held(scene: Scene, place: str) -> Any:
    """What the sandbox holds: the option, or the part of it."""
    raw = scene.raw()
    return raw[place] if place in raw else leaf(raw, place)


def options(place: str, wish: Any) -> dict[str, Any]:
    """The option, or the part of a bigger one, with what it needs."""
    root = place.partition(".")[0]
    return {**wish.given, (root if isinstance(wish.value, dict) else place): wish.value}


@pytest.mark.parametrize(("module", "place"), due(WRITE_ONLY))
def test_written_on_demand(scene_of: Make, module: str, place: str) -> None:
    """The sandbox holds what was asked for, everything else is as it was, and a secret is told nowhere."""
    wish = secret(module, place)
    scene = scene_of(module)
    scene.create({})
    if wish.held is not None:
        scene.poke(place, wish.held)
    before = scene.raw()
    expected = wish.expected(before)
    assert held(scene, place) != expected

    given = {**options(place, wish), **WRITES[module]}
    preview = previewed(scene, given)
    result = scene.run(given)
    assert not result.get("failed"), result["msg"]
    assert (preview["changed"], result["changed"]) == (True, True)
    assert preview["diff"] == result["diff"]
    assert text(held(scene, place)) == text(expected)
    after = scene.raw()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {place if place in after else place.partition(".")[0]}
    if scene.is_secret(place):
        assert wish.value not in json.dumps([preview, result])


@pytest.mark.parametrize(("module", "place"), due(WRITE_ONLY))
def test_never_a_difference(scene_of: Make, module: str, place: str) -> None:
    """Whatever is stored, a task that names the option has nothing to do."""
    wish = secret(module, place)
    scene = scene_of(module)
    scene.create({})
    if wish.held is not None:
        scene.poke(place, wish.held)
    assert held(scene, place) != wish.expected(scene.raw())
    is_settled(scene, options(place, wish))
