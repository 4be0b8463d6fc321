# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chunk groups of files: what is in them, and the checks that nothing is replaced or deleted with them that is not theirs."""

from __future__ import annotations

import threading
import typing as t

from .._chunk.api import READ, scroll
from .._chunk.filters import in_groups
from .._chunk.model import NIL, Chunk
from .._chunk_group.api import find_group
from .._core.failure import TaskFailed
from .._core.parallel import run_parallel
from .._core.task import Task, error_at
from ..trieve import TrieveClient
from .found import Found, Row, ids_of, own_name
from .model import groups_of, record_of
from .source import DesiredFile


def chunks_in(client: TrieveClient, dataset: str, group_ids: t.Sequence[str], page: int = READ) -> t.Iterator[Chunk]:
    """The chunks in some groups, as far as searches find them.

    :raises TaskFailed: the dataset keeps no rows, by which they could be deleted
    """
    if not group_ids:
        return
    for chunk in scroll(client, dataset, in_groups(group_ids), page):
        if chunk["id"] == NIL:
            raise TaskFailed(
                f"Dataset {dataset!r} keeps its chunks in the vector store only (option qdrant_only), so the chunks of a"
                " file cannot be deleted with it."
            )
        yield chunk


def first_chunk_in(client: TrieveClient, dataset: str, group_ids: t.Sequence[str]) -> Chunk | None:
    """One of the chunks in some groups; None if searches find none."""
    return next(chunks_in(client, dataset, group_ids, 1), None)


def _owner(chunk: Chunk) -> str | None:
    """The group tracking ID of the file of this collection that a chunk is from."""
    return record_of(chunk.get("metadata")).get("group_tracking_id")


def group_left_behind(task: Task, client: TrieveClient, dataset: str, name: str) -> Row | None:
    """A group that has chunks of a file of this collection, and no file any more."""
    group = find_group(task, client, dataset, name, must_exist=True)
    if not group:
        return None
    chunk = first_chunk_in(client, dataset, [group["id"]])
    if chunk and _owner(chunk) == name:
        return group
    task.warn(
        f"Group {name!r} has no file, and nothing shows that it was made for one by this module, so it is not deleted. Use"
        " community.trieve.trieve_chunk_group to delete it."
    )
    return None


def check_replaced_groups(
    task: Task, client: TrieveClient, dataset: str, declared: t.Sequence[DesiredFile], found: t.Mapping[str, Found]
) -> None:
    """Check the groups that uploads replace.

    :param declared: the files to be uploaded
    :param found: what there is of each; a group without a file, which an earlier deletion has left, is added
    :raises TaskFailed: a group belongs to something else, or contains chunks of something else
    """
    lock = threading.Lock()
    faults: dict[str, str] = {}

    def look(desired: DesiredFile) -> bool:
        name = desired.group_tracking_id
        groups = found[name].groups
        if not any(group["tracking_id"] == name for group in groups):
            group = find_group(task, client, dataset, name, must_exist=True)
            if group:
                with lock:
                    groups.append(group)
        fault = _fault(client, dataset, name, found[name])
        if fault:
            faults[name] = fault
        return True

    run_parallel(task, declared, look, task.params["concurrency"], "Reading groups")
    for desired in declared:
        fault = faults.get(desired.group_tracking_id)
        if fault:
            with error_at(desired.place):
                raise TaskFailed(
                    f"Group {desired.group_tracking_id!r} {fault}, and an upload would replace it. Choose another group_tracking_id,"
                    " or delete the group with community.trieve.trieve_chunk_group."
                )


def _fault(client: TrieveClient, dataset: str, name: str, found: Found) -> str | None:
    """Why the groups of a file must not be replaced; None if they may."""
    if not found.groups:
        return None
    count = 0
    for chunk in chunks_in(client, dataset, ids_of(found.groups)):
        count += 1
        if _owner(chunk) != name:
            shown = chunk["tracking_id"] or chunk["id"]
            return f"contains chunk {shown!r}, which is not of a file that this module has uploaded"
    if not count and not found.files:
        return "exists already, and nothing shows that it was made for a file by this module"
    return None


def count_deleted_chunks(
    client: TrieveClient, dataset: str, rows: t.Iterable[Row], named: t.Sequence[tuple[str, Found]]
) -> list[int]:
    """The number of chunks of each file that is deleted with them.

    :param rows: all files of the dataset
    :param named: those that are deleted, each with its name in messages
    :raises TaskFailed: something would go along that no message has shown
    """
    gone = {row["id"] for _name, found in named for row in found.files}
    users: dict[str, Row] = {}
    for row in rows:
        if row["id"] not in gone:
            users.update({group["id"]: row for group in groups_of(row)})
    return [_count_own(client, dataset, name, found, users) for name, found in named]


def _count_own(client: TrieveClient, dataset: str, name: str, found: Found, users: t.Mapping[str, Row]) -> int:
    """The number of chunks in the groups of a file.

    :param users: by the ID of a group a file in it that is not deleted
    """
    for group in found.groups:
        other = users.get(group["id"])
        if other:
            raise TaskFailed(
                f"Group {group['tracking_id'] or group['id']!r} also contains file {other['file_name']!r} ({other['id']}), whose"
                " chunks would be deleted, too. Name both, or set delete_chunks: false."
            )
    owners = {own_name(row) for row in found.files} - {None} if found.files else {name}
    count = 0
    for chunk in chunks_in(client, dataset, ids_of(found.groups)):
        count += 1
        if owners and _owner(chunk) not in owners:
            raise TaskFailed(
                f"Group {found.groups[0]['tracking_id']!r} also contains chunk {chunk['tracking_id'] or chunk['id']!r}, which is"
                " not of its file. Remove it from the group, or set delete_chunks: false."
            )
    return count
