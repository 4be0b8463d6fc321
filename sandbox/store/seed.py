# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fresh server starts with: one organization, its owner, and the owner's key."""

from __future__ import annotations

from ..formats.ids import key_hash, new_id
from .database import Store


def known_key(store: Store) -> str | None:
    """The admin key of an old state, or None."""
    key: str | None = store.value("SELECT value FROM meta WHERE key = 'admin_key'")
    return key


def seed(store: Store, now: int, admin_key: str, organization_id: str | None = None) -> str:
    """Fill an empty state, or take up an old one.

    :param now: microseconds.
    :param organization_id: of the default organization, if it is to be made with a certain one.
    :returns: the id of the default organization.
    """
    with store.transaction():
        store.run("INSERT OR REPLACE INTO meta VALUES ('admin_key', ?)", admin_key)
        user_id = store.value("SELECT id FROM users WHERE email = 'default'")
        if user_id is None:
            user_id, organization_id = new_id(), organization_id or new_id()
            store.insert("users", id=user_id, name=None, email="default", created_at=now)
            store.insert("organizations", id=organization_id, name="default", created_at=now, updated_at=now)
            store.insert(
                "user_organizations",
                id=new_id(),
                user_id=user_id,
                organization_id=organization_id,
                role=2,
                created_at=now,
                updated_at=now,
            )
            store.run("INSERT INTO meta VALUES ('organization_id', ?)", organization_id)
        if store.value("SELECT 1 FROM user_api_keys WHERE hash = ?", key_hash(admin_key)) is None:
            # The real server makes this key once, at its first start. Here a new --admin-key gets one of its own,
            # so that it can always find its organization through GET /api/auth/me.
            store.insert(
                "user_api_keys",
                id=new_id(),
                user_id=user_id,
                hash=key_hash(admin_key),
                name="default",
                role=1,
                created_at=now,
                updated_at=now,
            )
        default: str = store.value("SELECT value FROM meta WHERE key = 'organization_id'")
        return default
