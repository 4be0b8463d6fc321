# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chunks as they are stored: a row in PostgreSQL and a point in the vector store, which may disagree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..formats.clock import stored
from ..formats.errors import Refusal
from ..formats.html_text import text_of
from ..formats.ids import new_id
from .database import Row, Store, pack, unpack

# The fields of a chunk that nobody looks up by, kept as one JSON text.
FIELDS = ("link", "chunk_html", "metadata", "time_stamp", "weight", "location", "image_urls", "num_value")
FREE_CHUNKS = 1000
"""The chunks of an organization on the free plan."""


def shown(
    chunk_id: str,
    dataset_id: str,
    tracking_id: str | None,
    fields: dict[str, Any],
    tags: list[str] | None,
    times: tuple[Any, Any],
    version_one: bool,
) -> dict[str, Any]:
    """A chunk as it is answered.

    :param times: when it was created and changed, as texts.
    :param version_one: tags as one text, as the old API version has them.
    """
    return {
        "id": chunk_id,
        "link": fields["link"],
        "created_at": times[0],
        "updated_at": times[1],
        "chunk_html": fields["chunk_html"],
        "metadata": fields["metadata"],
        "tracking_id": tracking_id,
        "time_stamp": stored(fields["time_stamp"]),
        "dataset_id": dataset_id,
        "weight": fields["weight"],
        "location": fields["location"],
        "image_urls": fields["image_urls"],
        "tag_set": ",".join(tags) if version_one and tags is not None else tags,
        "num_value": fields["num_value"],
    }


def chunk_object(row: Row, version_one: bool = False) -> dict[str, Any]:
    """A stored chunk as it is answered."""
    times = (stored(row["created_at"]), stored(row["updated_at"]))
    fields, tags = unpack(row["body"]), [part for tag in unpack(row["tag_set"]) for part in tag.split(",")]
    return shown(row["id"], row["dataset_id"], row["tracking_id"], fields, tags, times, version_one)


def has_point(store: Store, row: Row) -> bool:
    """Whether the vector store has the chunk too."""
    return row["point_id"] is not None and store.value("SELECT 1 FROM points WHERE id = ?", row["point_id"]) is not None


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Tags as they are stored: a set. A tag with a comma is whole here, and two where it is read."""
    return list(dict.fromkeys(tags))


def note_tags(store: Store, dataset_id: str, tags: Iterable[str]) -> None:
    """Remember that the dataset has had these tags; they stay when no chunk has them any more."""
    for tag in tags:
        store.run("INSERT OR IGNORE INTO dataset_tags VALUES (?, ?)", dataset_id, tag)


def content_of(fields: dict[str, Any], as_text: bool | None) -> str:
    """What is searched: the text of the HTML unless ``as_text`` is false."""
    html = fields["chunk_html"] or ""
    return html if as_text is False else text_of(html).strip()


def payload_of(store: Store, fields: dict[str, Any], tags: list[str], group_ids: list[str]) -> dict[str, Any]:
    """What the vector store keeps of a chunk."""
    return {
        **{name: fields[name] for name in ("link", "metadata", "num_value", "time_stamp", "location", "weight")},
        "content": content_of(fields, None),
        "tag_set": tags,
        "group_ids": group_ids,
        "group_tag_set": group_tags(store, group_ids),
    }


def group_tags(store: Store, group_ids: list[str]) -> list[str]:
    """The tags of some groups."""
    tags: list[str] = []
    for group_id in group_ids:
        tags += unpack(store.value("SELECT tag_set FROM chunk_groups WHERE id = ?", group_id)) or []
    return list(dict.fromkeys(tags))


def groups_of(store: Store, chunk_id: str) -> list[str]:
    """The ids of a chunk's groups."""
    rows = store.all("SELECT group_id FROM group_members WHERE chunk_id = ? ORDER BY rowid", chunk_id)
    return [row["group_id"] for row in rows]


def write_point(store: Store, dataset_id: str, point_id: str | None, payload: dict[str, Any]) -> str:
    """Store a point, a new one if it has no id yet. Returns its id."""
    point_id = point_id or new_id()
    store.run(
        "INSERT INTO points VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET payload = excluded.payload",
        point_id,
        dataset_id,
        pack(payload),
    )
    return point_id


def refresh_points(store: Store, chunk_ids: Iterable[str], keep_tags: bool = False) -> None:
    """Bring the groups in the vector store up to date; chunks without a row or a point are passed over.

    :param keep_tags: leave the group tags as they are.
    """
    for chunk_id in chunk_ids:
        row = store.one(
            "SELECT p.id, p.payload FROM chunks c JOIN points p ON p.id = c.point_id WHERE c.id = ?", chunk_id
        )
        if row is None:
            continue
        payload = unpack(row["payload"])
        payload["group_ids"] = groups_of(store, chunk_id)
        if not keep_tags:
            payload["group_tag_set"] = group_tags(store, payload["group_ids"])
        store.run("UPDATE points SET payload = ? WHERE id = ?", pack(payload), row["id"])


def delete_chunks(store: Store, dataset_id: str, chunk_ids: Iterable[str], keep_points: bool = False) -> None:
    """Remove rows and points of chunks of a dataset.

    :param keep_points: since the vector store does not answer.
    """
    for chunk_id in chunk_ids:
        point_id = store.value("SELECT point_id FROM chunks WHERE id = ? AND dataset_id = ?", chunk_id, dataset_id)
        store.run("DELETE FROM chunks WHERE id = ? AND dataset_id = ?", chunk_id, dataset_id)
        if point_id is not None and not keep_points:
            store.run("DELETE FROM points WHERE id = ?", point_id)
    recount(store, dataset_id)


def count_of_organization(store: Store, organization_id: str) -> int:
    """How many chunks all datasets of an organization have."""
    count: int = store.value(
        "SELECT COALESCE(SUM(u.chunk_count), 0) FROM dataset_usage_counts u JOIN datasets d ON d.id = u.dataset_id"
        " WHERE d.organization_id = ?",
        organization_id,
    )
    return count


def recount(store: Store, dataset_id: str) -> None:
    """Set the dataset's chunk counter."""
    store.run(
        "UPDATE dataset_usage_counts SET chunk_count = (SELECT COUNT(*) FROM chunks WHERE dataset_id = ?)"
        " WHERE dataset_id = ?",
        dataset_id,
        dataset_id,
    )


def too_many(limit: int) -> Refusal:
    """413 for a bulk upload beyond the limit."""
    return Refusal(413, f"Too many chunks provided in bulk. The limit is {limit} chunks per bulk upload")
