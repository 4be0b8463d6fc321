# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that tests switch on: what a broken server, network or proxy does to an answer (README.md)."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

BEFORE = ("status", "drop", "html", "truncated_json", "not_utf8", "empty_200", "rubbish", "redirect")
AFTER = ("drop_after", "cut", "hold", "list_instead_of_object", "object_instead_of_list")
KINDS = (*BEFORE, *AFTER, "delay")
RUBBISH = 10_000_000


@dataclass
class Rule:
    """One fault and the requests that it meets."""

    kind: str
    method: str | None = None
    path: re.Pattern[str] | None = None
    times: int | None = None
    after: int = 0
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """How long a delay takes; no time for other kinds."""
        return float(self.values.get("seconds", 1)) if self.kind == "delay" else 0.0

    @classmethod
    def of(cls, given: dict[str, Any]) -> Rule:
        """A rule from its JSON.

        :raises ValueError: for an unknown kind or a pattern that is none.
        """
        values = dict(given)
        kind = values.pop("kind", None)
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}; known: {', '.join(KINDS)}")
        path = values.pop("path", None)
        try:
            pattern = None if path is None else re.compile(path)
        except re.error as error:
            raise ValueError(f"path is no pattern: {error}") from error
        return cls(kind, values.pop("method", None), pattern, values.pop("times", None), values.pop("after", 0), values)

    def meets(self, method: str, path: str) -> bool:
        """Whether this request is met; counts it."""
        if (self.method and self.method != method) or (self.path and not self.path.search(path)):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            if self.times <= 0:
                return False
            self.times -= 1
        return True


class Faults:
    """All rules, the latency of every answer, and the keep-alive trap."""

    def __init__(self) -> None:
        self.held = threading.Event()
        """Set while an answer is held back; for tests that wait for that."""
        self._released = asyncio.Event()
        self.clear()

    def clear(self) -> None:
        """No faults at all. Answers that are held back are sent."""
        self._released.set()
        self._released = asyncio.Event()
        self.held.clear()
        self.rules: list[Rule] = []
        self.latency = 0.0
        self.keep_alive_trap = False

    def add(self, given: Any) -> None:
        """Take rules, or switches such as ``{"latency": 0.02}`` and ``{"keep_alive_trap": true}``.

        :raises ValueError: for something else.
        """
        for item in given if isinstance(given, list) else [given]:
            if not isinstance(item, dict):
                raise ValueError("a rule is an object")
            if "kind" in item:
                self.rules.append(Rule.of(item))
            elif "latency" in item:
                self.latency = float(item["latency"])
            elif "keep_alive_trap" in item:
                self.keep_alive_trap = bool(item["keep_alive_trap"])
            else:
                raise ValueError("a rule needs kind, latency or keep_alive_trap")

    async def hold(self) -> None:
        """Wait until the faults are cleared."""
        released = self._released
        self.held.set()
        await released.wait()

    def meet(self, method: str, path: str) -> list[Rule]:
        """The rules that this request meets: all delays, and at most one other."""
        met: list[Rule] = []
        for rule in self.rules:
            if rule.kind == "delay" or not any(other.kind != "delay" for other in met):
                if rule.meets(method, path):
                    met.append(rule)
        return met


def response_of(rule: Rule) -> Response:
    """The answer that takes the place of the server's, which was not asked."""
    values = rule.values
    if rule.kind == "status":
        body = values.get("body", {"message": f"Fault {values.get('status', 503)}"})
        headers = {"content-type": "application/json", **values.get("headers", {})}
        content = body if isinstance(body, str) else json.dumps(body)
        return Response(content, values.get("status", 503), headers)
    if rule.kind == "html":
        page = "<!DOCTYPE html><html><head><title>Proxy</title></head><body><h1>Something went wrong</h1></body></html>"
        return Response(page, values.get("status", 502), media_type="text/html")
    if rule.kind == "truncated_json":
        return Response('{"id": "3f1c', values.get("status", 200), media_type="application/json")
    if rule.kind == "not_utf8":
        return Response(b'{"name": "\xff\xfe\xfa"}', values.get("status", 200), media_type="application/json")
    if rule.kind == "empty_200":
        return Response(b"", 200, media_type="application/json")
    if rule.kind == "redirect":
        return Response(status_code=values.get("status", 302), headers={"location": values["location"]})
    return Response(b"\x00rubbish" * (int(values.get("bytes", RUBBISH)) // 8 + 1), values.get("status", 200))


def distort(rule: Rule, response: Response) -> Response:
    """The server's answer in another shape than promised."""
    if response.status_code >= 300 or not response.body:
        return response
    value = json.loads(bytes(response.body))
    if rule.kind == "list_instead_of_object" and not isinstance(value, list):
        return Response(json.dumps([value]), response.status_code, media_type="application/json")
    if rule.kind == "object_instead_of_list" and isinstance(value, list):
        return Response(json.dumps({"items": value}), response.status_code, media_type="application/json")
    return response


async def wait(seconds: float) -> None:
    """Let time pass, if there is any to pass."""
    if seconds > 0:
        await asyncio.sleep(seconds)
