# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that the API does not promise: each is an error that names method, URL, status and the first words."""

from __future__ import annotations

import gc
import gzip
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.module_utils import _exchange
from ansible_collections.community.trieve.plugins.module_utils import trieve as _client
from ansible_collections.community.trieve.plugins.module_utils._exchange import Exchange
from ansible_collections.community.trieve.plugins.module_utils._response import excerpt
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError

from ...conftest import KEY
from ...scripted import Answer, Scripted, closed_port, serving

Serve = Callable[..., Scripted]
ClientOf = Callable[..., TrieveClient]

HTML = {"Content-Type": "text/html"}
PAGE = b"<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>"
JSON = {"Content-Type": "application/json"}
OF_TRIEVE = {**JSON, "X-API-Version": "2.0"}


def deep(levels: int) -> bytes:
    """Lists in lists."""
    return b"[" * levels + b"]" * levels


DEEP = "more than 100 levels deep"
UNPROMISED: list[tuple[str, type | None, Answer, str]] = [
    ("a page", dict, Answer(200, PAGE, HTML), "HTTP 200: the response is not JSON (text/html): <!DOCTYPE html>"),
    ("a page instead of nothing", None, Answer(200, PAGE, HTML), "HTTP 200: the response is not empty"),
    ("a page of a proxy", dict, Answer(502, PAGE, HTML), "HTTP 502: <!DOCTYPE html>"),
    (
        "cut off",
        dict,
        Answer(200, b'{"id": "3f1c'),
        'HTTP 200: the response is not JSON (application/json): {"id": "3f1c',
    ),
    (
        "not UTF-8",
        dict,
        Answer(200, b'{"name": "\xff\xfe"}'),
        'the response is not JSON (application/json): {"name": "',
    ),
    ("a byte order mark", dict, Answer(200, b"\xef\xbb\xbf{}"), "the response is not JSON"),
    ("UTF-16", dict, Answer(200, '{"a": 1}'.encode("utf-16")), "the response is not JSON"),
    ("empty", dict, Answer(200, b""), "HTTP 200: the response is empty"),
    ("204", dict, Answer(204, b""), "HTTP 204: the response is empty"),
    ("blank", dict, Answer(200, b" \n"), "HTTP 200: the response is not JSON"),
    ("a list for an object", dict, Answer(200, b'[{"id": 1}]'), 'HTTP 200: the response is not an object: [{"id": 1}]'),
    ("an object for a list", list, Answer(200, b'{"items": []}'), "the response is not a list of objects"),
    ("a list of texts", list, Answer(200, b'["a"]'), "the response is not a list of objects"),
    ("a list of lists", list, Answer(200, b"[[]]"), "the response is not a list of objects"),
    ("one that is none", list, Answer(200, b"[{}, null]"), "the response is not a list of objects"),
    ("null", dict, Answer(200, b"null"), "the response is not an object: null"),
    ("a text", dict, Answer(200, b'"fine"'), 'the response is not an object: "fine"'),
    ("a number", list, Answer(200, b"5"), "the response is not a list of objects: 5"),
    *(
        (f"{levels} levels", dict, Answer(200, deep(levels)), f"HTTP 200: the response is JSON nested {DEEP}: [[[[")
        for levels in (101, 1_000, 100_000)
    ),
    ("objects in objects", dict, Answer(200, b'{"a":' * 200 + b"1" + b"}" * 200), f"is JSON nested {DEEP}: {{"),
    ("100 levels", dict, Answer(200, deep(100)), "HTTP 200: the response is not an object: [[[["),
    ("deep refusal", dict, Answer(500, deep(100_000)), "HTTP 500: [[[["),
    ("200 instead of 204", None, Answer(200, b""), "HTTP 200: the response is empty, but its status is not 204"),
    ("201 instead of 204", None, Answer(201, b""), "HTTP 201: the response is empty, but its status is not 204"),
    ("no gzip", dict, Answer(200, b"no gzip at all", {**JSON, "Content-Encoding": "gzip"}), "HTTP 200: the response"),
    (
        "half a gzip",
        dict,
        Answer(200, gzip.compress(b"{}")[:-12], {**JSON, "Content-Encoding": "gzip"}),
        "HTTP 200: the response",
    ),
    ("no content type", dict, Answer(200, b"hello", {}), "the response is not JSON (no content type): hello"),
    (
        "no content type to end",
        dict,
        Answer(200, b"hello", {"Content-Type": "x" * 9000}),
        "the response is not JSON (xxx",
    ),
    ("rubbish", dict, Answer(200, b"\x00rubbish\n" * 1_000_000, {}), "HTTP 200: the response is not JSON"),
    ("refusing rubbish", dict, Answer(500, b"\x00rubbish\n" * 1_000_000, {}), "HTTP 500: rubbish"),
    (
        "words without end",
        dict,
        Answer(400, json.dumps({"message": "words " * 300_000}).encode()),
        "HTTP 400: words words",
    ),
    ("one long word", dict, Answer(400, json.dumps({"message": "x" * 500_000}).encode()), "HTTP 400: xxx"),
    ("a message that is none", dict, Answer(400, b'{"message": {"a": 1}}'), 'HTTP 400: {"message": {"a": 1}}'),
    ("an empty message", dict, Answer(400, b'{"message": ""}'), 'HTTP 400: {"message": ""}'),
    ("no message", dict, Answer(400, b'{"error": "why"}'), 'HTTP 400: {"error": "why"}'),
    (
        "plain words",
        dict,
        Answer(400, b"Query deserialize error: x", {"Content-Type": "text/plain"}),
        "HTTP 400: Query des",
    ),
    ("nothing", dict, Answer(400, b""), "HTTP 400: empty response"),
    ("escapes", dict, Answer(400, b'{"message": "a\\u001b[31m\\nb\\u0000\\ud800c"}'), "HTTP 400: a [31m b ?c"),
]


