# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with declared values that no argument spec of a task covers, each fault with its place.

Ansible's own check of a nested list does not name the entry, and stops at the first fault.
"""

from __future__ import annotations

import difflib
import typing as t
from collections.abc import Mapping

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .mask import masked_value

Option = t.Mapping[str, t.Any]
"""An option of an argument spec."""

Path = tuple[t.Union[str, int], ...]
"""Keys of dictionaries and numbers of entries that lead to a value."""

_KINDS = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "a dictionary"}


class Fault(t.NamedTuple):
    """A fault.

    :param path: where it is
    :param words: the message, which begins with the place
    :param key: whether the fault is in the last key of the path, not in its value
    """

    path: Path
    words: str
    key: bool = False


def find_faults(value: t.Any, option: Option, place: str = "", path: Path = ()) -> t.Iterator[Fault]:
    """What is wrong with a value of plain Python types.

    :param option: what it must be
    :param place: the value as a message names it
    """
    here = f"{place}: " if place else ""
    if option["type"] == "list":
        if not isinstance(value, (list, tuple)):
            if option.get("elements") == "dict" or isinstance(value, Mapping):  # Ansible converts a string to a list
                yield Fault(path, f"{here}this must be a list, not {_kind(value)}.")
            return
        element = {**option, "type": option.get("elements", "raw"), "elements": "raw"}
        for number, entry in enumerate(value):
            yield from find_faults(entry, element, entry_place(place, number, entry, option), (*path, number))
    elif "options" in option:
        if not isinstance(value, Mapping):
            yield Fault(path, f"{here}this must be a dictionary, not {_kind(value)}.")
            return
        yield from _keys(value, option["options"], place, path)
    else:
        checked = {name: option[name] for name in ("type", "choices") if name in option}
        name = place.rpartition(".")[2]
        # Ansible's own check and messages, so nothing is accepted here that is refused later.
        for words in ArgumentSpecValidator({name: checked}).validate({name: value}).error_messages:
            yield Fault(path, f"{here}{words}.")
        hidden = masked_value(value, place)
        if hidden:
            yield Fault(path, f"{hidden}.")


def _keys(given: Mapping[t.Any, t.Any], options: Mapping[str, Option], place: str, path: Path) -> t.Iterator[Fault]:
    here = f"{place}: " if place else ""
    for name, value in given.items():
        if name not in options:
            near = difflib.get_close_matches(str(name), options, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Valid keys are {', '.join(options)}."
            yield Fault((*path, name), f"{here}key {name} not found. {hint}", key=True)
        elif value is None:
            if "choices" in options[name] or "default" in options[name]:
                yield Fault((*path, name), f"{here}{name} has no value. Set a value, or remove the key.", key=True)
        else:
            yield from find_faults(value, options[name], f"{place}.{name}" if place else name, (*path, name))
    for name, option in options.items():
        if option.get("required") and given.get(name) is None:
            yield Fault(path, f"{here}{name} is missing.")


def entry_place(place: str, number: int, entry: t.Any, option: Option) -> str:
    """The place of an entry, with its required key as a name."""
    required = (name for name, each in option.get("options", {}).items() if each.get("required"))
    identity = entry.get(next(required, None)) if isinstance(entry, Mapping) else None
    return f"{place}[{number}] ({identity})" if isinstance(identity, (str, int)) else f"{place}[{number}]"


def _kind(value: t.Any) -> str:
    return next((words for kind, words in _KINDS.items() if isinstance(value, kind)), "nothing")
