# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task whose answers are not as Trieve sends them: played once at a sandbox, and then from memory with one answer changed."""

from __future__ import annotations

import copy
import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils import _exchange
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient

from .tasks import played, task_of
from .tenant import Tenant

LEVELS = {90: "", 1_000: "the response is JSON nested more than 100 levels deep: "}
"""What is said of lists that are nested this deeply in an answer."""

DROPPED = object()
ODD: list[Any] = [
    *(DROPPED, None, True, 0, -1, 7, 10**400, 0.5, "", "x", "2025-09-12T08:15:30", [], [None], [1], ["x"]),
    *([{}], [[]], {}, {"x": None}, {"id": 1}, {"secs": "x"}, "\ud800", float("inf"), float("nan")),
]

Case = tuple[Definition, dict[str, Any]]
"""A module and the options of a task of it, without those of the connection."""

Exchange = tuple[str, str, int, Any, bytes]
"""Method, address, status, headers and body."""

_ID = re.compile("[0-9a-f]{8}-[0-9a-f-]{27}")


def run(definition: Definition, options: dict[str, Any]) -> dict[str, Any]:
    """The result of a task for which time passes by waiting only."""
    bulk = options.get(definition.bulk or "")
    task = task_of(definition, **({**options, str(definition.bulk): {}} if bulk else options))
    task.bulk = bulk
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    task.sleep, task.clock = sleep, lambda: now[0]
    return played(definition, task)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to each value inside a value, the whole included."""
    yield place
    if isinstance(value, dict):
        inner: Any = value.items()
    else:
        inner = enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*place, key))


def mutated(value: Any, place: tuple[Any, ...], odd: Any) -> Any:
    """A copy of the value with something odd in a place."""
    if not place:
        return {} if odd is DROPPED else odd
    copied = copy.deepcopy(value)
    inside = copied
    for key in place[:-1]:
        inside = inside[key]
    if odd is DROPPED:
        del inside[place[-1]]
    else:
        inside[place[-1]] = odd
    return copied


class Memory:
    """Answers each request as the sandbox did, but for one answer.

    :param exchanges: in the order of the requests; the last one of the same method and address also answers later ones
    """

    def __init__(self, exchanges: list[Exchange], changed: int, content: bytes) -> None:
        self.left = [
            (*exchange[:4], content if number == changed else exchange[4]) for number, exchange in enumerate(exchanges)
        ]

    def answer(self, method: str, url: str) -> tuple[int, Any, bytes]:
        """Status, headers and body of the answer to a request."""
        found = [one for one in self.left if one[:2] == (method, url)]
        if not found:
            return 404, {}, b'{"message": "Not recorded"}'
        if len(found) > 1:
            self.left.remove(found[0])
        return found[0][2:]


def answering(answer: Callable[[str, str], tuple[int, Any, bytes]]) -> Any:
    """What takes the place of the client's own method that sends."""

    def send(client: TrieveClient, method: str, path: str, *_args: Any, safe: bool = False, **_kwargs: Any) -> Any:
        exchange = _exchange.Exchange(client, method, path, safe)
        exchange.status, exchange.headers, exchange.content = answer(method, exchange.url)
        return exchange

    return send


def recorded(monkeypatch: pytest.MonkeyPatch, definition: Definition, options: dict[str, Any]) -> list[Exchange]:
    """The exchanges of a run that ends well."""
    exchanges: list[Exchange] = []
    original = TrieveClient._send

    def note(client: TrieveClient, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        exchange = original(client, method, path, *args, **kwargs)
        exchanges.append((method, exchange.url, exchange.status, exchange.headers, exchange.content))
        return exchange

    monkeypatch.setattr(TrieveClient, "_send", note)
    intact = run(definition, options)
    assert not intact.get("failed"), intact["msg"]
    return exchanges


def _mutants(exchanges: list[Exchange], name: str, most: int) -> Iterator[tuple[int, tuple[Any, ...], Any]]:
    """Answers, places in them and odd values: of those that differ only in an ID or in the number of an entry, one.

    :param name: decides which ones
    :param most: for each request; all if it has fewer
    """
    chance = random.Random(name)
    alike: dict[tuple[str, str], dict[tuple[Any, ...], list[tuple[int, tuple[Any, ...], Any]]]] = {}
    for number, (method, url, status, _headers, content) in enumerate(exchanges):
        if status >= 300 or not content:
            continue
        request = alike.setdefault((method, _ID.sub("ID", url)), {})
        for place in places(json.loads(content)):
            form = tuple("n" if isinstance(key, int) else key for key in place)
            for which, odd in enumerate(ODD):
                request.setdefault((*form, which), []).append((number, place, odd))
    for forms in alike.values():
        for some in chance.sample(list(forms.values()), min(most, len(forms))):
            yield chance.choice(some)


def crashes(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, name: str, case: Case, most: int) -> dict[str, str]:
    """Where a task fails with an error in the collection, each with an answer that led to it.

    :param name: of the task
    :param most: tries for each request
    """
    options = {**tenant.connection, "retries": 0, **case[1]}
    exchanges = recorded(monkeypatch, case[0], options)
    wrong: dict[str, str] = {}
    for number, place, odd in _mutants(exchanges, name, most):
        method, url, _status, _headers, content = exchanges[number]
        changed = json.dumps(mutated(json.loads(content), place, odd)).encode()
        monkeypatch.setattr(TrieveClient, "_send", answering(Memory(exchanges, number, changed).answer))
        result = run(case[0], options)
        if "exception" in result:
            line = result["exception"].strip().splitlines()[-3:]
            wrong[" ".join(line)] = f"{method} {url} {place} {odd!r:.40}"
        assert json.dumps(result, allow_nan=False).encode("utf-8")
    return wrong


def changed_once(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, case: Case, request: str, place: tuple[Any, ...], odd: Any
) -> dict[str, Any]:
    """The result of a task of which one answer has something odd in a place.

    :param request: method and end of the address; the first answer to it that has the place is changed
    """
    options = {**tenant.connection, "retries": 0, **case[1]}
    exchanges = recorded(monkeypatch, case[0], options)
    number, value = next(
        (number, json.loads(exchange[4]))
        for number, exchange in enumerate(exchanges)
        if f"{exchange[0]} {exchange[1].partition('/api/')[2]}".endswith(request)
        and place in places(json.loads(exchange[4]))
    )
    changed = json.dumps(mutated(value, place, odd)).encode()
    monkeypatch.setattr(TrieveClient, "_send", answering(Memory(exchanges, number, changed).answer))
    return run(case[0], options)


def nested(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, case: Case) -> Iterator[tuple[int, dict[str, Any]]]:
    """The results of a task of which one answer has lists in one another, in each of its first places; with the number of levels."""
    options = {**tenant.connection, "retries": 0, **case[1]}
    exchanges = recorded(monkeypatch, case[0], options)
    for number, (_method, _url, status, _headers, content) in enumerate(exchanges):
        if status >= 300 or not content:
            continue
        value = json.loads(content)
        for place, levels in itertools.product(list(places(value))[:6], LEVELS):
            changed = json.dumps(mutated(value, place, "@deep")).replace('"@deep"', "[" * levels + "]" * levels)
            memory = Memory(exchanges, number, changed.encode())
            monkeypatch.setattr(TrieveClient, "_send", answering(memory.answer))
            yield levels, run(case[0], options)
