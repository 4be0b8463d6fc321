# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organizations (trieve-api.md 5.1)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from .auth import new_id
from .bodies import Str, Struct
from .call import ADMIN, LOGGED, Body, Call, PathUuid, reply
from .clock import stamp, stored
from .errors import internal, not_found
from .router import Route
from .seed import NIL
from .store import Row, unpack

CREATE = Struct("CreateOrganizationReqPayload", name=Str())
PARTNER_DEFAULTS = {
    "CALENDAR_LINK": "https://cal.com/nick.k",
    "COMPANY_NAME": "Trieve",
    "COMPANY_URL": "https://trieve.ai",
    "DEMO_DOMAIN": "demos.trieve.ai",
    "EMAIL": "humans@trieve.ai",
    "FAVICON_URL": "https://cdn.trieve.ai/favicon.ico",
    "LINKEDIN_LINK": "https://www.linkedin.com/company/trieveai",
    "PHONE": "+16282224090",
    "SLACK_LINK": "https://join.slack.com/t/trievecommunityslack/shared_invite/zt-2v7zyxytf-zWLVgqI8avB5x5Br7INQgw",
}
UNLIMITED_COUNTS = dict.fromkeys(("chunk_count", "user_count", "dataset_count", "message_count"), 2**31 - 1)
UNLIMITED = {**UNLIMITED_COUNTS, "file_storage": 2**63 - 1, "messages_per_month": 2**31 - 1, "name": "Unlimited"}
FREE = {
    "chunk_count": 1000,
    "user_count": 5,
    "dataset_count": 2,
    "message_count": 1000,
    "file_storage": 1048576,
    "messages_per_month": 50,
    "name": "Free",
}


def partner_configuration(stored_text: str) -> dict[str, Any]:
    """A partner configuration as GET completes it: texts of known keys, defaults for the rest."""
    source = unpack(stored_text)
    known = source if isinstance(source, dict) else {}
    return {
        name: known[name] if isinstance(known.get(name), str) else default for name, default in PARTNER_DEFAULTS.items()
    }


def organization_object(row: Row | dict[str, Any], partner: Any, times: Any = stored) -> dict[str, Any]:
    """An organization as it is answered, with this partner configuration."""
    return {
        "id": row["id"],
        "name": row["name"],
        "created_at": times(row["created_at"]),
        "updated_at": times(row["updated_at"]),
        "registerable": bool(row["registerable"]),
        "deleted": row["deleted"],
        "partner_configuration": partner,
    }


def completed(row: Row) -> dict[str, Any]:
    """An organization as reads show it."""
    return organization_object(row, partner_configuration(row["partner_configuration"]))


def by_id(call: Call, organization_id: str) -> Row:
    """An organization that is not deleted.

    :raises Refusal: 404.
    """
    row = call.store.one("SELECT * FROM organizations WHERE id = ? AND deleted = 0", organization_id)
    if row is None:
        raise not_found("Organization not found")
    return row


def create(call: Call) -> Response:
    """POST /api/organization: with an organization key it fails half-way and leaves an orphan."""
    now = call.now()
    row = {
        "id": new_id(),
        "name": call.body["name"],
        "created_at": now // 1000,
        "updated_at": now // 1000,
        "registerable": 1,
        "deleted": 0,
    }
    call.store.insert("organizations", **row)
    if call.caller.user_id is None:
        raise internal("Failed to add user to organization")
    call.store.insert(
        "user_organizations",
        id=new_id(),
        user_id=call.caller.user_id,
        organization_id=row["id"],
        role=2,
        created_at=now // 1000,
        updated_at=now // 1000,
    )
    return reply(organization_object({**row, "created_at": now, "updated_at": now}, {}, stamp))


def show(call: Call) -> Response:
    """GET /api/organization/{organization_id}: any organization's."""
    row = by_id(call, call.params["organization_id"])
    return reply({"organization": completed(row), "plan": plan(call), "subscription": None})


def plan(call: Call) -> dict[str, Any]:
    """The plan of an organization without a subscription; its times are those of the call."""
    now = stamp(call.now())
    limits = UNLIMITED if call.sandbox.settings.unlimited else FREE
    return {
        "type": "flat",
        "id": NIL,
        "stripe_id": "",
        "amount": 0,
        "created_at": now,
        "updated_at": now,
        "visible": True,
        **limits,
    }


_ID = PathUuid("organization_id")
ROUTES = [
    Route("POST", "/api/organization", create, (Body(CREATE), LOGGED)),
    Route("GET", "/api/organization/{organization_id}", show, (_ID, ADMIN)),
]
