# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sync of chunks that is killed in the middle: the next run does the rest, nothing is lost or stored twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._chunk.api import READ, WRITE
from ansible_collections.community.trieve.plugins.modules.trieve_chunks import DEFINITION
from sandbox.server import Running

from ...playbook import CAN_WAIT, Playbook
from ...tenant import Tenant

pytestmark = [
    pytest.mark.skipif(not CAN_WAIT, reason="waits for processes that are not its own"),
    pytest.mark.each_core,
]

PATHS = pytest.mark.parametrize("in_process", [True, False], ids=["in process", "packed"])

UPSERT, UPDATE, DELETE = "POST /api/chunk", "PUT /api/chunk", "DELETE /api/chunk"
READS = ("POST /api/chunks/scroll", "POST /api/chunk_group/chunks")

OTHERS = ["other-0", "other-1"]
"""Chunks that no task declares and that are in no scope."""
OLD, NEW = READ + 10, WRITE + 10
"""How many chunks are deleted, and how many are created, by two requests each."""
RETAGGED = 3
"""Chunks that lose a tag. The server needs a request for each."""


class Sync:
    """A dataset, and tasks that keep its chunks in step with a file.

    :param folder: for the file
    """

    def __init__(self, sandbox: Running, connection: dict[str, Any], folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.tenant = Tenant(sandbox, connection)
        self.id = self.tenant.dataset("docs")
        self.add([chunk(name, "Somebody's", "other") for name in OTHERS])

    def add(self, chunks: list[dict[str, Any]]) -> None:
        """Chunks that are there before."""
        for start in range(0, len(chunks), WRITE):
            self.tenant.call("POST", "/api/chunk", chunks[start : start + WRITE], **{"TR-Dataset": self.id})

    def declare(self, chunks: list[dict[str, Any]], **options: Any) -> None:
        """What the file says, and further options of the task."""
        self.chunks = {str(one["tracking_id"]): one for one in chunks}
        file = self.folder / "chunks.jsonl"
        file.write_text("".join(f"{json.dumps(one)}\n" for one in chunks))
        self.options = {"dataset": "docs", "file": str(file), "concurrency": 1, **options}

    def killed(self, request: str, nth: int, in_process: bool, everything: bool) -> None:
        """Run the task, and kill it while it waits for the answer to its nth request of a kind.

        :param everything: Ansible's workers and modules are killed, too
        """
        method, _space, path = request.partition(" ")
        control = self.tenant.control
        self.tenant.writes()
        control.faults({"kind": "hold", "method": method, "path": f"^{path}$", "after": nth - 1, "times": 1})
        task = {"community.trieve.trieve_chunks": {**self.tenant.connection, **self.options}}
        playbook = Playbook(self.folder, task, in_process)
        assert self.sandbox.sandbox.faults.held.wait(120), playbook.log.read_text()
        if everything:
            playbook.kill_all()
            control.clear_faults()
        else:
            with playbook.waiting_for_all() as others:
                assert others
                playbook.kill()
                control.clear_faults()

    def catch_up(self) -> None:
        """Let the server do what it was sent. It does, whoever waits for it."""
        self.tenant.control.tick("ingestion", "update", "delete")

    def writes(self) -> list[str]:
        """The requests since the last call that write."""
        return [request for request in self.tenant.writes() if request not in READS]

    def again(self) -> tuple[dict[str, Any], list[str]]:
        """The result of another run, and what it wrote."""
        self.writes()
        result = self.tenant.run(DEFINITION, **self.options)
        assert not result.get("failed"), result["msg"]
        return result, self.writes()

    def stored(self) -> dict[str, dict[str, Any]]:
        """All chunks that searches can find, by tracking ID. Fails the test if one is there twice, or only in part."""
        answer = self.tenant.call("POST", "/api/chunks/scroll", {"page_size": 10_000}, **{"TR-Dataset": self.id})
        names = [one["tracking_id"] for one in answer["chunks"]]
        assert len(names) == len(set(names))
        rows = [row["tracking_id"] for row in self.tenant.control.state("chunks") if row["dataset_id"] == self.id]
        assert sorted(rows) == sorted(names)
        return dict(zip(names, answer["chunks"], strict=True))

    def is_complete(self) -> None:
        """Fails the test unless just what is declared is stored, beside the chunks of others, and a run sends only reads."""
        stored = self.stored()
        assert set(stored) == {*self.chunks, *OTHERS}
        for name, declared in self.chunks.items():
            assert stored[name]["chunk_html"] == declared["chunk_html"]
            assert set(stored[name]["tag_set"]) == set(declared["tag_set"])
        result, written = self.again()
        assert (result["changed"], written) == (False, [])
        assert result["unchanged"] == len(self.chunks)


@pytest.fixture
def sync(sandbox: Running, connection: dict[str, Any], tmp_path: Path) -> Sync:
    return Sync(sandbox, connection, tmp_path)


def chunk(name: str, text: str, *tags: str) -> dict[str, Any]:
    return {"tracking_id": name, "chunk_html": f"<p>{text} text of {name}</p>", "tag_set": list(tags)}


@PATHS
@pytest.mark.parametrize("everything", [True, False], ids=["the machine", "the playbook"])
def test_a_first_sync(sync: Sync, in_process: bool, everything: bool) -> None:
    """What the server has taken is not sent again, and nothing is sent after the kill."""
    sync.declare([chunk(f"new-{number}", "New", "own") for number in range(2 * WRITE + 10)])
    sync.killed(UPSERT, 2, in_process, everything)
    sync.catch_up()
    assert sync.writes() == [UPSERT] * 2
    assert len(sync.stored()) == len(OTHERS) + 2 * WRITE
    result, written = sync.again()
    assert written == [UPSERT]
    assert result["created"] == [f"new-{number}" for number in range(2 * WRITE, 2 * WRITE + 10)]
    assert result["verified"] is True
    sync.is_complete()


def test_what_is_still_queued_is_not_stored_twice(sync: Sync) -> None:
    """The next run begins before the server has stored anything, so it sends everything again."""
    control = sync.tenant.control
    workers = control.call("GET", "settings")["workers"]
    control.settings(workers=[])
    sync.declare([chunk(f"new-{number}", "New", "own") for number in range(WRITE + 10)], wait=False)
    sync.killed(UPSERT, 1, in_process=True, everything=True)
    assert set(sync.stored()) == set(OTHERS)
    _result, written = sync.again()
    assert written == [UPSERT] * 2
    control.settings(workers=workers)
    sync.catch_up()
    sync.is_complete()


@PATHS
@pytest.mark.parametrize(
    ("request_", "nth", "sent", "rest"),
    [
        (UPSERT, 1, [UPSERT], [UPSERT, *[UPDATE] * RETAGGED, *[DELETE] * 2]),
        (UPDATE, 2, [*[UPSERT] * 2, *[UPDATE] * 2], [UPDATE, *[DELETE] * 2]),
        (DELETE, 1, [*[UPSERT] * 2, *[UPDATE] * RETAGGED, DELETE], [DELETE]),
    ],
    ids=["before anything is deleted", "while tags are replaced", "while it deletes"],
)
def test_a_sync_with_deletions(
    sync: Sync, in_process: bool, request_: str, nth: int, sent: list[str], rest: list[str]
) -> None:
    """What is no longer declared goes last, by the next run if need be, and nothing else goes."""
    sync.add([chunk(f"old-{number}", "Old", "own") for number in range(OLD)])
    sync.add([chunk(f"kept-{number}", "Kept", "own", "draft") for number in range(RETAGGED)])
    new = [chunk(f"new-{number}", "New", "own") for number in range(NEW)]
    kept = [chunk(f"kept-{number}", "Kept", "own") for number in range(RETAGGED)]
    sync.declare([*new, *kept], scope={"tag": "own"}, prune=True)
    sync.killed(request_, nth, in_process, everything=True)
    sync.catch_up()
    assert sync.writes() == sent
    left = {name for name in sync.stored() if name.startswith("old-")}
    assert len(left) == (OLD - READ if request_ == DELETE else OLD)
    if request_ == DELETE:  # nothing is deleted before all that takes its place is there
        assert set(sync.stored()) == {*sync.chunks, *OTHERS, *left}
    result, written = sync.again()
    assert written == rest
    assert set(result["deleted"]) == left
    sync.is_complete()
