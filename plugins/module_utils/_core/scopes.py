# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The scopes of keys, members and invitations, which do not mean what they seem to (docs/server.md 2.4)."""

from __future__ import annotations

import typing as t

from .failure import TaskFailed


def checked_scopes(scopes: t.Sequence[str] | None) -> list[str] | None:
    """The given scopes as a set in order, None if none are given.

    :raises TaskFailed: the list is empty, which forbids everything, or an entry is, which allows everything
    """
    if scopes is None:
        return None
    if not scopes:
        raise TaskFailed(
            "scopes is an empty list, which in Trieve allows nothing."
            " Remove the option to allow everything, or list the allowed calls, such as GET /api/chunk/{chunk_id}."
        )
    for number, scope in enumerate(scopes):
        if not scope.strip():
            raise TaskFailed(f"scopes[{number}] is empty, which matches every call. Remove the entry.")
    return sorted(set(scopes))
