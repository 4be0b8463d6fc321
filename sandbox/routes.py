# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All routes and all work of the workers, in the order in which the server tries them."""

from __future__ import annotations

from . import (
    chunk_reads,
    chunks,
    crawls,
    dataset_batches,
    datasets,
    files,
    group_members,
    groups,
    ingestion,
    invitations,
    organizations,
    pages,
    removal,
    search,
    topics,
    users,
)
from .router import Route

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
HANDLERS = {**removal.HANDLERS, **ingestion.HANDLERS, **files.HANDLERS}
