# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options: where they come from, what is wrong with them, and the client that they make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.options import connect
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError

from ...conftest import KEY
from ...tasks import task_of

NOTHING = Definition({}, planner=lambda task, client: {})
ID = "9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1"


def task(**options: Any) -> Task:
    """A task with these connection options, and a key if none is given."""
    return task_of(NOTHING, **{"api_key": KEY, **options})


def connected(**options: Any) -> TrieveClient:
    """The client for these options."""
    return connect(task(**options).params)


def refusal(**options: Any) -> str:
    """What is said of these options."""
    with pytest.raises(TaskFailed) as raised:
        connected(**options)
    return str(raised.value)


# -- the environment --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "option", "expected"),
    [
        ({}, None, "https://api.trieve.ai"),
        ({"TRIEVE_BASE_URL": "http://base"}, None, "http://base"),
        ({"TRIEVE_API_HOST": "http://host"}, None, "http://host"),
        ({"TRIEVE_BASE_URL": "http://base", "TRIEVE_API_HOST": "http://host"}, None, "http://base"),
        ({"TRIEVE_BASE_URL": "", "TRIEVE_API_HOST": "http://host"}, None, "http://host"),
        ({"TRIEVE_BASE_URL": "", "TRIEVE_API_HOST": ""}, None, "https://api.trieve.ai"),
        ({"TRIEVE_BASE_URL": "http://base"}, "http://option", "http://option"),
    ],
)
def test_where_the_address_comes_from(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], option: str | None, expected: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert connected(**({"url": option} if option else {})).url == expected


def test_key_and_organization_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIEVE_API_KEY", KEY[::-1])
    monkeypatch.setenv("TRIEVE_ORGANIZATION_ID", ID)
    params = task_of(NOTHING).params
    assert params["api_key"] == KEY[::-1]
    assert connect(params).organization_id == ID
    assert task_of(NOTHING, api_key=KEY).params["api_key"] == KEY


# -- the key ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "", " ", "\n", "Bearer", "Bearer ", " Bearer  "])
@pytest.mark.parametrize("variable", [None, ""])
def test_a_key_that_is_missing(monkeypatch: pytest.MonkeyPatch, key: str | None, variable: str | None) -> None:
    if variable is not None:
        monkeypatch.setenv("TRIEVE_API_KEY", variable)
    options = {} if key is None else {"api_key": key}
    with pytest.raises(TaskFailed, match="api_key is missing or empty.*option api_key.*variable TRIEVE_API_KEY"):
        connect(task_of(NOTHING, **options).params)


@pytest.mark.parametrize(
    "key", ["tr-abc\ndef", "tr-abc\r\nX: y", "tr-äöü", "tr-\x7f", "tr-\x00abc", "tr-\ud800abc", "tr-\u201cq\u201d"]
)
def test_a_key_that_cannot_be_sent(key: str) -> None:
    words = refusal(api_key=key)
    assert words.startswith("api_key ")
    assert key not in words
    assert "abc" not in words


@pytest.mark.parametrize("given", [f" {KEY}\n", f"\t{KEY}", KEY])
def test_blanks_around_the_key_are_no_part_of_it(given: str) -> None:
    made = task(api_key=given)
    assert connect(made.params)._key._api_key == KEY
    # What is sent is what has to be masked; Ansible itself masks the option as it was given.
    assert KEY in made.secrets | {given}


def test_a_key_with_bearer_is_masked_without_it() -> None:
    assert KEY in task(api_key=f"Bearer {KEY}").secrets


