# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ingestion, update, group-update and clone workers do, and the delete worker with chunks."""

from __future__ import annotations

from typing import Any

from ..formats.clock import stored
from ..formats.ids import new_id
from ..store import chunk_store, configuration, filters
from ..store.database import Row, Store, pack, unpack
from ..store.machine import Machine


def _config(machine: Machine, dataset_id: str) -> dict[str, Any]:
    text = machine.store.value("SELECT server_configuration FROM datasets WHERE id = ?", dataset_id)
    return configuration.read(unpack(text), machine.settings)


def _exists(machine: Machine, dataset_id: str) -> bool:
    return machine.store.value("SELECT 1 FROM datasets WHERE id = ?", dataset_id) is not None


def _group_id(machine: Machine, dataset_id: str, tracking_id: str) -> str | None:
    group_id: str | None = machine.store.value(
        "SELECT id FROM chunk_groups WHERE dataset_id = ? AND tracking_id = ?", dataset_id, tracking_id
    )
    return group_id


def make_group(machine: Machine, dataset_id: str, tracking_id: str | None, name: str) -> str:
    """The group with this tracking id, made if it is not there. Returns its id."""
    group_id = None if tracking_id is None else _group_id(machine, dataset_id, tracking_id)
    if group_id is not None:
        return group_id
    group_id, now = new_id(), machine.clock.now() // 1000
    machine.store.insert(
        "chunk_groups",
        id=group_id,
        dataset_id=dataset_id,
        name=name,
        description="",
        tracking_id=tracking_id,
        metadata="{}",
        tag_set="[]",
        created_at=now,
        updated_at=now,
    )
    machine.store.run("UPDATE dataset_usage_counts SET group_count = group_count + 1 WHERE dataset_id = ?", dataset_id)
    return group_id


def _known_groups(machine: Machine, dataset_id: str, group_ids: list[str]) -> bool:
    return all(
        machine.store.value("SELECT 1 FROM chunk_groups WHERE id = ? AND dataset_id = ?", group_id, dataset_id)
        for group_id in group_ids
    )


def ingest(machine: Machine, dataset_id: str, payload: dict[str, Any]) -> None:
    """Store a batch; a group id that does not exist leaves all its chunks with a row but no point."""
    if not _exists(machine, dataset_id):
        return
    spoiled = not all(_known_groups(machine, dataset_id, chunk["group_ids"]) for chunk in payload["chunks"])
    only_points = _config(machine, dataset_id)["QDRANT_ONLY"]
    for chunk in payload["chunks"]:
        group_ids = [] if spoiled else list(chunk["group_ids"])
        if not spoiled:
            group_ids += [make_group(machine, dataset_id, one, one) for one in chunk["group_tracking_ids"]]
        if only_points:
            _write_only_point(machine, dataset_id, chunk, group_ids)
        else:
            _write_chunk(machine, dataset_id, chunk, group_ids, spoiled)
    chunk_store.recount(machine.store, dataset_id)


