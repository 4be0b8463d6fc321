# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is sent again, how often, and after which pause: counted by a real server."""

from __future__ import annotations

import contextlib
import types
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.module_utils import _session as _http
from ansible_collections.community.trieve.plugins.module_utils._core.lifeline import Lifeline
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError

from ...conftest import KEY
from ...scripted import Action, Answer, Drop, Raw, Scripted, Silence, closed_port, serving

Serve = Callable[..., Scripted]
ClientOf = Callable[..., TrieveClient]
Call = Callable[[TrieveClient], Any]

SAFE: dict[str, Call] = {
    "GET": lambda client: client.get("/api/x", dict),
    "DELETE": lambda client: client.delete("/api/x"),
    "reading POST": lambda client: client.post("/api/x", dict, {"page": 1}, safe=True),
}
WRITES: dict[str, Call] = {
    "POST": lambda client: client.post("/api/x", dict, {"a": 1}),
    "PUT": lambda client: client.put("/api/x", dict, {"a": 1}),
}
CALLS = {**SAFE, **WRITES}


def status(code: int, **headers: str) -> Answer:
    """An error answer in Trieve's form."""
    return Answer(
        status=code, body=b'{"message": "These are the words"}', headers={"Content-Type": "application/json", **headers}
    )


def done(call: str) -> Answer:
    """The answer of success to such a call."""
    return Answer(status=204, body=b"") if call == "DELETE" else Answer()


LOST: dict[str, Action] = {
    "dropped": Drop(),
    "no HTTP": Raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "cut": Answer(body=b'{"a": "' + b"x" * 1000 + b'"}', cut=True),
    "cut chunks": Answer(body=b'{"a": "' + b"x" * 1000 + b'"}', cut=True, chunked=True),
    "cut head": Raw(b"HTTP/1.1 2"),
}
GATEWAY = {str(code): status(code) for code in (502, 503, 504)}
REFUSALS = {str(code): status(code) for code in (400, 401, 403, 404, 405, 408, 413, 426, 431, 500, 501)}
WITH_RETRY_AFTER = {f"{code} with Retry-After": status(code, **{"Retry-After": "1"}) for code in (408, 413, 500)}

TRIES = [
    *((call, fault, 4) for call in SAFE for fault in {**LOST, **GATEWAY}),
    *((call, fault, 1) for call in WRITES for fault in {**LOST, **GATEWAY}),
    *((call, "503 with Retry-After", 4) for call in SAFE),
    *((call, "503 with Retry-After", 1) for call in WRITES),
    *((call, "429", 4) for call in CALLS),
    *((call, fault, 1) for call in CALLS for fault in {**REFUSALS, **WITH_RETRY_AFTER}),
]
FAULTS: dict[str, Action] = {
    **LOST,
    **GATEWAY,
    **REFUSALS,
    **WITH_RETRY_AFTER,
    "429": status(429),
    "503 with Retry-After": status(503, **{"Retry-After": "1"}),
}


@pytest.mark.parametrize(("call", "fault", "tries"), TRIES)
def test_how_often_a_request_is_sent(serve: Serve, client_of: ClientOf, call: str, fault: str, tries: int) -> None:
    server = serve(FAULTS[fault])
    with pytest.raises(TrieveError) as raised:
        CALLS[call](client_of(server))
    assert len(server.received) == tries
    words = str(raised.value)
    assert words.startswith(f"{server.received[0].method} {server.url}/api/x: ")
    assert ("Tried 4 times." in words) == (tries == 4)
    assert ("Tried" in words) == (tries > 1)
    answer = FAULTS[fault]
    if fault not in LOST and isinstance(answer, Answer):
        assert f"HTTP {answer.status}: These are the words." in words
        assert raised.value.status == answer.status
        assert raised.value.message == "These are the words"
    else:
        assert raised.value.status is None


@pytest.mark.parametrize(
    ("call", "fault"),
    [(call, fault) for call in SAFE for fault in (*LOST, *GATEWAY, "429")] + [(call, "429") for call in WRITES],
)
def test_a_repetition_that_succeeds(serve: Serve, client_of: ClientOf, call: str, fault: str) -> None:
    server = serve(FAULTS[fault], done(call))
    CALLS[call](client_of(server))
    assert len(server.received) == 2
    assert len({(sent.method, sent.target, sent.body, sent.headers["authorization"]) for sent in server.received}) == 1


@pytest.mark.parametrize("retries", [0, 1, 7])
@pytest.mark.parametrize("fault", ["dropped", "cut", "503", "429"])
def test_the_option_retries(serve: Serve, client_of: ClientOf, fault: str, retries: int) -> None:
    server = serve(FAULTS[fault])
    with pytest.raises(TrieveError):
        client_of(server, retries=retries).get("/api/x", dict)
    assert len(server.received) == retries + 1


