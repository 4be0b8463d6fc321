# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dataset at a sandbox, and C(trieve_crawls) on it."""

from __future__ import annotations

import functools
from typing import Any

from ansible_collections.community.trieve.plugins.module_utils._crawl.generation import PREFIX
from ansible_collections.community.trieve.plugins.modules.trieve_crawls import DEFINITION
from sandbox.server import Running

from .somebody import SOMEBODY
from .tasks import play

COUNTS = ("/api/dataset/get_all_tags",)
"""What a task reads to say how many chunks are left behind: POST, but nothing is written. test_trieve_crawl_chunks.py looks at it."""


def sharing(options: dict[str, Any]) -> dict[str, Any]:
    """No warning of several sites in one dataset, which most tests have: test_trieve_crawl_shared_paths.py looks at that."""
    return {} if options.get("state") == "absent" else {"allow_shared_paths": True}


def without_generation(tags: list[str] | None) -> list[str] | None:
    """The tags of a crawl without the one that the collection adds."""
    kept = [tag for tag in tags or () if not tag.startswith(PREFIX)]
    return kept if kept or kept == tags else None


class Docs:
    """A dataset with the tracking id ``docs``, and what tests ask of it behind the module's back."""

    def __init__(self, sandbox: Running, connection: dict[str, Any], tracking_id: str = "docs") -> None:
        self.sandbox = sandbox
        self.connection = {**connection, "dataset": tracking_id}
        self.id: str = self._post("dataset", {"dataset_name": tracking_id, "tracking_id": tracking_id})["id"]
        sandbox.control.clear_requests()

    def run(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task, without repetitions unless they are asked for."""
        return play(DEFINITION, check_mode, **{**self.connection, "retries": 0, **sharing(options), **options})

    def add(self, site_url: str, **options: Any) -> str:
        """A crawl that is there before. Returns its id."""
        body = {"crawl_options": {"site_url": site_url, **options}}
        return str(self._post("crawl", body, **{"TR-Dataset": self.id})["id"])

    def add_many(self, count: int, **values: Any) -> list[str]:
        """Many crawls, of ``https://site-1.example.com`` and so on, the oldest first."""
        return self.sandbox.control.crawls(self.id, count, **values)

    def crawls(self) -> list[dict[str, Any]]:
        """What the server has, the oldest first: id, url and the options that are set."""
        rows = self.sandbox.control.state("crawls")
        return [row for row in rows if row["dataset_id"] == self.id]

    def ids(self) -> list[str]:
        """The ids of what the server has."""
        return [row["id"] for row in self.crawls()]

    def urls(self) -> list[str]:
        """The addresses of what the server has, in alphabetical order."""
        return sorted(row["url"] for row in self.crawls())

    def sent(self) -> list[str]:
        """The verbs of the requests since the last time this was asked, without those that only count chunks."""
        verbs = [entry["method"] for entry in self.sandbox.control.requests() if entry["path"] not in COUNTS]
        self.sandbox.control.clear_requests()
        return verbs

    def connections(self) -> int:
        """How many connections the requests in the log came on."""
        return len({entry["connection"] for entry in self.sandbox.control.requests()})

    @functools.cached_property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": self.sandbox.admin_key, "TR-Organization": self.sandbox.organization_id}

    def _post(self, what: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        url = f"{self.sandbox.url}/api/{what}"
        response = SOMEBODY.post(url, json=body, headers={**self._headers, **headers}, timeout=30)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer
