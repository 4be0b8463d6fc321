# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole organization by C(trieve_organization_state), beside an empty playbook, bare Sessions and C(ansible.builtin.uri)."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
import yaml

from .crawls import say
from .machine import machine
from .organization import BY_URI, LICENSE, by_uri, state
from .plays import Stage, Task
from .scale import CONCURRENCY, QUICK, Measured, Scale
from .server import Server, server

SMALL, LARGE = (20, 500), (40, 10_000)
"""Datasets and crawls."""
QUICK_SMALL, QUICK_LARGE = (4, 100), (8, 400)

GOALS = {
    "no-op, small / empty playbook": 2.5,
    "no-op, large / empty playbook": 8.0,
    "no-op, large, beyond an empty playbook / bare Sessions": 12.0,
    "peak memory, large / empty playbook": 3.0,
    "first apply, small / uri": 1 / 60,
}
"""The most that each ratio may be."""


def by_module(file: Path) -> list[Task]:
    """One task for everything."""
    return [{"community.trieve.trieve_organization_state": {"state_files": [str(file)]}}]


def bare(of: Server) -> float:
    """Seconds of the requests of a run that changes nothing, by bare Sessions on as many connections."""
    headers = {name: value for name, value in of.headers.items() if name != "TR-Dataset"}
    session = requests.Session()
    session.headers.update(headers)

    def read(dataset: str) -> None:
        session.get(f"{of.url}/api/dataset/{dataset}", timeout=30).json()
        session.get(f"{of.url}/api/crawl", params={"limit": 10_000}, headers={"TR-Dataset": dataset}, timeout=30).json()

    start = time.perf_counter()
    listed = session.get(f"{of.url}/api/dataset/organization/{headers['TR-Organization']}", timeout=30).json()
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        list(pool.map(read, [item["dataset"]["id"] for item in listed]))
    return time.perf_counter() - start


def fill(of: Server, datasets: int, crawls: int) -> None:
    """Let a state be there without the time of its creation."""
    declared = state(datasets, crawls)
    headers = {name: value for name, value in of.headers.items() if name != "TR-Dataset"}
    session = requests.Session()
    session.headers.update(headers)

    def create(dataset: dict[str, object]) -> None:
        configuration = {str(name).upper(): value for name, value in dict(dataset["configuration"]).items()}  # type: ignore[call-overload]
        body = {
            "tracking_id": dataset["tracking_id"],
            "dataset_name": dataset["name"],
            "server_configuration": configuration,
        }
        session.post(f"{of.url}/api/dataset", json=body, timeout=60).raise_for_status()
        for crawl in dataset["crawls"]:  # type: ignore[attr-defined]
            options = {"crawl_options": crawl}
            answer = session.post(
                f"{of.url}/api/crawl", json=options, headers={"TR-Dataset": str(dataset["tracking_id"])}, timeout=60
            )
            answer.raise_for_status()

    with ThreadPoolExecutor(CONCURRENCY) as pool:
        list(pool.map(create, declared["datasets"]))


def measure(scale: Scale, out: Path) -> None:
    """Play all of it, print a table of ratios, and write it to state.md."""
    small, large = (QUICK_SMALL, QUICK_LARGE) if scale == QUICK else (SMALL, LARGE)
    about = machine()
    with tempfile.TemporaryDirectory() as folder:
        small_file, large_file = Path(folder) / "small.yml", Path(folder) / "large.yml"
        small_file.write_text(yaml.safe_dump(state(*small), sort_keys=False))
        large_file.write_text(yaml.safe_dump(state(*large), sort_keys=False))
        with server() as running:
            stage = Stage(running, Path(folder))
            stage.run([])  # what is compiled and cached only once is not measured
            empty = _median(scale, lambda: stage.run([]))
            say("uri, first run")
            uri = stage.run(by_uri(running), organization_state=state(*BY_URI)).seconds - empty.seconds
            uri *= small[1] / BY_URI[1]
            running.control.reset()
            say("small, first run")
            first = stage.run(by_module(small_file))
            say("small, again")
            noop = _median(scale, lambda: stage.run(by_module(small_file)))
        with server() as running:
            stage = Stage(running, Path(folder))
            say("large")
            fill(running, *large)
            stage.run(by_module(large_file))
            big = _median(scale, lambda: stage.run(by_module(large_file)))
            sessions = statistics.median(bare(running) for _number in range(scale.rounds + 1))
    beyond = first.seconds - empty.seconds
    figures = {
        "no-op, small / empty playbook": noop.seconds / empty.seconds,
        "no-op, large / empty playbook": big.seconds / empty.seconds,
        "no-op, large, beyond an empty playbook / bare Sessions": (big.seconds - empty.seconds) / sessions,
        "peak memory, large / empty playbook": big.memory / empty.memory,
        "first apply, small / uri": beyond / uri,
    }
    lines = ["| | measured | goal |", "|---|---|---|"]
    lines += [f"| {name} | {_shown(figures[name])} | {_shown(goal)} |" for name, goal in GOALS.items()]
    lines += [
        "",
        f"Small: {small[0]} datasets and {small[1]} crawls. Large: {large[0]} datasets and {large[1]} crawls.",
        f"An empty playbook takes {empty.seconds:.2f} s and {empty.memory:.0f} MiB.",
        f"Large takes {big.seconds:.2f} s and {big.memory:.0f} MiB, with {big.requests} requests; bare Sessions {sessions:.2f} s.",
        f"The first apply takes {first.seconds:.2f} s; tasks with uri, scaled from {BY_URI[1]} crawls, {uri:.0f} s.",
        f"On {about['cores']} processors, with a load of {about['load_before']} before.",
    ]
    text = "\n".join(lines)
    out.mkdir(parents=True, exist_ok=True)
    (out / "state.md").write_text(f"{LICENSE}\n{text}\n")
    print(text)


def _median(scale: Scale, run: Callable[[], Measured]) -> Measured:
    """The run of median time of several."""
    runs = sorted((run() for _number in range(scale.rounds)), key=lambda measured: measured.seconds)
    return runs[len(runs) // 2]


def _shown(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio >= 1 else f"1/{1 / ratio:.0f}"
