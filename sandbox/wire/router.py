# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths to handlers, by the rules of the real server's router (docs/server.md 1.4).

A resource answers 405 to the methods that it does not know. A bare route does not: other methods
fall through to the next pattern that fits. There is no tolerance for slashes or case.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from ..calls.route import Route


class Resource:
    """A pattern and its methods."""

    def __init__(self, path: str, bare: bool) -> None:
        self.segments = tuple(path.split("/")[1:])
        self.bare = bare
        self.methods: dict[str, Route] = {}
        self.fixed = tuple((at, text) for at, text in enumerate(self.segments) if not text.startswith("{"))
        self.names = tuple((at, text[1:-1]) for at, text in enumerate(self.segments) if text.startswith("{"))

    def match(self, segments: Sequence[str]) -> dict[str, str] | None:
        """The varying segments by name, or None if the path does not fit."""
        for at, text in self.fixed:
            if segments[at] != text:
                return None
        values = {name: segments[at] for at, name in self.names}
        return values if all(values.values()) else None


class Router:
    """Finds the route for a request."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.by_start: dict[tuple[int, str, str], list[Resource]] = {}
        known: dict[tuple[str, bool], Resource] = {}
        for route in routes:
            resource = known.get((route.path, route.bare))
            if resource is None:
                resource = known[route.path, route.bare] = Resource(route.path, route.bare)
                self.by_start.setdefault(_start(resource.segments), []).append(resource)
            resource.methods[route.method] = route

    def find(self, method: str, raw_path: str) -> tuple[Route | None, dict[str, str], list[str]]:
        """The route with its path parameters, or None with the methods allowed there (none: unknown path).

        :param raw_path: as sent, percent-encoded; ``%2F`` is no separator.
        """
        segments = raw_path.split("/")[1:]
        if "%" in raw_path:
            segments = [unquote(segment, errors="replace") for segment in segments]
        for resource in self.by_start.get(_start(segments), ()) or self.by_start.get((*_start(segments)[:2], ""), ()):
            values = resource.match(segments)
            if values is None:
                continue
            route = resource.methods.get(method)
            if route:
                return route, values, []
            if not resource.bare:
                return None, {}, sorted(resource.methods)
        return None, {}, []


def _start(segments: Sequence[str]) -> tuple[int, str, str]:
    """What a path is looked up by: its length and its first two segments, the second only where it is fixed."""
    second = segments[1] if len(segments) > 1 and not segments[1].startswith("{") else ""
    return len(segments), segments[0], second
