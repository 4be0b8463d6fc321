# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading pages of other people's web sites. Nothing that belongs to Trieve is sent with it: no key, no header, no client certificate.

What comes back is not trusted: size, time, redirects and compression are bounded. A file is read by the same rules.
"""

from __future__ import annotations

import contextlib
import os
import typing as t
import zlib
from urllib.parse import SplitResult, urljoin, urlsplit

from . import _session
from ._core.failure import TaskFailed
from ._core.lifeline import Lifeline
from ._response import excerpt
from ._version import VERSION

try:
    from requests import Request
    from requests.auth import AuthBase
    from urllib3.exceptions import HTTPError
except ImportError:  # C(_session.IMPORT_ERROR) says so, and C(_core/task.py) fails with it
    AuthBase = object  # type: ignore[assignment,misc]

MOST_REDIRECTS = 5

RETRIES = 2

_REDIRECTS = (301, 302, 303, 307, 308)

_DEFAULT_PORTS = {"http": 80, "https": 443}

_GZIP = b"\x1f\x8b"

_LAYERS = 2
"""How often a content may be compressed: a C(.xml.gz) that the server compresses once more for the transfer."""


class Page(t.NamedTuple):
    """What is at a URL.

    :ivar url: where it was found, after redirects
    :ivar content: the body, no longer compressed
    :ivar content_type: of the response, in lower case
    """

    url: str
    content: bytes
    content_type: str


class _Nobody(AuthBase):
    """Leaves a request without credentials. Without it, requests takes those that C(.netrc) has for the host."""

    def __call__(self, request: t.Any) -> t.Any:
        return request


class Web:
    """Fetches pages.

    :param timeout: seconds without a byte after which a request is given up; with all of its answer it may take
        C(_session.WHOLE) times as long
    :param verify: whether certificates are checked, or the path of the authorities to check against
    """

    def __init__(self, timeout: float, verify: bool | str, lifeline: Lifeline) -> None:
        self._timeout = timeout
        self._verify = verify
        self._lifeline = lifeline

    def fetch(self, url: str, largest: int, what: str) -> Page:
        """The page at a URL, over redirects within its host.

        :param largest: bytes, before and after it is uncompressed
        :param what: names the page in a message
        :raises TaskFailed: there is no such page, or it breaks a rule
        """
        place = check_url(url, what)
        for _number in range(MOST_REDIRECTS + 1):
            status, headers, content = self._get(place, largest, what)
            if status not in _REDIRECTS:
                break
            place = _redirected(place, headers.get("Location", ""), what)
        else:
            raise TaskFailed(f"{what} {url} is redirected more than {MOST_REDIRECTS} times. Set its final URL.")
        if status != 200:
            raise TaskFailed(f"{what} {place} cannot be read: HTTP {status}.", error=_error(place, status))
        content_type = headers.get("Content-Type", "").strip().lower()
        return Page(place, uncompressed(content, largest, f"{what} {place}"), content_type)

    def _get(self, url: str, largest: int, what: str) -> tuple[int, t.Any, bytes]:
        ended = self._lifeline.ended()
        if ended:
            raise TaskFailed(f"{ended} {what} {url} was not read.")
        address = urlsplit(url)
        try:
            session = _session.session(f"{address.scheme}://{address.netloc}", self._verify, None)
            headers = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": f"community.trieve/{VERSION}"}
            prepared = session.prepare_request(Request("GET", url, headers=headers, auth=_Nobody()))
            prepared.allowance = self._allowance
            prepared.repeat = _session.Repeat.of("GET", RETRIES, True, self._lifeline.pause)
            settings = session.merge_environment_settings(url, {}, True, self._verify, None)
            timeout = min(self._timeout, self._allowance())
            with session.send(prepared, timeout=timeout, allow_redirects=False, **settings) as response:
                encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
                if encoding not in ("", "identity", "gzip", "x-gzip") and response.status_code == 200:
                    shown = excerpt(encoding.encode("utf-8", "replace"), 50)
                    raise TaskFailed(f"{what} {url} is compressed with {shown}, which was not requested.")
                body = _read(response, largest, f"{what} {url}") if response.status_code == 200 else b""
                return response.status_code, response.headers, body
        # As in C(TrieveClient._send): what requests and urllib3 let through for an address, or a proxy, that is none.
        except (OSError, HTTPError, ValueError, TypeError) as failed:
            words = excerpt(str(failed).encode("utf-8", "replace"))
            raise TaskFailed(f"{what} {url} cannot be read: {words}", error=_error(url, None, words)) from failed

    def _allowance(self) -> float:
        whole = self._timeout * _session.WHOLE
        remaining = self._lifeline.remaining()
        return whole if remaining is None else max(0.01, min(whole, remaining))


def read_file(path: str, largest: int, what: str) -> bytes:
    """The content of a file, no longer compressed.

    :raises TaskFailed: it cannot be read, or is too large
    """
    try:
        if os.path.isdir(path):
            raise TaskFailed(f"{what} {path} is a directory. Set the path of a file.")
        with open(path, "rb") as file:
            content = file.read(largest + 1)
    except (OSError, ValueError) as failed:
        reason = getattr(failed, "strerror", None) or failed
        raise TaskFailed(f"{what} {path} cannot be read: {reason}.") from failed
    _check_size(content, largest, f"{what} {path}")
    return uncompressed(content, largest, f"{what} {path}")


def check_url(url: str, what: str) -> str:
    """The URL without surrounding blanks, if it is one that can be fetched.

    :raises TaskFailed: it is none
    """
    place = url.strip()
    parts = split_url(place)
    if parts is None:
        shown = excerpt(place.encode("utf-8", "replace"), 100)
        raise TaskFailed(f"{what} {shown!r} is not a valid URL. It must begin with http:// or https:// and a host.")
    if "@" in parts.netloc:
        raise TaskFailed(f"{what} contains credentials, which are not sent. Download it, and set the path of the file.")
    return place


def split_url(url: str) -> SplitResult | None:
    """The parts of an absolute C(http) or C(https) URL; None if it is none."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    return parts if valid and url.isprintable() and " " not in url else None