@pytest.mark.parametrize(
    ("expect", "answer", "words"), [case[1:] for case in UNPROMISED], ids=[case[0] for case in UNPROMISED]
)
def test_an_answer_that_is_not_promised(
    serve: Serve, client_of: ClientOf, expect: type | None, answer: Answer, words: str
) -> None:
    server = serve(answer)
    with pytest.raises(TrieveError) as raised:
        client_of(server, retries=0).request("GET", "/api/x", expect, safe=True)
    error, said = raised.value, str(raised.value)
    assert said.startswith(f"GET {server.url}/api/x: HTTP {answer.status}: ")
    assert words in said
    assert error.as_result() == {
        "message": error.message,
        "method": "GET",
        "url": f"{server.url}/api/x",
        "status": answer.status,
    }
    assert len(said) < 1500
    assert all(char.isprintable() for char in said)
    said.encode("utf-8")


@pytest.mark.parametrize(
    ("rows", "keys"),
    [
        ([{"id": "a"}, {}], {"id": str}),
        ([{"id": None}], {"id": str}),
        ([{"id": 5}], {"id": str}),
        ([{"id": "a", "crawl_options": []}], {"id": str, "crawl_options": dict}),
    ],
)
def test_keys_that_have_to_be_there(serve: Serve, client_of: ClientOf, rows: Any, keys: Any) -> None:
    server = serve(Answer(200, json.dumps(rows).encode()))
    with pytest.raises(TrieveError, match=f"{list(keys)[-1]} is missing in the response"):
        client_of(server).get("/api/x", list, shape=keys)


def test_what_is_promised(serve: Serve, client_of: ClientOf) -> None:
    server = serve(
        Answer(200, b'{"id": "a", "more": null}'),
        Answer(200, b"[]", OF_TRIEVE),
        Answer(200, '[{"id": "ä"}]'.encode(), {}),
        Answer(204, b""),
        Answer(204, b"", {**JSON, "Content-Encoding": "gzip"}),
        Answer(200, b'{"a": 1}', {**JSON, "Content-Encoding": "Identity"}, chunked=True),
    )
    client = client_of(server)
    assert client.get("/api/x", dict, shape={"id": str}) == {"id": "a", "more": None}
    assert client.get("/api/x", list, shape={"id": str}) == []
    assert client.get("/api/x", list, shape={"id": str}) == [{"id": "ä"}]
    client.delete("/api/x")
    client.delete("/api/x")
    assert client.get("/api/x", dict) == {"a": 1}


# -- misses that are an answer ----------------------------------------------------------------------------------------------


def test_an_expected_miss_is_a_value(serve: Serve, client_of: ClientOf) -> None:
    server = serve(Answer(404, b'{"message": "Not Found: Could not find dataset"}'))
    assert client_of(server).get("/api/x", dict, expected_errors={(404, "Could not find dataset"): None}) is None


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, b'{"message": "Not Found: Organization not found"}'),
        Answer(404, b""),
        Answer(404, PAGE, HTML),
        Answer(400, b'{"message": "Could not find dataset"}'),
    ],
)
def test_another_miss_is_an_error(serve: Serve, client_of: ClientOf, answer: Answer) -> None:
    with pytest.raises(TrieveError):
        client_of(serve(answer)).get("/api/x", dict, expected_errors={(404, "Could not find dataset"): None})


# -- answers of something else -----------------------------------------------------------------------------------------------

