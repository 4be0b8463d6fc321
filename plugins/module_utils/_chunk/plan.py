# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes that bring the chunks of a dataset to what is declared, and the proof that they have been stored."""

from __future__ import annotations

import typing as t

from .._chunk_group.api import find_group
from .._chunk_group.plan import change_group
from .._core.parallel import run_parallel
from .._core.plan import Change
from .._core.proof import Proof, not_done, wait_for
from .._core.task import Task
from ..trieve import TrieveClient
from .api import (
    LARGEST_REQUEST,
    READ,
    WRITE,
    batches,
    by_ids,
    by_tracking_ids,
    delete_chunks,
    groups_of,
    scroll,
    update_chunk,
    upsert_chunks,
)
from .batches import Batch, Sender, Spool
from .filters import Filters, in_groups
from .model import Chunk, actual, for_diff, matches, normalized, removed, to_update, to_upsert
from .options import DesiredChunk

GROUPS, CHUNKS, DELETIONS = range(3)
"""The phases: groups before the chunks in them, and deletions last, so that a search is never empty."""


class Written(t.NamedTuple):
    """A chunk that is written.

    :param size: characters of its request
    :param place: of C(desired) and C(body) in the spool
    """

    tracking_id: str
    is_update: bool
    size: int
    place: int
    change: Change


