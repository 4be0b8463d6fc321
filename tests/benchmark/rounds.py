# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rounds: every case in each, one after the other and in turn, so that a busy moment meets all of them alike."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from collections.abc import Callable, Iterable

import requests

from . import plays
from .plays import Stage
from .scale import CONCURRENCY, DELETIONS, LATENCY, PAGES, SLOW, SYNCS, Measured, Round, Scale
from .server import Server

Say = Callable[[str], None]


def one_round(stage: Stage, scale: Scale, number: int, say: Say) -> Round:
    """Every case.

    :param number: of the round; what is compared is run in one order in the first and in the other in the next
    """
    found = Round()
    _tasks(found, stage, scale, number, say)
    for latency in (0.0, LATENCY):
        _deletions(found, stage, scale, latency, say)
    _syncs(found, stage, say)
    say("pages of crawls")
    found.pages.update(pages(stage.server))
    return found


def _note(found: Round, case: str, measured: Measured) -> None:
    found.plays.setdefault(case, []).append(measured)


def _tasks(found: Round, stage: Stage, scale: Scale, number: int, say: Say) -> None:
    """Tasks that change nothing, one after the other and as items of a loop."""
    server = stage.server
    server.fill(1)
    cases = {
        "debug": (plays.debug(server), False),
        "trieve_crawl": (plays.noop(server), False),
        "uri": (plays.uri(server), False),
        "trieve_crawl packed": (plays.noop(server), True),
        "ping": (plays.ping(server), False),
    }

    def play(kind: str, *names: str) -> None:
        for name in names if number % 2 == 0 else reversed(names):
            say(f"{scale.tasks} as {kind}: {name}")
            task, packed = cases[name]
            tasks = [task] * scale.tasks if kind == "tasks" else plays.looped(task, list(range(scale.tasks)))
            _note(found, f"{kind}: {name}", stage.run(tasks, packed))

    # The costly ones stand between the runs of the cheap ones, which so are spread over the round.
    costly = ["tasks", "loop"]
    for _number in range(scale.repeats):
        say("the empty play")
        _note(found, "empty", stage.run([]))
        play("tasks", "debug", "trieve_crawl")
        play("loop", "debug", "trieve_crawl")
        if costly:
            play(costly.pop(), "uri", "trieve_crawl packed", "ping")


def _deletions(found: Round, stage: Stage, scale: Scale, latency: float, say: Say) -> None:
    server = stage.server
    suffix = SLOW if latency else ""
    say(f"{DELETIONS} deletions{suffix}")
    server.control.faults({"latency": latency})
    try:
        for _number in range(scale.repeats):
            ids = server.fill(DELETIONS)
            _note(found, f"delete: trieve_crawls{suffix}", stage.run([plays.delete_all(server)], ids=ids))
            for connections in (CONCURRENCY,) if latency else (1, CONCURRENCY):
                taken = bare_deletions(server, connections)
                found.bare.setdefault(f"{connections}{suffix}", []).append(taken)
        if latency == 0:
            ids = server.fill(DELETIONS)
            _note(found, "delete: trieve_crawls packed", stage.run([plays.delete_all(server)], packed=True, ids=ids))
        for name, task in (
            ("loop of trieve_crawl", plays.delete_by_trieve_crawl(server)),
            ("loop of uri", plays.delete_by_uri(server)),
        ):
            say(f"{scale.tasks} deletions by a {name}{suffix}")
            ids = server.fill(DELETIONS)[: scale.tasks]
            _note(found, f"delete: {name}{suffix}", stage.run(plays.looped(task, ids)))
    finally:
        server.control.clear_faults()


def _syncs(found: Round, stage: Stage, say: Say) -> None:
    for count in SYNCS:
        say(f"a sync of {count} that changes nothing")
        stage.server.fill(count)
        crawls = [{"site_url": f"https://site-{number}.example.com"} for number in range(1, count + 1)]
        _note(found, f"sync: {count}", stage.run([plays.sync(stage.server)], crawls=crawls))
        _note(found, f"sync: {count}, empty play", stage.run([], crawls=crawls))


def bare_deletions(server: Server, connections: int) -> float:
    """What the sandbox can do: seconds for the deletions by bare Sessions of requests, one for each connection."""
    ids = server.fill(DELETIONS)
    workers = [
        threading.Thread(target=_delete, args=(server, ids[number::connections])) for number in range(connections)
    ]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.perf_counter() - start


def _delete(server: Server, ids: Iterable[str]) -> None:
    with requests.Session() as session:
        session.trust_env = False
        for crawl_id in ids:
            session.delete(f"{server.url}/api/crawl/{crawl_id}", headers=server.headers, timeout=30)


def pages(server: Server) -> dict[str, float]:
    """Median seconds for a page of ten crawls in the middle of the first thousand, by the size of the dataset."""
    found: dict[str, float] = {}
    with requests.Session() as session:
        session.trust_env = False
        for count in SYNCS:
            server.fill(count)
            times = []
            for _number in itertools.repeat(None, PAGES):
                start = time.perf_counter()
                query = {"page": 50, "limit": 10}
                session.get(
                    f"{server.url}/api/crawl", params=query, headers=server.headers, timeout=30
                ).raise_for_status()
                times.append(time.perf_counter() - start)
            found[f"{count}"] = statistics.median(times)
    return found
