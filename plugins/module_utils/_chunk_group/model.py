# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A chunk group: the server's object, as a result, and compared with what is declared."""

from __future__ import annotations

import typing as t

from .options import MANAGED, DesiredGroup

Group = dict[str, t.Any]
"""A group as results have it."""

DEFAULTS: dict[str, t.Any] = {"name": "", "description": "", "metadata": {}, "tag_set": []}
"""What the server stores for what a creation leaves out (docs/server.md 6.1)."""


def to_result(row: t.Mapping[str, t.Any]) -> Group:
    """The server's group with the keys that every answer of it has."""
    return {
        key: row.get(key)
        for key in ("id", "tracking_id", *MANAGED, "file_id", "dataset_id", "created_at", "updated_at")
    }


def actual(group: Group, desired: DesiredGroup) -> dict[str, t.Any]:
    """The group's values of the declared options, comparable with C(normalized)."""
    return {name: normalize(name, group.get(name)) for name in MANAGED if name in desired}


def normalized(desired: DesiredGroup) -> dict[str, t.Any]:
    """The declared options in the form that C(actual) gives a group's own."""
    return {name: normalize(name, desired[name]) for name in MANAGED if name in desired}


def normalize(name: str, value: t.Any) -> t.Any:
    if value is None:
        return DEFAULTS[name]
    return sorted(set(value)) if name == "tag_set" else value


def after_write(current: Group | None, desired: DesiredGroup) -> Group:
    """The group as it is after a creation or an update, as far as that can be known before it."""
    return to_result({**DEFAULTS, **(current or {}), **desired})
