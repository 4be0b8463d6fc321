# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What reads tell about the permissions of an API key.

Trieve shows no organization key its own role, and nobody a key's scopes. But it checks the role before it answers, so a read
that only owners may send tells whether a key is one.
"""

from __future__ import annotations

from ..trieve import TrieveClient, TrieveError, segment
from .failure import TaskFailed
from .task import attempt


def check_owner(client: TrieveClient) -> None:
    """Fail if the key certainly lacks the owner role; pass if it has it, or if that cannot be told.

    The organization's invoices can be read by owners only. A key with scopes is refused every call that they do not name,
    and may be allowed to write all the same: such a key is refused the list of plans, too, which is open to all others.

    :raises TaskFailed: the run would be refused
    """
    organization = segment(client.organization_id or "")
    invoices = f"/api/stripe/invoices/{organization}"
    _invoices, refused = attempt(client.get, invoices, list)
    if not _is_forbidden(refused):
        return
    _plans, scoped = attempt(client.get, "/api/stripe/plans", list)
    if scoped is None:
        raise TaskFailed(
            f"The API key lacks the owner role in organization {client.organization_id}, which Trieve requires for this change:"
            f" GET {invoices}, which any owner may send, was answered with HTTP 403. Use an API key with the role owner.",
            error=refused.as_result() if refused else None,
        )


def _is_forbidden(error: TrieveError | TaskFailed | None) -> bool:
    return error is not None and (error.as_result() or {}).get("status") == 403
