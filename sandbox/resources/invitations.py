# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invitations (docs/server.md 5.5)."""

from __future__ import annotations

import re
from typing import Any

from starlette.responses import Response

from ..calls.access import clean_role
from ..calls.call import ADMIN, ORGANIZATION, Body, Call, PathUuid, no_content, reply
from ..calls.route import Route
from ..formats.bodies import I32, Int, List, Opt, Str, Struct
from ..formats.clock import stored
from ..formats.errors import Panic, bad_request
from ..formats.ids import new_id
from ..store.database import Row, pack, unpack

CREATE = Struct(
    "InvitationData",
    user_role=Int(I32, "i32"),
    email=Str(),
    app_url=Str(),
    redirect_uri=Str(),
    scopes=Opt(List(Str())),
)
# Not anchored at its end, which is how an address that no mail can be built for gets in.
_EMAIL = re.compile(r"[a-zA-Z0-9.!#$%&\u2019*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*")
_MAILBOX = re.compile(r"[^\s@<>]+@[^\s@<>]+")


def create(call: Call) -> Response:
    """POST /api/invitation: a known user joins at once; what was stored stays if the mail fails."""
    body, organization_id = call.body, call.organization["id"]
    email = body["email"].strip()
    if not _EMAIL.match(email):
        raise bad_request("Invalid email")
    own_email = call.store.value("SELECT email FROM users WHERE id = ?", call.caller.user_id)
    if email == own_email:
        raise bad_request("Can not invite yourself")
    own = call.caller.in_organization(organization_id)
    if own is None or own.role < body["user_role"]:
        raise bad_request("Can not invite user with higher role than yours")
    now = call.now() // 1000
    user_id = call.store.value("SELECT id FROM users WHERE email = ?", email)
    if user_id is not None:
        _add_member(call, user_id, email, now)
    else:
        if call.store.value(
            "SELECT 1 FROM invitations WHERE organization_id = ? AND email = ?", organization_id, email
        ):
            raise bad_request(f"User with email {email} has already been invited")
        call.store.insert(
            "invitations",
            id=new_id(),
            email=email,
            organization_id=organization_id,
            used=0,
            created_at=now,
            updated_at=now,
            role=body["user_role"],
            scopes=None if body["scopes"] is None else pack(body["scopes"]),
        )
    if not _MAILBOX.fullmatch(email):
        raise Panic("no mail can be built for this address")
    if not call.machine.settings.mail:
        raise bad_request("Error sending email.")
    return no_content()


def _add_member(call: Call, user_id: str, email: str, now: int) -> None:
    organization_id, scopes = call.organization["id"], call.body["scopes"]
    if call.store.value(
        "SELECT 1 FROM user_organizations WHERE organization_id = ? AND user_id = ?", organization_id, user_id
    ):
        raise bad_request(f"User with email {email} is already in the organization")
    call.store.insert(
        "user_organizations",
        id=new_id(),
        user_id=user_id,
        organization_id=organization_id,
        role=clean_role(call.body["user_role"]),
        created_at=now,
        updated_at=now,
        scopes=None if scopes is None else pack(scopes),
    )


def index(call: Call) -> Response:
    """GET /api/invitations/{organization_id}: any organization's."""
    rows = call.store.all(
        "SELECT * FROM invitations WHERE organization_id = ? ORDER BY created_at", call.params["organization_id"]
    )
    return reply([_invitation(row) for row in rows])


def _invitation(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "email": row["email"],
        "organization_id": row["organization_id"],
        "used": bool(row["used"]),
        "created_at": stored(row["created_at"]),
        "updated_at": stored(row["updated_at"]),
        "role": row["role"],
        "scopes": unpack(row["scopes"]),
    }


def delete(call: Call) -> Response:
    """DELETE /api/invitation/{invitation_id}: any organization's."""
    if not call.store.run("DELETE FROM invitations WHERE id = ?", call.params["organization_id"]):
        raise bad_request("Error getting invitation.")
    return no_content()


_ID = PathUuid("organization_id")
ROUTES = [
    Route("POST", "/api/invitation", create, (Body(CREATE), ORGANIZATION, ADMIN)),
    Route("GET", "/api/invitation/{organization_id}", index, (_ID, ADMIN)),
    # The id here is the invitation's; the server's router knows one name for the segment.
    Route("DELETE", "/api/invitation/{organization_id}", delete, (_ID, ADMIN)),
    Route("GET", "/api/invitations/{organization_id}", index, (_ID, ADMIN)),
]