@pytest.mark.parametrize(
    "kinds", [("cut", "503", "dropped", "cut chunks"), ("cut", "503"), ("503", "cut"), ("cut", "429")]
)
def test_all_faults_count_together(serve: Serve, client_of: ClientOf, kinds: tuple[str, ...]) -> None:
    server = serve(*(FAULTS[kind] for kind in kinds))
    with pytest.raises(TrieveError, match="Tried 4 times"):
        client_of(server).get("/api/x", dict)
    assert len(server.received) == 4


@pytest.mark.parametrize("call", list(CALLS))
def test_a_read_timeout_is_never_repeated(serve: Serve, client_of: ClientOf, call: str) -> None:
    server = serve(Silence())
    with pytest.raises(TrieveError, match=r"no response within 0\.2 s \(option timeout\)") as raised:
        CALLS[call](client_of(server, timeout=0.2))
    assert len(server.received) == 1
    assert ("may have been processed" in str(raised.value)) == (call in WRITES)


@pytest.mark.parametrize("fault", ["dropped", "cut"])
@pytest.mark.parametrize("call", list(WRITES))
def test_a_write_that_was_cut_off_may_have_been_done(serve: Serve, client_of: ClientOf, call: str, fault: str) -> None:
    with pytest.raises(TrieveError, match="may have been processed all the same, so check before you repeat it"):
        CALLS[call](client_of(serve(FAULTS[fault])))


@pytest.mark.parametrize("call", list(CALLS))
def test_where_nobody_listens(call: str) -> None:
    with pytest.raises(TrieveError, match=r"no connection could be established \(.*refused\)\. Tried 4 times\."):
        CALLS[call](TrieveClient(f"http://127.0.0.1:{closed_port()}", KEY))


@pytest.mark.parametrize("call", list(CALLS))
def test_a_server_that_comes_up_meanwhile(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    port = closed_port()
    with contextlib.ExitStack() as stack:
        servers: list[Scripted] = []

        def come_up(_lifeline: Lifeline, _seconds: float) -> None:
            servers.append(stack.enter_context(serving(done(call), port=port)))

        monkeypatch.setattr(Lifeline, "pause", come_up)
        CALLS[call](TrieveClient(f"http://127.0.0.1:{port}", KEY))
        assert [len(server.received) for server in servers] == [1]


def test_what_is_no_http_is_shown_without_its_control_characters(serve: Serve, client_of: ClientOf) -> None:
    server = serve(Raw(b"\x1b[31mSSH-2.0 \xe4\x00 " + b"x" * 5000 + b"\r\n"))
    with pytest.raises(
        TrieveError, match=r"the connection was lost before a response arrived \(\[31mSSH-2\.0"
    ) as raised:
        client_of(server).get("/api/x", dict)
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 500


def test_a_name_that_is_not_known() -> None:
    with pytest.raises(TrieveError, match="no connection could be established"):
        TrieveClient("http://trieve.invalid", KEY, retries=0).get("/api/x", dict)


# -- pauses ---------------------------------------------------------------------------------------------------------------

NOW = 1_000_000_000.0  # Sun, 09 Sep 2001 01:46:40 GMT


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [
        ("0", []),
        ("1", [1]),
        (" 7 ", [7]),
        ("60", [60]),
        ("61", [60]),
        ("9999", [60]),
        ("9" * 400, [60]),
        ("1.5", [1.5]),
        ("-5", []),
        ("soon", []),
        ("1e3", []),
        ("nan", []),
        ("٣", []),
        ("Sun, 09 Sep 2001 01:46:50 GMT", [10]),
        ("Sun, 09 Sep 2001 03:46:50 +0200", [10]),
        ("Sun, 09 Sep 2001 01:46:30 GMT", []),
        ("Sun, 09 Sep 2011 01:46:40 GMT", [60]),
        ("Fri, 31 Dec 99999 23:59:59 GMT", []),
        ("Sun, 09 Sep 2001", []),
        ("", []),
    ],
)
@pytest.mark.parametrize("call", ["GET", "POST"])
def test_the_pause_that_the_server_asks_for(
    serve: Serve,
    client_of: ClientOf,
    pauses: list[float],
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    retry_after: str,
    expected: list[float],
) -> None:
    monkeypatch.setattr(_http, "time", types.SimpleNamespace(time=lambda: NOW))
    header = retry_after.encode("utf-8").decode("latin-1")
    server = serve(status(429, **{"Retry-After": header}), Answer())
    CALLS[call](client_of(server))
    assert pauses == expected
    assert len(server.received) == 2


def test_pauses_grow_where_the_server_names_none(serve: Serve, client_of: ClientOf, pauses: list[float]) -> None:
    with pytest.raises(TrieveError):
        client_of(serve(status(503)), retries=4).get("/api/x", dict)
    assert pauses == sorted(pauses)
    assert 0 < pauses[0] < pauses[-1] < 10


PIECES = st.sampled_from("0 9 99 400000 1e9 . - , : + Mon Fri Jan Feb GMT +0000 T Z".split() + [" ", ", ", "00:00:00"])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_text_is_a_pause_of_a_minute_at_the_most(text: str) -> None:
    assert 0 <= _http.Repeat.of("GET", 3, True).parse_retry_after(text) <= 60
