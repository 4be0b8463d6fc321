# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is measured. Each case is played in each round, so that a slow moment of the machine meets all of them."""

from __future__ import annotations

import concurrent.futures
import time
from collections.abc import Callable
from typing import Any

import requests

from .stand import DATASET, Run, Stand

Task = dict[str, Any]

TASKS = 50
"""Tasks of a play, and items of a loop."""

DELETIONS = 1000
LATENCY = 0.02
CONCURRENCY = 8

SITE = "https://bench.example.com"

PACKED = {"trieve_in_process": False}


def ours() -> Task:
    """A task that finds its crawl as asked."""
    return {"community.trieve.trieve_crawl": {"dataset": DATASET, "site_url": SITE}}


def uri(method: str = "GET", path: str = "/api/crawl?limit=10") -> Task:
    """The same question asked with what ansible-core brings."""
    headers = {
        "Authorization": "{{ lookup('ansible.builtin.env', 'TRIEVE_API_KEY') }}",
        "TR-Dataset": "{{ dataset_id }}",
    }
    url = "{{ lookup('ansible.builtin.env', 'TRIEVE_BASE_URL') }}" + path
    return {"ansible.builtin.uri": {"url": url, "method": method, "headers": headers, "status_code": [200, 204]}}


KINDS: dict[str, tuple[Callable[[], Task], dict[str, Any]]] = {
    "ours": (ours, {}),
    "ours packed": (ours, PACKED),
    "uri": (uri, {}),
    "debug": (lambda: {"ansible.builtin.debug": {"msg": SITE}}, {}),
    "ping": (lambda: {"ansible.builtin.ping": {}}, {}),
}


def empty(stand: Stand) -> Run:
    """A play without tasks: what ansible-playbook costs by itself."""
    return stand.play([])


def single(stand: Stand, kind: str) -> Run:
    """So many tasks, one after the other."""
    _one_crawl(stand)
    task, variables = KINDS[kind]
    return stand.play([task() for _number in range(TASKS)], dataset_id=stand.dataset_id, **variables)


def loop(stand: Stand, kind: str) -> Run:
    """One task with a loop of so many items."""
    _one_crawl(stand)
    task, variables = KINDS[kind]
    return stand.play([{**task(), "loop": list(range(TASKS))}], dataset_id=stand.dataset_id, **variables)


def _one_crawl(stand: Stand) -> None:
    stand.fill(0)
    body = {"crawl_options": {"site_url": SITE}}
    requests.post(f"{stand.url}/api/crawl", json=body, headers=stand.headers(), timeout=60).raise_for_status()


def delete_list(stand: Stand, latency: float) -> Run:
    """All crawls in one task."""
    ids = stand.fill(DELETIONS)
    _slow(stand, latency)
    arguments = {"dataset": DATASET, "state": "absent", "crawl_ids": ids, "concurrency": CONCURRENCY}
    return stand.play([{"community.trieve.trieve_crawls": arguments}])


def delete_loop(stand: Stand, latency: float) -> Run:
    """The same as a loop of C(trieve_crawl), each item of which looks into the list first. At 50 of 1,000 crawls."""
    ids = stand.fill(DELETIONS)[:TASKS]
    _slow(stand, latency)
    task = {"community.trieve.trieve_crawl": {"dataset": DATASET, "state": "absent", "crawl_id": "{{ item }}"}}
    return stand.play([{**task, "loop": ids}])


def delete_uri(stand: Stand, latency: float) -> Run:
    """The same as a loop of C(ansible.builtin.uri), at 50 items."""
    ids = stand.fill(DELETIONS)[:TASKS]
    _slow(stand, latency)
    return stand.play([{**uri("DELETE", "/api/crawl/{{ item }}"), "loop": ids}], dataset_id=stand.dataset_id)


def sync(stand: Stand, crawls: int) -> Run:
    """A list of so many crawls, all of which are as asked."""
    stand.fill(crawls)
    rows = requests.get(f"{stand.url}/api/crawl", params={"limit": crawls}, headers=stand.headers(), timeout=60).json()
    arguments = {"dataset": DATASET, "prune": True, "crawls": [{"site_url": row["url"]} for row in rows]}
    return stand.play([{"community.trieve.trieve_crawls": arguments}])


def _slow(stand: Stand, latency: float) -> None:
    stand.control.clear_faults()
    if latency:
        stand.control.call("POST", "faults", {"latency": latency})


# -- what the sandbox itself can do --------------------------------------------------------------------------------


def ceiling(stand: Stand, connections: int) -> float:
    """Seconds that a bare C(requests.Session) takes for the same deletions."""
    ids = stand.fill(DELETIONS)
    with requests.Session() as session, concurrent.futures.ThreadPoolExecutor(connections) as pool:
        session.trust_env = False
        session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=connections))
        session.headers.update(stand.headers())
        begun = time.perf_counter()
        for answer in pool.map(lambda crawl_id: session.delete(f"{stand.url}/api/crawl/{crawl_id}", timeout=60), ids):
            answer.raise_for_status()
        return time.perf_counter() - begun


def page(stand: Stand, crawls: int) -> float:
    """Seconds that 100 readings of the last page of ten take, of so many crawls."""
    stand.fill(crawls)
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update(stand.headers())
        begun = time.perf_counter()
        for _number in range(100):
            session.get(f"{stand.url}/api/crawl", params={"page": crawls // 10}, timeout=60).raise_for_status()
        return time.perf_counter() - begun
