# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transport's rules by themselves; test_client_*.py see them at work."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import pytest
import requests

from ansible_collections.community.trieve.plugins.module_utils import _session as _http
from ansible_collections.community.trieve.plugins.module_utils.trieve import ApiKeyAuth, TrieveClient, TrieveError
from sandbox.server import Running

from ...scripted import Answer, Scripted


@pytest.mark.parametrize(
    ("sent_a_body", "status", "expected"),
    [
        (True, 200, False),
        (True, 204, False),
        (True, 400, True),
        (True, 401, True),
        (True, 429, True),
        (True, 500, True),
        (False, 200, False),
        (False, 400, False),
        (False, 503, False),
    ],
)
def test_when_a_connection_is_given_up(sent_a_body: bool, status: int, expected: bool) -> None:
    assert _http.drops(sent_a_body, status) is expected


def test_the_key_goes_into_the_request_only() -> None:
    key = ApiKeyAuth("tr-abc")
    prepared = requests.Session().prepare_request(requests.Request("GET", "http://trieve/api", auth=key))
    assert prepared.headers["Authorization"] == "tr-abc"
    assert "tr-abc" not in repr(key)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_child_does_not_use_its_parents_connection(
    serve: Callable[..., Scripted], client_of: Callable[..., TrieveClient]
) -> None:
    server = serve()
    client = client_of(server)
    client.get("/api/x", dict)
    child = os.fork()
    if not child:
        signal.alarm(30)  # ends the child if it hangs
        try:
            client.get("/api/x", dict)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    client.get("/api/x", dict)
    parent, forked, again = (sent.connection for sent in server.received)
    assert parent == again != forked


def test_threads_share_the_connections_and_keep_their_own_repetitions(
    serve: Callable[..., Scripted], client_of: Callable[..., TrieveClient]
) -> None:
    server = serve(*[Answer(503, b'{"message": "x"}')] * 8, Answer())
    clients = [client_of(server, retries=retries) for retries in (8, 9, 10, 11)]
    threads = [threading.Thread(target=client.get, args=("/api/x", dict)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.received) == 8 + len(clients)
    assert len(_http._sessions) == 1


def test_the_trap_in_keep_alive_swallows_nothing(sandbox: Running, client_of: Callable[..., TrieveClient]) -> None:
    sandbox.control.faults({"keep_alive_trap": True})
    wrong = client_of(sandbox, organization_id=sandbox.organization_id)
    right = client_of(sandbox, api_key=sandbox.admin_key, organization_id=sandbox.organization_id)
    right.post("/api/dataset", dict, {"dataset_name": "one"})
    for _number in range(10):
        with pytest.raises(TrieveError, match="HTTP 401"):
            wrong.post("/api/dataset", dict, {"dataset_name": "x"})
        right.get(f"/api/dataset/organization/{sandbox.organization_id}", list)
        with pytest.raises(TrieveError, match="HTTP 404"):
            right.put("/api/dataset", dict, {"tracking_id": "nowhere"})
    counters = sandbox.control.counters()
    assert (counters["requests"], counters["swallowed"]) == (31, 0)
