# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the delete worker does (docs/server.md 4.3)."""

from __future__ import annotations

from typing import Any

from ..store.machine import Machine


def delete_dataset(machine: Machine, dataset_id: str, payload: dict[str, Any]) -> None:
    """Remove a soft-deleted dataset with all that hangs on it, and a deleted organization with its last dataset."""
    store = machine.store
    organization_id = store.value("SELECT organization_id FROM datasets WHERE id = ?", dataset_id)
    if not store.run("DELETE FROM datasets WHERE id = ?", dataset_id):
        return
    store.run("UPDATE organizations SET dataset_count = dataset_count - 1 WHERE id = ?", organization_id)
    store.run(
        "DELETE FROM organizations WHERE id = ? AND deleted = 1"
        " AND NOT EXISTS (SELECT 1 FROM datasets WHERE organization_id = organizations.id)",
        organization_id,
    )


def clear_dataset(machine: Machine, dataset_id: str, payload: dict[str, Any]) -> None:
    """Remove groups, files and chunks that are older than the request; crawls and topics stay."""
    store, before = machine.store, payload["before"]
    store.run(
        "DELETE FROM points WHERE dataset_id = ? AND id NOT IN"
        " (SELECT point_id FROM chunks WHERE dataset_id = ? AND created_at >= ? AND point_id IS NOT NULL)",
        dataset_id,
        dataset_id,
        before,
    )
    for table in ("chunk_groups", "files", "chunks"):
        store.run(f"DELETE FROM {table} WHERE dataset_id = ? AND created_at < ?", dataset_id, before)
    store.run(
        "UPDATE dataset_usage_counts SET chunk_count = (SELECT COUNT(*) FROM chunks WHERE dataset_id = ?)"
        " WHERE dataset_id = ?",
        dataset_id,
        dataset_id,
    )


HANDLERS = {"delete_dataset": delete_dataset, "clear_dataset": clear_dataset}
