# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of a dataset's configuration compared and laid over each other: what counts as the same, what survives."""

from __future__ import annotations

import struct
import typing as t

LARGEST_F32 = 3.4028235e38
"""The largest number that a 32 bit float holds; beyond it the server answers null (docs/server.md 4.4)."""


def as_f32(value: float) -> float:
    """The number as it comes back from a 32 bit float; itself where it does not fit into one."""
    if abs(value) > LARGEST_F32:
        return value
    return struct.unpack("<f", struct.pack("<f", value))[0]


def short_f32(value: float) -> float:
    """The shortest number that a 32 bit float holds as it holds this one: 0.1 for 0.10000000149011612."""
    if abs(value) > LARGEST_F32:
        return value
    held = as_f32(value)
    shortest = (float(f"{held:.{digits}g}") for digits in range(6, 10))
    return next((number for number in shortest if as_f32(number) == held), held)


def is_nothing(value: t.Any) -> bool:
    """Whether it is null, or an object of nothing but nulls: the server completes objects with nulls."""
    return value is None or (isinstance(value, dict) and all(is_nothing(item) for item in value.values()))


def same(one: t.Any, other: t.Any) -> bool:
    """Whether two values are the same but for nulls, the order of keys and the rounding to 32 bits."""
    if is_nothing(one) or is_nothing(other):
        return is_nothing(one) and is_nothing(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return all(same(one.get(key), other.get(key)) for key in {*one, *other})
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other or as_f32(one) == as_f32(other)
    return one == other


def pruned(value: t.Any) -> t.Any:
    """A copy of the value without the nulls in its objects."""
    if isinstance(value, dict):
        return {key: pruned(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [pruned(item) for item in value]
    return value


def view(held: t.Any, given: t.Any) -> t.Any:
    """What C(held) has of C(given), equal to C(given) if it has all of it.

    Objects are compared as subsets: a key that is not given is not looked at. Lists are compared whole.
    """
    if isinstance(given, dict):
        known = held if isinstance(held, dict) else {}
        return {key: view(known.get(key), item) for key, item in given.items()}
    return given if same(held, given) else pruned(held)


def overlay(held: t.Any, given: t.Any) -> t.Any:
    """C(given) laid over C(held), so that a key of an object that is not given survives. Null takes a key away."""
    if isinstance(given, dict):
        known = held if isinstance(held, dict) else {}
        return {**pruned(known), **{key: overlay(known.get(key), item) for key, item in given.items()}}
    return given
