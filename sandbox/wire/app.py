# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox: faults and log outside, then the server's own middleware and router."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ..calls.call import Call, extract, reply
from ..calls.doorkeeper import Doorkeeper
from ..formats.errors import Late, Panic, QueryRefusal, Refusal
from ..resources.routes import ROUTES
from ..settings import Settings
from ..store.machine import Machine
from ..workers.worker import Worker
from .faults import AFTER, BEFORE, Faults, distort, response_of, wait
from .request_log import RequestLog
from .router import Router

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
LARGEST_HEAD = 131_072
VERSION_ONE = (b"1.0", b"V1", b"v1")


class Sandbox(Machine):
    """A Trieve server of one process."""

    def __init__(
        self, state: str | None = None, admin_key: str | None = None, settings: Settings | None = None
    ) -> None:
        super().__init__(state, admin_key, settings)
        self.doorkeeper = Doorkeeper(self)
        self.router = Router(ROUTES)
        self.log = RequestLog(self.settings.log_limit)
        self.faults = Faults()
        self.worker = Worker(self)
        self.hanging: set[Any] = set()

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of the API, as far as the faults let it happen."""
        connection = scope.get("sandbox.connection")
        if connection is not None and connection.trapped:
            self.log.swallowed += 1
            self.hanging.add(connection)
            await _until_gone(receive)
            self.hanging.discard(connection)
            return
        body = await Request(scope, receive).body()
        headers = {name: value.strip(b" \t") for name, value in reversed(scope["headers"])}
        entry = self.log.add(
            scope, headers, body if self.settings.log_bodies else None, connection.number if connection else 0
        )
        rules = self.faults.meet(scope["method"], scope["path"])
        await wait(self.faults.latency + sum(rule.seconds for rule in rules))
        rule = next((rule for rule in rules if rule.kind != "delay"), None)
        self.log.faults += bool(rules)
        if rule and rule.kind == "drop":
            return await _drop(connection)
        if rule and rule.kind in BEFORE:
            response = response_of(rule)
        else:
            self.worker.before_request()
            try:
                response = self.answer(scope, headers, body)
            except Panic as panic:
                self.log.panics += 1
                print(f"panic: {panic}; connection dropped", file=sys.stderr)
                return await _drop(connection)
            except Exception:
                # A mistake of the sandbox itself: uvicorn answers 500 and says nothing.
                traceback.print_exc()
                raise
        entry["status"] = response.status_code
        try:
            if rule and rule.kind == "drop_after":
                return await _drop(connection)
            if rule and rule.kind == "cut":
                return await _cut(response, connection, send)
            if rule and rule.kind == "hold":
                await self.faults.hold()
            if rule and rule.kind in AFTER:
                response = distort(rule, response)
            await response(scope, receive, send)
            if self.faults.keep_alive_trap and connection and body and _is_trap(response, headers):
                connection.trapped = True
        finally:
            self._work()

    def _work(self) -> None:
        try:
            self.worker.after_answer()
        except Exception:
            # A mistake of the sandbox itself, after the answer: nobody else would say anything.
            traceback.print_exc()
            raise

    def reset(self) -> None:
        """Back to the seeded state, without faults and log."""
        super().reset()
        self.faults.clear()
        self.log.clear()

    def answer(self, scope: Scope, headers: dict[bytes, bytes], body: bytes) -> Response:
        """The server's answer to a request.

        :raises Panic: where the real server process dies.
        """
        method: str = scope["method"]
        raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
        if sum(map(len, headers.values())) > LARGEST_HEAD:
            return Response(status_code=431)
        if method == "OPTIONS" and b"origin" in headers and b"access-control-request-method" in headers:
            return _preflight(headers)
        call = Call(self, method, raw_path, scope["query_string"], headers, body)
        call.version_one = headers.get(b"x-api-version") in VERSION_ONE
        try:
            self.doorkeeper.admit(call, f"{method} {raw_path}")
            response = self.handle(call)
        except Refusal as refusal:
            # The middleware's refusals, and those for lateness, are answered without a version.
            return reply({"message": refusal.message}, refusal.status)
        if call.access.dataset is not None:
            response.headers["x-api-version"] = "1.0" if call.version_one else "2.0"
        return response

    def handle(self, call: Call) -> Response:
        """Route the call and run its handler."""
        route, call.params, allowed = self.router.find(call.method, call.path)
        if route is None and allowed:
            return Response(status_code=405, headers={"allow": ", ".join(allowed)})
        if route is None:
            return Response(status_code=404)
        try:
            extract(call, route.needs)
            response: Response = route.handler(call)
        except Late:
            raise
        except Refusal as refusal:
            return reply({"message": refusal.message}, refusal.status)
        except QueryRefusal as refusal:
            return PlainTextResponse(refusal.text, 400)
        except OverflowError as error:
            raise Panic(str(error)) from error
        return response


def _preflight(headers: dict[bytes, bytes]) -> Response:
    return Response(
        headers={
            "access-control-allow-origin": headers[b"origin"].decode("latin-1"),
            "access-control-allow-methods": headers[b"access-control-request-method"].decode("latin-1"),
            "access-control-allow-headers": headers.get(b"access-control-request-headers", b"*").decode("latin-1"),
            "access-control-allow-credentials": "true",
        }
    )


def _is_trap(response: Response, headers: dict[bytes, bytes]) -> bool:
    """Whether the real server would swallow the next request: a refusal that did not read the body."""
    if response.status_code < 400 or headers.get(b"connection", b"").lower() == b"close":
        return False
    return not (response.status_code == 400 and b"Json Deserialization Error" in response.body)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _drop(connection: Any) -> None:
    if connection is not None:
        connection.drop()
    await asyncio.sleep(0)


async def _cut(response: Response, connection: Any, send: Send) -> None:
    """Send the head and half of the body, then close."""
    body = bytes(response.body)
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    if connection is not None:
        connection.close()
    await asyncio.sleep(0)