ME = {
    "an organization's key": Answer(400, b'{"message": "Error loading user"}'),
    "a user": Answer(200, b'{"id": "u", "orgs": []}'),
    "a key without a right to it": Answer(403, b'{"message": "Forbidden"}'),
}


@pytest.mark.parametrize("me", ME)
def test_an_empty_list_is_believed_of_trieve_only(serve: Serve, client_of: ClientOf, me: str) -> None:
    server = serve(Answer(200, b"[]"), ME[me], Answer(200, b"[]"))
    client = client_of(server)
    assert client.get("/api/x", list) == []
    assert client.get("/api/x", list) == []
    assert [sent.target for sent in server.received] == ["/api/x", "/api/auth/me", "/api/x"]


@pytest.mark.parametrize(
    "other",
    [
        Answer(200, b"[]"),
        Answer(200, b"{}"),
        Answer(404, b"not here", HTML),
        Answer(404, b""),
        Answer(404, b'{"detail": "Not Found"}'),
    ],
)
def test_an_empty_list_of_something_else(serve: Serve, client_of: ClientOf, other: Answer) -> None:
    server = serve(Answer(200, b"[]"), other)
    with pytest.raises(TrieveError, match=r"HTTP 200: .*but not from Trieve\. Is url a Trieve server\?"):
        client_of(server).get("/api/x", list)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b'{"status": "ok"}'),
        Answer(200, PAGE, HTML),
        Answer(200, b""),
        Answer(404, b""),
        Answer(404, b'{"detail": "Not Found"}'),
        Answer(404, PAGE, HTML),
        Answer(405, b"Method Not Allowed", {"Content-Type": "text/plain"}),
    ],
)
def test_something_else_than_trieve(serve: Serve, client_of: ClientOf, answer: Answer) -> None:
    with pytest.raises(TrieveError, match=r"Is url a Trieve server\?$"):
        client_of(serve(answer)).get("/api/x", list)


def test_a_refusal_of_trieve_is_no_reason_to_doubt_the_address(serve: Serve, client_of: ClientOf) -> None:
    with pytest.raises(TrieveError) as raised:
        client_of(serve(Answer(404, b'{"message": "Not Found: Group not found"}'))).get("/api/x", list)
    assert "Is url" not in str(raised.value)


def test_a_wrong_organization(serve: Serve, client_of: ClientOf) -> None:
    server = serve(Answer(404, b'{"message": "Not Found: Organization not found"}'))
    with pytest.raises(TrieveError, match=r"Check organization_id / TRIEVE_ORGANIZATION_ID\.$"):
        client_of(server).get("/api/x", list)


@pytest.mark.parametrize("answer", [None, Answer(404, b""), Answer(200, PAGE, HTML)])
def test_the_default_address(
    serve: Serve, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, answer: Answer | None
) -> None:
    url = serve(answer).url if answer else f"http://127.0.0.1:{closed_port()}"
    monkeypatch.setattr(_exchange, "DEFAULT_URL", url)
    with pytest.raises(TrieveError, match="whose end was announced. Set url or TRIEVE_BASE_URL to the URL of your own"):
        TrieveClient(url, KEY).get("/api/x", list)


# -- lists ------------------------------------------------------------------------------------------------------------------


def rows(count: int) -> Answer:
    """A list of so many objects."""
    return Answer(200, json.dumps([{"id": str(number)} for number in range(count)]).encode(), OF_TRIEVE)


@pytest.mark.parametrize(
    ("sizes", "limits"),
    [([0], [4]), ([3], [4]), ([4, 4], [4, 8]), ([4, 8, 9], [4, 8, 16]), ([4, 5], [4, 8]), ([9, 9, 9], [4, 8, 16])],
)
def test_a_list_is_read_whole_in_one_request(
    serve: Serve, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, sizes: list[int], limits: list[int]
) -> None:
    monkeypatch.setattr(_client, "PAGE", 4)
    server = serve(*(rows(size) for size in sizes))
    assert len(client_of(server).list_all("/api/crawl")) == sizes[-1]
    assert [sent.target for sent in server.received] == [f"/api/crawl?limit={limit}" for limit in limits]


def test_a_list_that_is_not_there(serve: Serve, client_of: ClientOf) -> None:
    server = serve(Answer(404, b'{"message": "Could not find dataset"}'))
    assert client_of(server).list_all("/api/crawl", expected_errors={(404, "Could not find dataset"): None}) is None


# -- secrets ----------------------------------------------------------------------------------------------------------------

