# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client survives the server's keep-alive trap.

A request with a body that Trieve refuses before it has read the body makes it swallow the next request on that
connection: it is neither carried out nor answered.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator

import pytest

from ansible_collections.community.trieve.plugins.module_utils import _session as _http
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError
from sandbox.server import Running, running

ABSENT = "11111111-2222-4333-8444-555555555555"
WRONG_KEY = "tr-" + "wR0ngKey" * 4
REQUESTS = 1000


class World:
    """A sandbox with the trap, a dataset in it, and clients that share one Session, since they have one address."""

    def __init__(self, sandbox: Running) -> None:
        self.sandbox = sandbox
        self.owner = self.client(sandbox.admin_key)
        self.dataset = self.owner.post("/api/dataset", dict, {"dataset_name": "trap"})["id"]
        reader = self.owner.post("/api/organization/api_key", dict, {"name": "reader", "role": 0})["api_key"]
        self.reader = self.client(reader)
        self.stranger = self.client(WRONG_KEY)
        sandbox.control.clear_requests()
        sandbox.control.faults({"keep_alive_trap": True})

    def client(self, key: str, timeout: float = 30) -> TrieveClient:
        """A client that repeats nothing unless it is told to."""
        return TrieveClient(self.sandbox.url, key, self.sandbox.organization_id, timeout=timeout)

    def swallowed(self) -> int:
        """How many requests the sandbox took and never answered."""
        return self.sandbox.control.counters()["swallowed"]


@pytest.fixture
def world() -> Iterator[World]:
    """A sandbox of its own, since counters are compared."""
    with running() as sandbox:
        yield World(sandbox)


def refused(status: int, call: Callable[[], object]) -> None:
    """The call is answered with this error."""
    with pytest.raises(TrieveError) as error:
        call()
    assert error.value.status == status


def harmless(world: World) -> list[Callable[[], object]]:
    """Requests that are carried out, or have no body."""
    crawl = {"crawl_options": {"site_url": "https://trap.example.com"}}
    return [
        lambda: world.owner.get("/api/crawl", list, dataset=world.dataset, params={"limit": 3}),
        lambda: world.owner.post("/api/crawl", dict, crawl, dataset=world.dataset),
        lambda: world.owner.put("/api/dataset", dict, {"dataset_id": world.dataset, "dataset_name": "trap"}),
        lambda: world.owner.delete(f"/api/crawl/{ABSENT}", dataset=world.dataset),
        lambda: refused(401, lambda: world.stranger.get("/api/crawl", list, dataset=world.dataset)),
        lambda: refused(401, lambda: world.stranger.delete(f"/api/crawl/{ABSENT}", dataset=world.dataset)),
    ]


def dangerous(world: World) -> list[Callable[[], object]]:
    """Requests with a body that are refused, by key, role, header, path and body."""
    crawl = {"crawl_options": {"site_url": "https://trap.example.com"}}
    renamed = {"dataset_id": ABSENT, "dataset_name": "x"}
    return [
        lambda: refused(401, lambda: world.stranger.post("/api/crawl", dict, crawl, dataset=world.dataset)),
        lambda: refused(403, lambda: world.reader.post("/api/crawl", dict, crawl, dataset=world.dataset)),
        lambda: refused(403, lambda: world.reader.put("/api/dataset", dict, renamed)),
        lambda: refused(404, lambda: world.owner.post("/api/crawl", dict, crawl, dataset=ABSENT)),
        lambda: refused(404, lambda: world.owner.put("/api/dataset", dict, renamed)),
        lambda: refused(404, lambda: world.owner.post("/api/nothing", dict, {})),
        lambda: refused(400, lambda: world.owner.post("/api/crawl", dict, {}, dataset=world.dataset)),
    ]


def test_no_request_is_swallowed(world: World) -> None:
    """A thousand requests of all kinds in any order: each of them is answered, and as it should be."""
    good, bad = harmless(world), dangerous(world)
    order = random.Random(8).choices([*good, *bad], k=REQUESTS)
    for send in order:
        send()
    counters = world.sandbox.control.counters()
    assert counters["swallowed"] == 0
    assert counters["requests"] == REQUESTS
    # No more is given up than has to be: the others keep their connection.
    assert counters["connections"] <= 1 + sum(send in bad for send in order)


def test_a_repetition_is_not_swallowed(world: World) -> None:
    """The connection is also given up before the same request is sent again."""
    refusal = {"kind": "status", "status": 429, "headers": {"Retry-After": "0"}, "method": "POST", "times": 1}
    for _unused in range(5):
        world.sandbox.control.faults(refusal)
        world.owner.post("/api/dataset", dict, {"dataset_name": "again"})
    assert world.swallowed() == 0


def test_without_the_rule_requests_are_swallowed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trap is one: with the client's rule switched off the request after a refused one gets no answer."""
    monkeypatch.setattr(_http, "drops", lambda sent_a_body, status: False)
    impatient = world.client(world.sandbox.admin_key, timeout=0.2)
    lost = 0
    for _unused in itertools.repeat(None, 10):
        refused(403, lambda: world.reader.post("/api/dataset", dict, {"dataset_name": "x"}))
        try:
            impatient.get("/api/crawl", list, dataset=world.dataset)
        except TrieveError as error:
            lost += error.status is None
    assert world.swallowed() > 5
    assert lost > 5
