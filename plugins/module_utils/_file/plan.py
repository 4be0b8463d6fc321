# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes that bring the files of a dataset to what is declared, and the proof that users can find their content."""

from __future__ import annotations

import threading
import typing as t

from .._chunk.api import by_tracking_ids, scroll
from .._chunk.model import NIL, Chunk
from .._chunk_group.api import delete_group, find_group, update_group
from .._core.failure import TaskFailed
from .._core.parallel import run_parallel
from .._core.plan import DELETIONS, Change
from .._core.task import Task, error_at
from .._core.values import counted
from ..trieve import TrieveClient
from .api import delete_file, list_files, queue_lengths, upload_file
from .model import (
    actual,
    chunk_ids,
    differences,
    groups_of,
    is_error_page,
    normalized,
    record_of,
    to_upload,
)
from .source import DesiredFile

Row = dict[str, t.Any]
"""A file as the server lists it."""

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0
"""Seconds between two readings while files are waited for. An idle server processes a small file within a second."""

_PROGRESS_EVERY = 5.0

_NAMED = 10

_DOCTOR = "Run community.trieve.trieve_doctor to test the server, and run the task again for the rest."

STORED, NO_FILE, NO_GROUP, NO_CHUNK, OTHER_CHUNK, ERROR_PAGE = range(6)
"""What there is of a file."""


class Found(t.NamedTuple):
    """What there is under a group tracking ID.

    :param files: the oldest first
    :param groups: those of the files, or one that an earlier deletion has left
    """

    files: list[Row]
    groups: list[dict[str, t.Any]]


class Written(t.NamedTuple):
    """A file that is uploaded, or was and is not processed yet."""

    desired: DesiredFile
    change: Change | None


