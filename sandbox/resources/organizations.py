# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organizations (docs/server.md 5.1)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..calls.call import ADMIN, LOGGED, ORGANIZATION, OWNER, Body, Call, PathUuid, no_content, reply
from ..calls.route import Route
from ..formats.bodies import Bool, Json, Opt, Str, Struct
from ..formats.clock import stamp, stored
from ..formats.errors import Panic, Refusal, bad_request, internal, not_found
from ..formats.html_text import sanitize
from ..formats.ids import NIL, new_id
from ..store.database import Row, pack, unpack
from . import api_keys, datasets

NO_MEMBERS = "Failed to delete user from redis"
CLICKHOUSE_COUNTERS = (
    "bytes_ingested",
    "tokens_ingested",
    "ocr_pages_ingested",
    "website_pages_scraped",
    "events_ingested",
    "current_months_message_count",
)
DATE_RANGE = Struct("DateRange", gte=Opt(Str()), lte=Opt(Str()), gt=Opt(Str()), lt=Opt(Str()))
UPDATE = Struct("UpdateOrganizationReqPayload", name=Opt(Str()), partner_configuration=Opt(Json()))
USAGE = Struct("GetOrganizationUsageReqPayload", date_range=Opt(DATE_RANGE), v1_usage=Opt(Bool()))
UPDATE_CONFIGS = Struct(
    "UpdateAllOrgDatasetConfigsReqPayload", to_configuration=Json(), match_configuration=Opt(Json())
)
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
    limits = UNLIMITED if call.machine.settings.unlimited else FREE
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


def update(call: Call) -> Response:
    """PUT /api/organization: the name goes through the sanitizer, the partner configuration is replaced."""
    row, body = by_id(call, call.organization["id"]), call.body
    name = sanitize(row["name"] if body["name"] is None else body["name"])
    partner = body["partner_configuration"]
    if partner is None:
        partner = partner_configuration(row["partner_configuration"])
    now = call.now() // 1000
    call.store.run(
        "UPDATE organizations SET name = ?, partner_configuration = ?, updated_at = ? WHERE id = ?",
        name,
        pack(partner),
        now,
        row["id"],
    )
    if not has_members(call, row["id"]):
        raise internal(NO_MEMBERS)
    return reply(organization_object({**dict(row), "name": name, "updated_at": now}, partner))


def has_members(call: Call, organization_id: str) -> bool:
    """Whether anybody belongs to the organization."""
    return call.store.value("SELECT 1 FROM user_organizations WHERE organization_id = ?", organization_id) is not None


def delete(call: Call) -> Response:
    """DELETE /api/organization/{organization_id}: any organization's; a locked dataset stops it half-way."""
    organization_id = call.params["organization_id"]
    if not has_members(call, organization_id):
        raise internal(NO_MEMBERS)
    rows = call.store.all(
        "SELECT * FROM datasets WHERE organization_id = ? AND deleted = 0 ORDER BY created_at", organization_id
    )
    for row in rows:
        try:
            datasets.soft_delete(call, row)
        except Refusal:
            raise bad_request("Error deleting dataset") from None
    call.store.run("UPDATE organizations SET deleted = 1 WHERE id = ?", organization_id)
    return no_content()


def usage(call: Call) -> Response:
    """POST /api/organization/usage/{organization_id}: without v1_usage it needs ClickHouse, where nothing is counted."""
    organization_id = call.params["organization_id"]
    if not call.body["v1_usage"] and call.machine.is_down("clickhouse"):
        raise internal("Error fetching search queries")
    row = call.store.one("SELECT * FROM organizations WHERE id = ?", organization_id)
    if row is None:
        raise bad_request("Could not find organization usage count")
    count = call.store.value
    return reply(
        {
            **dict.fromkeys(("search_tokens", "message_tokens"), 0),
            "dataset_count": row["dataset_count"],
            "user_count": count("SELECT COUNT(*) FROM user_organizations WHERE organization_id = ?", organization_id),
            "file_storage": count(
                "SELECT COALESCE(SUM(f.size), 0) FROM files f JOIN datasets d ON d.id = f.dataset_id"
                " WHERE d.organization_id = ?",
                organization_id,
            ),
            **dict.fromkeys(("message_count", "search_count"), 0),
            "chunk_count": count(
                "SELECT COALESCE(SUM(u.chunk_count), 0) FROM dataset_usage_counts u"
                " JOIN datasets d ON d.id = u.dataset_id WHERE d.organization_id = ?",
                organization_id,
            ),
            **dict.fromkeys(CLICKHOUSE_COUNTERS, 0),
        }
    )


def update_dataset_configs(call: Call) -> Response:
    """POST /api/organization/update_dataset_configs: PostgreSQL's ``||`` on all datasets, without any check."""
    match = call.body["match_configuration"]
    if match is not None and (
        not isinstance(match, dict) or any(not isinstance(value, str) for value in match.values())
    ):
        raise Panic("match_configuration is no object of texts")
    if match == {}:
        raise bad_request("Error updating datasets")
    with call.store.transaction():
        rows = call.store.all("SELECT * FROM datasets WHERE organization_id = ?", call.organization["id"])
        for row in rows:
            config = unpack(row["server_configuration"])
            if all(_as_text(config, name) == value for name, value in (match or {}).items()):
                new = _concatenated(config, call.body["to_configuration"])
                call.store.run("UPDATE datasets SET server_configuration = ? WHERE id = ?", pack(new), row["id"])
    return no_content()


def _as_text(config: Any, name: str) -> str | None:
    value = config.get(name) if isinstance(config, dict) else None
    return value if value is None or isinstance(value, str) else pack(value)


def _concatenated(left: Any, right: Any) -> Any:
    if isinstance(left, dict) and isinstance(right, dict):
        return {**left, **right}
    return [*(left if isinstance(left, list) else [left]), *(right if isinstance(right, list) else [right])]


_ID = PathUuid("organization_id")
ROUTES = [
    Route("POST", "/api/organization/usage/{organization_id}", usage, (_ID, Body(USAGE), ADMIN)),
    Route(
        "POST",
        "/api/organization/update_dataset_configs",
        update_dataset_configs,
        (Body(UPDATE_CONFIGS), ORGANIZATION, OWNER),
    ),
    *api_keys.ORGANIZATION_ROUTES,
    Route("GET", "/api/organization/{organization_id}", show, (_ID, ADMIN)),
    Route("DELETE", "/api/organization/{organization_id}", delete, (_ID, OWNER)),
    Route("POST", "/api/organization", create, (Body(CREATE), LOGGED)),
    Route("PUT", "/api/organization", update, (Body(UPDATE), ORGANIZATION, OWNER)),
]
