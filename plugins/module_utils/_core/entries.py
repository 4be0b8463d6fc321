# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many entries against one argument spec: what Ansible's validator makes of each, without its cost where nothing has to be converted.

The validator takes a third of a millisecond for a crawl. An entry whose values have their types already is what the validator
would return, so it is only completed. A property test compares the two.
"""

from __future__ import annotations

import math
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .faults import Fault, Path, find_faults
from .mask import MASK, NO_LOG, masked_value
from .values import unsendable

Spec = t.Mapping[str, t.Any]
"""An argument spec, without aliases, fallbacks and rules between its options."""

# An exact type is the point here: true is an int, and a text that Ansible has tagged goes the long way.
# pylint: disable=unidiomatic-typecheck

_Check = t.Callable[[t.Any], bool]


class EntrySpec:
    """The argument spec of the entries of a list.

    :param spec: the options of an entry
    """

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self._option = {"type": "dict", "options": spec}
        self._defaults = {name: option.get("default") for name, option in spec.items()}
        self._required = [name for name, option in spec.items() if option.get("required")]
        self._checks = {name: _check_of(option) for name, option in spec.items() if "options" not in option}
        self._nested = {
            name: EntrySpec(option["options"])
            for name, option in spec.items()
            if "options" in option and option["type"] == "dict"
        }

    def parse(self, entry: t.Any, place: str, path: Path) -> tuple[dict[str, t.Any], list[Fault]]:
        """The entry as the validator returns it, every option in it; or what is wrong with it.

        A null counts as left out, and is a fault of an option that has choices or a default.

        :param entry: in plain Python types
        :param place: the entry as a message names it
        """
        exact = self.exact(entry)
        if exact is not None:
            return exact, []
        faults = list(find_faults(entry, self._option, place, path))
        if faults:
            return {}, faults
        given = without_nulls(entry, self._option)
        wrong = unsendable(given)
        if wrong:
            return {}, [Fault(path, f"{place}: {wrong}.")]
        validation = ArgumentSpecValidator(self.spec).validate(given)
        return validation.validated_parameters, [Fault(path, f"{place}: {w}.") for w in validation.error_messages]

    def exact(self, entry: t.Any) -> dict[str, t.Any] | None:
        """The entry as the validator returns it, if that has nothing to convert and nothing to complain about; otherwise None."""
        if type(entry) is not dict:
            return None
        values = self._defaults.copy()
        checks, nested = self._checks, self._nested
        for name, value in entry.items():
            check = checks.get(name)
            if check is not None:
                if not check(value):
                    return None
                values[name] = value
            else:
                inner = nested[name].exact(value) if name in nested else None
                if inner is None:
                    return None
                values[name] = inner
        return None if any(values[name] is None for name in self._required) else values


def without_nulls(value: t.Any, option: Spec) -> t.Any:
    """The value without what is null in the dictionaries whose keys are options."""
    if isinstance(value, dict) and "options" in option:
        known = option["options"]
        return {
            name: without_nulls(item, known[name]) if name in known else item
            for name, item in value.items()
            if item is not None
        }
    if isinstance(value, list) and "options" in option:
        return [without_nulls(item, {"type": "dict", "options": option["options"]}) for item in value]
    return value


def _check_of(option: Spec) -> _Check:
    """The function that tells whether a value has its type already and nothing is wrong with it."""
    kind = option["type"]
    if option.get("choices") is not None:
        choices = frozenset(option["choices"])
        return lambda value: type(value) is str and value in choices
    if kind == "list" and option.get("elements") in _TYPES:
        element = _TYPES[option["elements"]]
        return lambda value: type(value) is list and all(map(element, value))
    return _TYPES.get(kind, _never)


def _is_text(value: t.Any) -> bool:
    return type(value) is str and _is_clean(value)


def _is_clean(text: str) -> bool:
    return MASK not in text and NO_LOG not in text and "\0" not in text and (text.isascii() or not unsendable(text))


def _is_bool(value: t.Any) -> bool:
    return type(value) is bool


def _is_int(value: t.Any) -> bool:
    return type(value) is int


def _is_float(value: t.Any) -> bool:
    return type(value) is float and math.isfinite(value)


def _is_dict(value: t.Any) -> bool:
    return type(value) is dict and not unsendable(value) and not masked_value(value)


def _never(value: t.Any) -> bool:
    return False


_TYPES: dict[str, _Check] = {
    "str": _is_text,
    "bool": _is_bool,
    "int": _is_int,
    "float": _is_float,
    "dict": _is_dict,
}
