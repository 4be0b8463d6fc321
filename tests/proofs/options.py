# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All options of all modules, found in their argument specs, and the proof that is due for each."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition

from .declared import NO_STATE, SET_ONCE
from .samples import ENTRIES, EXAMPLES, SAMPLES, UNREADABLE, Sample

_PACKAGE = "ansible_collections.community.trieve.plugins.modules"

SET, WRITE_ONLY, ONCE, NONE = "set", "write only", "set once", "no state"


def modules() -> list[str]:
    """The names of all modules."""
    folders = importlib.import_module(_PACKAGE).__path__
    return sorted({file.stem for folder in folders for file in Path(folder).glob("trieve_*.py")})


def definition(module: str) -> Definition:
    """A module's options and function."""
    found = importlib.import_module(f"{_PACKAGE}.{module}").DEFINITION
    assert isinstance(found, Definition)
    return found


def leaves(spec: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every option with its place, suboptions instead of what they are in: ``crawls[].limit``."""
    for name, option in spec.items():
        if option.get("options"):
            inner = "[]." if option["type"] == "list" else "."
            yield from leaves(option["options"], f"{place}{name}{inner}")
        else:
            yield f"{place}{name}", option


def options(module: str) -> list[str]:
    """The places of a module's options."""
    return [place for place, _option in leaves(definition(module).argument_spec)]


def spec(module: str, place: str) -> Mapping[str, Any]:
    """The argument spec of one option."""
    return dict(leaves(definition(module).argument_spec))[place]


def plain(module: str, place: str) -> tuple[str, str]:
    """Module and place whose sample counts: an entry of a list is set like the single object."""
    prefix, single = ENTRIES.get(module, ("", ""))
    return (single, place.removeprefix(prefix)) if prefix and place.startswith(prefix) else (module, place)


def sample(module: str, place: str) -> Sample:
    """The sample of an option that can be read back."""
    single, name = plain(module, place)
    return SAMPLES[single][name]


def secret(module: str, place: str) -> Sample:
    """The sample of an option that cannot be read back: of its own, or a part of a bigger example."""
    single, name = plain(module, place)
    if name in UNREADABLE[single]:
        return UNREADABLE[single][name]
    root = name.partition(".")[0]
    part = branch(EXAMPLES[single][root], name.partition(".")[2])
    return Sample(part, None, raw=leaf(EXAMPLES[single], name))


def proofs(module: str, place: str) -> list[str]:
    """What is declared for an option. One is right; none or several are a mistake."""
    single, name = plain(module, place)
    found = [SET] * (name in SAMPLES.get(single, {}))
    found += [WRITE_ONLY] * (name in UNREADABLE.get(single, {}) or covered(EXAMPLES.get(single, {}), name))
    found += [ONCE] * (name in SET_ONCE.get(single, {}))
    found += [NONE] * ("*" in NO_STATE.get(single, {}) or any(name in NO_STATE.get(one, {}) for one in ("*", single)))
    return found


def due(proof: str) -> list[tuple[str, str]]:
    """Module and place of all options with this proof."""
    return [(module, place) for module in modules() for place in options(module) if proof in proofs(module, place)]


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Options as a task has them, from values by place; a list gets one entry."""
    made: dict[str, Any] = {}
    for place, value in values.items():
        *parents, last = place.split(".")
        here = made
        for parent in parents:
            if parent.endswith("[]"):
                here = here.setdefault(parent[:-2], [{}])[0]
            else:
                here = here.setdefault(parent, {})
        here[last] = value
    return made


def flat(values: Mapping[str, Any], place: str, parents: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Values by place, from nested ones, as deep as C(parents) name a place."""
    for name, value in values.items():
        inner = f"{place}{name}"
        if inner in parents and isinstance(value, Mapping):
            yield from flat(value, f"{inner}.", parents)
        else:
            yield inner, value


def covered(example: Any, place: str) -> bool:
    """Whether an example has a value at a place."""
    return leaf(example, place) is not None


def leaf(example: Any, place: str) -> Any:
    """The value of an example at a place; of a list, that of the first entry which has one."""
    name, _dot, rest = place.partition(".")
    inner = example.get(name.removesuffix("[]")) if isinstance(example, Mapping) else None
    if inner is None or not rest:
        return inner
    entries = inner if name.endswith("[]") else [inner]
    return next((found for found in (leaf(entry, rest) for entry in entries) if found is not None), None)


def branch(example: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The smallest part of an example that has the place and can be sent: whole entries and whole pairs of numbers."""
    name, _dot, rest = place.partition(".")
    key = name.removesuffix("[]")
    if not rest:
        return {key: example[key]}
    if name.endswith("[]"):
        return {key: [next(entry for entry in example[key] if covered(entry, rest))]}
    if key in ("filters", "highlight_options", "typo_options"):
        return {key: branch(example[key], rest)}
    return {key: example[key]}
