# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request on a connection of its own, sent byte for byte as a scenario says.

The usual HTTP libraries tidy up paths and add headers; the recordings have `//`, `%2F` and requests without a content type.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 30.0
"""Seconds. Trieve gives up after 15, so a request that is not answered in this time never will be."""

RECORDED_HEADERS = ("content-type", "x-api-version")


@dataclass(frozen=True)
class Answer:
    """What a server answered. `body` is the JSON, the text if it is none, or None if it is empty."""

    status: int
    headers: dict[str, str]
    body: Any

    def as_response(self) -> dict[str, Any]:
        """In the form of a recording, nothing masked."""
        return {"status": self.status, "headers": self.headers, "body": self.body}


class NoAnswer(Exception):
    """The connection was refused, cut off or silent."""


class _InOnePacket(http.client.HTTPConnection):
    """Holds back what is sent until the whole request is there.

    Which error of several Trieve answers with depends on whether the body has arrived together with the headers.
    """

    _held = b""

    def send(self, data: Any) -> None:
        self._held += bytes(data)

    def getresponse(self) -> http.client.HTTPResponse:
        held, self._held = self._held, b""
        super().send(held)
        return super().getresponse()


class _InOneRecord(_InOnePacket, http.client.HTTPSConnection):
    """The same over TLS."""


def exchange(url: str, request: dict[str, Any]) -> Answer:
    """Send one request, variables already filled in, and read the whole answer.

    A body without a Content-Type goes as application/json; a header with the value None is left out.
    Raises NoAnswer if there is none, ValueError if the address cannot be used.
    """
    server = urlsplit(url)
    if server.scheme not in ("http", "https") or not server.hostname:
        raise ValueError(f"not the address of a server: {url}")
    content = _content(request)
    headers = _headers(request, content)
    connect = _InOneRecord if server.scheme == "https" else _InOnePacket
    connection = connect(server.hostname, server.port, timeout=TIMEOUT)
    try:
        names = {name.lower() for name in headers}
        connection.putrequest(
            request["method"],
            server.path.rstrip("/") + request["path"],
            skip_host="host" in names,
            skip_accept_encoding=True,
        )
        for name, value in headers.items():
            connection.putheader(name, value.encode("utf-8"))
        connection.endheaders(content)
        response = connection.getresponse()
        return _answer(response)
    except (OSError, http.client.HTTPException) as lost:
        raise NoAnswer(f"{type(lost).__name__}: {lost}") from lost
    finally:
        connection.close()


def _content(request: dict[str, Any]) -> bytes | None:
    if "json" in request:
        return json.dumps(request["json"]).encode()
    return request["body"].encode() if "body" in request else None


def _headers(request: dict[str, Any], content: bytes | None) -> dict[str, str]:
    given: dict[str, str | None] = request.get("headers", {})
    headers: dict[str, str | None] = {}
    if content is not None:
        headers["Content-Length"] = str(len(content))
        if "content-type" not in {name.lower() for name in given}:
            headers["Content-Type"] = "application/json"
    headers.update(given)
    return {name: value for name, value in headers.items() if value is not None}


def _answer(response: http.client.HTTPResponse) -> Answer:
    headers = {name: value for name in RECORDED_HEADERS if (value := response.headers.get(name)) is not None}
    content = response.read()
    if not content:
        return Answer(response.status, headers, None)
    try:
        return Answer(response.status, headers, json.loads(content))
    except ValueError:
        return Answer(response.status, headers, content.decode("utf-8", errors="replace"))
