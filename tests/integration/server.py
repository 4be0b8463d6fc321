# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server that the plays talk to: a sandbox of this run, or the one that the environment names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from sandbox.server import Control, running
from sandbox.settings import RECORDED, Settings

NAMES = ("TRIEVE_BASE_URL", "TRIEVE_API_KEY", "TRIEVE_ORGANIZATION_ID")

WEBHOOK_SECRET = "whk-Vd8sQz3LxT0pMw6nRb2JyF9cHk4GaE71"
"""What the sandbox puts into each crawl as its webhook's secret. Odd, so that it is found nowhere by chance."""


@dataclass(frozen=True)
class Server:
    """Where the plays send their requests."""

    url: str
    api_key: str
    organization_id: str
    control: Control | None
    """What sees and steers the sandbox; None if the server is another one."""

    def environment(self) -> dict[str, str]:
        """The variables by which the modules find it."""
        return dict(zip(NAMES, (self.url, self.api_key, self.organization_id), strict=True))

    def send(self, method: str, path: str, json: Any = None, dataset: str | None = None) -> Any:
        """One request of the tests' own, with the admin key. Returns the parsed answer.

        :raises requests.HTTPError: for a refusal.
        """
        headers = {"Authorization": self.api_key, "TR-Organization": self.organization_id}
        if dataset is not None:
            headers["TR-Dataset"] = dataset
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, self.url + path, json=json, headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def create_dataset(self, tracking_id: str) -> str:
        """A dataset for a play to work on. Returns its id."""
        body = {"dataset_name": tracking_id, "tracking_id": tracking_id, "server_configuration": {}}
        created: str = self.send("POST", "/api/dataset", body)["id"]
        return created


def named_by_environment() -> Server | None:
    """The server of the three variables, or None where none of them is set.

    :raises SystemExit: only some of them are set.
    """
    given = [os.environ.get(name, "") for name in NAMES]
    if all(given):
        return Server(given[0].rstrip("/"), given[1], given[2], None)
    if any(given):
        missing = [name for name, value in zip(NAMES, given, strict=True) if not value]
        raise SystemExit(f"Set {' and '.join(missing)} too, or none of {', '.join(NAMES)}.")
    return None


@contextmanager
def sandbox_server(api_key: str | None = None) -> Iterator[Server]:
    """A sandbox in a thread, over real HTTP, that keeps the bodies it receives.

    :param api_key: its admin key; by default a random one.
    """
    settings = Settings(workers=RECORDED, webhook_key=WEBHOOK_SECRET, log_bodies=True)
    with running(admin_key=api_key, settings=settings) as sandbox:
        yield Server(sandbox.url, sandbox.admin_key, sandbox.organization_id, sandbox.control)
