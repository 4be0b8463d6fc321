# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTPS: whom the client trusts, what it says where it does not, and its own certificate."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from ansible_collections.community.trieve.plugins.module_utils._core.options import CONNECTION_OPTIONS
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError

from ...conftest import KEY
from ...scripted import Answer, Drop, Raw, Scripted
from ...tasks import played, task_of

Serve = Callable[..., Scripted]


@dataclass
class Authority:
    """Somebody who signs certificates, and files in PEM format.

    :param bundle: the authority's certificate
    :param stranger: the certificate of another authority
    :param client: a client's certificate, its key, and both in one file
    """

    ca: trustme.CA
    bundle: str
    stranger: str
    client: tuple[str, str, str]

    def context(self, wants_certificate: bool = False, name: str = "127.0.0.1") -> ssl.SSLContext:
        """What a server of this authority needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(name).configure_cert(context)
        if wants_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            self.ca.configure_trust(context)
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("tls")
    ca, other = trustme.CA(), trustme.CA()
    mine = ca.issue_cert("client@example.com")

    def write(name: str, *blobs: trustme.Blob) -> str:
        path = folder / name
        path.write_bytes(b"".join(blob.bytes() for blob in blobs))
        return str(path)

    chain, key = mine.cert_chain_pems[0], mine.private_key_pem
    return Authority(
        ca,
        write("ca.pem", ca.cert_pem),
        write("other.pem", other.cert_pem),
        (write("client.pem", chain), write("client.key", key), write("both.pem", chain, key)),
    )


def run(server: Scripted, **options: Any) -> dict[str, Any]:
    """The result of a task that sends one GET."""

    def function(task: Task, client: TrieveClient) -> dict[str, Any]:
        return {"answer": client.get("/api/x", dict)}

    definition = Definition({}, planner=function)
    given = {"url": server.url, "api_key": KEY, "retries": 0, **options}
    assert set(given) <= set(CONNECTION_OPTIONS)
    return played(definition, task_of(definition, **given))


def failed(result: dict[str, Any], words: str) -> None:
    """Assert that a task failed in TLS, before anything was sent."""
    assert result["failed"] is True
    assert result["msg"].startswith("GET https://127.0.0.1:")
    assert f": no trusted TLS connection could be established ({words}" in result["msg"]
    assert "see validate_certs, ca_path and client_cert" in result["msg"]
    assert result["error"]["status"] is None
    assert KEY not in str(result)


ANSWER: dict[str, dict[str, object]] = {"answer": {}}


def test_a_certificate_that_nobody_knows(serve: Serve, authority: Authority) -> None:
    server = serve(tls=authority.context())
    failed(run(server), "[SSL: CERTIFICATE_VERIFY_FAILED]")
    failed(run(server, ca_path=authority.stranger), "[SSL: CERTIFICATE_VERIFY_FAILED]")
    assert server.received == []


def test_a_certificate_of_another_host(serve: Serve, authority: Authority) -> None:
    server = serve(tls=authority.context(name="elsewhere.example"))
    result = run(server, ca_path=authority.bundle)
    assert result["failed"] is True
    assert "127.0.0.1" in result["msg"].partition("could be established")[2]
    assert server.received == []


def test_ca_path(serve: Serve, authority: Authority) -> None:
    assert run(serve(tls=authority.context()), ca_path=authority.bundle) == ANSWER


def test_ca_path_counts_more_than_the_environment(
    serve: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority.stranger)
    assert run(serve(tls=authority.context()), ca_path=authority.bundle) == ANSWER


def test_authorities_of_the_environment(serve: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority.bundle)
    assert run(serve(tls=authority.context())) == ANSWER


@pytest.mark.parametrize("variable", [None, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.filterwarnings("error")
def test_unchecked_stays_unchecked(
    serve: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch, variable: str | None
) -> None:
    if variable:
        monkeypatch.setenv(variable, authority.stranger)
    server = serve(tls=authority.context())
    assert run(server, validate_certs=False) == ANSWER
    failed(run(server), "[SSL: CERTIFICATE_VERIFY_FAILED]")  # a connection of the other kind is not used again


def test_a_file_that_holds_no_certificate(serve: Serve, authority: Authority, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nothing of that kind\n")
    server = serve(tls=authority.context())
    for options in ({"ca_path": str(nonsense)}, {"ca_path": authority.bundle, "client_cert": str(nonsense)}):
        result = run(server, **options)
        assert result["failed"] is True
        assert "ca_path" in result["msg"]
    assert server.received == []


def test_a_client_certificate(serve: Serve, authority: Authority) -> None:
    server = serve(tls=authority.context(wants_certificate=True))
    certificate, key, both = authority.client
    trust = {"ca_path": authority.bundle}
    assert run(server, **trust, client_cert=certificate, client_key=key) == ANSWER
    assert run(server, **trust, client_cert=both) == ANSWER
    assert run(server, **trust)["failed"] is True
    assert len(server.received) == 2


def test_no_tls_where_it_is_expected(serve: Serve) -> None:
    server = serve()
    server.url = server.url.replace("http://", "https://")
    assert ": the server does not speak TLS (" in run(server)["msg"]


@pytest.mark.parametrize(
    ("fault", "answer"),
    [(Drop(), Answer()), (Answer(body=b'{"a": "' + b"x" * 99 + b'"}', cut=True), Answer())],
)
def test_a_lost_connection_is_repeated_here_too(serve: Serve, authority: Authority, fault: Any, answer: Answer) -> None:
    server = serve(fault, answer, tls=authority.context())
    assert run(server, ca_path=authority.bundle, retries=3) == ANSWER
    assert len(server.received) == 2


def test_a_refused_body_drops_the_connection_here_too(serve: Serve, authority: Authority) -> None:
    server = serve(Answer(400, b'{"message": "these are the words"}'), Answer(), tls=authority.context())
    client = TrieveClient(server.url, KEY, verify=authority.bundle)
    with pytest.raises(TrieveError, match="HTTP 400: these are the words"):
        client.post("/api/x", dict, {})
    client.get("/api/x", dict)
    client.get("/api/x", dict)
    assert len({sent.connection for sent in server.received[:2]}) == 2
    assert len({sent.connection for sent in server.received[1:]}) == 1


def test_https_where_the_server_speaks_plain_http(serve: Serve, client_of: Any) -> None:
    server = serve(Answer())
    server.url = server.url.replace("http:", "https:")
    with pytest.raises(TrieveError, match=r"the server does not speak TLS \(.*\)\. Is url http://127\.0\.0\.1:\d+\?"):
        client_of(server, retries=0).get("/api/x", dict)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, b"<html><center>The plain HTTP request was sent to HTTPS port</center></html>"),
        Answer(400, b"Client sent an HTTP request to an HTTPS server.\n"),
        Raw(b"\x15\x03\x03\x00\x02\x02\x46"),
    ],
)
def test_http_where_the_server_speaks_tls(serve: Serve, client_of: Any, answer: Any) -> None:
    with pytest.raises(TrieveError, match=r"Is url https://127\.0\.0\.1:\d+\?"):
        client_of(serve(answer), retries=0).get("/api/x", dict)


def test_http_where_a_real_server_speaks_tls(serve: Serve, authority: Authority, client_of: Any) -> None:
    server = serve(Answer(), tls=authority.context())
    server.url = server.url.replace("https:", "http:")
    with pytest.raises(TrieveError) as raised:
        client_of(server, retries=0).get("/api/x", dict)
    assert f"set url to {server.url.replace('http:', 'https:')}" in str(raised.value)
