# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users (trieve-api.md 2.5 and 5.4)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from . import organizations
from .call import LOGGED, Call, reply
from .clock import stored
from .errors import bad_request
from .router import Route
from .store import unpack

UNKNOWN_USER = "Error loading user by itself for get_user_by_id_query"


def slim_user(call: Call, user_id: str, organization_id: str | None = None) -> dict[str, Any]:
    """A user with the memberships in all organizations, or in one.

    :raises Refusal: 400 for an unknown user.
    """
    user = call.store.one("SELECT * FROM users WHERE id = ?", user_id)
    if user is None:
        raise bad_request(UNKNOWN_USER)
    rows = call.store.all(
        "SELECT m.* FROM user_organizations m JOIN organizations o ON o.id = m.organization_id"
        " WHERE m.user_id = ? AND o.deleted = 0 AND (? IS NULL OR o.id = ?) ORDER BY m.created_at",
        user_id,
        organization_id,
        organization_id,
    )
    return {
        "id": user["id"],
        "name": user["name"],
        "email": user["email"],
        "created_at": stored(user["created_at"]),
        "user_orgs": [
            {
                "id": row["id"],
                "user_id": row["user_id"],
                "organization_id": row["organization_id"],
                "role": row["role"],
                "created_at": stored(row["created_at"]),
                "updated_at": stored(row["updated_at"]),
                "scopes": unpack(row["scopes"]),
            }
            for row in rows
        ],
        "orgs": [organizations.completed(organizations.by_id(call, row["organization_id"])) for row in rows],
    }


def me(call: Call) -> Response:
    """GET /api/auth/me: an organization key has no user."""
    if call.caller.user_id is None:
        raise bad_request(UNKNOWN_USER)
    return reply(slim_user(call, call.caller.user_id))


ROUTES = [
    Route("GET", "/api/auth/me", me, (LOGGED,)),
]
