# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about the numbers of a dataset that no other resource has."""

from __future__ import annotations

from ..trieve import TrieveClient

PAGE = 100_000
"""Tags of one request."""


def count_tags(client: TrieveClient, dataset: str) -> dict[str, int]:
    """How many chunks of the dataset have each tag, or had it before another crawl wrote them (docs/server.md 3.9)."""
    counts: dict[str, int] = {}
    page = 1
    while True:
        rows = client.post(
            "/api/dataset/get_all_tags",
            list,
            {"page": page, "page_size": PAGE},
            dataset=dataset,
            safe=True,
            within="tags",
            shape={"tag": str, "count": int},
        )
        known = len(counts)
        counts.update((row["tag"], row["count"]) for row in rows)
        if len(rows) < PAGE or len(counts) == known:
            return counts
        page += 1
