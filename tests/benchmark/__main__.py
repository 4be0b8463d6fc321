# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Play all cases in turn, print the table, and write the figures and the chart into docs/benchmark.

    python -m tests.benchmark [--out FOLDER]

BENCH_ROUNDS says how often each case is played (3).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from ansible import release

from . import cases
from .chart import draw
from .stand import Run, Stand, stand

Samples = dict[str, list[float]]


def plays() -> dict[str, Callable[[Stand], Run]]:
    """Every case that is a play, by name."""
    found: dict[str, Callable[[Stand], Run]] = {"empty": cases.empty}
    for kind in cases.KINDS:
        found[f"50 tasks: {kind}"] = partial(cases.single, kind=kind)
        found[f"loop of 50: {kind}"] = partial(cases.loop, kind=kind)
    for latency, words in ((0.0, ""), (cases.LATENCY, ", 20 ms latency")):
        found[f"delete 1,000: trieve_crawls{words}"] = partial(cases.delete_list, latency=latency)
        found[f"delete 50 of 1,000: loop of trieve_crawl{words}"] = partial(cases.delete_loop, latency=latency)
        found[f"delete 50 of 1,000: loop of uri{words}"] = partial(cases.delete_uri, latency=latency)
    found["no-op sync of 1,000"] = partial(cases.sync, crawls=1000)
    found["no-op sync of 10,000"] = partial(cases.sync, crawls=10_000)
    return found


def measure(rounds: int) -> tuple[dict[str, list[Run]], Samples]:
    """All cases, each once a round, one after the other."""
    runs: dict[str, list[Run]] = defaultdict(list)
    bare: Samples = defaultdict(list)
    with stand() as place:
        for number in range(rounds):
            for name, play in plays().items():
                runs[name].append(play(place))
                place.control.clear_faults()
                print(f"round {number + 1} of {rounds}: {name}: {runs[name][-1].seconds:.2f} s", flush=True)
            bare["delete 1,000: bare Session, 1 connection"].append(cases.ceiling(place, 1))
            bare["delete 1,000: bare Session, 8 connections"].append(cases.ceiling(place, cases.CONCURRENCY))
            bare["last page of 1,000, 100 times"].append(cases.page(place, 1000))
            bare["last page of 10,000, 100 times"].append(cases.page(place, 10_000))
    return runs, bare


class Row:
    """A ratio, and what it was to be.

    :param values: the ratio of each round
    """

    def __init__(self, what: str, values: list[float], goal: float | None) -> None:
        self.what = what
        self.median = statistics.median(values)
        self.low, self.high = min(values), max(values)
        self.goal = goal

    @property
    def reached(self) -> str:
        """Whether the goal is reached, for a person."""
        return "" if self.goal is None else ("yes" if self.median <= self.goal else "NO")

    def as_json(self) -> dict[str, Any]:
        """As it is written."""
        return {"what": self.what, "median": self.median, "low": self.low, "high": self.high, "goal": self.goal}


