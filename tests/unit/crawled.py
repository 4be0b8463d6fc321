# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites that the sandbox's crawl worker finds, and the chunks that they leave in a dataset."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.community.trieve.plugins.module_utils._crawl.generation import PREFIX
from ansible_collections.community.trieve.plugins.modules.trieve_crawls import DEFINITION as LIST
from sandbox.server import Running

from .crawls import sharing
from .one_crawl import SITE, Site
from .somebody import SOMEBODY
from .tasks import played, task_of


def page(path: str, *headings: str, words: str = "some words that stand on this page") -> dict[str, Any]:
    """A page with a section for each heading."""
    html = "".join(f"<h1>{heading}</h1><p>{heading} {words}</p>" for heading in headings)
    return {"path": path, "html": html, "title": path}


class Crawled(Site):
    """A dataset at a sandbox whose crawl worker runs: a crawl is done when it has been created."""

    def __init__(self, sandbox: Running, connection: dict[str, Any], tracking_id: str = "docs") -> None:
        super().__init__(sandbox, connection, tracking_id)
        self.workers("crawl", "ingestion", "delete", "update", "groups", "clone")
        self.now = 0.0

    def workers(self, *names: str) -> None:
        """Let just these workers run."""
        self.sandbox.control.settings(workers=[*names])

    def pages(self, *pages: dict[str, Any], site: str = SITE, **values: Any) -> None:
        """Say what a crawl of a site finds from now on."""
        body = {"site": site, "pages": [*pages], **values}
        SOMEBODY.post(f"{self.sandbox.url}/_sandbox/sites", json=body, timeout=30).raise_for_status()

    def play(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task on a clock that only its pauses move."""
        return self.timed(self._pause, lambda: self.now, check_mode, **options)

    def many(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task of C(trieve_crawls) on the same clock."""
        task = task_of(LIST, check_mode, **{**self.connection, "retries": 0, **sharing(options), **options})
        task.sleep, task.clock = self._pause, lambda: self.now
        return played(LIST, task)

    def _pause(self, seconds: float) -> None:
        self.now += seconds

    def foretold(self, **options: Any) -> dict[str, Any]:
        """The result of a run whose preview writes nothing and shows the same changes."""
        self.sandbox.control.clear_requests()
        preview = self.play(check_mode=True, **options)
        assert self.writes() == []
        result = self.play(**options)
        names = ("failed", "changed", "diff", "plan", "summary")
        assert {name: preview.get(name) for name in names} == {name: result.get(name) for name in names}, result.get(
            "msg"
        )
        return result

    def unchanged(self, **options: Any) -> dict[str, Any]:
        """The result of a run that changes nothing and writes nothing."""
        self.sandbox.control.clear_requests()
        result = self.play(**options)
        assert self.writes() == []
        assert (result["changed"], result["plan"]) == (False, []), result
        return result

    def writes(self) -> list[str]:
        """The requests since the last time this was asked that are no reads."""
        log = self.sandbox.control.requests()
        self.sandbox.control.clear_requests()
        reads = ("/api/dataset/get_all_tags", "/api/chunks/scroll")
        return [f"{e['method']} {e['path']}" for e in log if e["method"] != "GET" and e["path"] not in reads]

    def requests(self) -> list[dict[str, Any]]:
        """The log of requests."""
        return self.sandbox.control.requests()

    def chunks(self) -> dict[str, str]:
        """The headings of the dataset's chunks, each with its link."""
        found = {}
        for row in self.sandbox.control.state("chunks"):
            if row["dataset_id"] == self.id:
                body = json.loads(row["body"])
                found[(body["metadata"] or {}).get("heading", row["tracking_id"])] = body["link"]
        return found

    def headings(self) -> list[str]:
        """The headings of the dataset's chunks, sorted."""
        return sorted(self.chunks())

    def generations(self) -> list[str]:
        """The generation tags of the crawls, the oldest first."""
        tags = [json.loads(row["crawl_options"])["tags"] or [] for row in self.crawls()]
        return [tag for some in tags for tag in some if tag.startswith(PREFIX)]

    def created(self, crawl_id: str, seconds_ago: float) -> None:
        """Let a crawl have been created some time ago."""
        microseconds = int(seconds_ago * 1_000_000)
        self.sandbox.control.sql("UPDATE crawls SET created_at = created_at - ? WHERE id = ?", (microseconds, crawl_id))
