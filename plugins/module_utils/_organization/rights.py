# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What reads tell about the permissions of an API key.

Trieve shows no organization key its own role, and nobody a key's scopes. But it checks the role before it answers, so a read
that only owners may send tells whether a key is one.
"""

from __future__ import annotations

from .._core.failure import TaskFailed
from ..trieve import TrieveClient, TrieveError
from .api import list_invoices, list_plans


def check_owner(client: TrieveClient) -> None:
    """Fail if the key certainly lacks the owner role; pass if it has it, or if that cannot be told.

    The organization's invoices can be read by owners only. A key with scopes is refused every call that they do not name,
    and may be allowed to write all the same: such a key is refused the list of plans, too, which is open to all others.

    :raises TaskFailed: the run would be refused
    """
    try:
        list_invoices(client)
    except TrieveError as error:
        refusal = error
    else:
        return
    if refusal.status != 403:
        return
    try:
        list_plans(client)
    except TrieveError:
        return
    raise TaskFailed(
        f"The API key lacks the owner role in organization {client.organization_id}, which Trieve requires for this change:"
        f" {refusal.method} {refusal.url}, which any owner may send, was answered with HTTP 403. Use an API key with the role owner.",
        error=refusal.as_result(),
    )
