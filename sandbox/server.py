# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox behind uvicorn: in the foreground, or in a thread for tests."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import io
import itertools
import json
import select
import socket
import threading
import urllib.error
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .settings import Settings
from .wire.app import Sandbox
from .wire.control import Controlled

_numbers = itertools.count(1)


class Connection:
    """One TCP connection of a client, as the application sees it in ``scope["sandbox.connection"]``."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.number = next(_numbers)
        self.transport = transport
        self.trapped = False

    def drop(self) -> None:
        """Close at once; what was not sent yet is lost."""
        self.transport.abort()

    def close(self) -> None:
        """Close after what was written has been sent."""
        self.transport.close()


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with the connection's identity handed to the application."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.sandbox_connection = Connection(transport)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["sandbox.connection"] = self.sandbox_connection  # type: ignore[typeddict-unknown-key]


class Server(uvicorn.Server):
    """A uvicorn server that tells when it answers."""

    def __init__(self, sandbox: Sandbox, on_ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            Controlled(sandbox),
            http=Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=200_000,
        )
        super().__init__(config)
        self.sandbox = sandbox
        self.on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Requests that were swallowed are never answered: there is nothing to wait for.
        for connection in list(self.sandbox.hanging):
            connection.drop()
        await super().shutdown(sockets)


def listen(port: int) -> socket.socket:
    """A socket on 127.0.0.1; port 0 takes a free one.

    :raises OSError: if the port is taken.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
        sock.listen(1024)
    except OSError:
        sock.close()
        raise
    return sock


def url_of(sock: socket.socket) -> str:
    """The address of a listening socket."""
    return f"http://127.0.0.1:{sock.getsockname()[1]}"


def _has_ended(sock: socket.socket) -> bool:
    """Whether the other side has closed a connection: between two answers, there is nothing else to read."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


class Control:
    """The control API of a running sandbox (README.md), without any library, and past any proxy."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._address = urllib.parse.urlsplit(url)
        self._idle: list[http.client.HTTPConnection] = []

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request to ``/_sandbox/<path>`` and give back the parsed answer. Threads may call at the same time.

        :raises urllib.error.HTTPError: for a refusal; its body says why.
        """
        data = None if body is None else json.dumps(body).encode()
        target = f"{self._address.path}/_sandbox/{path}"
        connection = self._connection()
        try:
            connection.request(method, target, data)
            response = connection.getresponse()
            content = response.read()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        if response.status >= 400:
            content_file = io.BytesIO(content)
            raise urllib.error.HTTPError(
                f"{self.url}/_sandbox/{path}", response.status, response.reason, response.headers, content_file
            )
        return json.loads(content or b"null")

    def _connection(self) -> http.client.HTTPConnection:
        """A connection that no thread uses: one that the sandbox has not closed, or a new one."""
        with contextlib.suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if connection.sock and not _has_ended(connection.sock):
                    return connection
                connection.close()
        return http.client.HTTPConnection(self._address.hostname or "", self._address.port, timeout=60)

    def close(self) -> None:
        """Close the connections that are open."""
        while self._idle:
            self._idle.pop().close()

    def requests(self) -> list[dict[str, Any]]:
        """The log of requests since the last clear_requests()."""
        log: list[dict[str, Any]] = self.call("GET", "requests")
        return log

    def clear_requests(self) -> None:
        """Empty the log and set the counters to zero."""
        self.call("DELETE", "requests")

    def counters(self) -> dict[str, int]:
        """Requests, swallowed requests, panics and connections."""
        counters: dict[str, int] = self.call("GET", "counters")
        return counters

    def faults(self, *rules: dict[str, Any]) -> None:
        """Add rules for faults."""
        self.call("POST", "faults", list(rules))

    def clear_faults(self) -> None:
        """Remove all faults, the keep-alive trap and the latency."""
        self.call("DELETE", "faults")

    def state(self, table: str | None = None) -> Any:
        """Raw rows: of one table, or of all by name."""
        return self.call("GET", "state" + (f"?table={table}" if table else ""))

    def tick(self, *workers: str) -> None:
        """Let these workers (all if none is named) do their work once: crawls go one step on."""
        self.call("POST", "tick", {"workers": list(workers)} if workers else {})

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self.call("POST", "clock", {"advance": seconds})

    def reset(self) -> None:
        """Back to the seeded state, without faults and log, and with the settings of the start."""
        self.call("POST", "reset")

    def settings(self, **values: Any) -> None:
        """Change settings."""
        self.call("POST", "settings", values)

    def crawls(self, dataset_id: str, count: int, **values: Any) -> list[str]:
        """Create many crawls at once. Returns their ids."""
        ids: list[str] = self.call("POST", "crawls", {"dataset_id": dataset_id, "count": count, **values})["ids"]
        return ids

    def site(self, url: str, pages: Sequence[dict[str, Any]] = (), **more: Any) -> None:
        """Say what a crawl of a site finds from now on.

        :param pages: ``{"path", "html"?, "title"?, "description"?, "status_code"?}`` each.
        :param more: ``status`` (completed, scraping or failed), ``refuse`` (a status).
        """
        self.call("POST", "sites", {"site": url, "pages": list(pages), **more})

    def sql(self, statement: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Run one statement on the sandbox's tables, behind the back of every client."""
        rows: list[dict[str, Any]] = self.call("POST", "sql", {"statement": statement, "parameters": list(parameters)})
        return rows


class Running:
    """A sandbox that serves in a thread."""

    def __init__(self, sandbox: Sandbox, url: str) -> None:
        self.sandbox = sandbox
        self.url = url
        self.admin_key = sandbox.admin_key
        self.organization_id = sandbox.organization_id
        self.control = Control(url)


@contextlib.contextmanager
def running(
    state: str | None = None, admin_key: str | None = None, port: int = 0, settings: Settings | None = None
) -> Iterator[Running]:
    """Serve a sandbox in a thread with an event loop of its own, until the block ends.

    Crawls stay as they are until a tick; queued work (ingestion, updates, deletes) is done right after the answer.

    :raises OSError: if the port is taken.
    """
    sock = listen(port)
    ready = threading.Event()
    sandbox = Sandbox(state, admin_key, settings)
    sandbox.server_url = url_of(sock)
    server = Server(sandbox, ready.set)
    thread = threading.Thread(target=server.run, args=([sock],), name="trieve-sandbox", daemon=True)
    thread.start()
    try:
        ready.wait(30)
        serving = Running(sandbox, sandbox.server_url)
        with contextlib.closing(serving.control):
            yield serving
    finally:
        server.should_exit = True
        thread.join(30)
        sock.close()
        sandbox.store.close()
