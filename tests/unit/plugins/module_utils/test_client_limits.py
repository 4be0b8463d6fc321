# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers without end: each request ends, after a time and a size that are documented."""

from __future__ import annotations

import gzip
import itertools
import json
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from ansible_collections.community.trieve.plugins.module_utils import _exchange
from ansible_collections.community.trieve.plugins.module_utils import _session as _http
from ansible_collections.community.trieve.plugins.module_utils import trieve as _client
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError

from ...scripted import Answer, Handler, Raw, Scripted

Serve = Callable[..., Scripted]
ClientOf = Callable[..., TrieveClient]


class Time:
    """A clock that only the server moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(_http, "clock", clock)
    return clock


@dataclass
class Drip:
    """Sends one piece after the other, and lets a second pass before each, until the client goes away."""

    time: Time
    pieces: Iterable[bytes]
    head: bytes = b""

    def send(self, handler: Handler) -> None:
        """Send until it fails."""
        handler.wfile.write(self.head)
        for piece in self.pieces:
            self.time.now += 1
            handler.wfile.write(piece)
        handler.close_connection = True


BODY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n"
ENDLESS = {
    "a byte a second": (BODY, b" "),
    "a chunk a second": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "a header that never ends": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "100 Continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_that_never_ends_is_given_up(
    serve: Serve, client_of: ClientOf, time: Time, kind: str, method: str
) -> None:
    head, piece = ENDLESS[kind]
    server = serve(Drip(time, itertools.repeat(piece), head))
    with pytest.raises(TrieveError, match="no complete response within 300 s .10 times the option timeout.") as raised:
        client_of(server).request(method, "/api/x", dict, safe=method == "GET")
    assert len(server.received) == 1
    assert ("may have been processed" in str(raised.value)) == (method == "POST")


def test_a_slow_answer_that_ends_in_time(serve: Serve, client_of: ClientOf, time: Time) -> None:
    body = json.dumps({"a": "x" * 250}).encode()
    head = BODY.replace(b"100000000", str(len(body)).encode())
    server = serve(Drip(time, (body[i : i + 1] for i in range(len(body))), head))
    assert client_of(server).get("/api/x", dict) == {"a": "x" * 250}
    assert time.now > 30


def test_continue_without_end_in_no_time(serve: Serve, client_of: ClientOf, time: Time) -> None:
    class Flood:
        def send(self, handler: Handler) -> None:
            while True:
                handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)

    with pytest.raises(TrieveError, match="the server sends more than 1048576 bytes"):
        client_of(serve(Flood()), retries=0).get("/api/x", dict)


def test_an_expected_continue(serve: Serve, client_of: ClientOf) -> None:
    class Continue:
        def send(self, handler: Handler) -> None:
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            Answer(200, b'{"a": 1}').send(handler)

    assert client_of(serve(Continue())).get("/api/x", dict) == {"a": 1}


def peak(call: Callable[[], object]) -> int:
    """The most bytes that were in use at once during a call that fails."""
    tracemalloc.start()
    try:
        with pytest.raises(TrieveError):
            call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("status", [200, 400, 503])
@pytest.mark.parametrize("layers", [1, 3])
def test_a_bomb_of_compressed_bytes(serve: Serve, client_of: ClientOf, status: int, layers: int) -> None:
    bomb = b"[" + b"[]," * 10_000_000 + b"[]]"
    for _layer in range(layers):
        bomb = gzip.compress(bomb, 9)
    encoding = ", ".join(["gzip"] * layers)
    server = serve(Answer(status, bomb, {"Content-Type": "application/json", "Content-Encoding": encoding}))
    client = client_of(server, retries=1)
    with pytest.raises(
        TrieveError, match=rf"HTTP {status}: the response is compressed \({encoding}\), which was not requested"
    ):
        client.get("/api/x", list)
    assert server.received[0].headers["accept-encoding"] == "identity"
    assert peak(lambda: client.get("/api/x", list)) < 5_000_000


def test_more_than_any_answer_has(serve: Serve, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_exchange, "LARGEST_ANSWER", 100_000)
    with pytest.raises(TrieveError, match="HTTP 200: the response has more than 100000 bytes"):
        client_of(serve(Answer(200, b"[" + b" " * 200_000 + b"]"))).get("/api/x", list)


@pytest.mark.parametrize("chunked", [False, True])
def test_more_than_any_answer_has_before_a_repetition(
    serve: Serve, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, chunked: bool
) -> None:
    """Which urllib3 would read to its end, of whatever size."""

    class Large:
        def send(self, handler: Handler) -> None:
            size, form = (
                ("Transfer-Encoding: chunked", b"8000\r\n%b\r\n") if chunked else ("Content-Length: 900000", b"%b")
            )
            handler.wfile.write(f"HTTP/1.1 503 Busy\r\n{size}\r\n\r\n".encode())
            for _number in range(1000):
                handler.wfile.write(form % (b" " * 0x8000))

    monkeypatch.setattr(_http, "LARGEST_ANSWER", 1_000_000)
    client = client_of(serve(Large(), Answer(400, b"{}")))
    assert peak(lambda: client.get("/api/x", list)) < 10_000_000


@pytest.mark.parametrize(
    "head",
    [
        BODY.replace(b"100000000", b"9" * 15),
        b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\n",
    ],
)
def test_a_size_that_no_memory_has(serve: Serve, client_of: ClientOf, head: bytes) -> None:
    server = serve(Raw(head))
    with pytest.raises(TrieveError):
        client_of(server, retries=0).get("/api/x", dict)


def test_a_list_that_is_always_full(serve: Serve, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def send(self, handler: Handler) -> None:
            limit = int(handler.path.rpartition("=")[2])
            Answer(200, json.dumps([{}] * limit).encode()).send(handler)

    monkeypatch.setattr(_client, "PAGE", 1)
    monkeypatch.setattr(_client, "LONGEST_LIST", 32)
    server = serve(Full())
    with pytest.raises(TrieveError, match="the list has 32 or more entries, which exceeds what the collection reads"):
        client_of(server).list_all("/api/x")
    assert [sent.target for sent in server.received] == [f"/api/x?limit={2**number}" for number in range(6)]