def host_of(parts: SplitResult) -> str:
    """The host of a URL, as two of the same web site have it in common: in ASCII, without C(www.) and without a default port."""
    host = (parts.hostname or "").rstrip(".")
    with contextlib.suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    host = host[4:] if host.startswith("www.") else host
    return host if parts.port in (None, *_DEFAULT_PORTS.values()) else f"{host}:{parts.port}"


def uncompressed(content: bytes, largest: int, what: str) -> bytes:
    """The content, uncompressed if it is gzip. A name or a header is no proof of that, so its first bytes decide.

    :raises TaskFailed: it becomes too large, or is damaged
    """
    for _layer in range(_LAYERS):
        if not content.startswith(_GZIP):
            break
        parts, left, size = [], content, 0
        while left.startswith(_GZIP):  # a file of several parts, as "cat a.gz b.gz" makes it
            stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
            try:
                parts.append(stream.decompress(left, largest + 1 - size))
            except zlib.error as damaged:
                raise TaskFailed(f"{what} is not a valid gzip file: {damaged}.") from damaged
            size += len(parts[-1])
            if size > largest:
                raise TaskFailed(f"{what} is larger than {largest} bytes when it is uncompressed.")
            if not stream.eof:
                raise TaskFailed(f"{what} is not a valid gzip file: it is cut off.")
            left = stream.unused_data
        content = b"".join(parts)
    return content


def _read(response: t.Any, largest: int, what: str) -> bytes:
    parts, size = [], 0
    for part in response.raw.stream(65536, decode_content=False):
        size += len(part)
        if size > largest:
            raise TaskFailed(f"{what} is larger than {largest} bytes.")
        parts.append(part)
    promised = response.headers.get("Content-Length", "")
    if promised.isdigit() and size < int(promised):  # urllib3 1.26 does not notice
        raise TaskFailed(f"{what} cannot be read: the connection was lost in the middle of the response.")
    return b"".join(parts)


def _redirected(url: str, location: str, what: str) -> str:
    """The next URL.

    :raises TaskFailed: it leads to another host, where the site's owner could make this machine ask anybody
    """
    source = urlsplit(url)
    try:
        target = urljoin(url, location.strip())
    except ValueError:
        target = ""
    parts = split_url(target)
    shown = excerpt((location or "nowhere").encode("utf-8", "replace"), 200)
    if parts is None or "@" in parts.netloc:
        raise TaskFailed(f"{what} {url} is redirected to {shown}, which is not a valid URL.")
    if host_of(parts) != host_of(source):
        raise TaskFailed(
            f"{what} {url} is redirected to another host: {shown}. Set it to that URL if you trust the host."
        )
    if source.scheme == "https" and parts.scheme == "http":
        raise TaskFailed(f"{what} {url} is redirected from https to http: {shown}. Set it to that URL if you want it.")
    return target


def _check_size(content: bytes, largest: int, what: str) -> None:
    if len(content) > largest:
        raise TaskFailed(f"{what} is larger than {largest} bytes.")


def _error(url: str, status: int | None, message: str = "") -> dict[str, t.Any]:
    return {
        "message": message or f"HTTP {status}",
        "method": "GET",
        "url": url.partition("?")[0],
        "status": status,
    }