class Files:
    """Plans and proves the changes of the files of one dataset.

    :param task: its options are C(wait_timeout), C(concurrency) and C(delete_chunks)
    :param rows: the files of the dataset; None if it does not exist
    """

    def __init__(self, task: Task, client: TrieveClient, dataset: str, rows: t.Sequence[Row] | None) -> None:
        self._task = task
        self._client = client
        self._dataset = dataset
        self._exists = rows is not None
        self.rows = list(rows or ())
        self._changes: list[Change] = []
        self._written: list[Written] = []
        self._deleted: list[tuple[list[str], list[str], Change]] = []
        self._proof = threading.Lock()
        self._proved: bool | TaskFailed = False
        self.unchanged = 0
        self.pending: list[str] = []
        """Files that match, but that no worker has taken yet."""

    # -- planning --------------------------------------------------------------------------------------------------

    def compare(self, declared: t.Sequence[DesiredFile]) -> None:
        """Plan the changes of the declared files.

        :raises TaskFailed: a group belongs to something else
        """
        found = self._by_tracking_id({desired.group_tracking_id for desired in declared})
        matching = [
            desired
            for desired in declared
            if len(found[desired.group_tracking_id].files) == 1
            and set(differences(found[desired.group_tracking_id].files[0], desired)) <= {"description"}
        ]
        states = self._states(matching, found) if matching else {}
        lost = [desired for desired in matching if states[desired.group_tracking_id] != STORED]
        lengths = queue_lengths(self._client, self._dataset) if lost else {}
        to_upload_now: list[DesiredFile] = []
        for desired in declared:
            name = desired.group_tracking_id
            state = states.get(name)
            if state == STORED:
                self._describe(desired, found[name])
            elif state is not None and _is_waiting(state, lengths):
                self.unchanged += 1
                self.pending.append(name)
                self._written.append(Written(desired, None))
            else:
                to_upload_now.append(desired)
        known = self._with_groups(to_upload_now, found)
        for desired in to_upload_now:
            self._upload(desired, known[desired.group_tracking_id], states.get(desired.group_tracking_id))

    def remove(self, named: t.Sequence[tuple[str, Found]]) -> None:
        """Plan the deletion of files that have been read from the dataset.

        :param named: each with its name in messages
        """
        delete_chunks = self._task.params["delete_chunks"]
        gone = {row["id"] for _name, found in named for row in found.files}
        counts = self._counts(named, gone) if delete_chunks else [0] * len(named)
        for (name, found), count in zip(named, counts):
            groups = found.groups if delete_chunks else []
            row = found.files[0] if found.files else {}
            change = Change(
                "delete",
                "file",
                name,
                lambda found=found, groups=groups: self._delete(found.files, groups, proved=True),  # type: ignore[misc]
                id=row.get("id"),
                dataset=self._dataset,
                before={
                    "ids": [one["id"] for one in found.files],
                    "file_name": row.get("file_name"),
                    "group_ids": [group["id"] for group in found.groups],
                },
                effect=f"with {counted(count, 'chunk')}" if delete_chunks else "its chunks stay",
                phase=DELETIONS,
            )
            self._changes.append(change)
            self._deleted.append(([one["id"] for one in found.files], [group["id"] for group in groups], change))

    def named(self, tracking_ids: t.Iterable[str], file_ids: t.Iterable[str]) -> list[tuple[str, Found]]:
        """What is deleted by these names, and by which name each."""
        wanted, ids = dict.fromkeys(tracking_ids), set(file_ids)
        found = {name: Found([], []) for name in wanted}
        others: list[Row] = []
        for row in self.rows:
            own = record_of(row.get("metadata")).get("group_tracking_id")
            linked = [group for group in groups_of(row) if group["tracking_id"] in found]
            name = own if own in found else next((group["tracking_id"] for group in linked), None)
            if name:
                _add(found[name], row)
            elif row["id"] in ids:
                others.append(row)
        for name in wanted:
            if self._exists and not found[name].files and self._task.params["delete_chunks"]:
                group = self._left_behind(name)
                if group:
                    found[name].groups.append(group)
        known = [(name, one) for name, one in found.items() if one.files or one.groups]
        return [*known, *named_files(others, ())]

    def _left_behind(self, name: str) -> Row | None:
        """A group that has chunks of a file of this collection, and no file any more."""
        group = find_group(self._task, self._client, self._dataset, name, must_exist=True)
        if not group:
            return None
        records = [record_of(chunk.get("metadata")) for chunk in self._chunks([group], 1)]
        if any(record.get("group_tracking_id") == name for record in records):
            return group
        self._task.warn(
            f"Group {name!r} has no file, and was not made for one by this module, so it is not deleted. Use"
            " community.trieve.trieve_chunk_group to delete it."
        )
        return None

    def changes(self) -> list[Change]:
        """All changes: uploads, then deletions."""
        return self._changes

    def _by_tracking_id(self, names: t.Container[str]) -> dict[str, Found]:
        """The files of this collection by group tracking ID, after the check that nobody else's is among them."""
        found: dict[str, Found] = {name: Found([], []) for name in t.cast(t.Iterable[str], names)}
        for row in self.rows:
            own = record_of(row.get("metadata")).get("group_tracking_id")
            if own in found:
                _add(found[own], row)
            for group in groups_of(row):
                if group["tracking_id"] in found and group["tracking_id"] != own:
                    raise TaskFailed(
                        f"Group {group['tracking_id']!r} contains file {row['file_name']!r} ({row['id']}), which this module has not"
                        " uploaded. Choose another group_tracking_id, or delete the file with state: absent and file_ids."
                    )
        return found

    def _states(self, declared: t.Sequence[DesiredFile], found: t.Mapping[str, Found]) -> dict[str, int]:
        """What there is of each file beyond its row: it is found only if it has a group, and chunks unless it shall have none."""
        states: dict[str, int] = {}
        looked: list[DesiredFile] = []
        for desired in declared:
            name = desired.group_tracking_id
            files = found[name].files
            if not files:
                states[name] = NO_FILE
            elif not found[name].groups:
                states[name] = NO_GROUP
            elif _makes_chunks(desired, files[0]):
                looked.append(desired)
            else:
                states[name] = STORED
        ids = [one for desired in looked for one in chunk_ids(desired.group_tracking_id)]
        chunks = by_tracking_ids(self._client, self._dataset, ids) if ids else {}
        for desired in looked:
            name = desired.group_tracking_id
            own = [chunks[one] for one in chunk_ids(name) if one in chunks]
            if not own:
                own = list(self._chunks(found[name].groups, 1))
            states[name] = _state_of(own, desired)
        return states

    def _chunks(self, groups: t.Sequence[Row], page: int = 500) -> t.Iterator[Chunk]:
        """The chunks in some groups, as far as searches find them."""
        if groups:
            condition = {"field": "group_ids", "match_any": [group["id"] for group in groups]}
            for number, chunk in enumerate(scroll(self._client, self._dataset, {"must": [condition]}, page)):
                if chunk["id"] == NIL:
                    raise TaskFailed(
                        f"Dataset {self._dataset!r} keeps its chunks in the vector store only (option qdrant_only), so the chunks of a"
                        " file cannot be deleted with it."
                    )
                yield chunk
                if page == 1 and number == 0:
                    return

    def _describe(self, desired: DesiredFile, found: Found) -> None:
        """A file that is as declared, but for the description of its group."""
        name, row = desired.group_tracking_id, found.files[0]
        if not differences(row, desired):
            self.unchanged += 1
            return
        group = found.groups[0]
        description = desired.values["description"]

        def perform() -> str:
            named = {"description": description, "tracking_id": group["tracking_id"]}
            update_group(self._client, self._dataset, group, named, False)
            return name

        self._changes.append(
            Change(
                "update",
                "file",
                name,
                perform,
                id=row["id"],
                dataset=self._dataset,
                before={"description": actual(row, desired)["description"]},
                after={"description": normalized(desired)["description"]},
                predicted=name,
            )
        )

    def _with_groups(self, declared: t.Sequence[DesiredFile], found: dict[str, Found]) -> dict[str, Found]:
        """The same with the groups that have no file: one that an earlier deletion has left is replaced.

        :raises TaskFailed: a group belongs to something else, or contains chunks of something else
        """
        lock = threading.Lock()
        faults: dict[str, str] = {}

        def look(desired: DesiredFile) -> bool:
            name = desired.group_tracking_id
            if not any(group["tracking_id"] == name for group in found[name].groups):
                group = find_group(self._task, self._client, self._dataset, name, must_exist=True)
                if group:
                    with lock:
                        found[name].groups.append(group)
            if not found[name].groups:
                return True
            count = 0
            for chunk in self._chunks(found[name].groups):
                count += 1
                if record_of(chunk.get("metadata")).get("group_tracking_id") != name:
                    shown = chunk["tracking_id"] or chunk["id"]
                    faults[name] = f"contains chunk {shown!r}, which is not of a file that this module has uploaded"
                    return True
            if not count and not found[name].files:
                faults[name] = "exists already, and nothing shows that it was made for a file by this module"
            return True

        if self._exists:
            run_parallel(self._task, declared, look, self._task.params["concurrency"], "Reading groups")
        for desired in declared:
            fault = faults.get(desired.group_tracking_id)
            if fault:
                with error_at(desired.place):
                    raise TaskFailed(
                        f"Group {desired.group_tracking_id!r} {fault}, and an upload would replace it. Choose another group_tracking_id,"
                        " or delete the group with community.trieve.trieve_chunk_group."
                    )
        return found

    def _upload(self, desired: DesiredFile, found: Found, state: int | None) -> None:
        name = desired.group_tracking_id
        row = found.files[-1] if found.files else None
        replaces = bool(found.files or found.groups)
        body = to_upload(desired, row)
        after = normalized(desired)
        before: dict[str, t.Any] = actual(row, desired) if row else {}
        effect = ""
        if state is not None:
            effect = "its content cannot be found"
            before, after = {**before, "is_stored": False}, {**after, "is_stored": True}
        elif len(found.files) > 1:
            effect = f"it was uploaded {len(found.files)} times"
            before, after = {**before, "files": len(found.files)}, {**after, "files": 1}
        elif replaces and not row:
            effect = "its chunks were left by a deletion"
            before = {"group_ids": [group["id"] for group in found.groups]}
        change = Change(
            "replace" if replaces else "create",
            "file",
            name,
            lambda: self._replace(change, desired, found, body),
            id=row["id"] if row else None,
            dataset=self._dataset,
            before=before,
            after={**({} if replaces else {"group_tracking_id": name}), **after},
            predicted=name,
            effect=effect,
        )
        self._changes.append(change)
        self._written.append(Written(desired, change))

    def _counts(self, named: t.Sequence[tuple[str, Found]], gone: t.Container[str]) -> list[int]:
        """The number of chunks of each file that is deleted with them.

        :param gone: IDs of all files that are deleted
        :raises TaskFailed: something would go along that no message has shown
        """
        users: dict[str, Row] = {}
        for row in self.rows:
            if row["id"] not in gone:
                users.update({group["id"]: row for group in groups_of(row)})
        counts: list[int] = []
        for name, one in named:
            for group in one.groups:
                other = users.get(group["id"])
                if other:
                    raise TaskFailed(
                        f"Group {group['tracking_id'] or group['id']!r} also contains file {other['file_name']!r} ({other['id']}), whose"
                        " chunks would be deleted, too. Name both, or set delete_chunks: false."
                    )
            owns = {record_of(row.get("metadata")).get("group_tracking_id") for row in one.files} - {None}
            owns |= set() if one.files else {name}
            count = 0
            for chunk in self._chunks(one.groups):
                count += 1
                if owns and record_of(chunk.get("metadata")).get("group_tracking_id") not in owns:
                    raise TaskFailed(
                        f"Group {one.groups[0]['tracking_id']!r} also contains chunk {chunk['tracking_id'] or chunk['id']!r}, which is"
                        " not of its file. Remove it from the group, or set delete_chunks: false."
                    )
            counts.append(count)
        return counts

    # -- performing ------------------------------------------------------------------------------------------------

    def _replace(self, change: Change, desired: DesiredFile, found: Found, body: t.Mapping[str, t.Any]) -> str:
        name = desired.group_tracking_id
        if found.files or found.groups:
            self._delete(found.files, found.groups)
            change.half_done(name, f"File {name} was deleted and is not uploaded again yet. The next run uploads it.")
            self._wait_until_gone(desired, found)
        last = self._task.clock()

        def sent(size: int) -> None:
            nonlocal last
            if self._task.clock() - last >= _PROGRESS_EVERY:
                last = self._task.clock()
                self._task.progress(f"Uploading {name}: {size >> 20} of {desired.size >> 20} MiB")

        upload_file(self._client, self._dataset, desired, body, {row["id"] for row in found.files}, sent)
        return name

    def _delete(self, files: t.Sequence[Row], groups: t.Sequence[Row], proved: bool = False) -> None:
        """Delete files, and before them their groups with the chunks: if this stops half-way, the next run finds the file.

        :param proved: wait first until what was uploaded can be found
        """
        if proved:
            self.prove()
        for group in groups:
            delete_group(self._client, self._dataset, group["id"], delete_chunks=True)
        for row in files:
            delete_file(self._client, self._dataset, row["id"])

    def _wait_until_gone(self, desired: DesiredFile, found: Found) -> None:
        """Wait until the old chunks are gone: new ones with their tracking IDs would be dropped without a word."""
        name = desired.group_tracking_id

        def left(_items: t.Sequence[str]) -> list[str]:
            if find_group(self._task, self._client, self._dataset, name, must_exist=True):
                return [name]
            return [name] if by_tracking_ids(self._client, self._dataset, chunk_ids(name)) else []

        if found.groups and self._wait(([name]), left):
            raise TaskFailed(
                f"The old chunks of file {name} are still there after {self._task.params['wait_timeout']} s, so the new file was not"
                " uploaded: Trieve would keep the old content. Run the task again."
            )

    def of_action(self, action: str) -> list[str]:
        """The group tracking IDs of the files with which this was done."""
        return [change.name for change in self._changes if change.action == action and change.state == "done"]

    # -- proving ---------------------------------------------------------------------------------------------------

    def prove(self) -> None:
        """Wait until the uploaded files can be found. Called by each deletion; only the first call waits.

        :raises TaskFailed: they cannot, within the time
        """
        with self._proof:
            if not self._proved:
                try:
                    self._prove()
                    self._proved = True
                except TaskFailed as failure:
                    self._proved = failure
            if isinstance(self._proved, TaskFailed):
                raise self._proved

    def _prove(self) -> None:
        waiting = {
            one.desired.group_tracking_id: one.desired
            for one in self._written
            if one.change is None or one.change.state == "done"
        }
        states: dict[str, int] = {}

        def left(names: t.Sequence[str]) -> list[str]:
            self.rows = list_files(self._client, self._dataset) or []
            found = {name: Found([], []) for name in names}
            for row in self.rows:
                own = record_of(row.get("metadata"))
                name = own.get("group_tracking_id", "")
                if name in found and own["sha256"] == waiting[name].sha256:
                    _add(found[name], row)
            states.update(self._states([waiting[name] for name in names], found))
            return [name for name in names if states[name] != STORED]

        rest = self._wait(list(waiting), left)
        if rest:
            lengths = queue_lengths(self._client, self._dataset)
            raise TaskFailed(
                f"{len(rest)} of {counted(len(waiting), 'file')} not stored after {self._task.params['wait_timeout']} s:"
                f" {_names(rest)}. {_reasons(rest, states, lengths)} {_DOCTOR}",
                changed=any(one.change for one in self._written),
                not_stored=rest,
            )

    def explain(self, failure: TaskFailed) -> TaskFailed:
        """A failure of the plan: if files were not stored, deletions were not tried for this reason, so it is the one to report."""
        if isinstance(self._proved, TaskFailed):
            return TaskFailed(str(self._proved), **{**failure.results, **self._proved.results})
        return failure

    def prove_deletions(self) -> None:
        """Wait until what was deleted can no longer be read.

        :raises TaskFailed: it can, after the time
        """
        done = {change.name: (files, groups) for files, groups, change in self._deleted if change.state == "done"}

        def left(names: t.Sequence[str]) -> list[str]:
            rows = list_files(self._client, self._dataset) or []
            there = {row["id"] for row in rows} | {group["id"] for row in rows for group in groups_of(row)}
            return [
                name
                for name in names
                if there.intersection(done[name][0])
                or any(True for _chunk in self._chunks([{"id": group} for group in done[name][1]], 1))
            ]

        rest = self._wait(list(done), left)
        if rest:
            raise TaskFailed(
                f"{len(rest)} of {counted(len(done), 'file')} not deleted after {self._task.params['wait_timeout']} s:"
                f" {_names(rest)}. Trieve accepted the requests. {_DOCTOR}",
                changed=True,
                not_deleted=rest,
            )

    def _wait(self, names: list[str], left: t.Callable[[t.Sequence[str]], list[str]]) -> list[str]:
        """Wait until nothing is left. Returns what is left when the time is over."""
        end = self._task.clock() + self._task.params["wait_timeout"]
        pause = FIRST_PAUSE
        while names:
            rest = left(names)
            if len(rest) < len(names):
                pause = FIRST_PAUSE
            names = rest
            if names and self._task.clock() >= end:
                break
            if names:
                self._task.progress(f"Waiting for {counted(len(names), 'file')}")
                self._task.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        return names


