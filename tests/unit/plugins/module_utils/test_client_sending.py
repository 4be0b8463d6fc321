# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a request carries, and where it goes: key, headers, proxies, redirects, connections."""

from __future__ import annotations

import json
import logging
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from ansible_collections.community.trieve.plugins.module_utils import _session as _http
from ansible_collections.community.trieve.plugins.module_utils._version import VERSION
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError, as_uuid, segment

from ...conftest import KEY
from ...scripted import Answer, Drop, Raw, Scripted

Serve = Callable[..., Scripted]
ClientOf = Callable[..., TrieveClient]
ORGANIZATION = "9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1"

CALLS: dict[str, Callable[[TrieveClient], Any]] = {
    "GET": lambda client: client.get("/api/x", dict),
    "POST": lambda client: client.post("/api/x", dict, {"a": 1}),
    "PUT": lambda client: client.put("/api/x", dict, {"a": 1}),
    "DELETE": lambda client: client.delete("/api/x"),
}


def test_a_request_with_a_body(serve: Serve, client_of: ClientOf) -> None:
    server = serve()
    client = client_of(server, organization_id=ORGANIZATION)
    client.post("/api/crawl", dict, {"name": "Zürich"}, dataset="docs", params={"limit": 5})
    (sent,) = server.received
    assert (sent.method, sent.target) == ("POST", "/api/crawl?limit=5")
    assert sent.body == '{"name": "Zürich"}'.encode()
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["authorization"] == KEY
    assert sent.headers["tr-organization"] == ORGANIZATION
    assert sent.headers["tr-dataset"] == "docs"
    assert sent.headers["user-agent"] == f"community.trieve/{VERSION}"
    assert sent.headers["accept"] == "application/json"
    assert sent.headers["x-api-version"] == "2.0"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_reads_and_deletes_have_no_body(serve: Serve, client_of: ClientOf, method: str) -> None:
    server = serve(Answer(204, b"") if method == "DELETE" else Answer())
    CALLS[method](client_of(server))
    (sent,) = server.received
    assert sent.method == method
    assert sent.body == b""
    assert sent.headers.get("content-length", "0") == "0"
    assert not {"content-type", "transfer-encoding", "tr-organization", "tr-dataset"} & set(sent.headers)


def test_a_server_behind_a_path(serve: Serve, client_of: ClientOf) -> None:
    server = serve()
    TrieveClient(f"{server.url}/trieve/", KEY).get("/api/x", dict)
    assert server.received[0].target == "/trieve/api/x"


@pytest.mark.parametrize("text", ["a/b", "a b", "100%", "a?b#c", "a%2Fb", "ü", "a&b=c;d+e", "'\"\\{}", "*()!~"])
def test_a_segment_arrives_as_one(serve: Serve, client_of: ClientOf, text: str) -> None:
    server = serve()
    client_of(server).get(f"/api/dataset/tracking_id/{segment(text)}", dict)
    *_path, last = server.received[0].target.split("/")
    assert unquote(last) == text
    assert len(server.received[0].target.split("/")) == 5


# -- the key ------------------------------------------------------------------------------------------------------------


