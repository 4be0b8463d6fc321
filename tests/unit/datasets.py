# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization of a sandbox, as the tests of the dataset modules see and change it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ansible_collections.community.trieve.plugins.modules import trieve_dataset, trieve_dataset_info
from sandbox.server import Running

from .somebody import SOMEBODY
from .tasks import play, played, task_of

LLM_KEY = "sk-Zq7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6QaE"
RERANKER_KEY = "rr-Mw5tK8zVh1Bx4CnPd7Yg2LqRs9Fj3TaU"
PUBLIC_KEY = "tr-Hc3pX6wNk9Vb2MzQf5Yt8JrLs1Gd4KeA"
PAGE_KEY = "tr-Vd8nB3xRm6Kc1TzWq4Yh9PsLf7Gj2JaO"
SECRETS = (LLM_KEY, RERANKER_KEY, PUBLIC_KEY, PAGE_KEY)


class Organization:
    """Runs the modules and shows what came of it. No result may tell a secret."""

    def __init__(self, sandbox: Running, connection: dict[str, Any]) -> None:
        self.sandbox = sandbox
        self.connection = connection
        self.control = sandbox.control

    def run(self, check_mode: bool = False, /, **options: Any) -> dict[str, Any]:
        """C(trieve_dataset)."""
        return self._played(trieve_dataset.DEFINITION, check_mode, options)

    def preview(self, **options: Any) -> dict[str, Any]:
        """C(trieve_dataset) in check mode; it may only read."""
        self.sent()
        result = self.run(True, **options)
        assert set(self.verbs()) <= {"GET"}
        return result

    def timed(self, sleep: Callable[[float], None], clock: Callable[[], float], **options: Any) -> dict[str, Any]:
        """C(trieve_dataset) with a sleep and a clock of its own."""
        task = task_of(trieve_dataset.DEFINITION, **{**self.connection, **options})
        task.sleep, task.clock = sleep, clock
        return played(trieve_dataset.DEFINITION, task)

    def thrice(self, **options: Any) -> dict[str, Any]:
        """C(trieve_dataset), foretold by a preview and not repeated by a second run."""
        preview = self.preview(**options)
        assert "failed" not in preview, preview["msg"]
        result = self.run(**options)
        assert "failed" not in result, result["msg"]
        assert (preview["changed"], preview["diff"]) == (result["changed"], result["diff"])
        assert ({"POST", "PUT", "DELETE"} & set(self.verbs()) != set()) is result["changed"]
        again = self.run(**options)
        assert again["changed"] is False
        assert again["diff"] == []
        assert set(self.verbs()) == {"GET"}
        return {**result, "predicted": preview["dataset"]}

    def refused(self, **options: Any) -> str:
        """The words of C(trieve_dataset) with which both modes refuse something before anything is written."""
        self.sent()
        results = [self.run(check_mode, **options) for check_mode in (True, False)]
        assert set(self.verbs()) <= {"GET"}
        assert results[0] == results[1]
        assert results[0].get("failed") is True
        words: str = results[0]["msg"]
        return words

    def info(self, check_mode: bool = False, /, **options: Any) -> dict[str, Any]:
        """C(trieve_dataset_info)."""
        return self._played(trieve_dataset_info.DEFINITION, check_mode, options)

    def _played(self, definition: Any, check_mode: bool, options: dict[str, Any]) -> dict[str, Any]:
        result = play(definition, check_mode, **{**self.connection, **options})
        told = json.dumps(result)
        assert [secret for secret in SECRETS if secret in told] == []
        return result

    def sent(self) -> list[dict[str, Any]]:
        """The requests since the last call, those of the control API left out."""
        entries = self.control.requests()
        self.control.clear_requests()
        return entries

    def verbs(self) -> list[str]:
        """The verbs of C(sent), without the question that proves an empty list."""
        return [entry["method"] for entry in self.sent() if entry["path"] != "/api/auth/me"]

    def bodies(self) -> list[Any]:
        """The bodies of C(sent), of those that have one; secrets are hidden in them."""
        return [entry["body"] for entry in self.sent() if entry["body"] is not None]

    def rows(self) -> list[dict[str, Any]]:
        """The datasets in the database, oldest first."""
        return [row for row in self.control.state("datasets") if not row["deleted"]]

    def stored(self, dataset_id: str) -> dict[str, Any]:
        """The configuration as it is stored, secrets included."""
        (row,) = (row for row in self.rows() if row["id"] == dataset_id)
        stored: dict[str, Any] = json.loads(row["server_configuration"])
        return stored

    def give_chunks(self, dataset_id: str, count: int) -> None:
        """Let the server count so many chunks."""
        self.control.sql("UPDATE dataset_usage_counts SET chunk_count = ? WHERE dataset_id = ?", [count, dataset_id])

    def api(
        self, method: str, path: str, body: Any = None, organization: str | None = None, dataset: str | None = None
    ) -> Any:
        """A call of Trieve's own, behind the modules' back."""
        headers = {
            "Authorization": self.sandbox.admin_key,
            "TR-Organization": organization or self.sandbox.organization_id,
        }
        if dataset:
            headers["TR-Dataset"] = dataset
        response = SOMEBODY.request(method, f"{self.sandbox.url}/api/{path}", json=body, headers=headers, timeout=30)
        response.raise_for_status()
        answer = response.json()
        self.sent()
        return answer

    def add_chunk(self, dataset_id: str, **body: Any) -> None:
        """Let the dataset have one chunk more."""
        self.api("POST", "chunk", {"chunk_html": "Text", **body}, dataset=dataset_id)

    def add_group(self, dataset_id: str, tracking_id: str) -> None:
        """Let the dataset have one chunk group more."""
        self.api("POST", "chunk_group", {"tracking_id": tracking_id}, dataset=dataset_id)

    def add_file(self, dataset_id: str) -> None:
        """Let the dataset have one file more, of which nothing has been made yet."""
        self.api("POST", "file", {"base64_file": "VGV4dA==", "file_name": "text.txt"}, dataset=dataset_id)

    def counts(self, dataset_id: str) -> tuple[int, int, int]:
        """How many chunks, groups and files are stored of a dataset."""
        tables = ("chunks", "chunk_groups", "files")
        stored = [[row for row in self.control.state(table) if row["dataset_id"] == dataset_id] for table in tables]
        chunks, groups, files = map(len, stored)
        return chunks, groups, files

    def create(self, organization: str | None = None, **body: Any) -> str:
        """A dataset that is there before. Returns its id."""
        dataset_id: str = self.api("POST", "dataset", {"dataset_name": "docs", **body}, organization)["id"]
        return dataset_id

    def other(self) -> str:
        """Another organization. Returns its id."""
        organization_id: str = self.api("POST", "organization", {"name": "Other"})["id"]
        return organization_id
