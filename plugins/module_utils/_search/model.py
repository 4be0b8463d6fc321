# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a search finds: the server's objects, as results."""

from __future__ import annotations

import typing as t

Hit = dict[str, t.Any]
"""A chunk that was found, with its rank from 1 on, its score and its highlights."""

_CHUNK = (
    "id",
    "tracking_id",
    "link",
    "chunk_html",
    "tag_set",
    "metadata",
    "num_value",
    "weight",
    "time_stamp",
    "location",
    "image_urls",
    "dataset_id",
    "created_at",
    "updated_at",
)

CHUNK_SHAPE = {"id": str, "tracking_id": (type(None), str), "link": (type(None), str)}
HIT_SHAPE = {"chunk": CHUNK_SHAPE, "score": (int, float)}


def to_hits(rows: t.Sequence[t.Mapping[str, t.Any]], first: int = 1) -> list[Hit]:
    """The chunks of a page of results.

    :param first: the rank of the first one
    """
    return [
        {
            "rank": rank,
            "score": row["score"],
            **{name: row["chunk"][name] for name in _CHUNK if name in row["chunk"]},
            "highlights": row.get("highlights"),
        }
        for rank, row in enumerate(rows, first)
    ]


def to_group(row: t.Mapping[str, t.Any], rank: int) -> dict[str, t.Any]:
    """A group with the chunks that were found in it."""
    group = row["group"]
    return {
        "rank": rank,
        **{name: group.get(name) for name in ("id", "tracking_id", "name", "description", "tag_set", "metadata")},
        "file_id": row.get("file_id"),
        "chunks": to_hits(row["chunks"]),
    }
