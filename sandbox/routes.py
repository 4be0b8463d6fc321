# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All routes, in the order in which the server tries them."""

from __future__ import annotations

from starlette.responses import Response

from . import crawls, datasets, invitations, organizations, users
from .call import Call
from .router import Route


def health(call: Call) -> Response:
    """GET /api/health: 200 and nothing else; it checks nothing."""
    return Response()


ROUTES: list[Route] = [
    Route("GET", "/api/health", health),
    Route("GET", "/", health),
    *crawls.ROUTES,
    *datasets.ROUTES,
    *organizations.ROUTES,
    *users.ROUTES,
    *invitations.ROUTES,
]
