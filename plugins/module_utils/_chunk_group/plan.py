# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes that bring a chunk group to what is declared, or remove it."""

from __future__ import annotations

import typing as t

from .._core.near import lookalike_warnings
from .._core.plan import DELETIONS, Change
from .._core.task import Task
from .._core.values import equal
from ..trieve import TrieveClient
from .api import create_group, delete_group, update_group
from .model import Group, actual, after_write, normalized
from .options import DesiredGroup


def change_group(
    client: TrieveClient, dataset: str, current: Group | None, desired: DesiredGroup, update_chunks: bool
) -> Change | None:
    """The change that creates or updates a group; None if it is as declared.

    :param update_chunks: add the tags of an updated group to its chunks, too
    """
    after = normalized(desired)
    predicted = after_write(current, desired)
    if current is None:
        return Change(
            "create",
            "chunk_group",
            desired["tracking_id"],
            lambda: create_group(client, dataset, desired),
            dataset=dataset,
            after={"tracking_id": desired["tracking_id"], **after},
            predicted=predicted,
        )
    before = actual(current, desired)
    if equal(before, after):
        return None

    def update() -> Group:
        update_group(client, dataset, current, desired, update_chunks)
        return predicted

    return Change(
        "update",
        "chunk_group",
        desired["tracking_id"],
        update,
        id=current["id"],
        dataset=dataset,
        before=before,
        after=after,
        predicted=predicted,
    )


def remove_group(client: TrieveClient, dataset: str, current: Group, delete_chunks: bool) -> Change:
    """The change that deletes a group that was read from the dataset."""
    return Change(
        "delete",
        "chunk_group",
        current["tracking_id"],
        lambda: delete_group(client, dataset, current["id"], delete_chunks),
        id=current["id"],
        dataset=dataset,
        before={name: current[name] for name in ("id", "tracking_id", "name")},
        effect="with its chunks" if delete_chunks else "its chunks stay",
        phase=DELETIONS,
    )


def warn_of_lookalikes(task: Task, missing: t.Iterable[str], others: t.Iterable[Group | None], outcome: str) -> None:
    """Warn of each group that looks like one that the task does not find.

    :param missing: tracking IDs that no group has
    :param others: groups that the task does not name
    :param outcome: what the task does about a missing group
    """
    names = (group["tracking_id"] for group in others if group)
    for warning in lookalike_warnings("chunk group", "tracking_id", missing, names, outcome):
        task.warn(warning)
