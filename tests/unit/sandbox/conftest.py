# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of the sandbox that hides nothing: statuses, headers and what breaks on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from sandbox.server import Running

Send = Callable[..., requests.Response]


@pytest.fixture
def session(sandbox: Running) -> Iterator[requests.Session]:
    """Requests as the owner of the first organization, on connections that stay open."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = sandbox.admin_key
        session.headers["TR-Organization"] = sandbox.organization_id
        yield session


@pytest.fixture
def send(sandbox: Running, session: requests.Session) -> Send:
    """Sends a request: method and path, then what `requests` takes."""

    def send(line: str, **values: Any) -> requests.Response:
        method, path = line.split(" ", 1)
        values.setdefault("timeout", 30)
        return session.request(method, sandbox.url + path, allow_redirects=False, **values)

    return send


@pytest.fixture
def dataset(send: Send, session: requests.Session) -> str:
    """The id of a new dataset, which later requests name in their headers."""
    dataset_id: str = send("POST /api/dataset", json={"dataset_name": "unit", "tracking_id": "unit"}).json()["id"]
    session.headers["TR-Dataset"] = dataset_id
    return dataset_id
