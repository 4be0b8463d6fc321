# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sandbox as a process of its own, so that it does not share the interpreter of what is measured."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from sandbox.server import Control

ROOT = Path(__file__).resolve().parents[2]
DATASET = "bench"


class Server:
    """A running sandbox with one dataset.

    :param environment: the variables that lead to it: address, key, organization and dataset
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = {**environment, "TRIEVE_DATASET_TRACKING_ID": DATASET}
        self.url = environment["TRIEVE_BASE_URL"]
        self.control = Control(self.url)
        self.headers = {
            "Authorization": environment["TRIEVE_API_KEY"],
            "TR-Organization": environment["TRIEVE_ORGANIZATION_ID"],
        }
        body = {"dataset_name": DATASET, "tracking_id": DATASET}
        answer = requests.post(f"{self.url}/api/dataset", json=body, headers=self.headers, timeout=30)
        answer.raise_for_status()
        self.dataset_id: str = answer.json()["id"]
        self.headers["TR-Dataset"] = self.dataset_id

    def fill(self, crawls: int) -> list[str]:
        """Leave just so many crawls in the dataset, of ``https://site-1.example.com`` and so on. Returns their ids."""
        self.control.sql("DELETE FROM crawls")
        return self.control.crawls(self.dataset_id, crawls)


@contextlib.contextmanager
def server(workers: str = "none") -> Iterator[Server]:
    """A sandbox on a free port.

    :param workers: those that run by themselves
    :raises RuntimeError: it does not answer within a minute
    """
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--workers", workers, "--ready-file", str(ready)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            end = time.monotonic() + 60
            while not ready.exists():
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("the sandbox did not start")
                time.sleep(0.02)
            given = Server(json.loads(ready.read_text()))
            with contextlib.closing(given.control):
                yield given
        finally:
            process.terminate()
            process.wait()
