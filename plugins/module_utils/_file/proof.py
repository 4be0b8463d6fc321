# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting until users can find what was uploaded, and no longer what was deleted."""

from __future__ import annotations

import typing as t

from .._chunk.api import by_tracking_ids
from .._chunk_group.api import find_group
from .._core.failure import TaskFailed
from .._core.plan import Change
from .._core.proof import Proof, not_done, wait_for
from .._core.task import Task
from ..trieve import TrieveClient
from .api import list_files, queue_lengths
from .found import nothing, own_name
from .groups import first_chunk_in
from .model import chunk_ids, groups_of, record_of
from .source import DesiredFile
from .stored import STORED, reasons_of, states_of


class _Upload(t.NamedTuple):
    """A file that is uploaded, or was and is not processed yet."""

    desired: DesiredFile
    change: Change | None


class _Deletion(t.NamedTuple):
    """Files and groups that a change deletes, by their IDs."""

    file_ids: list[str]
    group_ids: list[str]
    change: Change


class FileProof(Proof):
    """Waits for the changes of the files of one dataset.

    :param task: its option is C(wait_timeout)
    """

    def __init__(self, task: Task, client: TrieveClient, dataset: str) -> None:
        super().__init__(self._wait_until_stored)
        self._task = task
        self._client = client
        self._dataset = dataset
        self._uploads: list[_Upload] = []
        self._deletions: list[_Deletion] = []

    def expect(self, desired: DesiredFile, change: Change | None) -> None:
        """Note a file that is to be stored.

        :param change: what uploads it; None if it was uploaded by an earlier run
        """
        self._uploads.append(_Upload(desired, change))

    def expect_gone(self, file_ids: list[str], group_ids: list[str], change: Change) -> None:
        """Note what a change is to delete."""
        self._deletions.append(_Deletion(file_ids, group_ids, change))

    def _wait_until_stored(self) -> None:
        waiting = {
            one.desired.group_tracking_id: one.desired
            for one in self._uploads
            if one.change is None or one.change.state == "done"
        }
        states: dict[str, int] = {}

        def left(names: t.Sequence[str]) -> list[str]:
            found = nothing(names)
            for row in list_files(self._client, self._dataset) or ():
                name = own_name(row)
                if name and name in found and record_of(row["metadata"])["sha256"] == waiting[name].sha256:
                    found[name].add(row)
            states.update(states_of(self._client, self._dataset, [waiting[name] for name in names], found))
            return [name for name in names if states[name] != STORED]

        rest = wait_for(self._task, list(waiting), left, "file")
        if rest:
            why = reasons_of(rest, states, queue_lengths(self._client, self._dataset))
            changed = any(one.change for one in self._uploads)
            raise not_done(self._task, "not stored", rest, len(waiting), "file", why, changed)

    def prove_deletions(self) -> None:
        """Wait until what was deleted can no longer be read.

        :raises TaskFailed: it can, after the time
        """
        done = {one.change.name: one for one in self._deletions if one.change.state == "done"}

        def left(names: t.Sequence[str]) -> list[str]:
            rows = list_files(self._client, self._dataset) or []
            there = {row["id"] for row in rows} | {group["id"] for row in rows for group in groups_of(row)}
            return [
                name
                for name in names
                if there.intersection(done[name].file_ids)
                or first_chunk_in(self._client, self._dataset, done[name].group_ids)
            ]

        rest = wait_for(self._task, list(done), left, "file")
        if rest:
            raise not_done(self._task, "not deleted", rest, len(done), "file", "Trieve accepted the requests.")

    def wait_until_gone(self, name: str) -> None:
        """Wait until the old chunks of a file are gone: new ones with their tracking IDs would be dropped without a word.

        :raises TaskFailed: they are still there after the time
        """

        def left(_items: t.Sequence[str]) -> list[str]:
            if find_group(self._task, self._client, self._dataset, name, must_exist=True):
                return [name]
            return [name] if by_tracking_ids(self._client, self._dataset, chunk_ids(name)) else []

        if wait_for(self._task, [name], left, "file"):
            raise TaskFailed(
                f"The old chunks of file {name} are still there after {self._task.params['wait_timeout']} s, so the new file was not"
                " uploaded: Trieve would keep the old content. Run the task again."
            )
