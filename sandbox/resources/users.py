# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users (docs/server.md 2.5 and 5.4)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..calls.access import ADMIN as ADMIN_ROLE
from ..calls.access import clean_role
from ..calls.call import ADMIN, LOGGED, ORGANIZATION, Body, Call, PathUuid, no_content, reply
from ..calls.route import Route
from ..formats.bodies import I32, Int, List, Opt, Str, Struct, Uuid
from ..formats.clock import stored
from ..formats.errors import bad_request, forbidden
from ..store.database import pack, unpack
from . import api_keys, organizations

UPDATE = Struct("UpdateUserReqPayload", user_id=Opt(Uuid()), role=Opt(Int(I32, "i32")), scopes=Opt(List(Str())))
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


def update(call: Call) -> Response:
    """PUT /api/user: role and scopes in the header's organization, of the caller or of another member."""
    organization_id, body = call.organization["id"], call.body
    own = call.caller.in_organization(organization_id)
    if own is None:
        raise bad_request("You are not a member of this organization")
    user_id = body["user_id"]
    if user_id is not None:
        if own.role < ADMIN_ROLE:
            raise bad_request("You must have an admin or owner role to update other users")
        user = slim_user(call, user_id)
        if all(one["organization_id"] != organization_id for one in user["user_orgs"]):
            raise bad_request(
                "The user who you would like to update the role of must be added to the specified org first"
                " before their role can be updated"
            )
    role = None if body["role"] is None else clean_role(body["role"])
    if role is not None and role > own.role:
        raise bad_request("Can not grant a user a higher role than that of the requesting user's")
    scopes = None if body["scopes"] is None else pack(body["scopes"])
    if role is not None or scopes is not None:
        call.store.run(
            "UPDATE user_organizations SET role = COALESCE(?, role), scopes = COALESCE(?, scopes), updated_at = ?"
            " WHERE organization_id = ? AND user_id = ?",
            role,
            scopes,
            call.now() // 1000,
            organization_id,
            user_id or call.caller.user_id,
        )
    return no_content()


def users_of(call: Call) -> Response:
    """GET /api/organization/users/{organization_id}: any organization's, an unknown one has none."""
    organization_id = call.params["organization_id"]
    rows = call.store.all(
        "SELECT m.user_id FROM user_organizations m JOIN organizations o ON o.id = m.organization_id"
        " WHERE o.id = ? AND o.deleted = 0 ORDER BY m.created_at",
        organization_id,
    )
    return reply([slim_user(call, row["user_id"], organization_id) for row in rows])


def remove_user(call: Call) -> Response:
    """DELETE /api/organization/{organization_id}/user/{user_id}: the header's organization counts."""
    organization_id, user_id = call.organization["id"], call.params["user_id"]
    row = call.store.one(
        "SELECT * FROM user_organizations WHERE organization_id = ? AND user_id = ?", organization_id, user_id
    )
    if row is None:
        raise bad_request("Error loading user role")
    own = call.caller.in_organization(organization_id)
    if own is None or row["role"] > own.role:
        raise forbidden()
    call.store.run("DELETE FROM user_organizations WHERE id = ?", row["id"])
    return no_content()


ROUTES = [
    Route("GET", "/api/auth/me", me, (LOGGED,)),
    Route("PUT", "/api/user", update, (Body(UPDATE), LOGGED, ORGANIZATION)),
    Route("GET", "/api/organization/users/{organization_id}", users_of, (PathUuid("organization_id"), ADMIN)),
    Route(
        "DELETE",
        "/api/organization/{organization_id}/user/{user_id}",
        remove_user,
        (PathUuid("user_id"), ORGANIZATION, ADMIN),
    ),
    *api_keys.USER_ROUTES,
]