def named_files(rows: t.Iterable[Row], leave: t.Container[str]) -> list[tuple[str, Found]]:
    """Files by their group tracking IDs, or else by their IDs, in this order whenever they were uploaded.

    :param leave: group tracking IDs that are left out
    """
    found: dict[str, Found] = {}
    for row in rows:
        name = record_of(row.get("metadata")).get("group_tracking_id") or row["id"]
        if name not in leave:
            _add(found.setdefault(name, Found([], [])), row)
    return sorted(found.items())


def _add(found: Found, row: Row) -> None:
    known = {group["id"] for group in found.groups}
    found.files.append(row)
    found.groups.extend(group for group in groups_of(row) if group["id"] not in known)


def _makes_chunks(desired: DesiredFile, row: Row) -> bool:
    """Whether a file shall have chunks, by what is declared, or else by what it was uploaded with."""
    options = record_of(row.get("metadata")).get("options")
    known = options if isinstance(options, dict) else {}
    return desired.values.get("create_chunks", known.get("create_chunks", True)) is not False


def _state_of(chunks: t.Sequence[Chunk], desired: DesiredFile) -> int:
    """What a file's first chunks say about it."""
    if not chunks:
        return NO_CHUNK
    if any(record_of(chunk.get("metadata")).get("sha256") != desired.sha256 for chunk in chunks):
        return OTHER_CHUNK
    return ERROR_PAGE if any(is_error_page(chunk, desired) for chunk in chunks) else STORED


