# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization of the sandbox: tasks in it, what they sent, what it then holds, and what somebody else does there."""

from __future__ import annotations

import json
import uuid
from typing import Any

from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition
from sandbox.server import Running

from .somebody import SOMEBODY
from .tasks import play

READS = ("POST /api/dataset/get_all_tags", "POST /api/chunks/scroll")
"""Requests that write nothing, whatever their verb says."""


class Tenant:
    """An organization and its owner's key.

    :param connection: the connection options of its tasks
    """

    def __init__(self, sandbox: Running, connection: dict[str, Any]) -> None:
        self.control = sandbox.control
        self.connection = connection
        self.id: str = connection["organization_id"]

    def run(self, definition: Definition, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task."""
        return play(definition, check_mode, **{**self.connection, **options})

    def refused(self, definition: Definition, **options: Any) -> str:
        """The words of a task that fails in the same way in check mode, and sends nothing but reads in both."""
        self.writes()
        preview = self.run(definition, check_mode=True, **options)
        result = self.run(definition, **options)
        assert result.get("failed") is True, result
        assert preview == result
        assert self.writes() == []
        words: str = result["msg"]
        return words

    def thrice(self, definition: Definition, **options: Any) -> dict[str, Any]:
        """The result of a run that a preview has foretold and that a second run does not repeat."""
        self.writes()
        preview = self.run(definition, check_mode=True, **options)
        assert self.writes() == []
        result = self.run(definition, **options)
        assert not result.get("failed"), result["msg"]
        for name in ("changed", "diff", "plan", "summary"):
            assert preview.get(name) == result.get(name)
        changes = self.writes()
        assert result["changed"] is bool(changes)
        again = self.run(definition, **options)
        assert again["changed"] is False, again
        assert again["diff"] == []
        assert again.get("plan", []) == []
        assert self.writes() == []
        return result

    def writes(self) -> list[str]:
        """Method and path of each request since the last call that is no read."""
        log = self.control.requests()
        self.control.clear_requests()
        sent = [f"{entry['method']} {entry['path']}" for entry in log if entry["method"] != "GET"]
        return [line for line in sent if line not in READS]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """What the sandbox holds of this organization, the oldest first."""
        return [row for row in self.control.state(table) if row["organization_id"] == self.id]

    def call(self, method: str, path: str, body: Any = None, key: str | None = None, **headers: str) -> Any:
        """What somebody else does: an answer of the server, as JSON or None."""
        answer = SOMEBODY.request(
            method,
            self.connection["url"] + path,
            json=body,
            headers={"Authorization": key or self.connection["api_key"], "TR-Organization": self.id, **headers},
            timeout=30,
        )
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def status(self, method: str, path: str, key: str, **headers: str) -> int:
        """The status of somebody's request with a key."""
        answer = SOMEBODY.request(
            method,
            self.connection["url"] + path,
            headers={"Authorization": key, "TR-Organization": self.id, **headers},
            timeout=30,
        )
        return answer.status_code

    def dataset(self, tracking_id: str, **values: Any) -> str:
        """Create a dataset and return its id."""
        body = {"dataset_name": tracking_id, "tracking_id": tracking_id, **values}
        dataset_id: str = self.call("POST", "/api/dataset", body)["id"]
        return dataset_id

    def account(self, email: str) -> str:
        """Let a person have an account at the server, as if they had signed up. Returns its id."""
        user_id = str(uuid.uuid4())
        self.control.sql("INSERT INTO users VALUES (?, ?, ?, ?)", [user_id, "Jo", email, 1_700_000_000_000_000])
        return user_id

    def member(self, email: str, role: int, scopes: list[str] | None = None) -> str:
        """Let a person with a new account be a member. Returns the account's id."""
        user_id = self.account(email)
        late = 1_900_000_000_000_000  # the server's own key acts as the oldest owner, who stays
        self.control.sql(
            "INSERT INTO user_organizations VALUES (?, ?, ?, ?, ?, ?, ?)",
            [str(uuid.uuid4()), user_id, self.id, role, late, late, scopes if scopes is None else json.dumps(scopes)],
        )
        return user_id


class Rehearsed:
    """Tasks about the content of a dataset, each previewed, run and run again. A subclass has C(run) and C(writes).

    :cvar LISTS: the lists of names in a result
    """

    LISTS: tuple[str, ...]

    def run(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task."""
        raise NotImplementedError

    def writes(self) -> list[str]:
        """The requests since the last call that write."""
        raise NotImplementedError

    def thrice(self, **options: Any) -> tuple[dict[str, Any], list[str]]:
        """The result of a run that a preview has foretold and that a second run does not repeat, and what it wrote."""
        self.writes()
        preview = self.run(True, **options)
        assert not preview.get("failed"), preview["msg"]
        assert self.writes() == []
        result = self.run(**options)
        assert not result.get("failed"), result["msg"]
        for name in ("changed", "diff", "plan", "summary", "unchanged", *self.LISTS):
            assert preview[name] == result[name]
        assert result["verified"] is True
        written = self.writes()
        again = self.run(**options)
        assert again["changed"] is False, again["diff"]
        assert self.writes() == []
        return result, written

    def refused(self, **options: Any) -> str:
        """The words of a task that fails in both modes before it writes anything."""
        self.writes()
        results = [self.run(check_mode, **options) for check_mode in (True, False)]
        assert results[0] == results[1]
        assert results[0].get("failed") is True, results[0]
        assert self.writes() == []
        words: str = results[0]["msg"]
        return words
