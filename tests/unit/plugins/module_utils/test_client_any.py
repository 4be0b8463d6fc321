# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that may look like anything, answers in an envelope, and the same client for another organization."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError

from ...scripted import Answer, Scripted

Serve = Callable[..., Scripted]
ClientOf = Callable[..., TrieveClient]
ORGANIZATION = "9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1"
OTHER = "1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11"
SECRET = "s3cr-v4lue-w9xyz"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(200, b'{"a": [1]}'), (200, {"a": [1]}, None)),
        (Answer(200, b"null"), (200, None, None)),
        (Answer(200, b"[1, null]"), (200, [1, None], None)),
        (Answer(204, b""), (204, None, None)),
        (Answer(200, b""), (200, None, None)),
        (Answer(200, b"plain\ntext", {}), (200, None, "plain\ntext")),
        (Answer(200, b"a\xff", {}), (200, None, "a\ufffd")),
        (Answer(200, f'"api_key": "{SECRET}", so'.encode(), {}), (200, None, '"api_key": "***", so')),
        (Answer(200, b"[" * 100_000), (200, None, "[" * 100_000)),
        (Answer(200, b"[" * 101 + b"]" * 101), (200, None, "[" * 101 + "]" * 101)),
    ],
)
def test_any_answer(serve: Serve, client_of: ClientOf, answer: Answer, expected: Any) -> None:
    server = serve(answer)
    got = client_of(server).request_any("POST", "/api/x", body={"a": 1}, dataset="docs", params={"b": 2})
    assert got == expected
    (sent,) = server.received
    assert (sent.method, sent.target, sent.headers["tr-dataset"]) == ("POST", "/api/x?b=2", "docs")


@pytest.mark.parametrize(
    ("status", "statuses", "fails"),
    [
        (200, range(200, 300), False),
        (404, range(200, 300), True),
        (404, (200, 404), False),
        (200, (404,), True),
        (302, range(200, 300), True),
    ],
)
def test_the_statuses_that_are_no_error(
    serve: Serve, client_of: ClientOf, status: int, statuses: Any, fails: bool
) -> None:
    server = serve(Answer(status, b'{"message": "these are the words"}'))
    client = client_of(server)
    if fails:
        with pytest.raises(TrieveError, match=f"HTTP {status}: these are the words") as raised:
            client.request_any("GET", "/api/x", statuses)
        assert raised.value.status == status
    else:
        assert client.request_any("GET", "/api/x", statuses) == (status, {"message": "these are the words"}, None)


@pytest.mark.parametrize(
    ("method", "safe", "tries"),
    [("GET", True, 4), ("POST", True, 4), ("POST", False, 1), ("DELETE", False, 1), ("PUT", False, 1)],
)
def test_repeated_only_where_it_is_safe(serve: Serve, client_of: ClientOf, method: str, safe: bool, tries: int) -> None:
    server = serve(Answer(503, b""))
    with pytest.raises(TrieveError):
        client_of(server).request_any(method, "/api/x", safe=safe)
    assert len(server.received) == tries


# -- envelopes --------------------------------------------------------------------------------------------------------------------


def test_what_is_in_an_envelope(serve: Serve, client_of: ClientOf) -> None:
    server = serve(Answer(200, b'{"groups": [{"id": "a"}], "total": 1}'), Answer(200, b'{"one": {"id": "a"}}'))
    client = client_of(server)
    assert client.get("/api/x", list, within="groups", shape={"id": str}) == [{"id": "a"}]
    assert client.get("/api/x", dict, within="one", shape={"id": str}) == {"id": "a"}


@pytest.mark.parametrize("body", [b'{"group": []}', b"[]", b'{"groups": null}', b'{"groups": {}}', b'{"groups": [1]}'])
def test_an_envelope_without_it(serve: Serve, client_of: ClientOf, body: bytes) -> None:
    with pytest.raises(TrieveError, match="the response is not a list of objects"):
        client_of(serve(Answer(200, body))).get("/api/x", list, within="groups")


SHAPES: list[tuple[Any, Any, bool]] = [
    (str, "a", True),
    (str, None, False),
    ((str, type(None)), None, True),
    ([str], [], True),
    ([str], ["a", "b"], True),
    ([str], ["a", 1], False),
    ([str], "ab", False),
    ([str], None, False),
    ((type(None), [str]), None, True),
    ({"b": int}, {"b": 1, "c": "x"}, True),
    ({"b": int}, {"c": 1}, False),
    ({"b": int}, [("b", 1)], False),
    ({"b": {"c": [{"d": str}]}}, {"b": {"c": [{"d": "x"}]}}, True),
    ({"b": {"c": [{"d": str}]}}, {"b": {"c": [{"d": "x"}, {}]}}, False),
]


@pytest.mark.parametrize(("shape", "value", "fits"), SHAPES)
def test_shapes(serve: Serve, client_of: ClientOf, shape: Any, value: Any, fits: bool) -> None:
    client = client_of(serve(Answer(200, json.dumps({"a": value}).encode())))
    if fits:
        assert client.get("/api/x", dict, shape={"a": shape}) == json.loads(json.dumps({"a": value}))
    else:
        with pytest.raises(TrieveError, match=r"HTTP 200: a[\w.\[\]]* is missing in the response"):
            client.get("/api/x", dict, shape={"a": shape})


def test_the_place_of_what_is_wrong(serve: Serve, client_of: ClientOf) -> None:
    """In a list of thousands, the words of the whole answer would not help."""
    rows = [{"a": None}, {"a": {"b": [{"c": "x"}, {"c": 5}]}}]
    client = client_of(serve(Answer(200, json.dumps(rows).encode())))
    with pytest.raises(TrieveError, match=r"a\.b\[1\]\.c is missing in the response"):
        client.get("/api/x", list, shape={"a": (type(None), {"b": [{"c": str}]})})


@pytest.mark.parametrize("body", [b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": 1e999}', b'{"a": "\\ud83d"}'])
def test_what_only_python_takes_for_json(serve: Serve, client_of: ClientOf, body: bytes) -> None:
    """It could neither be shown nor be sent again."""
    client = client_of(serve(Answer(200, body)))
    with pytest.raises(TrieveError, match="the response is not JSON"):
        client.get("/api/x", dict)
    assert client.request_any("GET", "/api/x") == (200, None, body.decode())


# -- another organization -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [None, ORGANIZATION])
@pytest.mark.parametrize("other", [None, OTHER])
def test_the_same_client_for_another_organization(
    serve: Serve, client_of: ClientOf, given: str | None, other: str | None
) -> None:
    server = serve()
    client = client_of(server, organization_id=given, extra_headers={"X-Door": "open"})
    changed = client.for_organization(other)
    assert (client.organization_id, changed.organization_id) == (given, other)
    changed.get("/api/x", dict)
    client.get("/api/x", dict)
    assert [sent.headers.get("tr-organization") for sent in server.received] == [other, given]
    assert {sent.headers["x-door"] for sent in server.received} == {"open"}
    assert len({sent.headers["authorization"] for sent in server.received}) == 1


def test_the_environment_is_looked_at_once(serve: Serve, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    server, proxy = serve(), serve()
    client = client_of(server)
    client.get("/api/x", dict)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    client.get("/api/x", dict)
    assert (len(server.received), len(proxy.received)) == (2, 0)
    client_of(server).get("/api/x", dict)
    assert (len(server.received), len(proxy.received)) == (2, 1)