# -- the address --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://trieve.example.com", "https://trieve.example.com"),
        ("https://trieve.example.com/", "https://trieve.example.com"),
        ("https://trieve.example.com///", "https://trieve.example.com"),
        (" http://localhost:8090 \n", "http://localhost:8090"),
        ("http://proxy.example.com/trieve", "http://proxy.example.com/trieve"),
        ("http://proxy.example.com/a/b%20c/", "http://proxy.example.com/a/b%20c"),
        ("http://proxy.example.com/apis", "http://proxy.example.com/apis"),
        ("HTTPS://Trieve.Example.COM", "HTTPS://Trieve.Example.COM"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("http://127.0.0.1:65535", "http://127.0.0.1:65535"),
        ("http://[::1]:8090", "http://[::1]:8090"),
        ("http://[fe80::1]", "http://[fe80::1]"),
        ("http://bücher.example", "http://bücher.example"),
    ],
)
def test_an_address(url: str, expected: str) -> None:
    assert connected(url=url).url == expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "url is empty"),
        ("  ", "url is empty"),
        ("localhost:8090", "not a valid URL of a server"),
        ("trieve.example.com", "not a valid URL of a server"),
        ("//trieve.example.com", "not a valid URL of a server"),
        ("ftp://trieve.example.com", "not a valid URL of a server"),
        ("https://", "not a valid URL of a server"),
        ("https:///api", "not a valid URL of a server"),
        ("https://:8090", "not a valid URL of a server"),
        ("http://localhost:", "not a valid URL of a server"),
        ("http://localhost:0", "not a valid URL of a server"),
        ("http://localhost:65536", "not a valid URL of a server"),
        ("http://localhost:-1", "not a valid URL of a server"),
        ("http://localhost:x", "not a valid URL of a server"),
        ("http://localhost:٨", "not a valid URL of a server"),
        ("http://::1", "not a valid URL of a server"),
        ("http://[::1", "not a valid URL of a server"),
        ("http://[zz]", "not a valid URL of a server"),
        ("http://a b", "not a valid URL of a server"),
        ("http://a\nb", "not a valid URL of a server"),
        ("http://a/b\r\nX: y", "not a valid URL of a server"),
        ("http://a?b=c", "not a valid URL of a server"),
        ("http://a/?b=c", "not a valid URL of a server"),
        ("http://a/#b", "not a valid URL of a server"),
        ("http://a\\b", "not a valid URL of a server"),
        ("https://api.trieve.ai/api", "ends with /api"),
        ("https://api.trieve.ai/api/", "ends with /api"),
        ("https://proxy.example.com/trieve/api", "ends with /api"),
    ],
)
def test_no_address(url: str, words: str) -> None:
    said = refusal(url=url)
    assert said.startswith("url ")
    assert words in said


HOSTS = [".example.com", "*.example.com", "ü" * 70, "a" * 70, "a..b", "[1.2.3.4]", "[:::]", "[1:2]"]


@pytest.mark.parametrize("url", [f"http://{host}" for host in HOSTS])
def test_a_host_that_cannot_be(url: str) -> None:
    with pytest.raises(
        TrieveError, match=r"/api/x: (the request could not be sent|no connection could be established)"
    ):
        connected(url=url, retries=0).get("/api/x", dict)


@pytest.mark.parametrize(
    ("url", "shown", "secrets"),
    [
        ("https://joe:s3cr-w9@trieve.example.com", "https://***@trieve.example.com", {"s3cr-w9", "joe:s3cr-w9"}),
        ("https://t0ken-w9@trieve.example.com/x", "https://***@trieve.example.com/x", {"t0ken-w9"}),
        ("https://:s3cr-w9@trieve.example.com", "https://***@trieve.example.com", {"s3cr-w9", ":s3cr-w9"}),
        ("https://joe:s3cr/w9@trieve.example.com", "https://***@trieve.example.com", {"s3cr/w9", "joe:s3cr/w9"}),
        ("https://joe:s3cr@w9@trieve.example.com", "https://***@trieve.example.com", {"s3cr@w9", "joe:s3cr@w9"}),
        ("https://joe:s3cr?w9#@trieve.example.com", "https://***@trieve.example.com", {"s3cr?w9#", "joe:s3cr?w9#"}),
        ("ftp://joe:s3cr-w9@nonsense", "ftp://***@nonsense", {"s3cr-w9", "joe:s3cr-w9"}),
    ],
)
def test_credentials_in_the_address(url: str, shown: str, secrets: set[str]) -> None:
    made = task(url=url)
    assert secrets <= made.secrets
    with pytest.raises(TaskFailed, match=r"contains credentials.*extra_headers") as raised:
        connect(made.params)
    assert shown in str(raised.value)
    assert not [secret for secret in secrets if secret in str(raised.value)]


def test_credentials_of_the_environment_are_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIEVE_BASE_URL", "https://joe:s3cr-w9@trieve.example.com")
    assert "s3cr-w9" in task().secrets


def test_an_at_in_the_path_is_no_credential() -> None:
    assert connected(url="https://proxy.example.com/team@trieve").url == "https://proxy.example.com/team@trieve"


# -- the organization -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", [ID, ID.upper(), ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}", f" {ID}\n"])
def test_spellings_of_the_organization(spelling: str) -> None:
    assert connected(organization_id=spelling).organization_id == ID


@pytest.mark.parametrize("value", [None, "", " "])
def test_no_organization(value: str | None) -> None:
    assert connected(organization_id=value).organization_id is None


