# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each fault does on the wire what it says, and to no other request."""

from __future__ import annotations

import concurrent.futures
import contextlib
import http.client
import json
from typing import Any

import pytest
import requests

from sandbox.server import Running

from ..conftest import Send

HEALTH = "GET /api/health"


def datasets(sandbox: Running) -> list[str]:
    """The names of what is stored."""
    return [row["name"] for row in sandbox.control.state("datasets")]


def test_a_status_with_headers_and_body(sandbox: Running, send: Send) -> None:
    """As often as it is wanted, after as many as are let through."""
    refusal = {"kind": "status", "status": 429, "headers": {"Retry-After": "soon"}, "body": {"message": "slow down"}}
    sandbox.control.faults({**refusal, "method": "GET", "path": "^/api/health$", "after": 1, "times": 2})
    answers = [send(HEALTH) for _unused in range(4)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert answers[1].headers["Retry-After"] == "soon"
    assert answers[1].json() == {"message": "slow down"}


def test_other_requests_are_not_met(sandbox: Running, send: Send) -> None:
    """Method and path decide."""
    sandbox.control.faults({"kind": "status", "method": "POST"}, {"kind": "status", "path": "/api/crawl"})
    assert send(HEALTH).status_code == 200
    assert send("GET /api/crawl").status_code == 503


def test_a_dropped_request_is_not_carried_out(sandbox: Running, send: Send) -> None:
    """The connection is closed without an answer."""
    sandbox.control.faults({"kind": "drop", "times": 1})
    with pytest.raises(requests.ConnectionError):
        send("POST /api/dataset", json={"dataset_name": "dropped"})
    assert datasets(sandbox) == []


def test_a_request_may_be_carried_out_and_not_answered(sandbox: Running, send: Send) -> None:
    """Nobody can tell it from one that was not."""
    sandbox.control.faults({"kind": "drop_after", "times": 1})
    with pytest.raises(requests.ConnectionError):
        send("POST /api/dataset", json={"dataset_name": "done"})
    assert datasets(sandbox) == ["done"]


def test_an_answer_is_cut_in_the_middle(sandbox: Running, send: Send) -> None:
    """After half of its body."""
    sandbox.control.faults({"kind": "cut", "times": 1})
    with contextlib.suppress(requests.exceptions.ChunkedEncodingError):
        answer = send("POST /api/dataset", json={"dataset_name": "cut"})
        # urllib3 1.26 does not notice.
        assert len(answer.content) < int(answer.headers["content-length"])
    assert datasets(sandbox) == ["cut"]


def test_an_answer_is_held_back(sandbox: Running, send: Send) -> None:
    """Until the faults are cleared."""
    sandbox.control.faults({"kind": "hold", "times": 1})
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        answer = pool.submit(send, "POST /api/dataset", json={"dataset_name": "held"})
        assert sandbox.sandbox.faults.held.wait(60)
        assert datasets(sandbox) == ["held"]
        assert not answer.done()
        sandbox.control.clear_faults()
        assert answer.result().status_code == 200


@pytest.mark.parametrize(
    ("rule", "status", "text"),
    [
        ({"kind": "html"}, 502, "<!DOCTYPE html>"),
        ({"kind": "html", "status": 200}, 200, "<!DOCTYPE html>"),
        ({"kind": "truncated_json"}, 200, '{"id": "'),
        ({"kind": "empty_200"}, 200, ""),
    ],
)
def test_an_answer_is_something_else(
    sandbox: Running, send: Send, rule: dict[str, Any], status: int, text: str
) -> None:
    """A proxy's page, half of an object, or nothing."""
    sandbox.control.faults(rule)
    answer = send(HEALTH)
    assert answer.status_code == status
    assert answer.text.startswith(text)
    assert bool(text) == bool(answer.content)


def test_an_answer_is_no_utf8(sandbox: Running, send: Send) -> None:
    """It says that it is JSON."""
    sandbox.control.faults({"kind": "not_utf8"})
    with pytest.raises(UnicodeDecodeError):
        send(HEALTH).content.decode()


def test_an_answer_has_the_other_shape(sandbox: Running, send: Send, dataset: str) -> None:
    """A list where an object belongs, and the other way round."""
    sandbox.control.faults({"kind": "list_instead_of_object"})
    assert send(f"GET /api/dataset/{dataset}").json()[0]["id"] == dataset
    sandbox.control.clear_faults()
    sandbox.control.faults({"kind": "object_instead_of_list"})
    assert send("GET /api/crawl").json() == {"items": []}


def test_an_answer_is_rubbish_of_any_size(sandbox: Running, send: Send) -> None:
    """Ten million bytes unless told otherwise."""
    sandbox.control.faults({"kind": "rubbish", "times": 1})
    assert len(send(HEALTH).content) >= 10_000_000
    sandbox.control.faults({"kind": "rubbish", "bytes": 100})
    assert 100 <= len(send(HEALTH).content) < 200


def test_a_redirect(sandbox: Running, send: Send) -> None:
    """To wherever."""
    sandbox.control.faults({"kind": "redirect", "location": "http://elsewhere.example.com/"})
    answer = send(HEALTH)
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://elsewhere.example.com/")


def test_a_delay_outlasts_an_impatient_client(sandbox: Running, send: Send) -> None:
    """So does the latency of all answers."""
    sandbox.control.faults({"kind": "delay", "seconds": 60, "times": 1})
    with pytest.raises(requests.ReadTimeout):
        send(HEALTH, timeout=0.2)
    sandbox.control.faults({"latency": 60})
    with pytest.raises(requests.ReadTimeout):
        send(HEALTH, timeout=0.2)
    sandbox.control.clear_faults()
    assert send(HEALTH).status_code == 200


@pytest.mark.parametrize(
    ("key", "body", "status", "swallowed"),
    [
        ("tr-wrong", {"dataset_name": "a"}, 401, True),
        (None, {"dataset_name": "a"}, 200, False),
        (None, {}, 400, False),
    ],
)
def test_the_keep_alive_trap(
    sandbox: Running, key: str | None, body: dict[str, Any], status: int, swallowed: bool
) -> None:
    """After a refusal with a body the next request on that connection is taken and never answered."""
    sandbox.control.faults({"keep_alive_trap": True})
    headers = {"Authorization": key or sandbox.admin_key, "TR-Organization": sandbox.organization_id}
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=30)
    connection.request("POST", "/api/dataset", json.dumps(body), {**headers, "Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == status
    assert connection.sock is not None
    connection.sock.settimeout(0.2 if swallowed else 30)
    connection.request("POST", "/api/organization", '{"name": "next"}', headers)
    if swallowed:
        with pytest.raises(TimeoutError):
            connection.getresponse()
    else:
        connection.getresponse().read()
    connection.close()
    assert ("next" in [row["name"] for row in sandbox.control.state("organizations")]) is not swallowed
    assert sandbox.control.counters()["swallowed"] == swallowed


def test_where_the_server_dies_the_connection_drops(sandbox: Running, send: Send, dataset: str) -> None:
    """And it is counted."""
    with pytest.raises(requests.ConnectionError):
        send("GET /api/crawl?page=9223372036854775807")
    assert sandbox.control.counters()["panics"] == 1
    assert send("GET /api/crawl").status_code == 200


@pytest.mark.parametrize(
    ("firecrawl", "status"), [("error", 400), ("down", 400), ("slow", 408), ("nonsense", None), ("ok", 200)]
)
def test_firecrawl_fails(sandbox: Running, send: Send, dataset: str, firecrawl: str, status: int | None) -> None:
    """No row is made then; with PUT the old one is gone all the same."""
    scrape_id = send("POST /api/crawl", json={"crawl_options": {}}).json()["scrape_id"]
    sandbox.control.settings(firecrawl=firecrawl)
    body = {"crawl_id": scrape_id, "crawl_options": {}}
    if status is None:
        with pytest.raises(requests.ConnectionError):
            send("PUT /api/crawl", json=body)
    else:
        assert send("PUT /api/crawl", json=body).status_code == status
    assert len(sandbox.control.state("crawls")) == (status == 200)
