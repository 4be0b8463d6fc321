# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dataset with files, and tasks that change them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from ansible_collections.community.trieve.plugins.modules import trieve_file_info
from ansible_collections.community.trieve.plugins.modules.trieve_files import DEFINITION

from .tasks import played, task_of
from .tenant import Rehearsed, Tenant

WORKERS = ["ingestion", "update", "delete", "groups", "file"]

READS = ("POST /api/chunks/scroll",)


class Dataset(Rehearsed):
    """A dataset, and tasks about its files."""

    LISTS = ("created", "replaced", "updated", "deleted")

    def __init__(self, tenant: Tenant, folder: Path) -> None:
        self.tenant = tenant
        self.folder = folder
        self.id = tenant.dataset("docs")
        tenant.control.settings(workers=WORKERS)
        self.progress: list[str] = []
        tenant.writes()

    def run(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task. Its clock goes on by its own pauses only."""
        given = {**self.tenant.connection, "dataset": "docs", "wait_timeout": 3, **options}
        task = task_of(DEFINITION, check_mode, **given)
        now = [0.0]
        task.clock = lambda: now[0]
        task.progress = self.progress.append

        def sleep(seconds: float) -> None:
            now[0] += seconds

        task.sleep = sleep
        return played(DEFINITION, task)

    def writes(self) -> list[str]:
        """Method and path of the requests since the last call that write, with X for an ID."""
        sent = [request for request in self.tenant.writes() if request not in READS]
        return [request if len(request) < 40 else request.rpartition("/")[0] + "/X" for request in sent]

    def info(self, **options: Any) -> dict[str, Any]:
        """The result of C(trieve_file_info)."""
        return self.tenant.run(trieve_file_info.DEFINITION, **{"dataset": "docs", **options})

    def files(self) -> dict[str, dict[str, Any]]:
        """The files by the tracking IDs of their groups."""
        return {file["group_tracking_id"]: file for file in self.info()["files"]}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What somebody else does in the dataset."""
        answer = self.tenant.call(method, path, body, **{"TR-Dataset": self.id})
        self.tenant.writes()
        return answer

    def foreign(self, text: str = "Somebody else's.", **values: Any) -> str:
        """Upload a file as somebody else. Returns its ID."""
        body = {"base64_file": base64.b64encode(text.encode()).decode(), "file_name": "f.txt", **values}
        file_id: str = self.call("POST", "/api/file", body)["file_metadata"]["id"]
        return file_id

    def chunks(self) -> dict[str, str]:
        """The text of each chunk that searches find, by tracking ID."""
        answer = self.tenant.call("POST", "/api/chunks/scroll", {"page_size": 1000}, **{"TR-Dataset": self.id})
        return {chunk["tracking_id"]: chunk["chunk_html"] for chunk in answer["chunks"]}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """What the sandbox holds."""
        return [row for row in self.tenant.control.state(table) if row["dataset_id"] == self.id]


def text(name: str, content: str = "", **options: Any) -> dict[str, Any]:
    """An entry of C(files)."""
    return {"group_tracking_id": name, "content": content or f"Text of {name}.", "file_name": "a.txt", **options}


def fill(folder: Path, *names: str) -> None:
    """Write a text file of each name."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Text of {name}.")
