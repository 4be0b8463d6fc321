# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes that bring a chunk group to what is declared, or remove it."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.near import lookalike_warnings
from .._core.plan import DELETIONS, Change
from .._core.task import Task, error_at
from .._core.values import equal
from ..trieve import TrieveClient
from .api import create_group, delete_group, update_group
from .model import Group, actual, after_write, normalized
from .options import DesiredGroup, parse_options

Entry = tuple[t.Optional[Group], t.Optional[Change]]
"""A group as it is, None if it does not exist, and its change, None if there is none."""


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


def _place(number: int) -> str:
    return f"chunk_groups[{number}]"


def parse_list(
    groups: t.Iterable[t.Mapping[str, t.Any]], place: t.Callable[[int], str] = _place
) -> dict[str, DesiredGroup]:
    """The entries of a list of groups by their tracking IDs, each checked.

    :param place: an entry as a message names it
    :raises TaskFailed: an entry cannot be created, or occurs twice
    """
    entries: dict[str, DesiredGroup] = {}
    for number, options in enumerate(groups):
        with error_at(place(number)):
            desired = parse_options(options)
            if desired["tracking_id"] in entries:
                raise TaskFailed(f"tracking_id {desired['tracking_id']!r} is declared twice.")
        entries[desired["tracking_id"]] = desired
    return entries


class Compared(t.NamedTuple):
    """A list of declared groups compared with those of the dataset."""

    declared: list[Entry]
    to_delete: list[Group]
    to_keep: list[Group]
    """The groups that no entry is about."""


def compare_list(
    task: Task,
    client: TrieveClient,
    dataset: str,
    groups: t.Sequence[Group],
    entries: t.Mapping[str, DesiredGroup],
    prunes: t.Callable[[Group], bool],
    update_chunks: bool,
    created: t.Mapping[str, DesiredGroup] | None = None,
) -> Compared:
    """The changes that bring a dataset's groups to a list, and the groups beside it.

    :param groups: those of the dataset
    :param entries: what the groups are compared with, by tracking ID
    :param prunes: whether an undeclared group with a tracking ID is deleted
    :param update_chunks: as in C(change_group)
    :param created: what a group that does not exist yet is created with, if that is more than it is compared with
    """
    known = {group["tracking_id"]: group for group in groups if group["tracking_id"]}
    others = [group for group in groups if group["tracking_id"] not in entries]
    warn_of_lookalikes(task, [name for name in entries if name not in known], others, "so the task creates it")
    to_delete = [group for group in others if group["tracking_id"] and prunes(group)]
    deleted = {group["id"] for group in to_delete}
    declared: list[Entry] = []
    for name, compared in entries.items():
        current = known.get(name)
        desired = created[name] if created and not current else compared
        declared.append((current, change_group(client, dataset, current, desired, update_chunks)))
    return Compared(declared, to_delete, [group for group in others if group["id"] not in deleted])
