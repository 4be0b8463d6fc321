# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dataset at a sandbox with chunk groups: tasks on it, and what others see and do there."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition
from sandbox.server import Running

from .somebody import SOMEBODY
from .tasks import play


class Shop:
    """A dataset with the tracking id ``shop``."""

    def __init__(self, sandbox: Running, connection: dict[str, Any]) -> None:
        self.control = sandbox.control
        self.connection = {**connection, "dataset": "shop"}
        self.id: str = self.call("POST", "dataset", {"dataset_name": "shop", "tracking_id": "shop"})["id"]
        self.verbs()

    def run(self, definition: Definition, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task, without repetitions unless they are asked for."""
        return play(definition, check_mode, **{**self.connection, "retries": 0, **options})

    def thrice(self, definition: Definition, **options: Any) -> dict[str, Any]:
        """The result of a run that a preview has foretold and that a second run does not repeat."""
        self.verbs()
        preview = self.run(definition, check_mode=True, **options)
        assert set(self.verbs()) <= {"GET"}
        result = self.run(definition, **options)
        assert not result.get("failed"), result["msg"]
        for name in ("changed", "diff", "plan", "summary"):
            assert preview[name] == result[name]
        assert result["changed"] is bool(set(self.verbs()) - {"GET"})
        again = self.run(definition, **options)
        assert again["changed"] is False, again
        assert again["diff"] == []
        assert again["plan"] == []
        assert set(self.verbs()) <= {"GET"}
        return result

    def refused(self, definition: Definition, **options: Any) -> str:
        """The words of a task that fails in the same way in check mode, and sends nothing but reads in both."""
        self.verbs()
        result = self.run(definition, **options)
        assert result.get("failed") is True, result
        assert result["changed"] is False
        assert self.run(definition, check_mode=True, **options) == result
        assert set(self.verbs()) <= {"GET"}
        words: str = result["msg"]
        return words

    def verbs(self) -> list[str]:
        """The verbs of the requests since the last call."""
        return [entry["method"] for entry in self.sent()]

    def sent(self) -> list[dict[str, Any]]:
        """The requests since the last call."""
        log = self.control.requests()
        self.control.clear_requests()
        return log

    def call(self, method: str, path: str, body: Any = None, dataset: str | None = None) -> Any:
        """What somebody else does, in this dataset or another one: the answer as JSON or None."""
        headers = {"Authorization": self.connection["api_key"], "TR-Organization": self.connection["organization_id"]}
        if dataset or hasattr(self, "id"):
            headers["TR-Dataset"] = dataset or self.id
        url = f"{self.connection['url']}/api/{path}"
        answer = SOMEBODY.request(method, url, json=body, headers=headers, timeout=30)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def add(self, tracking_id: str | None, dataset: str | None = None, **values: Any) -> str:
        """A group that is there before. Returns its id."""
        group_id: str = self.call("POST", "chunk_group", {"tracking_id": tracking_id, **values}, dataset)["id"]
        return group_id

    def add_chunk(self, tracking_id: str, *groups: str, tags: tuple[str, ...] = ()) -> None:
        """A chunk in the groups of these tracking ids."""
        body = {"chunk_html": tracking_id, "tracking_id": tracking_id, "tag_set": list(tags)}
        self.call("POST", "chunk", {**body, "group_tracking_ids": list(groups)})

    def groups(self) -> dict[str, dict[str, Any]]:
        """What the sandbox holds: the groups by their tracking ids; one without has its id as the key."""
        held = {}
        for row in self.control.state("chunk_groups"):
            parsed = {name: json.loads(row[name]) if row[name] else row[name] for name in ("metadata", "tag_set")}
            held[row["tracking_id"] or row["id"]] = {**row, **parsed}
        return held

    def group(self, tracking_id: str) -> dict[str, Any]:
        """One of them, without its times and ids."""
        row = self.groups()[tracking_id]
        return {name: row[name] for name in ("name", "description", "metadata", "tag_set")}

    def chunks(self) -> dict[str, list[str]]:
        """The tags of the chunks by their tracking ids."""
        return {row["tracking_id"]: json.loads(row["tag_set"]) for row in self.control.state("chunks")}
