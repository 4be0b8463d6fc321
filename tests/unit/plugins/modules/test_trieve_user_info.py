# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_user_info) against a sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_user_info import DEFINITION
from sandbox.server import Running

from ...tenant import Tenant


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization with its owner only."""
    return Tenant(sandbox, connection)


def test_the_owner_is_listed(tenant: Tenant) -> None:
    result = tenant.run(DEFINITION)
    assert result["changed"] is False
    assert [user["role"] for user in result["users"]] == ["owner"]


@pytest.mark.parametrize(("role", "count"), [("owner", 1), ("admin", 0)])
def test_filter_by_role(tenant: Tenant, role: str, count: int) -> None:
    assert len(tenant.run(DEFINITION, role=role)["users"]) == count


def test_nobody_of_this_address(tenant: Tenant) -> None:
    tenant.writes()
    assert tenant.run(DEFINITION, email="nobody@example.com")["users"] == []
    assert tenant.writes() == []
