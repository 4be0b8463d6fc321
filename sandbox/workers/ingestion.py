# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ingestion, update, group-update and clone workers do, and the delete worker with chunks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..formats.clock import stored
from ..formats.errors import Refusal
from ..formats.ids import new_id
from ..store import chunk_store, configuration, filters
from ..store.database import Row, Store, has_nul, pack, unpack
from ..store.machine import Machine

BATCH = 120
"""The most chunks that a worker puts into one message."""


def message_chunk(
    fields: dict[str, Any],
    tracking_id: str | None,
    tags: list[str] | None,
    *,
    upsert: bool = False,
    group_ids: Sequence[str] = (),
    group_tracking_ids: Sequence[str] = (),
    as_text: bool | None = None,
    kept: bool = True,
) -> dict[str, Any]:
    """A chunk as a message to the ingestion worker has it.

    :param fields: some of ``chunk_store.FIELDS``; the others are left out.
    :param as_text: whether the HTML becomes text before it is searched; None means yes.
    :param kept: False for one that is accepted, but never stored.
    """
    whole = {**dict.fromkeys(chunk_store.FIELDS), **fields, "weight": fields.get("weight") or 0.0}
    # A chunk without text is accepted, too. PostgreSQL takes no NUL, which only the ingestion worker finds out.
    stored_text = chunk_store.content_of(whole, as_text) and not has_nul((whole, tracking_id, tags))
    return {
        "id": new_id(),
        "tracking_id": tracking_id,
        "upsert": upsert,
        "fields": whole,
        "tags": tags,
        "group_ids": list(group_ids),
        "group_tracking_ids": list(group_tracking_ids),
        "kept": bool(stored_text) and kept,
    }


def publish(machine: Machine, dataset_id: str, chunks: Sequence[dict[str, Any]]) -> None:
    """Queue chunks for the ingestion worker: of those with one tracking id the first, and upserts apart."""
    seen: set[str] = set()
    messages: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for chunk in chunks:
        if not chunk["kept"] or chunk["tracking_id"] in seen:
            continue
        if chunk["tracking_id"] is not None:
            seen.add(chunk["tracking_id"])
        messages[chunk["upsert"]].append(chunk)
    with machine.store.transaction():
        for upsert, batch in messages.items():
            if batch:
                machine.queues.put("ingestion", "ingest", dataset_id, {"chunks": batch, "upsert": upsert})


def publish_batches(machine: Machine, dataset_id: str, chunks: Sequence[dict[str, Any]]) -> None:
    """The same in messages of 120, as worker programs do it."""
    for start in range(0, len(chunks), BATCH):
        publish(machine, dataset_id, chunks[start : start + BATCH])


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


def _needed(machine: Machine, dataset_id: str) -> list[str]:
    """The components that the ingestion of a chunk asks."""
    config = _config(machine, dataset_id)
    switches = {"embeddings": "SEMANTIC_ENABLED", "splade": "FULLTEXT_ENABLED"}
    return [*(name for name, switch in switches.items() if config[switch]), "vector_store"]


IN_WORK = "ingestion in work"
"""The queue of the one message at which a hanging component keeps the worker; it counts in no length."""


def begins_to_hang(machine: Machine, job: Row) -> bool:
    """Whether a component keeps the worker at this message for ever: rows are there then, points are not."""
    dataset_id = job["dataset_id"]
    if not _exists(machine, dataset_id) or not any(map(machine.hangs, _needed(machine, dataset_id))):
        return False
    payload = unpack(job["payload"])
    for chunk in payload.get("chunks", ()):
        _write_chunk(machine, dataset_id, chunk, [], spoiled=True)
    chunk_store.recount(machine.store, dataset_id)
    text = pack({**payload, "chunks": [{**chunk, "upsert": True} for chunk in payload.get("chunks", ())]})
    machine.store.run("UPDATE jobs SET queue = ?, payload = ? WHERE id = ?", IN_WORK, text, job["id"])
    return True


def resume(machine: Machine, workers: frozenset[str]) -> frozenset[str]:
    """The workers that can take messages: not that for ingestion while it hangs; else it finishes what it had begun."""
    dataset_id = machine.store.value("SELECT dataset_id FROM jobs WHERE queue = ?", IN_WORK)
    if dataset_id is None or "ingestion" not in workers:
        return workers
    if _exists(machine, dataset_id) and any(map(machine.hangs, _needed(machine, dataset_id))):
        return workers - {"ingestion"}
    machine.store.run("UPDATE jobs SET queue = 'ingestion' WHERE queue = ?", IN_WORK)
    return workers


