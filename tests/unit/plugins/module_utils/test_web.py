# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of other people's web sites: what is sent there, and what may come back."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils import _session, _web
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.lifeline import Lifeline
from ansible_collections.community.trieve.plugins.module_utils._web import Web, read_file, uncompressed

from ...scripted import Action, Answer, Drop, Scripted, closed_port

Serve = Callable[..., Scripted]


def html(body: bytes = b"<p>hello</p>", **options: Any) -> Answer:
    """A page."""
    headers = {"Content-Type": "Text/HTML; charset=utf-8", **options.pop("headers", {})}
    return Answer(body=body, headers=headers, **options)


def to(location: str, status: int = 302) -> Answer:
    """A redirect."""
    return Answer(status, b"", {"Location": location})


def fetch(url: str, largest: int = 1000, timeout: float = 10) -> _web.Page:
    return Web(timeout, True, Lifeline()).fetch(url, largest, "Page")


def test_a_page(serve: Serve) -> None:
    server = serve(html())
    assert fetch(f" {server.url}/a?b=1\n") == (f"{server.url}/a?b=1", b"<p>hello</p>", "text/html; charset=utf-8")


def test_nothing_of_trieve_is_sent(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor what the user has in .netrc for the host, nor a cookie that the site sets."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login jo password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(Answer(302, b"", {"Location": "/b", "Set-Cookie": "a=b"}), html())
    fetch(f"{server.url}/a")
    assert [one.target for one in server.received] == ["/a", "/b"]
    for request in server.received:
        assert set(request.headers) <= {"host", "accept", "accept-encoding", "user-agent", "connection"}


def test_redirects_within_the_host(serve: Serve) -> None:
    server = serve(to("/b"), to("c", 308), html())
    assert fetch(f"{server.url}/a").url == f"{server.url}/c"


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://169.254.169.254/latest", "redirected to another host: http://169.254.169.254/latest"),
        ("//localhost/", "redirected to another host"),
        ("http://127.0.0.1:1/", "redirected to another host"),
        ("file:///etc/passwd", "not a valid URL"),
        ("http://jo@127.0.0.1/", "not a valid URL"),
        ("http://[", "not a valid URL"),
        ("/loop", "redirected more than 5 times"),
    ],
)
def test_other_redirects(serve: Serve, location: str, words: str) -> None:
    """A site could make this machine ask any service of its network."""
    server = serve(to(location))
    with pytest.raises(TaskFailed, match=words.replace("[", r"\[")):
        fetch(server.url)


def test_no_way_back_to_http() -> None:
    with pytest.raises(TaskFailed, match="redirected from https to http"):
        _web._redirected("https://a.example.com/", "http://a.example.com/", "Page")
    assert (
        _web._redirected("http://a.example.com/", "https://www.a.example.com/", "Page") == "https://www.a.example.com/"
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (html(status=404), "HTTP 404"),
        (html(b"x" * 1001), "is larger than 1000 bytes"),
        (html(b"x" * 1001, chunked=True), "is larger than 1000 bytes"),
        (html(gzip.compress(b"x" * 1001)), "larger than 1000 bytes when it is uncompressed"),
        (html(gzip.compress(b"x" * 500)[:-9]), "not a valid gzip file: it is cut off"),
        (html(headers={"Content-Encoding": "br"}), "compressed with br"),
        (html(b"x" * 100, cut=True), "cannot be read: "),
        (html(b"x" * 100, cut=True, chunked=True), "cannot be read: "),
        (Drop(), "cannot be read: "),
    ],
    ids=["404", "large", "chunks", "bomb", "damaged", "br", "cut", "cut chunk", "drop"],
)
def test_answers_that_are_refused(serve: Serve, answer: Action, words: str) -> None:
    server = serve(answer)
    with pytest.raises(TaskFailed, match=words):
        fetch(server.url)


def test_an_answer_is_exactly_as_large_as_it_may_be(serve: Serve) -> None:
    assert fetch(serve(html(b"x" * 1000)).url).content == b"x" * 1000


def test_an_answer_that_never_ends(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, but the whole of it must, too."""
    now = [0.0]

    def clock() -> float:
        now[0] += 200
        return now[0]

    server = serve(html(b"x" * 900))
    monkeypatch.setattr(_session, "clock", clock)
    with pytest.raises(TaskFailed, match="cannot be read: .*timed out"):
        fetch(server.url)


def test_gzip_whatever_the_headers_say(serve: Serve) -> None:
    """Servers compress a C(.xml.gz) once more, or call it compressed when it is a file."""
    once = gzip.compress(b"hello")
    for body in (once, gzip.compress(once), once + gzip.compress(b"")):
        assert fetch(serve(html(body, headers={"Content-Encoding": "gzip"})).url).content == b"hello"
        assert fetch(serve(html(body)).url).content == b"hello"
    with pytest.raises(TaskFailed, match="not a valid gzip file"):
        uncompressed(b"\x1f\x8brubbish", 10, "Page")
    with pytest.raises(zlib.error):
        zlib.decompress(b"rubbish")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "is not a valid URL"),
        ("docs.example.com", "is not a valid URL"),
        ("file:///etc/passwd", "is not a valid URL"),
        ("https://jo:secret@docs.example.com/", "contains credentials"),
        ("https://docs.example.com:99999/", "is not a valid URL"),
        ("https://docs.example.com/\na", "is not a valid URL"),
    ],
)
def test_urls_that_are_not_read(url: str, words: str) -> None:
    with pytest.raises(TaskFailed, match=words) as failed:
        fetch(url)
    assert "secret" not in str(failed.value)


def test_nobody_listens() -> None:
    with pytest.raises(TaskFailed, match="cannot be read: ") as failed:
        fetch(f"http://127.0.0.1:{closed_port()}/?q=secret")
    error = failed.value.as_result() or {}
    assert (error["status"], "secret" in error["url"]) == (None, False)


def test_a_task_that_has_ended_reads_nothing(serve: Serve) -> None:
    server = serve(html())
    lifeline = Lifeline()
    lifeline.stop()
    with pytest.raises(TaskFailed, match=r"The task has ended. Page \S+ was not read."):
        Web(10, True, lifeline).fetch(server.url, 10, "Page")
    assert server.received == []


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"hello"))
    assert read_file(str(path), 100, "sitemap_file") == b"hello"
    for place, most, words in (
        (tmp_path, 100, "is a directory"),
        (tmp_path / "none", 100, "cannot be read: No such file"),
        (path, 10, "is larger than 10 bytes"),
    ):
        with pytest.raises(TaskFailed, match=words):
            read_file(str(place), most, "sitemap_file")
