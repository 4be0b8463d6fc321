# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Search parameters that a key brings along: they override those of the request (docs/server.md 5.3)."""

from __future__ import annotations

import json
from typing import Any

from ..formats.bodies import is_json
from ..formats.errors import bad_request
from .call import Call

PATHS = frozenset(
    (
        "/api/chunk/autocomplete",
        "/api/chunk/search",
        "/api/chunk_group/group_oriented_search",
        "/api/chunk_group/group_oriented_autocomplete",
        "/api/chunk_group/search",
        "/api/message",
        "/api/chunks/scroll",
    )
)


def apply_default_params(call: Call, params: dict[str, Any]) -> None:
    """Rewrite the body of a search.

    :raises Refusal: 400 for a body that is no JSON object or is not declared as JSON.
    """
    if call.path not in PATHS:
        return
    content_type = call.headers.get(b"content-type")
    try:
        body = json.loads(call.raw_body)
    except ValueError:
        body = None
    if content_type is None or not is_json(content_type.decode("latin-1")) or not isinstance(body, dict):
        raise bad_request("Could not insert api key payload")
    call.raw_body = json.dumps({**body, **params}).encode()
