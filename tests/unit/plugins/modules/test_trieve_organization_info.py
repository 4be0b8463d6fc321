# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_organization_info) against a sandbox."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.trieve.plugins.modules.trieve_organization_info import DEFINITION
from sandbox.server import Running

from ...tenant import Tenant


def test_the_organization_of_the_connection(sandbox: Running, connection: dict[str, Any]) -> None:
    tenant = Tenant(sandbox, connection)
    result = tenant.run(DEFINITION)
    assert result["changed"] is False
    assert tenant.id in str(result)
    assert connection["api_key"] not in str(result)
