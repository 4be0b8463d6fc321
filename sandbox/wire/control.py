# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API under /_sandbox/: what tests and benchmarks see and change. README.md shows each call."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..resources.crawls import bulk_create
from ..settings import Settings, component_states, worker_names
from ..store.database import TABLES
from ..workers import firecrawl
from .app import Receive, Sandbox, Scope, Send

_WORDS = re.compile(r"\b(attach|detach|pragma|vacuum|drop|alter|create)\b", re.IGNORECASE)
Handler = Callable[[Sandbox, Request, Any], Any]


def requests(sandbox: Sandbox, request: Request, body: Any) -> Any:
    """GET: the log. DELETE: empty it."""
    if request.method == "DELETE":
        sandbox.log.clear()
        return None
    return list(sandbox.log.entries)


def counters(sandbox: Sandbox, request: Request, body: Any) -> Any:
    """GET: the counters."""
    return sandbox.log.counters()


def faults(sandbox: Sandbox, request: Request, body: Any) -> Any:
    """POST: add rules. DELETE: clear them."""
    if request.method == "DELETE":
        sandbox.faults.clear()
    else:
        sandbox.faults.add(body)
    return None


def state(sandbox: Sandbox, request: Request, body: Any) -> Any:
    """GET: raw rows, of ``?table=`` or of all tables."""
    table = request.query_params.get("table")
    if table is not None and table not in TABLES:
        raise ValueError(f"unknown table {table}; known: {', '.join(TABLES)}")
    rows = {
        name: [dict(row) for row in sandbox.store.all(f"SELECT * FROM {name} ORDER BY rowid")]
        for name in ([table] if table else TABLES)
    }
    return rows[table] if table else rows


def tick(sandbox: Sandbox, request: Request, body: Any) -> Any:
    """POST: let workers do their work once."""
    names = (body or {}).get("workers")
    sandbox.worker.tick(worker_names(",".join(names)) if names else None)
    return None


def clock(sandbox: Sandbox, request: Request, body: Any) -> Any:
    """POST {"advance": seconds}: move the clock."""
    sandbox.clock.advance(float(body["advance"]))
    sandbox.queues.wake()
    return None


def reset(sandbox: Sandbox, request: Request, body: Any) -> Any:
    """POST: back to the seeded state."""
    sandbox.reset()
    return None


def crawls(sandbox: Sandbox, request: Request, body: Any) -> Any:
    """POST: create many crawls."""
    return {"ids": bulk_create(sandbox, **body)}


def settings(sandbox: Sandbox, request: Request, body: Any) -> Any:
    """GET: the settings. POST: change some."""
    known = {field.name for field in fields(Settings)}
    for name, value in (body or {}).items():
        if name not in known:
            raise ValueError(f"unknown setting {name}; known: {', '.join(sorted(known))}")
        if name == "workers":
            value = worker_names(value if isinstance(value, str) else ",".join(value) or "none")
        if name == "components":
            value = component_states(value)
        setattr(sandbox.settings, name, value)
    sandbox.queues.wake()
    return {**asdict(sandbox.settings), "workers": sorted(sandbox.settings.workers)}


def sql(sandbox: Sandbox, request: Request, body: Any) -> Any:
    """POST {"statement", "parameters"}: one statement on the rows of the sandbox's tables."""
    if _WORDS.search(body["statement"]):
        raise ValueError("only SELECT, INSERT, UPDATE and DELETE")
    rows = sandbox.store.all(body["statement"], *body.get("parameters", ()))
    sandbox.queues.wake()
    return [dict(row) for row in rows]


def sites(sandbox: Sandbox, request: Request, body: Any) -> Any:
    """POST: what a crawl of a site finds from now on. DELETE: forget all sites."""
    if request.method == "DELETE":
        sandbox.store.run("DELETE FROM sites")
    else:
        firecrawl.declare(sandbox.store, body)
    sandbox.queues.wake()
    return None


CALLS: dict[str, tuple[Handler, list[str]]] = {
    "requests": (requests, ["GET", "DELETE"]),
    "counters": (counters, ["GET"]),
    "faults": (faults, ["POST", "DELETE"]),
    "state": (state, ["GET"]),
    "tick": (tick, ["POST"]),
    "clock": (clock, ["POST"]),
    "reset": (reset, ["POST"]),
    "crawls": (crawls, ["POST"]),
    "settings": (settings, ["GET", "POST"]),
    "sites": (sites, ["POST", "DELETE"]),
    "sql": (sql, ["POST"]),
}


def _endpoint(sandbox: Sandbox, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            text = await request.body()
            answer = handler(sandbox, request, json.loads(text) if text else None)
        except (ValueError, KeyError, TypeError, sqlite3.Error) as error:
            return JSONResponse({"message": f"{type(error).__name__}: {error}"}, 400)
        await asyncio.sleep(0)
        return JSONResponse(answer)

    return endpoint


class Controlled:
    """A sandbox and its control API as one ASGI application."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.control = Starlette(
            routes=[
                Route(f"/_sandbox/{name}", _endpoint(sandbox, handler), methods=methods)
                for name, (handler, methods) in CALLS.items()
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"].startswith("/_sandbox/"):
            await self.control(scope, receive, send)
        else:
            await self.sandbox.serve(scope, receive, send)