def test_netrc_does_not_replace_the_key(
    serve: Serve, client_of: ClientOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve()
    client_of(server).get("/api/x", dict)
    assert server.received[0].headers["authorization"] == KEY


def test_the_key_is_never_on_the_session(serve: Serve, client_of: ClientOf) -> None:
    server = serve()
    client = client_of(server, organization_id=ORGANIZATION, extra_headers={"X-Door": "9nQ2-door"})
    client.get("/api/x", dict)
    sessions = list(_http._sessions.values())
    assert len(sessions) == 1
    session = sessions[0]
    assert session.auth is None
    assert "Authorization" not in session.headers
    assert not {"TR-Organization", "X-Door"} & set(session.headers)


FAILURES = [
    Answer(status=401, body=b'{"message": "Unauthorized"}'),
    Answer(status=302, headers={"Location": "http://elsewhere.example/"}),
    Answer(body=b"<html>"),
    Answer(body=b"", cut=True),
    Drop(),
    Raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: repr(failure)[:40])
def test_the_key_is_in_no_words(
    serve: Serve, client_of: ClientOf, failure: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_of(serve(failure), extra_headers={"X-Door": "9nQ2-door"})
    with pytest.raises(TrieveError) as raised:
        client.get("/api/x", dict)
    chain = "".join(traceback.format_exception(raised.type, raised.value, raised.tb))
    shown = [
        chain,
        repr(client),
        repr(client._key),
        str(raised.value),
        repr(raised.value),
        repr(raised.value.as_result()),
    ]
    shown.append(caplog.text)
    assert not [text for text in shown if KEY in text or "9nQ2-door" in text]


@pytest.mark.parametrize("fault", [Answer(), Drop(), Answer(503), Raw(b"SSH-2.0-OpenSSH_9.6\r\n")])
def test_the_libraries_log_nothing(
    serve: Serve, client_of: ClientOf, caplog: pytest.LogCaptureFixture, fault: Any
) -> None:
    client_of(serve()).get("/api/x", dict)  # sets the level, whatever it was
    caplog.set_level(logging.DEBUG)
    client_of(serve(fault, Answer())).get("/api/x", dict)
    assert [record for record in caplog.records if record.name.startswith(("urllib3", "requests"))] == []


def test_no_cookie_is_kept(serve: Serve, client_of: ClientOf) -> None:
    cookie = {"Content-Type": "application/json", "Set-Cookie": "vault=someone-else; Path=/; Max-Age=9999"}
    server = serve(Answer(headers=cookie), Answer(status=401, headers=cookie), Answer())
    client = client_of(server)
    client.get("/api/x", dict)
    with pytest.raises(TrieveError):
        client.get("/api/x", dict)
    client.get("/api/x", dict)
    assert ["cookie" in sent.headers for sent in server.received] == [False, False, False]


def test_extra_headers_are_sent_and_replace_nothing(serve: Serve, client_of: ClientOf) -> None:
    server = serve()
    client = client_of(server, extra_headers={"X-Door": "open", "user-agent": "curl", "ACCEPT": "text/html"})
    client.get("/api/x", dict)
    headers = server.received[0].headers
    assert headers["x-door"] == "open"
    assert headers["user-agent"] == f"community.trieve/{VERSION}"
    assert headers["accept"] == "application/json"


# -- proxies --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_used(
    serve: Serve, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    proxy = serve(Answer(body=b'{"from": "proxy"}'))
    monkeypatch.setenv(variable, proxy.url)
    client = TrieveClient("http://trieve.invalid", KEY)
    assert client.get("/api/x", dict) == {"from": "proxy"}
    assert proxy.received[0].target == "http://trieve.invalid/api/x"


def test_no_proxy_goes_around_it(serve: Serve, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, server = serve(), serve(Answer(body=b'{"from": "server"}'))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert client_of(server).get("/api/x", dict) == {"from": "server"}
    assert proxy.received == []


def test_a_tunnel_is_opened_without_the_key(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(Answer(status=407))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//someone:s3cret-door@"))
    client = TrieveClient("https://trieve.invalid", KEY, organization_id=ORGANIZATION, retries=0)
    with pytest.raises(TrieveError, match="proxy set in the environment could not be used .*407") as raised:
        client.post("/api/x", dict, {})
    (sent,) = proxy.received
    assert (sent.method, sent.target) == ("CONNECT", "trieve.invalid:443")
    assert not {"authorization", "tr-organization"} & set(sent.headers)
    assert "proxy-authorization" in sent.headers
    assert "s3cret-door" not in str(raised.value)


@pytest.mark.parametrize(
    "address", ["http://someone:s3cret-door@[::bad", "http://someone:s3cret-door@", "nonsense://x"]
)
def test_a_proxy_that_is_none(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", address)
    with pytest.raises(TrieveError) as raised:
        TrieveClient("http://trieve.invalid", KEY, retries=0).get("/api/x", dict)
    chain = "".join(traceback.format_exception(raised.type, raised.value, raised.tb))
    assert "s3cret-door" not in str(raised.value)
    assert KEY not in chain


# -- redirects ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", list(CALLS))
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(serve: Serve, client_of: ClientOf, method: str, status: int) -> None:
    other = serve()
    location = f"{other.url}/api/x?ticket=5"
    server = serve(Answer(status=status, headers={"Location": location}))
    with pytest.raises(TrieveError) as raised:
        CALLS[method](client_of(server, organization_id=ORGANIZATION))
    assert other.received == []
    assert len(server.received) == 1
    words = str(raised.value)
    assert words.startswith(f"{method} {server.url}/api/x: HTTP {status}: ")
    assert f"The server redirects to {other.url}/api/x. Redirects are not followed" in words
    assert "ticket" not in words
    assert raised.value.status == status


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("http://someone:s3cret-door@elsewhere.example/", "http://***@elsewhere.example/"),
        ("http://[::bad/", "http://[::bad/"),
        ("http://elsewhere.example:99999999/", "http://elsewhere.example:99999999/"),
        ("/other", "/other"),
        (None, "nowhere"),
        ("http://elsewhere.example/" + "x" * 5000, "http://elsewhere.example/xxx"),
    ],
)
def test_odd_places_to_point_to(serve: Serve, client_of: ClientOf, location: str | None, shown: str) -> None:
    server = serve(Answer(status=302, headers={"Location": location} if location else {}))
    with pytest.raises(TrieveError) as raised:
        client_of(server).get("/api/x", dict)
    assert f"The server redirects to {shown}" in str(raised.value)
    assert "s3cret-door" not in str(raised.value)
    assert len(str(raised.value)) < 1000


def test_the_body_of_a_redirect_is_not_read_without_end(
    serve: Serve, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ansible_collections.community.trieve.plugins.module_utils._exchange.LARGEST_ANSWER", 100_000)
    server = serve(Answer(status=302, headers={"Location": "/x"}, body=b"x" * 200_000))
    with pytest.raises(TrieveError, match="the response has more than 100000 bytes"):
        client_of(server).get("/api/x", dict)


# -- connections ----------------------------------------------------------------------------------------------------------


def connections(server: Scripted) -> list[int]:
    """The connection of each request, numbered in the order of their first use."""
    numbers = list(dict.fromkeys(sent.connection for sent in server.received))
    return [numbers.index(sent.connection) + 1 for sent in server.received]


def test_one_connection_for_many_requests(serve: Serve, client_of: ClientOf) -> None:
    server = serve()
    for _number in range(5):
        client_of(server).get("/api/x", dict)
        client_of(server).post("/api/x", dict, {})
    assert set(connections(server)) == {1}


REFUSED = Answer(status=400, body=b'{"message": "no"}')


@pytest.mark.parametrize(
    ("method", "status", "dropped"),
    [
        ("POST", 400, True),
        ("POST", 401, True),
        ("POST", 404, True),
        ("POST", 500, True),
        ("POST", 408, True),
        ("PUT", 403, True),
        ("POST", 200, False),
        ("GET", 400, False),
        ("GET", 401, False),
        ("GET", 500, False),
        ("DELETE", 400, False),
        ("DELETE", 404, False),
    ],
)
def test_the_connection_of_a_refused_body_is_given_up(
    serve: Serve, client_of: ClientOf, method: str, status: int, dropped: bool
) -> None:
    answer = Answer(status=status, body=b'{"message": "no"}')
    server = serve(answer, Answer())
    client = client_of(server)
    if status == 200:
        CALLS[method](client)
    else:
        with pytest.raises(TrieveError, match=f"HTTP {status}: no"):
            CALLS[method](client)
    client.get("/api/x", dict)
    assert connections(server) == [1, 2 if dropped else 1]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda client: client.post("/api/x", dict, {}), [1, 2, 3]),
        (lambda client: client.put("/api/x", dict, {}), [1, 2, 3]),
        (lambda client: client.post("/api/x", dict, {}, safe=True), [1, 2, 3]),
        (lambda client: client.get("/api/x", dict), [1, 1, 1]),
    ],
)
def test_also_before_a_repetition(serve: Serve, client_of: ClientOf, call: Any, expected: list[int]) -> None:
    busy = Answer(status=429, body=b'{"message": "slow down"}')
    server = serve(busy, busy, Answer())
    call(client_of(server))
    assert connections(server) == expected


def test_a_refused_body_leaves_the_answer_whole(serve: Serve, client_of: ClientOf) -> None:
    # The socket is closed before the body is read; the words must not be lost with it.
    words = "x" * 150_000
    server = serve(Answer(status=500, body=json.dumps({"message": "begin " + words}).encode()))
    with pytest.raises(TrieveError, match="HTTP 500: begin xxx"):
        client_of(server).post("/api/x", dict, {})


def test_a_session_is_not_shared_over_a_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = _http.session("http://127.0.0.1:1", True, None)
    assert _http.session("http://127.0.0.1:1", True, None) is mine
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert _http.session("http://127.0.0.1:1", True, None) is not mine


@pytest.mark.parametrize(
    "other",
    [("http://127.0.0.1:2", True, None), ("http://127.0.0.1:1", False, None), ("http://127.0.0.1:1", True, ("a", "b"))],
)
def test_a_session_is_not_shared_between_servers_and_tls_options(other: tuple[Any, ...]) -> None:
    assert _http.session("http://127.0.0.1:1", True, None) is not _http.session(*other)


# -- ids -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11",
        "1F0A3C5E-8A54-4A6B-9C3E-0F6F2F1F7B11",
        "1f0a3c5e8a544a6b9c3e0f6f2f1f7b11",
        "{1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11}",
        "urn:uuid:1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11",
        " 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11\n",
    ],
)
def test_spellings_of_an_id(text: str) -> None:
    assert as_uuid(text) == "1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "docs",
        "1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b1",
        "1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b111",
        "1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b1g",
        "{1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11",
        "1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11}",
        "urn:uuid:1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11}",
        "1f0a3c5e-8a544a6b-9c3e-0f6f2f1f7b11",
        "１f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11",
    ],
)
def test_no_spelling_of_an_id(text: str) -> None:
    assert as_uuid(text) is None
