# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes that bring the files of a dataset to what is declared."""

from __future__ import annotations

import typing as t

from .._chunk_group.api import delete_group, update_group
from .._core.parallel import PROGRESS_EVERY
from .._core.plan import DELETIONS, Change
from .._core.task import Task
from .._core.values import counted
from ..trieve import TrieveClient
from .api import delete_file, queue_lengths, upload_file
from .found import Found, Row, files_of, ids_of, named_files, own_files
from .groups import check_replaced_groups, count_deleted_chunks, group_left_behind
from .model import actual, differences, normalized, to_upload
from .proof import FileProof
from .source import DesiredFile
from .stored import STORED, is_waiting, states_of


class Files:
    """Plans and performs the changes of the files of one dataset.

    :param task: its options are C(wait_timeout), C(concurrency) and C(delete_chunks)
    :param rows: the files of the dataset; None if it does not exist
    :ivar proof: that the changes have had their effect
    """

    def __init__(self, task: Task, client: TrieveClient, dataset: str, rows: t.Sequence[Row] | None) -> None:
        self._task = task
        self._client = client
        self._dataset = dataset
        self._exists = rows is not None
        self.rows = list(rows or ())
        self._changes: list[Change] = []
        self.proof = FileProof(task, client, dataset)
        self.unchanged = 0
        self.pending: list[str] = []
        """Files that match, but that no worker has taken yet."""

    # -- planning --------------------------------------------------------------------------------------------------

    def compare(self, declared: t.Sequence[DesiredFile]) -> None:
        """Plan the changes of the declared files.

        :raises TaskFailed: a group belongs to something else
        """
        found = own_files(self.rows, [desired.group_tracking_id for desired in declared])
        matching = [
            desired
            for desired in declared
            if len(found[desired.group_tracking_id].files) == 1
            and set(differences(found[desired.group_tracking_id].files[0], desired)) <= {"description"}
        ]
        states = states_of(self._client, self._dataset, matching, found)
        lost = [desired for desired in matching if states[desired.group_tracking_id] != STORED]
        lengths = queue_lengths(self._client, self._dataset) if lost else {}
        to_upload_now: list[DesiredFile] = []
        for desired in declared:
            name = desired.group_tracking_id
            state = states.get(name)
            if state == STORED:
                self._describe(desired, found[name])
            elif state is not None and is_waiting(state, lengths):
                self.unchanged += 1
                self.pending.append(name)
                self.proof.expect(desired, None)
            else:
                to_upload_now.append(desired)
        if self._exists:
            check_replaced_groups(self._task, self._client, self._dataset, to_upload_now, found)
        for desired in to_upload_now:
            self._upload(desired, found[desired.group_tracking_id], states.get(desired.group_tracking_id))

    def remove(self, named: t.Sequence[tuple[str, Found]]) -> None:
        """Plan the deletion of files that have been read from the dataset.

        :param named: each with its name in messages
        """
        delete_chunks = self._task.params["delete_chunks"]
        counts = [0] * len(named)
        if delete_chunks:
            counts = count_deleted_chunks(self._client, self._dataset, self.rows, named)
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
                    "ids": ids_of(found.files),
                    "file_name": row.get("file_name"),
                    "group_ids": ids_of(found.groups),
                },
                effect=f"with {counted(count, 'chunk')}" if delete_chunks else "its chunks stay",
                phase=DELETIONS,
            )
            self._changes.append(change)
            self.proof.expect_gone(ids_of(found.files), ids_of(groups), change)

    def named(self, tracking_ids: t.Iterable[str], file_ids: t.Iterable[str]) -> list[tuple[str, Found]]:
        """What is deleted by these names, and by which name each."""
        found, others = files_of(self.rows, tracking_ids, set(file_ids))
        for name, one in found.items():
            if self._exists and not one.files and self._task.params["delete_chunks"]:
                group = group_left_behind(self._task, self._client, self._dataset, name)
                if group:
                    one.groups.append(group)
        known = [(name, one) for name, one in found.items() if one.files or one.groups]
        return [*known, *named_files(others, ())]

    def changes(self) -> list[Change]:
        """All changes: uploads, then deletions."""
        return self._changes

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
            before = {"group_ids": ids_of(found.groups)}
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
        self.proof.expect(desired, change)

    # -- performing ------------------------------------------------------------------------------------------------

    def _replace(self, change: Change, desired: DesiredFile, found: Found, body: t.Mapping[str, t.Any]) -> str:
        name = desired.group_tracking_id
        if found.files or found.groups:
            self._delete(found.files, found.groups)
            change.half_done(name, f"File {name} was deleted and is not uploaded again yet. The next run uploads it.")
            if found.groups:
                self.proof.wait_until_gone(name)
        last = self._task.clock()

        def sent(size: int) -> None:
            nonlocal last
            if self._task.clock() - last >= PROGRESS_EVERY:
                last = self._task.clock()
                self._task.progress(f"Uploading {name}: {size >> 20} of {desired.size >> 20} MiB")

        upload_file(self._client, self._dataset, desired, body, ids_of(found.files), sent)
        return name

    def _delete(self, files: t.Sequence[Row], groups: t.Sequence[Row], proved: bool = False) -> None:
        """Delete files, and before them their groups with the chunks: if this stops half-way, the next run finds the file.

        :param proved: wait first until what was uploaded can be found
        """
        if proved:
            self.proof.prove()
        for group in groups:
            delete_group(self._client, self._dataset, group["id"], delete_chunks=True)
        for row in files:
            delete_file(self._client, self._dataset, row["id"])

    def of_action(self, action: str) -> list[str]:
        """The group tracking IDs of the files with which this was done."""
        return [change.name for change in self._changes if change.action == action and change.state == "done"]
