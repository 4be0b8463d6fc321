# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of several modules share."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.server import Running

from ...datasets import Organization


@pytest.fixture
def organization(sandbox: Running, connection: dict[str, Any]) -> Organization:
    """An organization without datasets."""
    return Organization(sandbox, connection)
