# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a dataset has under the names of files: their rows, and the groups that belong to them."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .model import groups_of, record_of

Row = dict[str, t.Any]
"""A file or a group as the server lists it."""


class Found(t.NamedTuple):
    """What there is under a group tracking ID.

    :param files: the oldest first
    :param groups: those of the files, or one that an earlier deletion has left
    """

    files: list[Row]
    groups: list[Row]

    def add(self, row: Row) -> None:
        """Add a file with its groups."""
        known = {group["id"] for group in self.groups}
        self.files.append(row)
        self.groups.extend(group for group in groups_of(row) if group["id"] not in known)


def ids_of(rows: t.Iterable[Row]) -> list[str]:
    """The IDs of files or groups."""
    return [row["id"] for row in rows]


def own_name(row: Row) -> str | None:
    """The group tracking ID with which the collection has uploaded a file; None for a file of somebody else."""
    return record_of(row.get("metadata")).get("group_tracking_id")


def nothing(names: t.Iterable[str]) -> dict[str, Found]:
    """Nothing under each of these names, each once."""
    return {name: Found([], []) for name in names}


def own_files(rows: t.Iterable[Row], names: t.Iterable[str]) -> dict[str, Found]:
    """The files of this collection by group tracking ID, after the check that nobody else's is among them.

    :raises TaskFailed: a group contains a file of somebody else
    """
    found = nothing(names)
    for row in rows:
        own = own_name(row)
        if own and own in found:
            found[own].add(row)
        for group in groups_of(row):
            if group["tracking_id"] in found and group["tracking_id"] != own:
                raise TaskFailed(
                    f"Group {group['tracking_id']!r} contains file {row['file_name']!r} ({row['id']}), which this module has not"
                    " uploaded. Choose another group_tracking_id, or delete the file with state: absent and file_ids."
                )
    return found


def files_of(
    rows: t.Iterable[Row], names: t.Iterable[str], ids: t.Container[str]
) -> tuple[dict[str, Found], list[Row]]:
    """The files under these names, whoever has uploaded them, and those that only their IDs name."""
    found = nothing(names)
    others: list[Row] = []
    for row in rows:
        own = own_name(row)
        linked = (group["tracking_id"] for group in groups_of(row) if group["tracking_id"] in found)
        name = own if own in found else next(linked, None)
        if name:
            found[name].add(row)
        elif row["id"] in ids:
            others.append(row)
    return found, others


def named_files(rows: t.Iterable[Row], leave: t.Container[str]) -> list[tuple[str, Found]]:
    """Files by their group tracking IDs, or else by their IDs, in this order whenever they were uploaded.

    :param leave: group tracking IDs that are left out
    """
    found: dict[str, Found] = {}
    for row in rows:
        name = own_name(row) or row["id"]
        if name not in leave:
            found.setdefault(name, Found([], [])).add(row)
    return sorted(found.items())
