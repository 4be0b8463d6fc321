# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox's own life: nothing that was answered is lost, and nobody sees half of a change."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sandbox.server import running

from .scenario import FOLDER
from .wire import Answer, NoAnswer, exchange

ROOT = FOLDER.parent.parent
WRITERS = 4
ANSWERED_BEFORE_THE_KILL = 60
BATCH = 10


class Server:
    """One server, a key and a dataset."""

    def __init__(self, url: str, key: str, organization: str) -> None:
        self.url, self.key, self.organization = url, key, organization
        self.dataset = ""

    def send(self, method: str, path: str, json: Any = None) -> Answer:
        """Send one request on a connection of its own. Raises NoAnswer."""
        headers = {"Authorization": self.key, "TR-Organization": self.organization}
        if self.dataset:
            headers["TR-Dataset"] = self.dataset
        request: dict[str, Any] = {"method": method, "path": path, "headers": headers}
        if json is not None:
            request["json"] = json
        return exchange(self.url, request)

    def crawls(self) -> dict[str, Any]:
        """All crawls of the dataset by id."""
        return {one["id"]: one for one in self.send("GET", "/api/crawl?limit=100000").body}

    def datasets(self) -> list[str]:
        """The names of all datasets."""
        body = self.send("GET", f"/api/dataset/organization/{self.organization}").body
        return [one["dataset"]["name"] for one in body]


@contextmanager
def process(state: Path) -> Iterator[tuple[Server, subprocess.Popen[str]]]:
    """A sandbox of its own process on a state file; killed at the end if it still runs."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(state), "--workers", "none"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            values = dict(child.stdout.readline().strip().removeprefix("export ").split("=", 1) for _unused in range(3))
            yield Server(values["TRIEVE_BASE_URL"], values["TRIEVE_API_KEY"], values["TRIEVE_ORGANIZATION_ID"]), child
        finally:
            child.kill()


def test_a_killed_sandbox_loses_nothing_that_it_answered(tmp_path: Path) -> None:
    """Four clients write while it is killed; after a restart all that was answered is there, and no half of anything."""
    state = tmp_path / "state.sqlite"
    answered: queue.Queue[tuple[str, Any]] = queue.Queue()

    def write(server: Server, number: int) -> None:
        """Create crawls and datasets and delete every third crawl, until nobody answers any more."""
        with suppress(NoAnswer):
            for count in range(100_000):
                made = server.send(
                    "POST", "/api/crawl", {"crawl_options": {"site_url": f"https://{number}-{count}.example.com"}}
                )
                answered.put(("crawl", made.body))
                name = f"{number}-{count}"
                server.send("POST", "/api/dataset", {"dataset_name": name, "tracking_id": name})
                answered.put(("dataset", name))
                if count % 3 == 0:
                    doomed.put(made.body["id"])
                    server.send("DELETE", f"/api/crawl/{made.body['id']}")
                    answered.put(("deleted", made.body["id"]))

    doomed: queue.Queue[str] = queue.Queue()
    seen: list[tuple[str, Any]] = []
    with process(state) as (server, child):
        server.dataset = server.send("POST", "/api/dataset", {"dataset_name": "crawls"}).body["id"]
        before = server
        writers = [threading.Thread(target=write, args=(server, number), daemon=True) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        seen += [answered.get(timeout=120) for _unused in range(ANSWERED_BEFORE_THE_KILL)]
        os.kill(child.pid, signal.SIGKILL)
        for writer in writers:
            writer.join(120)
    while not answered.empty():
        seen.append(answered.get())
    maybe_deleted = set(doomed.queue)

    with process(state) as (server, _unused):
        assert (server.key, server.organization) == (before.key, before.organization)
        server.dataset = before.dataset
        crawls, names = server.crawls(), server.datasets()

    deleted = {value for kind, value in seen if kind == "deleted"}
    made = {value["id"]: value for kind, value in seen if kind == "crawl"}
    assert made
    assert deleted
    assert not deleted & crawls.keys()
    assert made.keys() - maybe_deleted <= crawls.keys()
    for id_, crawl in crawls.items():
        if id_ in made:
            assert json.dumps(crawl["crawl_options"]) == json.dumps(made[id_]["crawl_options"])
            assert (crawl["url"], crawl["status"]) == (made[id_]["url"], "Pending")
    assert {value for kind, value in seen if kind == "dataset"} <= set(names)
    assert len(crawls) - len(made.keys() & crawls.keys()) <= WRITERS  # done, but killed before the answer


def test_two_clients_see_consistent_lists() -> None:
    """While one client replaces crawls and makes batches of datasets, two others never see half of that."""
    with running() as sandbox:
        server = Server(sandbox.url, sandbox.admin_key, sandbox.organization_id)
        server.dataset = server.send("POST", "/api/dataset", {"dataset_name": "lists"}).body["id"]
        options = {"crawl_options": {"site_url": "https://lists.example.com"}}
        kept = [server.send("POST", "/api/crawl", options).body["id"] for _unused in range(20)]
        finished = threading.Event()
        wrong: list[str] = []
        looks = [0, 0]

        def look(reader: int) -> None:
            while not finished.is_set() or looks[reader] < 20:
                looks[reader] += 1
                rows = server.send("GET", "/api/crawl?limit=1000").body
                if len({row["id"] for row in rows}) != len(rows) or len(rows) not in (20, 21):
                    wrong.append(f"{len(rows)} crawls")
                if [row["created_at"] for row in rows] != sorted((row["created_at"] for row in rows), reverse=True):
                    wrong.append("crawls out of order")
                if (len(server.datasets()) - 1) % BATCH:
                    wrong.append("part of a batch of datasets")

        readers = [threading.Thread(target=look, args=(reader,), daemon=True) for reader in range(2)]
        for thread in readers:
            thread.start()
        for turn in range(20):
            kept.append(server.send("POST", "/api/crawl", options).body["id"])
            server.send("DELETE", f"/api/crawl/{kept.pop(0)}")
            batch = {"datasets": [{"dataset_name": f"{turn}-{one}"} for one in range(BATCH)]}
            server.send("POST", "/api/dataset/batch_create_datasets", batch)
        finished.set()
        for thread in readers:
            thread.join(120)
        assert wrong == []
        assert min(looks) >= 20
        assert list(server.crawls()) == kept[::-1]
        assert len(server.datasets()) == 20 * BATCH + 1
