# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API keys of organizations and of users (docs/server.md 5.3)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ..calls.access import clean_role
from ..calls.call import ADMIN, LOGGED, Body, Call, PathUuid, Query, no_content, reply
from ..calls.params import integer, uuid
from ..calls.route import Route
from ..formats.bodies import I32, Bool, Enum, Float, Int, Json, List, Opt, Str, Struct, Uuid
from ..formats.clock import stored
from ..formats.dates import parse_date
from ..formats.errors import bad_request
from ..formats.ids import key_hash, new_id, new_key
from ..store.database import Row, pack, unpack

SEARCH_TYPE = Enum("fulltext", "semantic", "hybrid", "bm25", full_text="fulltext", BM25="bm25")
DEFAULT_PARAMS = Struct(
    "ApiKeyRequestParams",
    search_type=Opt(SEARCH_TYPE),
    page_size=Opt(Int((0, 2**64 - 1), "u64")),
    filters=Opt(Json()),
    highlight_options=Opt(Json()),
    score_threshold=Opt(Float()),
    slim_chunks=Opt(Bool()),
    use_quote_negated_terms=Opt(Bool()),
    remove_stop_words=Opt(Bool()),
    typo_options=Opt(Json()),
    no_result_message=Opt(Str()),
)
CREATE = Struct(
    "CreateApiKeyReqPayload",
    name=Str(),
    role=Int(I32, "i32"),
    dataset_ids=Opt(List(Uuid())),
    scopes=Opt(List(Str())),
    default_params=Opt(DEFAULT_PARAMS),
    expires_at=Opt(Str()),
)


def key_object(row: Row) -> dict[str, Any]:
    """A key as it is listed; scopes, expiry and default parameters are never shown."""
    return {
        "id": row["id"],
        "organization_id": row["organization_id"],
        "name": row["name"],
        "role": row["role"],
        "organization_ids": None,
        "dataset_ids": unpack(row["dataset_ids"]),
        "created_at": stored(row["created_at"]),
        "updated_at": stored(row["updated_at"]),
    }


def create(call: Call) -> Response:
    """POST /api/organization/api_key: the key is shown this once, without its id."""
    body = call.body
    key = new_key()
    now = call.now() // 1000
    params = body["default_params"]
    call.store.insert(
        "organization_api_keys",
        id=new_id(),
        organization_id=call.organization["id"],
        hash=key_hash(key),
        name=body["name"],
        role=clean_role(body["role"]),
        dataset_ids=None if body["dataset_ids"] is None else pack(body["dataset_ids"]),
        scopes=None if body["scopes"] is None else pack(body["scopes"]),
        expires_at=None if body["expires_at"] is None else parse_date(body["expires_at"], now),
        default_params=None if params is None else pack({k: v for k, v in params.items() if v is not None}),
        created_at=now,
        updated_at=now,
    )
    return reply({"api_key": key})


def index(call: Call) -> Response:
    """GET /api/organization/api_key: by id, ten unless told otherwise; the cursor is the last item's id."""
    limit = 10 if call.args["limit"] is None else call.args["limit"]
    if limit < 0:
        raise bad_request("Failed to get API keys for user")
    rows = call.store.all(
        "SELECT * FROM organization_api_keys WHERE organization_id = ? AND id > ? ORDER BY id LIMIT ?",
        call.organization["id"],
        call.args["cursor"] or "",
        limit,
    )
    keys = [key_object(row) for row in rows]
    return reply({"api_keys": keys, "cursor": keys[-1]["id"] if keys else None})


def delete(call: Call) -> Response:
    """DELETE /api/organization/api_key/{api_key_id}: 204 also where nothing was."""
    call.store.run(
        "DELETE FROM organization_api_keys WHERE id = ? AND organization_id = ?",
        call.params["api_key_id"],
        call.organization["id"],
    )
    return no_content()


def user_index(call: Call) -> Response:
    """GET /api/user/api_key: the calling user's keys; an organization key has none."""
    rows = call.store.all("SELECT * FROM user_api_keys WHERE user_id = ? ORDER BY created_at", call.caller.user_id)
    return reply([_user_key(row) for row in rows])


def _user_key(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "organization_id": "00000000-0000-0000-0000-000000000000",
        "name": row["name"],
        "role": row["role"],
        "organization_ids": None,
        "dataset_ids": None,
        "created_at": stored(row["created_at"]),
        "updated_at": stored(row["updated_at"]),
    }


def user_delete(call: Call) -> Response:
    """DELETE /api/user/api_key/{api_key_id}: 204 also where nothing was."""
    call.store.run(
        "DELETE FROM user_api_keys WHERE id = ? AND user_id = ?", call.params["api_key_id"], call.caller.user_id
    )
    return no_content()


_ID = PathUuid("api_key_id")
ORGANIZATION_ROUTES = [
    Route("POST", "/api/organization/api_key", create, (ADMIN, Body(CREATE))),
    Route("GET", "/api/organization/api_key", index, (ADMIN, Query(cursor=uuid, limit=integer()))),
    Route("DELETE", "/api/organization/api_key/{api_key_id}", delete, (_ID, ADMIN)),
]
USER_ROUTES = [
    Route("GET", "/api/user/api_key", user_index, (LOGGED,)),
    Route("DELETE", "/api/user/api_key/{api_key_id}", user_delete, (_ID, LOGGED)),
]
