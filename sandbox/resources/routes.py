# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All routes, in the order in which the server tries them."""

from __future__ import annotations

from ..calls.route import Route
from . import (
    chunk_reads,
    chunks,
    crawls,
    dataset_batches,
    datasets,
    files,
    group_members,
    groups,
    invitations,
    organizations,
    pages,
    search,
    topics,
    users,
)

ROUTES: list[Route] = [
    *pages.ROUTES,
    *chunk_reads.ROUTES,
    *search.ROUTES,
    *crawls.ROUTES,
    *files.ROUTES,
    *dataset_batches.ROUTES,
    *datasets.ROUTES,
    *topics.ROUTES,
    *chunks.ROUTES,
    *chunk_reads.LATE_ROUTES,
    *users.ROUTES,
    *group_members.ROUTES,
    *groups.ROUTES,
    *groups.LATE_ROUTES,
    *organizations.ROUTES,
    *invitations.ROUTES,
]
