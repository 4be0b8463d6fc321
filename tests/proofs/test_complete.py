# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option has its proof declared, and nothing is declared that is no option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from .declared import NO_STATE, NOT_CREATED, NOT_REMOVABLE, SET_ONCE
from .options import NONE, SET, WRITE_ONLY, due, leaves, modules, options, plain, proofs, sample, secret, spec
from .organization_scenes import SCENES
from .samples import EXAMPLES, SAMPLES, UNREADABLE


@pytest.mark.parametrize("module", modules())
def test_every_option_is_declared(module: str) -> None:
    """A new option fails here by name: give it a sample, or declare why it cannot have one."""
    assert [f"{module}: {place}" for place in options(module) if not proofs(module, place)] == []


@pytest.mark.parametrize("module", modules())
def test_no_option_is_declared_twice(module: str) -> None:
    assert [(place, proofs(module, place)) for place in options(module) if len(proofs(module, place)) > 1] == []


def test_nothing_is_declared_that_is_no_option() -> None:
    known = {plain(module, place) for module in modules() for place in options(module)}
    everywhere = {place for _module, place in known}
    tables: list[Mapping[str, Mapping[str, Any]]] = [SAMPLES, UNREADABLE, SET_ONCE, NO_STATE]
    places = {(module, place) for table in tables for module in table if module != "*" for place in table[module]}
    places -= {(module, "*") for module in modules()}
    places |= {(module, f"{name}.") for module, example in EXAMPLES.items() for name in example if "." not in name}
    roots = {(module, f"{place.partition('.')[0]}.") for module, place in known}
    assert sorted(places - known - roots) == []
    assert sorted(NO_STATE["*"].keys() - everywhere) == []


def test_every_module_that_changes_something_has_a_scene() -> None:
    changing = [module for module in modules() if any(proofs(module, p) not in ([], [NONE]) for p in options(module))]
    assert sorted(SCENES) == changing
    assert {*NOT_REMOVABLE, *NOT_CREATED} <= SCENES.keys()


def test_every_reason_is_a_reason() -> None:
    reasons = [reason for table in NO_STATE.values() for reason in table.values()]
    assert all(len(reason.split()) >= 3 for reason in reasons)


@pytest.mark.parametrize(("module", "place"), [*due(SET), *due(WRITE_ONLY)])
def test_a_sample_is_none_of_the_defaults(module: str, place: str) -> None:
    """Nor is it what the object has before; the proof itself compares it with what the server would have."""
    given = sample(module, place) if (module, place) in due(SET) else secret(module, place)
    assert given.value != spec(module, place).get("default")
    assert repr(given.value) != repr(given.held)


def test_the_walk_finds_what_is_deep() -> None:
    """The other tests would pass if it found nothing."""
    found = dict(leaves({"a": {"type": "list", "options": {"b": {"type": "dict", "options": {"c": {}}}}}, "d": {}}))
    assert list(found) == ["a[].b.c", "d"]
    assert len(due(SET)) > 80