@pytest.mark.parametrize("key", [KEY, f" {KEY}", KEY.lower(), "tr-admin"])
def test_a_key_in_place_of_the_organization(key: str) -> None:
    said = refusal(organization_id=key)
    assert "looks like an API key. Set organization_id" in said
    assert "swapped" in refusal(organization_id=key, api_key=ID)
    assert key.strip() not in said + refusal(organization_id=key, api_key=ID)


@pytest.mark.parametrize("option", ["api_key", "organization_id", "extra_headers"])
def test_a_value_that_was_masked(option: str) -> None:
    value = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    said = refusal(**{option: {"X-Door": value} if option == "extra_headers" else value})
    assert said.startswith(option)
    assert "contains Ansible's mask for secrets" in said


@pytest.mark.parametrize("value", ["default", ID[:-1], f"{ID}\r\nX: y", "0"])
def test_what_is_no_organization(value: str) -> None:
    said = refusal(organization_id=value)
    assert said.startswith("organization_id ")
    assert "is not a valid UUID" in said
    assert "TRIEVE_ORGANIZATION_ID" in said


# -- numbers ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("timeout", 0),
        ("timeout", -1),
        ("timeout", 10**10),
        ("timeout", 10**30),
        ("retries", -1),
        ("retries", 10**6),
    ],
)
def test_numbers_that_make_no_sense(option: str, value: int) -> None:
    assert refusal(**{option: value}).startswith(f"{option} is {value}. It must be between ")


@pytest.mark.parametrize(("option", "value"), [("timeout", 1), ("timeout", 3600), ("retries", 0), ("retries", 10)])
def test_numbers_that_do(option: str, value: int) -> None:
    client = connected(**{option: value})
    assert {"timeout": client.timeout, "retries": client._retries}[option] == value


# -- headers ----------------------------------------------------------------------------------------------------------------------


def test_extra_headers() -> None:
    headers = connected(extra_headers={"X-Door": " open ", "X-Number": 5, "X-Float": 1.5, "X-Bool": True})._headers
    assert {name: headers[name] for name in ("X-Door", "X-Number", "X-Float", "X-Bool")} == {
        "X-Door": "open",
        "X-Number": "5",
        "X-Float": "1.5",
        "X-Bool": "True",
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        *(
            (name, "is set by the collection")
            for name in ("Authorization", "x-api-key", "TR-Dataset", "tr-organization")
        ),
        *(
            (name, "is set by the collection")
            for name in ("X-Dataset", "Content-Length", "Transfer-Encoding", "Connection")
        ),
        *(
            (name, "is not a valid name of an HTTP header")
            for name in ("", "X Door", "X-Door:", "X\nDoor", "X-Tür", "X-Door\r\nY")
        ),
        (5, "is not a valid name of an HTTP header"),
    ],
)
def test_names_of_headers(name: Any, words: str) -> None:
    said = refusal(extra_headers={name: "s3cr-w9"})
    assert said.startswith("extra_headers: ")
    assert words in said
    assert "s3cr-w9" not in said


@pytest.mark.parametrize("value", ["a\nb", "a\r\nX: y", "ä", "\x00", None, ["s3cr-w9"], {"a": "s3cr-w9"}])
def test_values_of_headers(value: Any) -> None:
    said = refusal(extra_headers={"X-Door": value})
    assert said.startswith("extra_headers: the value of X-Door ")
    assert "s3cr-w9" not in said


# -- files ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["ca_path", "client_cert", "client_key"])
def test_a_file_that_is_not_there(tmp_path: Path, option: str) -> None:
    missing = str(tmp_path / "nothing.pem")
    options = {"client_cert": __file__, option: missing}
    assert refusal(**options) == f"{option}: file {missing} not found."


def test_a_key_without_its_certificate() -> None:
    assert refusal(client_key=__file__) == "client_key requires client_cert. Set both."


def test_files(tmp_path: Path) -> None:
    client = connected(ca_path=str(tmp_path), client_cert=__file__, client_key=__file__)
    assert (client._verify, client._certificate) == (str(tmp_path), (__file__, __file__))
    assert connected(client_cert=__file__)._certificate == __file__
    assert connected()._verify is True
    assert connected(validate_certs=False)._verify is False


# -- any option ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["url", "organization_id", "ca_path"])
@pytest.mark.parametrize(("text", "words"), [("a\0b", "contains a NUL"), ("a\ud800b", "half a surrogate")])
def test_texts_that_nothing_can_take(option: str, text: str, words: str) -> None:
    said = refusal(**{option: text})
    assert said.startswith(f"{option} ")
    assert words in said
