# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dataset at a sandbox, and C(trieve_crawl) on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ansible_collections.community.trieve.plugins.modules.trieve_crawl import DEFINITION

from .crawls import Docs, sharing, without_generation
from .tasks import played, task_of

SITE = "https://docs.example.com"


class Site(Docs):
    """A dataset, and tasks that are about the crawl of one site unless they say otherwise."""

    def run(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task."""
        return self.timed(check_mode=check_mode, **options)

    def timed(
        self,
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] | None = None,
        check_mode: bool = False,
        **options: Any,
    ) -> dict[str, Any]:
        """The result of a task with a sleep and a clock of its own."""
        given = {"retries": 0, **sharing(options), **({} if "crawl_id" in options else {"site_url": SITE}), **options}
        task = task_of(DEFINITION, check_mode, **{**self.connection, **given})
        task.sleep = sleep or _no_sleep
        task.clock = clock or task.clock
        return played(DEFINITION, task)

    def thrice(self, **options: Any) -> dict[str, Any]:
        """The result of a run that a preview has foretold and that a second run does not repeat."""
        self.sent()
        preview = self.run(check_mode=True, **options)
        assert not preview.get("failed"), preview["msg"]
        assert set(self.sent()) <= {"GET"}
        result = self.run(**options)
        assert not result.get("failed"), result["msg"]
        assert (preview["changed"], preview["diff"]) == (result["changed"], result["diff"])
        assert bool({"POST", "DELETE"} & set(self.sent())) is result["changed"]
        again = self.run(**options)
        assert again["changed"] is False, again["diff"]
        assert again["diff"] == again["plan"] == []
        assert set(self.sent()) == {"GET"}
        return result

    def options(self, crawl_id: str) -> dict[str, Any]:
        """The options that the server holds of a crawl, those that are set, without what it adds by itself."""
        (row,) = [row for row in self.crawls() if row["id"] == crawl_id]
        stored = json.loads(row["crawl_options"])
        stored["tags"] = without_generation(stored["tags"])
        kept = {name: value for name, value in stored.items() if value is not None and name != "webhook_metadata"}
        own = f"{self.sandbox.url}/api/file/html_page"
        kept["webhook_urls"] = [url for url in kept["webhook_urls"] if url != own]
        if isinstance(kept.get("scrape_options"), dict):
            kept["scrape_options"] = {k: v for k, v in kept["scrape_options"].items() if v is not None}
        return kept

    def status(self, crawl_id: str, status: str) -> None:
        """Set the status of a crawl."""
        self.sandbox.control.sql("UPDATE crawls SET status = ? WHERE id = ?", (status, crawl_id))


def _no_sleep(seconds: float) -> None:
    raise AssertionError(f"nobody should wait for {seconds} s here")
