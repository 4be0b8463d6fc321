# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about chunk groups."""

from __future__ import annotations

import typing as t
import unicodedata

from .._chunk.api import chunk_pages
from .._chunk.filters import in_groups
from .._core.failure import TaskFailed
from .._core.task import Task
from .._dataset.api import UNKNOWN_DATASET, without_dataset
from .._response import Complete
from ..trieve import TrieveClient, segment
from .model import DEFAULTS, Group, to_result
from .options import DesiredGroup

_SHAPE = Complete(
    id=str,
    name=str,
    tracking_id=(type(None), str),
    tag_set=(type(None), [str]),
    metadata=object,
    description=(type(None), str),
)
"""What is compared, or sent again with an update."""

_CHUNK = {"id": str, "link": (type(None), str), "tracking_id": (type(None), str)}

MEMBERS = 10
"""Chunks in a page of a group (docs/server.md 6.3)."""

_NO_ID = "00000000-0000-0000-0000-000000000000"


def find_group(task: Task, client: TrieveClient, dataset: str, tracking_id: str, must_exist: bool) -> Group | None:
    """The dataset's group with this tracking ID, or None.

    :param must_exist: whether the dataset must exist, as C(without_dataset) has it
    """
    row = _row(client, dataset, tracking_id)
    if row is None:
        without_dataset(task, client, dataset, must_exist)
    return to_result(row) if row else None


def find_recomposed(client: TrieveClient, dataset: str, tracking_id: str) -> Group | None:
    """A group whose tracking ID is the same text, with its Unicode characters composed in another way; or None.

    Asked for by name, since a list of all groups takes a request for each ten. Nothing is sent for most tracking IDs.
    """
    forms = {unicodedata.normalize(form, tracking_id) for form in ("NFC", "NFD")} - {tracking_id}
    rows = (_row(client, dataset, form) for form in sorted(forms))
    return next((to_result(row) for row in rows if row), None)


def _row(client: TrieveClient, dataset: str, tracking_id: str) -> dict[str, t.Any] | None:
    """The server's group, an empty one if the dataset has none with this tracking ID, or None if there is no such dataset."""
    return client.get(
        f"/api/chunk_group/tracking_id/{segment(tracking_id)}",
        dict,
        dataset=dataset,
        shape=_SHAPE,
        expected_errors={**UNKNOWN_DATASET, (404, "Group with tracking_id"): {}},
    )


def list_groups(task: Task, client: TrieveClient, dataset: str, must_exist: bool) -> list[Group]:
    """All groups of the dataset by tracking ID; those without one last, the oldest first.

    The server gives ten at a time, with a cursor, in the order of their random IDs (docs/server.md 6.3).

    :param must_exist: whether the dataset must exist, as C(without_dataset) has it
    :raises TaskFailed: the list does not end
    """
    groups: list[Group] = []
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        params = {"use_cursor": "true", **({"cursor": cursor} if cursor else {})}
        # With a cursor, the server takes the dataset from the header and ignores the one in the path.
        answer = client.get(
            f"/api/dataset/groups/{_NO_ID}",
            dict,
            dataset=dataset,
            params=params,
            shape={"groups": [_SHAPE], "next_cursor": (type(None), str)},
            expected_errors=UNKNOWN_DATASET,
        )
        if answer is None:
            without_dataset(task, client, dataset, must_exist)
            return []
        groups.extend(to_result(row) for row in answer["groups"])
        cursor = answer.get("next_cursor")
        if not cursor:
            return sorted(groups, key=_order)
        if cursor in seen:
            raise TaskFailed(
                f"The list of chunk groups of dataset {dataset!r} does not end: the server sent a cursor twice."
                " Is url a Trieve server?"
            )
        seen.add(cursor)


def chunks_of_groups(
    client: TrieveClient, dataset: str, group_ids: t.Sequence[str], size: int, page: str | None = None
) -> list[dict[str, t.Any]]:
    """Some of the chunks that searches find in groups.

    :param group_ids: as of C(in_groups)
    :param size: maximum number of chunks
    :param page: only those of a page with this title or URL
    """
    filters = in_groups(group_ids)
    if page:
        filters["should"] = [{"field": field, "match_any": [page]} for field in ("metadata.title", "link")]
    return next(chunk_pages(client, dataset, filters, size, _CHUNK), [])


def first_chunks(client: TrieveClient, dataset: str, group_id: str) -> list[dict[str, t.Any]] | None:
    """The first C(MEMBERS) chunks that ever were in a group, also without the vector store; None if the group no longer exists."""
    return client.get(
        f"/api/chunk_group/{segment(group_id)}/1",
        list,
        dataset=dataset,
        within="chunks",
        shape=_CHUNK,
        expected_errors={(404, "Group with id not found"): None},
    )


def _order(group: Group) -> tuple[bool, str, str]:
    return not group["tracking_id"], group["tracking_id"] or "", str(group["created_at"])


def create_group(client: TrieveClient, dataset: str, desired: DesiredGroup) -> Group:
    """Create a group.

    :raises TaskFailed: another client has created it meanwhile; the server answers that with 200 and an ID that does not
        exist, whose metadata is null (docs/server.md 6.1)
    """
    row = client.post("/api/chunk_group", dict, {**DEFAULTS, **desired}, dataset=dataset, shape=_SHAPE)
    if row.get("metadata") is None:
        raise TaskFailed(
            f"Another client created chunk group {desired['tracking_id']!r} concurrently. Nothing was changed. Run the task again."
        )
    return to_result(row)


def update_group(
    client: TrieveClient, dataset: str, current: Group, desired: DesiredGroup, update_chunks: bool
) -> None:
    """Update a group. Metadata is always sent, since PUT clears what is left out (docs/server.md 6.2).

    :param update_chunks: add the tags to the group's chunks, too
    """
    kept = current["metadata"]
    body = {"metadata": {} if kept is None else kept, **desired}
    if update_chunks:
        body["update_chunks"] = True
    client.put("/api/chunk_group", None, body, dataset=dataset)


def delete_group(client: TrieveClient, dataset: str, group_id: str, delete_chunks: bool) -> None:
    """Delete a group of the dataset, with or without its chunks. A group that is gone already is no error.

    By its ID, as it was read: not every tracking ID can be part of a URL.
    """
    client.delete(
        f"/api/chunk_group/{segment(group_id)}",
        dataset=dataset,
        params={"delete_chunks": "true" if delete_chunks else "false"},
        expected_errors={(404, "Group with id not found"): None},
    )