def _write_only_point(machine: Machine, dataset_id: str, chunk: dict[str, Any], group_ids: list[str]) -> None:
    store, fields = machine.store, _complete(chunk["fields"])
    payload = chunk_store.payload_of(store, fields, chunk_store.clean_tags(chunk["tags"] or []), group_ids)
    created_at = stored(machine.clock.now() // 1000)
    extra = {"fields": fields, "tracking_id": chunk["tracking_id"], "created_at": created_at}
    chunk_store.write_point(store, dataset_id, None, {**payload, **extra})


def _complete(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "metadata": {} if fields["metadata"] is None else fields["metadata"]}


def _write_chunk(machine: Machine, dataset_id: str, chunk: dict[str, Any], group_ids: list[str], spoiled: bool) -> None:
    store, now = machine.store, machine.clock.now() // 1000
    old = None
    if chunk["tracking_id"] is not None:
        old = store.one(
            "SELECT * FROM chunks WHERE dataset_id = ? AND tracking_id = ?", dataset_id, chunk["tracking_id"]
        )
    if old is not None and not chunk["upsert"]:
        return
    fields = _complete(chunk["fields"])
    tags = chunk_store.clean_tags(chunk["tags"] or [])
    chunk_store.note_tags(store, dataset_id, tags)
    chunk_id = chunk["id"] if old is None else old["id"]
    if old is None:
        store.insert(
            "chunks",
            id=chunk_id,
            dataset_id=dataset_id,
            tracking_id=chunk["tracking_id"],
            body=pack(fields),
            tag_set=pack(tags),
            created_at=now,
            updated_at=now,
        )
    else:
        # Tags and memberships are only ever added here, while the vector store gets just the new ones.
        all_tags = list(dict.fromkeys([*unpack(old["tag_set"]), *tags]))
        store.run(
            "UPDATE chunks SET body = ?, tag_set = ?, updated_at = ? WHERE id = ?",
            pack(fields),
            pack(all_tags),
            now,
            chunk_id,
        )
    if spoiled:
        return
    for group_id in group_ids:
        store.run("INSERT OR IGNORE INTO group_members VALUES (?, ?)", group_id, chunk_id)
    payload = chunk_store.payload_of(store, fields, tags, group_ids)
    point_id = chunk_store.write_point(store, dataset_id, None if old is None else old["point_id"], payload)
    store.run("UPDATE chunks SET point_id = ? WHERE id = ?", point_id, chunk_id)


def update_chunk(machine: Machine, dataset_id: str, payload: dict[str, Any]) -> None:
    """Write the whole row as it was made at the request; a taken tracking id or an unknown group drops it all."""
    store, chunk_id = machine.store, payload["chunk_id"]
    row = store.one("SELECT * FROM chunks WHERE id = ? AND dataset_id = ?", chunk_id, dataset_id)
    if row is None:
        return
    groups: list[str] | None = payload["group_ids"]
    if groups is None and payload["group_tracking_ids"] is not None:
        found = [_group_id(machine, dataset_id, one) for one in payload["group_tracking_ids"]]
        groups = [one for one in found if one is not None]
        if len(groups) != len(found):
            return
    if groups is not None and not _known_groups(machine, dataset_id, groups):
        return
    tracking_id = payload["tracking_id"]
    if tracking_id is not None and store.value(
        "SELECT 1 FROM chunks WHERE dataset_id = ? AND tracking_id = ? AND id <> ?", dataset_id, tracking_id, chunk_id
    ):
        return
    tags = chunk_store.clean_tags(payload["tags"])
    chunk_store.note_tags(store, dataset_id, tags)
    store.run(
        "UPDATE chunks SET tracking_id = ?, body = ?, tag_set = ?, updated_at = ? WHERE id = ?",
        tracking_id,
        pack(payload["fields"]),
        pack(tags),
        machine.clock.now() // 1000,
        chunk_id,
    )
    if groups is not None:
        store.run("DELETE FROM group_members WHERE chunk_id = ?", chunk_id)
        for group_id in groups:
            store.run("INSERT OR IGNORE INTO group_members VALUES (?, ?)", group_id, chunk_id)
    point = chunk_store.payload_of(store, payload["fields"], tags, chunk_store.groups_of(store, chunk_id))
    point_id = chunk_store.write_point(store, dataset_id, row["point_id"], point)
    store.run("UPDATE chunks SET point_id = ? WHERE id = ?", point_id, chunk_id)


def update_group_chunks(machine: Machine, dataset_id: str, payload: dict[str, Any]) -> None:
    """Add a group's tags to those of its members; the group's old tags stay on the chunks."""
    store = machine.store
    group = store.one("SELECT * FROM chunk_groups WHERE id = ?", payload["group_id"])
    if group is None:
        return
    new = unpack(group["tag_set"]) or []
    members = store.all(
        "SELECT c.* FROM chunks c JOIN group_members m ON m.chunk_id = c.id WHERE m.group_id = ?", group["id"]
    )
    for chunk in members:
        tags = chunk_store.clean_tags([*unpack(chunk["tag_set"]), *new])
        chunk_store.note_tags(store, dataset_id, tags)
        store.run("UPDATE chunks SET tag_set = ? WHERE id = ?", pack(tags), chunk["id"])
        point = store.one("SELECT * FROM points WHERE id = ?", chunk["point_id"])
        if point is not None:
            content = unpack(point["payload"])
            content["tag_set"] = list(dict.fromkeys([*content["tag_set"], *new]))
            content["group_tag_set"] = list(dict.fromkeys([*content["group_tag_set"], *new]))
            store.run("UPDATE points SET payload = ? WHERE id = ?", pack(content), point["id"])


def delete_chunks(machine: Machine, dataset_id: str, payload: dict[str, Any]) -> None:
    """Remove the chunks that a filter finds in the vector store; nothing in a locked dataset."""
    if not _exists(machine, dataset_id) or _config(machine, dataset_id)["LOCKED"]:
        return
    store = machine.store
    rows = store.all(
        "SELECT p.id AS point, p.payload, c.id, c.tracking_id, c.created_at FROM points p"
        " LEFT JOIN chunks c ON c.point_id = p.id WHERE p.dataset_id = ?",
        dataset_id,
    )
    now = machine.clock.now() // 1000
    for row in rows:
        point = filters.Point(store, unpack(row["payload"]), row["id"], row["tracking_id"])
        if filters.fits(payload["filter"], point, now) and _older(row, payload["before"]):
            store.run("DELETE FROM chunks WHERE id = ?", row["id"])
            store.run("DELETE FROM points WHERE id = ?", row["point"])
    chunk_store.recount(store, dataset_id)


def _older(row: Row, before: int) -> bool:
    return row["created_at"] is None or row["created_at"] < before


def clone_dataset(machine: Machine, dataset_id: str, payload: dict[str, Any]) -> None:
    """Copy chunks, groups and memberships of another dataset."""
    store, source = machine.store, payload["source"]
    if not _exists(machine, dataset_id):
        return
    groups = {row["id"]: new_id() for row in store.all("SELECT id FROM chunk_groups WHERE dataset_id = ?", source)}
    for row in store.all("SELECT * FROM chunk_groups WHERE dataset_id = ?", source):
        store.insert("chunk_groups", **{**dict(row), "id": groups[row["id"]], "dataset_id": dataset_id})
    for row in store.all("SELECT * FROM chunks WHERE dataset_id = ?", source):
        _clone_chunk(store, dataset_id, row, groups)
    store.run("INSERT INTO dataset_tags SELECT ?, tag FROM dataset_tags WHERE dataset_id = ?", dataset_id, source)
    store.run("UPDATE dataset_usage_counts SET group_count = ? WHERE dataset_id = ?", len(groups), dataset_id)
    chunk_store.recount(store, dataset_id)


def _clone_chunk(store: Store, dataset_id: str, row: Row, groups: dict[str, str]) -> None:
    chunk_id, point_id = new_id(), None
    point = store.one("SELECT payload FROM points WHERE id = ?", row["point_id"])
    if point is not None:
        content = unpack(point["payload"])
        content["group_ids"] = [groups[one] for one in content["group_ids"] if one in groups]
        point_id = chunk_store.write_point(store, dataset_id, None, content)
    store.insert("chunks", **{**dict(row), "id": chunk_id, "dataset_id": dataset_id, "point_id": point_id})
    for member in store.all("SELECT group_id FROM group_members WHERE chunk_id = ?", row["id"]):
        store.run("INSERT INTO group_members VALUES (?, ?)", groups[member["group_id"]], chunk_id)


HANDLERS = {
    "ingest": ingest,
    "update_chunk": update_chunk,
    "update_group_chunks": update_group_chunks,
    "delete_chunks": delete_chunks,
    "clone_dataset": clone_dataset,
}
