# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which requests only read: what a preview, or a second run, may send."""

from __future__ import annotations

READING_POSTS = frozenset(
    (
        "/api/chunk/autocomplete",
        "/api/chunk/count",
        "/api/chunk/search",
        "/api/chunk/split",
        "/api/chunk_group/chunks",
        "/api/chunk_group/count",
        "/api/chunk_group/group_oriented_search",
        "/api/chunk_group/search",
        "/api/chunks",
        "/api/chunks/scroll",
        "/api/chunks/tracking",
        "/api/dataset/events",
        "/api/dataset/get_all_tags",
    )
)
"""POSTs that leave everything as it is. A call that is not named here counts as a write."""


def only_reads(method: str, path: str) -> bool:
    """Whether a request changes nothing at the server.

    :param path: without its query.
    """
    if method == "POST":
        return path in READING_POSTS or path.startswith("/api/organization/usage/")
    return method in ("GET", "HEAD")
