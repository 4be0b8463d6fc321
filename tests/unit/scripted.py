# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real HTTP server that answers by script: what a proxy, a broken network or a strange server would send."""

from __future__ import annotations

import contextlib
import http.server
import itertools
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Answer:
    """What the server sends.

    :param cut: send the head and half of the body, then close the connection
    :param chunked: send the body in chunks instead of with its length
    """

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    cut: bool = False
    chunked: bool = False

    def send(self, handler: Handler) -> None:
        """Write it to the connection."""
        handler.send_response(self.status)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        if self.chunked:
            handler.send_header("Transfer-Encoding", "chunked")
        elif self.status != 204:
            handler.send_header("Content-Length", str(len(self.body)))
        handler.end_headers()
        body = self.body[: len(self.body) // 2] if self.cut else self.body
        if self.chunked:
            end = b"" if self.cut else b"0\r\n\r\n"
            body = f"{len(body):x}\r\n".encode() + body + b"\r\n" + end
        handler.wfile.write(body)
        handler.close_connection = self.cut


class Drop:
    """Closes the connection without an answer."""

    def send(self, handler: Handler) -> None:
        """Close it."""
        handler.close_connection = True


class Silence:
    """Never answers."""

    def send(self, handler: Handler) -> None:
        """Wait until the client goes away."""
        handler.connection.recv(1)
        handler.close_connection = True


@dataclass
class Raw:
    """Bytes that need not be HTTP."""

    content: bytes

    def send(self, handler: Handler) -> None:
        """Write them and close."""
        handler.wfile.write(self.content)
        handler.close_connection = True


Action = Answer | Drop | Silence | Raw


@dataclass
class Received:
    """A request as it arrived.

    :param headers: names in lower case
    :param connection: the number of the connection it came on
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


class Handler(http.server.BaseHTTPRequestHandler):
    """Notes each request and takes the next answer of the script."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        """Give the connection a number."""
        super().setup()
        self.number = next(self.server.connections)

    def answer(self) -> None:
        """Answer one request, whatever its method."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.server.lock:
            self.server.received.append(Received(self.command, self.path, headers, body, self.number))
            script = self.server.script
            action = script.pop(0) if len(script) > 1 else script[0]
        action.send(self)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_CONNECT = answer

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, script: list[Action], port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.script = script
        self.received: list[Received] = []
        self.connections = itertools.count(1)
        self.lock = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what some tests are about."""


@dataclass
class Scripted:
    """A running server."""

    url: str
    received: list[Received]


@contextlib.contextmanager
def serving(*script: Action, tls: ssl.SSLContext | None = None, port: int = 0) -> Iterator[Scripted]:
    """Serve until the block ends. Each request takes the next answer; the last one is for all that follow.

    :param tls: makes it an HTTPS server
    """
    server = _Server(list(script) or [Answer()], port)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.002,), daemon=True)
    thread.start()
    try:
        scheme = "https" if tls else "http"
        yield Scripted(f"{scheme}://127.0.0.1:{server.server_port}", server.received)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)


def closed_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
    return port
