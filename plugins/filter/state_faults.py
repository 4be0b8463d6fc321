# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: state_faults
short_description: Check the keys of a state file
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Checks a state against the argument spec of a role, and reports the place of each misspelled or missing key and of each value of a wrong type.
  - Ansible does the same when a role starts, but does not report the entry of a list, and prints the whole spec.
positional: spec, text, file
options:
  _input:
    description: The state.
    type: raw
    required: true
  spec:
    description: Option of the role's argument spec whose value the state is, from C(meta/argument_specs.yml).
    type: dict
    required: true
  text:
    description: YAML text of the state. If set, each message begins with O(file), line and column.
    type: str
  file:
    description: Name of the file that contains O(text).
    type: str
    default: ""
seealso:
  - name: Role community.trieve.organization
    description: Reads state files, and checks them against its argument specs with this filter.
    link: https://docs.ansible.com/projects/ansible/devel/collections/community/trieve/organization_role.html
"""

EXAMPLES = r"""
- name: Check that no key is misspelled
  ansible.builtin.assert:
    that: state | community.trieve.state_faults(spec) == []
  vars:
    state:
      datasets:
        - tracking_id: docs
          nmae: Documentation # datasets[0] (docs): key nmae not found. Did you mean name?
    spec:
      type: dict
      options:
        datasets:
          type: list
          elements: dict
          options:
            tracking_id:
              type: str
              required: true
            name:
              type: str
"""

RETURN = r"""
_value:
  description: One message for each fault. Empty if there are none.
  type: list
  elements: str
"""

import difflib
import typing as t
from collections.abc import Mapping

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.community.trieve.plugins.module_utils._core.mask import Mask, masked_value, named_secrets
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._yaml_places import Path, compose, place_of

Option = t.Mapping[str, t.Any]

_KINDS = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "a dictionary"}


class _Fault(t.NamedTuple):
    """A fault.

    :param path: keys and indexes that lead to it
    :param words: the message, which begins with the place
    :param key: whether the fault is in the last key of the path, not in its value
    """

    path: Path
    words: str
    key: bool = False


def state_faults(state: t.Any, spec: Option, text: t.Any = None, file: t.Any = "") -> list[str]:
    """The filter: one message for each unknown key and each invalid value."""
    # Native values, since ansible-core 2.19 and newer evaluates templates at each access.
    plain = native(state)
    mask = Mask(secret for _place, secret in named_secrets({"": plain}))
    faults = list(_faults(plain, native(spec), "", ()))
    root = None if text is None else compose(native(text))
    if root is None:
        return [mask.line(fault.words) for fault in faults]
    return [f"{native(file)}:{place_of(root, fault.path, fault.key)}: {mask.line(fault.words)}" for fault in faults]


def _faults(value: t.Any, option: Option, place: str, path: tuple[str | int, ...]) -> t.Iterator[_Fault]:
    here = f"{place}: " if place else ""
    if option["type"] == "list":
        if not isinstance(value, (list, tuple)):
            if option.get("elements") == "dict" or isinstance(value, Mapping):  # Ansible converts a string to a list
                yield _Fault(path, f"{here}this must be a list, not {_kind(value)}.")
            return
        element = {**option, "type": option.get("elements", "raw"), "elements": "raw"}
        for number, entry in enumerate(value):
            yield from _faults(entry, element, _entry(place, number, entry, option), (*path, number))
    elif "options" in option:
        if not isinstance(value, Mapping):
            yield _Fault(path, f"{here}this must be a dictionary, not {_kind(value)}.")
            return
        yield from _keys(value, option["options"], place, path)
    else:
        checked = {name: option[name] for name in ("type", "choices") if name in option}
        name = place.rpartition(".")[2]
        # Ansible's own check and messages, so nothing is accepted here that is refused later.
        for words in ArgumentSpecValidator({name: checked}).validate({name: value}).error_messages:
            yield _Fault(path, f"{here}{words}.")
        hidden = masked_value(value, place)
        if hidden:
            yield _Fault(path, f"{hidden}.")


def _keys(
    given: Mapping[t.Any, t.Any], options: Mapping[str, Option], place: str, path: tuple[str | int, ...]
) -> t.Iterator[_Fault]:
    here = f"{place}: " if place else ""
    for name, value in given.items():
        if name not in options:
            near = difflib.get_close_matches(str(name), options, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Valid keys are {', '.join(options)}."
            yield _Fault((*path, name), f"{here}key {name} not found. {hint}", key=True)
        elif value is None:
            if "choices" in options[name] or "default" in options[name]:
                yield _Fault((*path, name), f"{here}{name} has no value. Set a value, or remove the key.", key=True)
        else:
            yield from _faults(value, options[name], f"{place}.{name}" if place else name, (*path, name))
    for name, option in options.items():
        if option.get("required") and given.get(name) is None:
            yield _Fault(path, f"{here}{name} is missing.")


def _entry(place: str, number: int, entry: t.Any, option: Option) -> str:
    """The place of an entry, with its required key as a name."""
    required = (name for name, each in option.get("options", {}).items() if each.get("required"))
    identity = entry.get(next(required, None)) if isinstance(entry, Mapping) else None
    return f"{place}[{number}] ({identity})" if isinstance(identity, (str, int)) else f"{place}[{number}]"


def _kind(value: t.Any) -> str:
    return next((words for kind, words in _KINDS.items() if isinstance(value, kind)), "nothing")


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"state_faults": state_faults}
