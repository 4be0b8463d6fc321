# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option that can be read back: set on an existing object, and changed behind everybody's back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from .declared import NOT_CREATED, NOT_REMOVABLE, SET_ONCE
from .options import ONCE, SET, due, options, plain, proofs, sample
from .organization_scenes import SCENES
from .samples import Sample
from .scenes import Scene

Make = Callable[..., Scene]
KINDS = sorted({(module, sample(module, place).kind) for module, place in due(SET)})


def prefixed(module: str, place: str, values: Any) -> dict[str, Any]:
    """Values by place as the module has them: an entry of a list is one level deeper."""
    name = plain(module, place)[1]
    prefix = place.removesuffix(name)
    return {f"{prefix}{inner}" if not inner.startswith("(") else inner: value for inner, value in values.items()}


def text(value: Any) -> str:
    """A value as JSON with its keys in order: true is not 1 in it."""
    return json.dumps(value, sort_keys=True)


def differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Where two sides differ, and how."""
    keys = [key for key in {**before, **after} if text(before.get(key)) != text(after.get(key))]
    return {key: (before.get(key), after.get(key)) for key in keys}


def side(result: dict[str, Any], name: str) -> dict[str, Any]:
    """One side of the only change that the diff shows, apart from deletions of superseded keys."""
    diff = result["diff"]
    (change,) = [entry for entry in diff if entry["after"]]
    return dict(change[name])


def previewed(scene: Scene, given: Any) -> dict[str, Any]:
    """The result in check mode, which leaves everything as it is."""
    before = scene.control.state()
    scene.writes()
    result = scene.run(given, check_mode=True)
    assert not result.get("failed"), result["msg"]
    assert scene.writes() == []
    assert scene.control.state() == before
    return result


def is_settled(scene: Scene, given: Any) -> None:
    """Another run, and another preview, find nothing to do and only read."""
    before = scene.control.state()
    scene.writes()
    for check_mode in (True, False):
        again = scene.run(given, check_mode=check_mode)
        assert not again.get("failed"), again["msg"]
        assert again["changed"] is False
        assert again["diff"] == []
    assert scene.writes() == []
    assert scene.control.state() == before


@pytest.mark.parametrize(("module", "place"), due(SET))
def test_set_on_an_existing_object(scene_of: Make, module: str, place: str) -> None:
    """The preview is the run, the second run does nothing, and the sandbox holds what was asked for and all else."""
    wish = sample(module, place)
    needed = prefixed(module, place, wish.given)
    also = prefixed(module, place, wish.also)
    plain_scene = scene_of(module, wish.kind)
    plain_scene.create(needed)
    default = plain_scene.raw().get(place)

    scene = scene_of(module, wish.kind)
    scene.create({**needed, place: wish.held})
    before = scene.raw()
    expected = wish.expected(
        {name.removeprefix(place.removesuffix(plain(module, place)[1])): v for name, v in before.items()}
    )
    assert text(expected) not in (text(default), text(before.get(place)))

    given = {**needed, place: wish.value}
    preview = previewed(scene, given)
    assert scene.raw() == before
    result = scene.run(given)
    assert not result.get("failed"), result["msg"]
    assert scene.writes() != []
    assert (preview["changed"], result["changed"]) == (True, True)
    assert preview["diff"] == result["diff"]
    told = differing(scene.told(side(result, "before")), scene.told(side(result, "after")))
    assert told.pop(place) == (_shown(wish, "before", before), _shown(wish, "after", before))
    assert told.keys() <= also.keys()

    after = scene.raw()
    changed = differing(before, after)
    assert text(after[place]) == text(expected)
    assert changed.keys() - {place} == {name for name in also if also[name] != before.get(name)}
    assert all(_loosely(after[name], value) for name, value in also.items())
    is_settled(scene, given)


def _shown(wish: Any, side: str, before: dict[str, Any]) -> Any:
    """The sample as the diff shows it on one side."""
    value = getattr(wish, side)
    return value(wish.value if side == "after" else wish.held, before) if callable(value) else value


def _loosely(held: Any, value: Any) -> bool:
    """No list and an empty one are the same to the server."""
    return bool(held == value or (not held and not value))


def samples(module: str, kind: str) -> dict[str, Sample]:
    """The samples of all options of this kind of object, without those that contradict others."""
    found = {place: sample(module, place) for place in options(module) if proofs(module, place) == [SET]}
    return {place: wish for place, wish in found.items() if not wish.alone and (wish.kind or kind) == kind}


def whole(module: str, kind: str) -> dict[str, Any]:
    """All these options at once."""
    return {place: wish.value for place, wish in samples(module, kind).items()}


@pytest.mark.parametrize(("module", "place"), due(SET))
def test_changed_behind_the_back(scene_of: Make, module: str, place: str) -> None:
    """The next preview of a task that declares everything shows just this one option, and the run puts it right."""
    wish = sample(module, place)
    other = scene_of(module, wish.kind)
    other.create({**prefixed(module, place, wish.given), place: wish.held})
    foreign, about = other.raw()[place], other.raw()

    scene = scene_of(module, wish.kind)
    declared = {**prefixed(module, place, wish.given), place: wish.value} if wish.alone else whole(module, wish.kind)
    scene.create({})
    assert not scene.run(declared).get("failed")
    settled = scene.raw()
    is_settled(scene, declared)

    foreign = [scene_datasets(scene)[name] for name in wish.held] if place == "dataset_ids" else foreign
    scene.poke(place, foreign)
    poked = scene.raw()
    assert differing(settled, poked).keys() - {"(seconds)"} == {place}
    preview = previewed(scene, declared)
    assert preview["changed"] is True
    told = differing(scene.told(side(preview, "before")), scene.told(side(preview, "after")))
    assert told == {place: (_shown(wish, "before", poked), _shown(wish, "after", poked))}, about
    result = scene.run(declared)
    assert (result["changed"], result["diff"]) == (True, preview["diff"])
    assert scene.raw() == settled
    is_settled(scene, declared)


def scene_datasets(scene: Scene) -> dict[str, str]:
    """The ids of the datasets that a key may be limited to."""
    datasets: dict[str, str] = scene.raw()["(datasets)"]
    return datasets


@pytest.mark.parametrize(("module", "kind"), [pair for pair in KINDS if pair[0] not in NOT_REMOVABLE])
def test_deleted_behind_the_back(scene_of: Make, module: str, kind: str) -> None:
    """The next preview shows a creation with everything that is declared."""
    scene = scene_of(module, kind)
    declared = whole(module, kind)
    scene.create({})
    assert not scene.run(declared).get("failed")
    settled = scene.raw()
    scene.remove()
    preview = previewed(scene, declared)
    if module in NOT_CREATED:
        assert preview["changed"] is False
        assert NOT_CREATED[module] in preview["warnings"][0]
        return
    assert preview["changed"] is True
    assert scene.told(side(preview, "before")) == {}
    told = scene.told(side(preview, "after"))
    expected = {place: _shown(sample(module, place), "after", settled) for place in declared}
    assert {place: told.get(place) for place in expected} == expected
    result = scene.run(declared)
    assert (result["changed"], result["diff"]) == (True, preview["diff"])
    made = scene.raw()
    # The first change of a dataset completes the parameters of its page.
    same = [place for place in declared if not callable(sample(module, place).raw)]
    assert {place: made[place] for place in same} == {place: settled[place] for place in same}
    is_settled(scene, declared)


@pytest.mark.parametrize(("module", "place"), due(ONCE))
def test_set_once(scene_of: Make, module: str, place: str) -> None:
    """What the server takes at creation only is created, kept, and every difference is refused by name in both modes."""
    value, other = SET_ONCE[module][place]
    scene = scene_of(module)
    preview = previewed(scene, {place: value})
    result = scene.run({place: value})
    assert (result["changed"], result["diff"]) == (True, preview["diff"])
    assert scene.told(side(result, "after"))[place] == value
    assert scene.raw()[place] == value
    is_settled(scene, {place: value})
    for wish, foreign in ((other, value), (value, other)):
        scene.poke(place, foreign)
        scene.writes()
        refusals = [scene.run({place: wish}, check_mode=check_mode) for check_mode in (True, False)]
        assert refusals[0] == refusals[1]
        assert refusals[0]["failed"] is True
        assert all(word in refusals[0]["msg"] for word in (place, f"is {foreign}", f"to {wish}"))
        assert scene.writes() == []
        assert scene.raw()[place] == foreign


def test_something_is_proved() -> None:
    assert {module for module, _place in due(SET)} == SCENES.keys()
    assert all(whole(module, kind) for module, kind in KINDS)