def ingest(machine: Machine, dataset_id: str, payload: dict[str, Any]) -> None:
    """Store a batch; a group id that does not exist leaves all its chunks with a row but no point.

    Where a component is down, the batch is given up: groups stay, and of upserts the new fields of the rows.
    """
    if not _exists(machine, dataset_id):
        return
    if any(map(machine.is_down, _needed(machine, dataset_id))):
        for chunk in payload["chunks"]:
            for one in chunk["group_tracking_ids"]:
                make_group(machine, dataset_id, one, one)
            if chunk["upsert"]:
                _write_chunk(machine, dataset_id, chunk, [], spoiled=True)
        chunk_store.recount(machine.store, dataset_id)
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
    if row is None or any(map(machine.is_down, _needed(machine, dataset_id))):
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
    if not _exists(machine, dataset_id) or _config(machine, dataset_id)["LOCKED"] or machine.is_down("vector_store"):
        return
    store = machine.store
    try:
        wanted = filters.Filter(payload["filter"], store, dataset_id, machine.clock.now() // 1000)
    except Refusal:
        # The API has taken it; the worker refuses the message, and nobody hears of it.
        return
    rows = store.all(
        "SELECT p.id AS point, p.payload, c.id, c.tracking_id, c.created_at FROM points p"
        " LEFT JOIN chunks c ON c.point_id = p.id WHERE p.dataset_id = ?",
        dataset_id,
    )
    for row in rows:
        point = filters.Point(store, unpack(row["payload"]), row["id"], row["tracking_id"])
        if wanted.fits(point) and _older(row, payload["before"]):
            store.run("DELETE FROM chunks WHERE id = ?", row["id"])
            store.run("DELETE FROM points WHERE id = ?", row["point"])
    chunk_store.recount(store, dataset_id)


def _older(row: Row, before: int) -> bool:
    return row["created_at"] is None or row["created_at"] < before


def clone_dataset(machine: Machine, dataset_id: str, payload: dict[str, Any]) -> None:
    """Copy the groups of another dataset, and queue its chunks: the ingestion worker stores them."""
    store, source = machine.store, payload["source"]
    if not _exists(machine, dataset_id):
        return
    groups = {row["id"]: new_id() for row in store.all("SELECT id FROM chunk_groups WHERE dataset_id = ?", source)}
    for row in store.all("SELECT * FROM chunk_groups WHERE dataset_id = ?", source):
        store.insert("chunk_groups", **{**dict(row), "id": groups[row["id"]], "dataset_id": dataset_id})
    store.run("INSERT INTO dataset_tags SELECT ?, tag FROM dataset_tags WHERE dataset_id = ?", dataset_id, source)
    store.run("UPDATE dataset_usage_counts SET group_count = ? WHERE dataset_id = ?", len(groups), dataset_id)
    copies = [
        _copy_of(store, row, groups)
        for row in store.all("SELECT * FROM chunks WHERE dataset_id = ? ORDER BY rowid", source)
    ]
    for start in range(0, len(copies), BATCH):
        machine.queues.put("ingestion", "ingest_copies", dataset_id, {"copies": copies[start : start + BATCH]})


def _copy_of(store: Store, row: Row, groups: dict[str, str]) -> dict[str, Any]:
    payload = unpack(store.value("SELECT payload FROM points WHERE id = ?", row["point_id"]))
    if payload is not None:
        payload["group_ids"] = [groups[one] for one in payload["group_ids"] if one in groups]
    members = [groups[one] for one in chunk_store.groups_of(store, row["id"])]
    return {"row": {**dict(row), "id": new_id(), "point_id": None}, "point": payload, "groups": members}


def ingest_copies(machine: Machine, dataset_id: str, payload: dict[str, Any]) -> None:
    """Store chunks of a cloned dataset with their memberships."""
    store = machine.store
    if not _exists(machine, dataset_id) or machine.is_down("vector_store"):
        return
    for copy in payload["copies"]:
        row = {**copy["row"], "dataset_id": dataset_id}
        if copy["point"] is not None:
            row["point_id"] = chunk_store.write_point(store, dataset_id, None, copy["point"])
        store.insert("chunks", **row)
        for group_id in copy["groups"]:
            if _known_groups(machine, dataset_id, [group_id]):
                store.run("INSERT INTO group_members VALUES (?, ?)", group_id, row["id"])
    chunk_store.recount(store, dataset_id)


HANDLERS = {
    "ingest": ingest,
    "ingest_copies": ingest_copies,
    "update_chunk": update_chunk,
    "update_group_chunks": update_group_chunks,
    "delete_chunks": delete_chunks,
    "clone_dataset": clone_dataset,
}
