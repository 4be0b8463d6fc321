# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A chunk group: its options, its result, and writing it without the server's losses.

Shared by C(trieve_chunk_group), C(trieve_chunk_group_info) and C(trieve_chunk_groups).
"""

from __future__ import annotations

import typing as t

from ._client import TrieveClient, segment
from ._dataset import UNKNOWN_DATASET, without_dataset
from ._failure import TaskFailed
from ._task import Task

GROUP_OPTIONS: dict[str, t.Any] = dict(
    tracking_id=dict(type="str"),
    name=dict(type="str"),
    description=dict(type="str"),
    metadata=dict(type="dict"),
    tag_set=dict(type="list", elements="str"),
)
"""The options that a group is declared with; also the entries of C(trieve_chunk_groups)."""

MANAGED = ("name", "description", "metadata", "tag_set")

_DEFAULTS: dict[str, t.Any] = {"name": "", "description": "", "metadata": {}, "tag_set": []}
"""What the server stores for what a creation leaves out (docs/server.md 6.1)."""

_SHAPE = {"id": str, "name": str, "tracking_id": (type(None), str), "tag_set": (type(None), [str])}

NO_ID = "00000000-0000-0000-0000-000000000000"

Given = dict[str, t.Any]
"""What a user declared of a group: C(tracking_id) and the options that were given."""


def named_group(tracking_id: str | None) -> str:
    """The tracking id, if the server can be asked for a group by it.

    :raises TaskFailed: why not
    """
    given = given_tracking_id(tracking_id)
    if given in (".", ".."):
        raise TaskFailed(
            f"tracking_id {given!r} cannot be part of a URL, so the group could not be found by it."
            " To delete such a group, use community.trieve.trieve_chunk_groups."
        )
    return given


def given_tracking_id(tracking_id: str | None) -> str:
    """The tracking id of a group that is looked for in the dataset's list.

    :raises TaskFailed: it is missing
    """
    if not tracking_id:  # of an entry of a list; its number is said, which Ansible would not
        raise TaskFailed("tracking_id is missing or empty. A group is found by its tracking id.")
    return tracking_id


def declared(options: t.Mapping[str, t.Any]) -> Given:
    """The given options of a group, after the checks that need no server."""
    given = {name: options[name] for name in MANAGED if options[name] is not None}
    return {"tracking_id": named_group(options["tracking_id"]), **given}


def wanted(given: Given) -> dict[str, t.Any]:
    """The given options in the form that C(view) brings a group's own to: the two are compared, and are the diff."""
    return {name: normal(name, value) for name, value in given.items() if name in MANAGED}


def view(group: t.Mapping[str, t.Any], given: Given) -> dict[str, t.Any]:
    """What a group holds of the given options."""
    return {name: normal(name, group.get(name)) for name in wanted(given)}


def normal(name: str, value: t.Any) -> t.Any:
    if value is None:
        return _DEFAULTS[name]
    return sorted(set(value)) if name == "tag_set" else value


def as_result(row: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The server's group with the keys that every answer of it has."""
    keys = ("id", "tracking_id", *MANAGED, "dataset_id", "created_at", "updated_at")
    return {key: row.get(key) for key in keys}


def predicted_group(given: Given, current: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    """The result that a creation or a change would have, as far as that can be known before it."""
    return as_result({**_DEFAULTS, **(current or {}), **given})


def find_group(
    task: Task, client: TrieveClient, dataset: str, tracking_id: str, creates: bool
) -> dict[str, t.Any] | None:
    """The dataset's group of this tracking id, or None. As C(without_dataset) says where the dataset is not there."""
    row = client.get(
        f"/api/chunk_group/tracking_id/{segment(tracking_id)}",
        dict,
        dataset=dataset,
        keys=_SHAPE,
        missing={**UNKNOWN_DATASET, (404, "Group with tracking_id"): {}},
    )
    if row is None:
        without_dataset(task, client, dataset, creates)
    return as_result(row) if row else None


def list_groups(task: Task, client: TrieveClient, dataset: str, creates: bool) -> list[dict[str, t.Any]]:
    """All groups of the dataset by tracking id, those without one last and the oldest first.

    The server gives ten at a time, with a cursor, in the order of their random ids (docs/server.md 6.3).

    :raises TaskFailed: the list does not end
    """
    groups: list[dict[str, t.Any]] = []
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        params = {"use_cursor": "true", **({"cursor": cursor} if cursor else {})}
        # With a cursor the dataset is the header's; the one in the path is looked at only without.
        answer = client.get(
            f"/api/dataset/groups/{NO_ID}",
            dict,
            dataset=dataset,
            params=params,
            keys={"groups": [_SHAPE], "next_cursor": (type(None), str)},
            missing=UNKNOWN_DATASET,
        )
        if answer is None:
            without_dataset(task, client, dataset, creates)
            return []
        groups.extend(as_result(row) for row in answer["groups"])
        cursor = answer.get("next_cursor")
        if not cursor:
            return sorted(groups, key=_order)
        if cursor in seen:
            raise TaskFailed(
                f"The list of chunk groups of dataset {dataset!r} does not end: the server sent a cursor twice."
                " Is url a Trieve server?"
            )
        seen.add(cursor)


def _order(group: t.Mapping[str, t.Any]) -> tuple[bool, str, str]:
    return not group["tracking_id"], group["tracking_id"] or "", str(group["created_at"])


def create_group(client: TrieveClient, dataset: str, given: Given) -> dict[str, t.Any]:
    """Create a group.

    :raises TaskFailed: somebody else has created it meanwhile; the server answers that with 200 and an id that does not
        exist, whose metadata is null (docs/server.md 6.1)
    """
    body = {**_DEFAULTS, **given}
    row = client.post("/api/chunk_group", dict, body, dataset=dataset, keys=_SHAPE)
    if row.get("metadata") is None:
        raise TaskFailed(
            f"Chunk group {given['tracking_id']!r} was created by somebody else meanwhile. Nothing was changed; run the task again."
        )
    return as_result(row)


def update_group(
    client: TrieveClient, dataset: str, group: t.Mapping[str, t.Any], given: Given, update_chunks: bool
) -> dict[str, t.Any]:
    """Change a group. Metadata is sent again, since PUT clears what is left out (docs/server.md 6.2).

    :param update_chunks: add the tags to the group's chunks, too
    """
    kept = group["metadata"]
    body = {"metadata": {} if kept is None else kept, **given}
    if update_chunks:
        body["update_chunks"] = True
    client.put("/api/chunk_group", None, body, dataset=dataset)
    return predicted_group(given, group)


def delete_group(client: TrieveClient, dataset: str, group_id: str, delete_chunks: bool) -> None:
    """Delete a group of the dataset, with its chunks or without; one that is gone already is no error.

    By its id, as it was shown: not every tracking id can be part of an address.
    """
    client.delete(
        f"/api/chunk_group/{segment(group_id)}",
        dataset=dataset,
        params={"delete_chunks": "true" if delete_chunks else "false"},
        missing={(404, "Group with id not found"): None},
    )
