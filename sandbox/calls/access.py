# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Callers, their places in organizations and their scopes; how headers name a key (docs/server.md 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ..store.database import Row

READ, ADMIN, OWNER = 0, 1, 2


def clean_role(role: int) -> int:
    """A role as the server keeps it: 2 owner, 1 admin, anything else reads."""
    return role if role in (ADMIN, OWNER) else READ


@dataclass
class Membership:
    """A caller's place in an organization."""

    organization_id: str
    role: int
    scopes: list[str] | None = None


@dataclass
class Caller:
    """Who sends a request. ``user_id`` is None for the made-up user of an organization key."""

    user_id: str | None
    memberships: list[Membership] = field(default_factory=list)
    key_hash: str = ""
    dataset_ids: list[str] | None = None
    default_params: Any = None

    def in_organization(self, organization_id: str) -> Membership | None:
        """The caller's membership there, or None."""
        return next((one for one in self.memberships if one.organization_id == organization_id), None)


@dataclass
class Access:
    """What the middleware made of a request: all None for an anonymous caller without headers.

    ``looked_up`` says whether it had to ask the database, so that the body had time to arrive.
    """

    caller: Caller | None = None
    dataset: Row | None = None
    organization: Row | None = None
    role: int | None = None
    looked_up: bool = False


@lru_cache(maxsize=1024)
def _scope_pattern(scope: str) -> re.Pattern[str] | None:
    try:
        return re.compile(re.sub(r"\{[a-zA-Z0-9_-]+\}", "[a-zA-Z0-9_-]+", scope))
    except re.error:
        return None


def scope_matches(scopes: list[str], route: str) -> bool:
    """Whether one of the scopes fits ``METHOD /path``: as it is, or as a pattern that matches anywhere."""
    for scope in scopes:
        if scope == route:
            return True
        pattern = _scope_pattern(scope)
        if pattern and pattern.search(route):
            return True
    return False


def header(headers: dict[bytes, bytes], *names: bytes) -> str | None:
    """The first of these headers that is there and plain ASCII; one with other bytes counts as absent."""
    for name in names:
        value = headers.get(name)
        if value is not None and value.isascii():
            return value.decode("ascii")
    return None


def key_of(headers: dict[bytes, bytes]) -> str | None:
    """The key as sent, or None. Only exactly ``Bearer `` is cut off; Authorization hides x-api-key."""
    value = header(headers, b"authorization", b"x-api-key")
    return value[len("Bearer ") :] if value is not None and value.startswith("Bearer ") else value
