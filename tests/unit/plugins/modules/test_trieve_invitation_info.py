# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_invitation_info) against a sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_invitation_info import DEFINITION
from sandbox.server import Running

from ...tenant import Tenant


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization with its owner only."""
    return Tenant(sandbox, connection)


def test_none_yet(tenant: Tenant) -> None:
    tenant.writes()
    result = tenant.run(DEFINITION)
    assert (result["changed"], result["invitations"]) == (False, [])
    assert tenant.writes() == []


def test_one_that_was_sent(tenant: Tenant) -> None:
    body = {
        "user_role": 0,
        "email": "jo@example.com",
        "app_url": "https://a.example.com",
        "redirect_uri": "https://a.example.com",
    }
    tenant.call("POST", "/api/invitation", body)
    assert [one["email"] for one in tenant.run(DEFINITION)["invitations"]] == ["jo@example.com"]