class Sync:
    """Plans and proves the changes of the chunks of one dataset.

    :param task: its option C(wait_timeout) is the number of seconds in which what was written must be stored
    """

    def __init__(self, task: Task, client: TrieveClient, dataset: str) -> None:
        self._task = task
        self._client = client
        self._dataset = dataset
        self._spool = Spool()
        self._writes = Sender()
        self._deletions = Sender()
        self._written: list[Written] = []
        self._deleted: list[tuple[str, Change]] = []
        self._groups: set[str] = set()
        self.proof = Proof(self._wait_until_stored)
        self.declared: set[str] = set()
        self.unchanged = 0

    # -- planning --------------------------------------------------------------------------------------------------

    def compare(self, entries: t.Sequence[DesiredChunk], exists: bool) -> None:
        """Plan the changes of some declared chunks.

        :param exists: whether the dataset exists
        """
        ids = [entry["tracking_id"] for entry in entries]
        self.declared.update(ids)
        chunks = by_tracking_ids(self._client, self._dataset, ids) if exists else {}
        known = [chunks.get(tracking_id) for tracking_id in ids]
        compared = [
            chunk["id"]
            for entry, chunk in zip(entries, known)
            if chunk and ("group_tracking_ids" in entry or not matches(chunk, [], entry))
        ]
        groups = groups_of(self._client, self._dataset, compared) if compared else {}
        for entry, chunk in zip(entries, known):
            own = groups.get(chunk["id"], []) if chunk else []
            if chunk and matches(chunk, own, entry):
                self.unchanged += 1
            else:
                self._write(entry, chunk, own)

    def _write(self, entry: DesiredChunk, chunk: Chunk | None, groups: list[dict[str, t.Any]]) -> None:
        is_update = bool(chunk) and removed(t.cast(Chunk, chunk), groups, entry)
        body = to_update(entry, t.cast(Chunk, chunk), groups) if is_update else to_upsert(entry, chunk, groups)
        self._groups.update(entry.get("group_tracking_ids", ()))
        name = entry["tracking_id"]
        change = Change(
            "update" if chunk else "create",
            "chunk",
            name,
            lambda: name,
            id=chunk["id"] if chunk else None,
            dataset=self._dataset,
            before=for_diff(actual(chunk, groups, entry)) if chunk else {},
            after=for_diff({**({} if chunk else {"tracking_id": name}), **normalized(entry)}),
            predicted=name,
            phase=CHUNKS,
        )
        size = len(entry["chunk_html"])
        self._written.append(Written(name, is_update, size, self._spool.add([entry, body]), change))

    def remove(self, chunks: t.Iterable[Chunk]) -> None:
        """Plan the deletion of chunks that have been read from the dataset."""
        for chunk in chunks:
            name = chunk["tracking_id"] or chunk["id"]
            change = Change(
                "delete",
                "chunk",
                name,
                lambda: None,
                id=chunk["id"],
                dataset=self._dataset,
                before=for_diff({key: chunk[key] for key in ("tracking_id", "link", "chunk_html")}),
                phase=DELETIONS,
            )
            self._deleted.append((chunk["id"], change))

    def changes(self, exists: bool, concurrency: int) -> list[Change]:
        """All changes: groups that do not exist yet, chunks, deletions."""
        for some in self._by_size([one for one in self._written if not one.is_update]):
            self._join(some, len(some), self._upsert)
        self._join([one for one in self._written if one.is_update], 1, self._update)
        found = self._deletions.add([chunk_id for chunk_id, _change in self._deleted], READ, self._delete)
        for batch, (_id, change) in zip(found, self._deleted):
            _bind(change, self._deletions, batch)
        missing = self._missing_groups(concurrency) if exists else sorted(self._groups)
        groups = [
            change_group(self._client, self._dataset, None, {"tracking_id": name, "name": name}, False)
            for name in missing
        ]
        made = [change for change in groups if change]
        for one in self._written:
            one.change.requires = made
        return [*made, *(one.change for one in self._written), *(change for _id, change in self._deleted)]

    def _by_size(self, items: t.Sequence[Written]) -> t.Iterator[list[Written]]:
        """The chunks in batches that the server takes."""
        some: list[Written] = []
        size = 0
        for one in items:
            if some and (len(some) == WRITE or size + one.size > LARGEST_REQUEST):
                yield some
                some, size = [], 0
            some.append(one)
            size += one.size
        if some:
            yield some

    def _join(self, items: t.Sequence[Written], size: int, send: t.Callable[[t.Sequence[Written]], None]) -> None:
        for batch, one in zip(self._writes.add(items, size, send), items):
            _bind(one.change, self._writes, batch)

    def _missing_groups(self, concurrency: int) -> list[str]:
        """The declared groups of changed chunks that do not exist. The server would drop a change that names one."""
        missing: list[str] = []

        def look(name: str) -> bool:
            if not find_group(self._task, self._client, self._dataset, name, must_exist=True):
                missing.append(name)
            return True

        run_parallel(self._task, sorted(self._groups), look, concurrency, "Reading groups")
        return sorted(missing)

    # -- performing ------------------------------------------------------------------------------------------------

    def _upsert(self, items: t.Sequence[Written]) -> None:
        upsert_chunks(self._client, self._dataset, [self._spool.get(one.place)[1] for one in items])

    def _update(self, items: t.Sequence[Written]) -> None:
        (one,) = items
        update_chunk(self._client, self._dataset, self._spool.get(one.place)[1])

    def _delete(self, ids: t.Sequence[str]) -> None:
        self.proof.prove()  # nothing is deleted before its successor can be found
        delete_chunks(self._client, self._dataset, ids)

    def created(self) -> list[str]:
        """The tracking IDs of the chunks that were created."""
        return [
            one.tracking_id for one in self._written if one.change.state == "done" and one.change.action == "create"
        ]

    def updated(self) -> list[str]:
        """The tracking IDs of the chunks that were updated."""
        return [
            one.tracking_id for one in self._written if one.change.state == "done" and one.change.action == "update"
        ]

    def deleted(self) -> list[str]:
        """The tracking IDs of the chunks that were deleted, or their IDs without one."""
        return [change.name for _id, change in self._deleted if change.state == "done"]

    # -- proving ---------------------------------------------------------------------------------------------------

    def _wait_until_stored(self) -> None:
        self._wait_for(
            [one for one in self._written if one.change.state == "done"],
            self._not_stored,
            "not stored",
            "Trieve accepted the requests. A worker (ingestion, or update for changed tags and groups), the vector store or an"
            " embedding server may be missing, or another client changes the same chunks.",
        )

    def prove_deletions(self) -> None:
        """Wait until what was deleted can no longer be read.

        :raises TaskFailed: it can, after the time
        """
        self._wait_for(
            [(chunk_id, change.name) for chunk_id, change in self._deleted if change.state == "done"],
            self._not_deleted,
            "not deleted",
            "Trieve accepted the requests. The delete worker may be missing, or the dataset is locked (option locked of community.trieve.trieve_dataset).",
        )

    def _not_stored(self, items: t.Sequence[Written]) -> list[Written]:
        chunks = by_tracking_ids(self._client, self._dataset, [one.tracking_id for one in items])
        entries = {one.tracking_id: self._spool.get(one.place)[0] for one in items}
        grouped = [chunk["id"] for name, chunk in chunks.items() if "group_tracking_ids" in entries[name]]
        groups = groups_of(self._client, self._dataset, grouped) if grouped else {}
        return [
            one
            for one in items
            if one.tracking_id not in chunks
            or not matches(
                chunks[one.tracking_id], groups.get(chunks[one.tracking_id]["id"], []), entries[one.tracking_id]
            )
        ]

    def _not_deleted(self, items: t.Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        there = {chunk["id"] for chunk in by_ids(self._client, self._dataset, [chunk_id for chunk_id, _name in items])}
        return [item for item in items if item[0] in there]

    def _wait_for(self, items: t.Sequence[t.Any], left: t.Callable[[t.Any], t.Any], state: str, why: str) -> None:
        def left_of_all(waiting: t.Sequence[t.Any]) -> list[t.Any]:
            return [one for batch in batches(waiting, READ) for one in left(batch)]

        rest = wait_for(self._task, items, left_of_all, "chunk")
        if rest:
            names = [one.tracking_id if isinstance(one, Written) else one[1] for one in rest]
            raise not_done(self._task, state, names, len(items), "chunk", why)


def _bind(change: Change, sender: Sender, batch: Batch) -> None:
    """Let a change be performed by sending its batch."""
    batch.changes.append(change)

    def perform() -> t.Any:
        sender.perform(batch)
        return change.predicted

    change.perform = perform


def chunks_in_scope(
    task: Task, client: TrieveClient, dataset: str, tag: str | None, group: str | None
) -> t.Iterator[Chunk]:
    """The chunks that a task owns: those with a tag, or in a group.

    :param group: the tracking ID of the group
    """
    if tag:
        filters: Filters = {"must": [{"field": "tag_set", "match_any": [tag]}]}
    else:
        found = find_group(task, client, dataset, t.cast(str, group), must_exist=True)
        if not found:
            return
        filters = in_groups([found["id"]])
    yield from scroll(client, dataset, filters)
