# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The datasets that a key is limited to, by ID."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.task import Task
from .._dataset.api import organization_datasets
from ..trieve import TrieveClient, as_uuid

NEW = "(new)"
"""In a preview, the ID of a dataset that does not exist yet."""


def resolve_dataset_ids(task: Task, client: TrieveClient, named: t.Sequence[t.Any]) -> list[str]:
    """The sorted IDs of datasets that are named by ID or tracking ID.

    :raises TaskFailed: the organization does not have one of them, except for a tracking ID in check mode
    """
    if not named or not client.organization_id:
        return sorted({str(name) for name in named})

    def unknown(place: str, name: str) -> str:
        _check_unknown(task, client, place, name)
        return NEW

    return find_dataset_ids([item["dataset"] for item in organization_datasets(client)], named, unknown)


def find_dataset_ids(
    rows: t.Iterable[t.Mapping[str, t.Any]], named: t.Sequence[t.Any], unknown: t.Callable[[str, str], str]
) -> list[str]:
    """The sorted IDs of datasets that are named by ID or tracking ID.

    :param rows: the server's datasets of the organization
    :param unknown: called with the place and the name of one that is not among them, returns what stands for it
    """
    by_id = {}
    by_tracking_id = {}
    for row in rows:
        by_id[row["id"]] = row["id"]
        if row.get("tracking_id"):
            by_tracking_id[row["tracking_id"]] = row["id"]
    found = set()
    for number, given in enumerate(named):
        name = "" if given is None else str(given)
        known = by_id.get(as_uuid(name) or "") or by_tracking_id.get(name)
        found.add(known or unknown(f"dataset_ids[{number}]", name))
    return sorted(found)


def _check_unknown(task: Task, client: TrieveClient, place: str, name: str) -> None:
    """Decide whether an earlier task may create a dataset that the organization does not have.

    :raises TaskFailed: it cannot, or this is a run
    """
    unknown = f"{place}: dataset {name!r} not found in organization {client.organization_id}"
    failure = f"{unknown}. Set it to the ID or tracking ID of a dataset, or create the dataset first."
    if name in ("", "None"):
        task.missing_prerequisite(
            f"{place} is empty. Set it to the ID or tracking ID of a dataset.",
            f"{place} is empty. The preview assumes that an earlier task would have created the dataset.",
        )
    elif as_uuid(name):
        raise TaskFailed(failure)
    else:
        task.missing_prerequisite(
            failure, f"{unknown}. The preview assumes that an earlier task would have created it."
        )