def rows(runs: dict[str, list[Run]], bare: Samples) -> list[Row]:
    """The table. Marginal is less an empty play, divided by the number of tasks or items."""

    def marginal(name: str, count: int = 1) -> list[float]:
        return [
            max(run.seconds - none.seconds, 1e-4) / count for run, none in zip(runs[name], runs["empty"], strict=True)
        ]

    def ratio(one: list[float], other: list[float], factor: float = 1.0) -> list[float]:
        return [a / (b * factor) for a, b in zip(one, other, strict=True)]

    task = {kind: marginal(f"50 tasks: {kind}", cases.TASKS) for kind in cases.KINDS}
    item = {kind: marginal(f"loop of 50: {kind}", cases.TASKS) for kind in cases.KINDS}
    scale = cases.DELETIONS / cases.TASKS
    ideal = cases.DELETIONS * cases.LATENCY / cases.CONCURRENCY
    one, slow = marginal("delete 1,000: trieve_crawls"), marginal("delete 1,000: trieve_crawls, 20 ms latency")
    with_uri = marginal("delete 50 of 1,000: loop of uri")
    with_uri_slow = marginal("delete 50 of 1,000: loop of uri, 20 ms latency")
    looped = marginal("delete 50 of 1,000: loop of trieve_crawl")
    requests = [float(run.requests) for run in runs["no-op sync of 10,000"]]
    bare_8 = bare["delete 1,000: bare Session, 8 connections"]
    pages = ratio(bare["last page of 10,000, 100 times"], bare["last page of 1,000, 100 times"])
    return [
        Row("single no-op task, marginal: ours / uri", ratio(task["ours"], task["uri"]), 1 / 12),
        Row("single no-op task, marginal: ours / debug", ratio(task["ours"], task["debug"]), 2),
        Row("single no-op task, marginal: ours / ping", ratio(task["ours"], task["ping"]), None),
        Row("looped item, marginal: ours / uri", ratio(item["ours"], item["uri"]), 1 / 20),
        Row("looped item, marginal: ours / debug", ratio(item["ours"], item["debug"]), None),
        Row("delete 1,000: one task / loop of uri (scaled from 50)", ratio(one, with_uri, scale), 1 / 200),
        Row("delete 1,000: one task / loop of trieve_crawl (scaled from 50)", ratio(one, looped, scale), None),
        Row("the same with 20 ms latency: one task / ideal (1,000 x 20 ms / 8)", [s / ideal for s in slow], 1.5),
        Row("the same with 20 ms latency: one task / loop of uri (scaled)", ratio(slow, with_uri_slow, scale), None),
        Row("delete 1,000: one task / bare Session with 8 connections", ratio(one, bare_8), None),
        Row("no-op sync of 10,000: requests", requests, 3),
        Row("one task through the packed module / uri", ratio(task["ours packed"], task["uri"]), 1),
        Row("looped item through the packed module / uri", ratio(item["ours packed"], item["uri"]), None),
        Row("sandbox: last page of 10,000 crawls / of 1,000", pages, 2),
    ]


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/benchmark"))
    out: Path = parser.parse_args().out
    rounds = int(os.environ.get("BENCH_ROUNDS", "3"))
    runs, bare = measure(rounds)
    table = rows(runs, bare)
    machine = f"ansible-core {release.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores, {rounds} rounds"
    print(f"\n{machine}\n\n{'ratio':<70} {'median':>8} {'low':>8} {'high':>8} {'goal':>8}")
    for row in table:
        goal = "" if row.goal is None else f"{row.goal:.4g}"
        print(f"{row.what:<70} {row.median:8.4f} {row.low:8.4f} {row.high:8.4f} {goal:>8} {row.reached}")
    print(f"\n{'play':<70} {'s':>8} {'MB':>8} {'requests':>9}")
    figures = {}
    for name, all_runs in runs.items():
        seconds, megabytes = (
            statistics.median(values) for values in zip(*((r.seconds, r.megabytes) for r in all_runs), strict=True)
        )
        figures[name] = {"seconds": seconds, "megabytes": megabytes, "requests": all_runs[-1].requests}
        print(f"{name:<70} {seconds:8.2f} {megabytes:8.0f} {all_runs[-1].requests:>9}")
    for name, values in bare.items():
        figures[name] = {"seconds": statistics.median(values)}
        print(f"{name:<70} {statistics.median(values):8.2f}")
    out.mkdir(parents=True, exist_ok=True)
    written = {"machine": machine, "ratios": [row.as_json() for row in table], "plays": figures}
    (out / "results.json").write_text(json.dumps(written, indent=2) + "\n")
    (out / "chart.svg").write_text(draw(figures, machine))
    print(f"\nWrote results.json and chart.svg into {out}.")


if __name__ == "__main__":
    main()