def _is_waiting(state: int, lengths: t.Mapping[str, int]) -> bool:
    """Whether the work on a file may still be queued."""
    return (state == NO_GROUP and lengths["file_queue_length"] > 0) or (
        state == NO_CHUNK and lengths["chunk_queue_length"] > 0
    )


def _names(names: t.Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _reasons(names: t.Sequence[str], states: t.Mapping[str, int], lengths: t.Mapping[str, int]) -> str:
    """Which component is probably missing, by what there is of the files (docs/server.md 14)."""
    reasons: dict[str, None] = {}
    for name in names:
        state = states[name]
        if state == NO_FILE:
            reason = "A file is not listed any more: another client deleted it."
        elif state == NO_GROUP and lengths["file_queue_length"]:
            reason = "The file worker is missing or busy: its queue is not empty."
        elif state == NO_GROUP:
            reason = "The file worker took the file and made no group: it cannot read the object storage."
        elif state == NO_CHUNK and lengths["chunk_queue_length"]:
            reason = "The ingestion worker is missing or busy: its queue is not empty."
        elif state == NO_CHUNK:
            reason = (
                "There is a group but no chunk: Tika or an embedding server is missing, or the file contains no text. To store a file"
                " without text, set create_chunks: false."
            )
        elif state == OTHER_CHUNK:
            reason = "The chunks are of another upload of the same file, which was still in work."
        else:
            reason = "Tika could not convert the file, and Trieve stored its error page as the content."
        reasons[reason] = None
    return " ".join(reasons)
