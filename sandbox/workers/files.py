# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file worker (docs/server.md 8)."""

from __future__ import annotations

from typing import Any

from ..formats.ids import new_id
from ..store import chunk_store
from ..store.database import unpack
from ..store.machine import Machine
from . import ingestion


def message_chunk(fields: dict[str, Any], tracking_id: str | None, group_ids: list[str]) -> dict[str, Any]:
    """A chunk as a message to the ingestion worker has it."""
    return {
        "id": new_id(),
        "tracking_id": tracking_id,
        "upsert": tracking_id is not None,
        "fields": fields,
        "tags": [],
        "group_ids": group_ids,
        "group_tracking_ids": [],
    }


def split_file(machine: Machine, dataset_id: str, payload: dict[str, Any]) -> None:
    """The file worker: a group named like the file, and here its text as one chunk."""
    row = machine.store.one("SELECT * FROM files WHERE id = ?", payload["file_id"])
    if row is None:
        return
    tracking_id = payload["group_tracking_id"]
    group_id = ingestion.make_group(machine, dataset_id, tracking_id, row["file_name"])
    # Always an upsert: a second upload resets the group.
    machine.store.run(
        "UPDATE chunk_groups SET name = ?, description = '', tag_set = '[]', metadata = '{}' WHERE id = ?",
        row["file_name"],
        group_id,
    )
    machine.store.run("INSERT OR IGNORE INTO file_groups VALUES (?, ?)", row["id"], group_id)
    if payload["create_chunks"] and payload["text"].strip():
        fields = {**dict.fromkeys(chunk_store.FIELDS), "weight": 0.0, "chunk_html": payload["text"]}
        fields.update(link=row["link"], time_stamp=row["time_stamp"], metadata=unpack(row["metadata"]))
        chunk = message_chunk(fields, None if tracking_id is None else f"{tracking_id}|0", [group_id])
        chunk["tags"] = unpack(row["tag_set"])
        ingestion.ingest(machine, dataset_id, {"chunks": [chunk], "upsert": True})


HANDLERS = {"split_file": split_file}
