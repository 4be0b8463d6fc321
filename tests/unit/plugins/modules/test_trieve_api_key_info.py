# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_api_key_info) against a sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_api_key_info import DEFINITION
from sandbox.server import Running

from ...tenant import Tenant


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization with three keys."""
    made = Tenant(sandbox, connection)
    for name, role in (("reader", 0), ("admin", 1), ("reader", 1)):
        made.call("POST", "/api/organization/api_key", {"name": name, "role": role})
    return made


def test_all_keys_without_their_texts(tenant: Tenant) -> None:
    result = tenant.run(DEFINITION)
    assert result["changed"] is False
    assert sorted(key["name"] for key in result["api_keys"]) == ["admin", "reader", "reader"]
    assert "tr-" not in str(result["api_keys"])


@pytest.mark.parametrize(
    ("filters", "roles"),
    [({"name": "reader"}, ["admin", "read"]), ({"role": "read"}, ["read"]), ({"name": "nobody"}, [])],
)
def test_filters(tenant: Tenant, filters: dict[str, str], roles: list[str]) -> None:
    assert sorted(key["role"] for key in tenant.run(DEFINITION, **filters)["api_keys"]) == roles


def test_it_only_reads(tenant: Tenant) -> None:
    tenant.writes()
    tenant.run(DEFINITION)
    assert tenant.writes() == []
