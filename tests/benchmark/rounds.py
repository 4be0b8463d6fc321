# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rounds: every case once in each, one after the other, so that a busy moment meets all of them alike."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import requests

from . import plays
from .plays import TASKS, Measured, Stage
from .server import Server

DELETIONS = 1000
LATENCY = 0.02
"""Seconds that the sandbox adds to every answer."""
CONCURRENCY = 8
"""The default of C(trieve_crawls)."""
SYNCS = (1000, 10_000)
PAGES = 200
"""Requests for a page of crawls, in each size of dataset."""

Round = dict[str, Measured]


def one_round(stage: Stage, say: Callable[[str], None]) -> Round:
    """Every case once."""
    return {
        **_small(stage, say),
        **_deletions(stage, say, 0.0),
        **_deletions(stage, say, LATENCY),
        **_syncs(stage, say),
    }


def _small(stage: Stage, say: Callable[[str], None]) -> Round:
    server, found = stage.server, {}
    server.fill(1)
    say("the empty play")
    found["empty"] = stage.run([])
    cases = (
        ("trieve_crawl", plays.noop, False),
        ("uri", plays.uri, False),
        ("debug", plays.debug, False),
        ("trieve_crawl packed", plays.noop, True),
        ("ping", plays.ping, False),
    )
    for name, task, packed in cases:
        say(f"{TASKS} tasks, and a loop of {TASKS}: {name}")
        found[f"tasks: {name}"] = stage.run([task(server)] * TASKS, packed)
        found[f"loop: {name}"] = stage.run(plays.looped(task(server), list(range(TASKS))), packed)
    # It is taken from everything, so a moment in which the machine was busy must not be in it.
    found["empty"] = min(found["empty"], stage.run([]), key=lambda measured: measured.seconds)
    return found


def _deletions(stage: Stage, say: Callable[[str], None], latency: float) -> Round:
    server, found = stage.server, {}
    suffix = f", +{latency * 1000:g} ms" if latency else ""
    say(f"{DELETIONS} deletions{suffix}")
    ids = server.fill(DELETIONS)
    server.control.faults({"latency": latency})
    try:
        found[f"delete: trieve_crawls{suffix}"] = stage.run([plays.delete_all(server)], ids=ids)
        if latency == 0:
            ids = server.fill(DELETIONS)
            found["delete: trieve_crawls packed"] = stage.run([plays.delete_all(server)], packed=True, ids=ids)
        ids = server.fill(DELETIONS)[:TASKS]
        found[f"delete: loop of trieve_crawl{suffix}"] = stage.run(
            plays.looped(plays.delete_by_trieve_crawl(server), ids)
        )
        ids = server.fill(DELETIONS)[:TASKS]
        found[f"delete: loop of uri{suffix}"] = stage.run(plays.looped(plays.delete_by_uri(server), ids))
    finally:
        server.control.clear_faults()
    return found


def _syncs(stage: Stage, say: Callable[[str], None]) -> Round:
    found = {}
    for count in SYNCS:
        say(f"a sync of {count} that changes nothing")
        stage.server.fill(count)
        crawls = [{"site_url": f"https://site-{number}.example.com"} for number in range(1, count + 1)]
        found[f"sync: {count}"] = stage.run([plays.sync(stage.server)], crawls=crawls)
        found[f"sync: {count}, empty play"] = stage.run([], crawls=crawls)
    return found


def ceiling(server: Server) -> dict[str, float]:
    """What the sandbox can do: seconds for the deletions by bare Sessions of requests, on one connection and on several."""
    found = {}
    for connections in (1, CONCURRENCY):
        ids = server.fill(DELETIONS)
        workers = [
            threading.Thread(target=_delete, args=(server, ids[number::connections])) for number in range(connections)
        ]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        found[f"{connections}"] = time.perf_counter() - start
    return found


def _delete(server: Server, ids: Iterable[str]) -> None:
    with requests.Session() as session:
        session.trust_env = False
        for crawl_id in ids:
            session.delete(f"{server.url}/api/crawl/{crawl_id}", headers=server.headers, timeout=30)


def pages(server: Server) -> dict[str, float]:
    """Median seconds for a page of ten crawls in the middle of the first thousand, by the size of the dataset."""
    found: dict[str, Any] = {}
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
