# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sandbox for the proofs, and the scenes on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from sandbox.server import Running, running
from sandbox.settings import Settings
from tests.unit import conftest as unit
from tests.unit.tenant import Tenant

from .organization_scenes import SCENES
from .scenes import Scene

# Fixtures that pytest uses by itself.
_fresh_sessions = unit._fresh_sessions
_no_settings_of_the_machine = unit._no_settings_of_the_machine


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    """One sandbox for all proofs."""
    with running(settings=Settings()) as sandbox:
        yield sandbox


@pytest.fixture
def scene_of(server: Running) -> Callable[..., Scene]:
    """Makes the scene of a module on an emptied sandbox."""

    def make(module: str, kind: str = "") -> Scene:
        server.control.reset()
        connection = {"url": server.url, "api_key": server.admin_key, "organization_id": server.organization_id}
        return SCENES[module](Tenant(server, connection), kind)

    return make