SECRET = "s3cr-v4lue-w9xyz"
HASH = "99b9dba73335958ef77c3585408c50417f86a34a50fe1511a3bbf55252247193"
TRIEVE_KEY = "tr-" + "aB3" * 10 + "xY"


@pytest.mark.parametrize(
    "body",
    [
        f'{{"LLM_API_KEY": "{SECRET}"}}',
        f'{{"server_configuration": {{"RERANKER_API_KEY":"{SECRET}"',
        f'{{"extra_params": {{"apiKey" : "{SECRET}"}}}}',
        f'{{"api_key": "{SECRET}',
        f'{{"webhook_metadata": {{"webhook_secret": "{SECRET[:9]}',
        f'{{"webhook_secret": "a\\"b{SECRET}"}}',
        f'{{"message": "got {{\\"api_key\\": \\"{SECRET}\\"}}"}}',
        f'{{"error": "got {{\\"api_key\\": \\"{SECRET}\\"}}"}}',
        f'["{{\\"LLM_API_KEY\\":\\"{SECRET}',
        f'{{"password": "{SECRET}", "token": "{SECRET}"}}',
        f'Settings {{ llm_api_key: "{SECRET}", webhook_secret: Some("{SECRET}") }}',
        f"LLM_API_KEY={SECRET}",
        f"postgres://trieve:{SECRET}@db:5432/trieve is gone",
        f"the hash {HASH} does not match",
        f'{{"hash": "{HASH}"}}',
        f"the hash {HASH[:50]}",
        f"key {TRIEVE_KEY} is no key",
        f'{{"api_key_value": "{TRIEVE_KEY}"}}',
        f"key {TRIEVE_KEY[:20]}",
        " " * 3980 + f"key {TRIEVE_KEY} is no key",
        " " * 3965 + f"the hash {HASH} does not match",
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_no_secret_of_an_answer_is_in_the_words(serve: Serve, client_of: ClientOf, status: int, body: str) -> None:
    with pytest.raises(TrieveError) as raised:
        client_of(serve(Answer(status, body.encode()))).get("/api/x", list)
    said = f"{raised.value} {raised.value.as_result()}"
    for secret in (SECRET[:9], HASH[:20], TRIEVE_KEY[:10]):
        assert secret not in said


OPTION = 'odd "secret"  of an option\n' * 3


@pytest.mark.parametrize("before", [0, 170, 195, 970, 995, 3980])
@pytest.mark.parametrize("form", ["text", "message", "json", "url"])
@pytest.mark.parametrize("status", [200, 400])
def test_a_secret_of_the_task_is_in_no_words(
    serve: Serve, client_of: ClientOf, status: int, form: str, before: int
) -> None:
    """Not in part, where the words are cut; not with its blanks collapsed, and not escaped."""
    text = "x" * before + " " + OPTION
    body = {
        "text": text,
        "message": json.dumps({"message": text}),
        "json": json.dumps({"asked": {"prompt": text}}),
        "url": quote(text),
    }[form]
    client = client_of(serve(Answer(status, body.encode())), secrets=[OPTION])
    with pytest.raises(TrieveError) as raised:
        client.get("/api/x", list)
    said = f"{raised.value} {raised.value.as_result()}"
    assert not [part for part in ("odd", "secret", "option") if part in said]


@given(st.binary(max_size=300))
def test_any_bytes_make_one_short_line(content: bytes) -> None:
    text = excerpt(content)
    assert len(text) <= 201
    assert text == text.strip()
    assert all(char.isprintable() for char in text)


@given(st.binary(max_size=200), st.sampled_from([200, 201, 204, 400, 404, 500]), st.sampled_from([dict, list, None]))
def test_any_bytes_are_an_answer_or_an_error(content: bytes, status: int, expect: type | None) -> None:
    answer = Answer(status, b"" if status == 204 else content)
    with serving(answer) as server:
        client = TrieveClient(server.url, "tr-x", retries=0)
        error = None
        try:
            value = client.request("GET", "/api/x", expect, safe=True)
        except TrieveError as raised:
            error = raised
    if error:
        assert error.status == status
    elif expect is None:
        assert (value, status) == (None, 204)
    else:
        assert isinstance(value, expect)


def test_answers_do_not_stay_in_memory(serve: Serve, client_of: ClientOf) -> None:
    """Nor until the garbage collector finds them: a list of many pages would be in memory as a whole. A connection keeps its last one."""
    client = client_of(serve(*[Answer(200, b'{"a": 1}', JSON)] * 3))
    gc.collect()
    gc.disable()
    try:
        for _number in range(3):
            client.get("/a", dict)
        kept = [one for one in gc.get_objects() if isinstance(one, Exchange)]
    finally:
        gc.enable()
    assert len(kept) <= 1
