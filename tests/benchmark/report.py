# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rounds say: ratios of each round, their median and spread, and the goals."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .plays import TASKS
from .rounds import CONCURRENCY, DELETIONS, LATENCY, Round


@dataclass(frozen=True)
class Row:
    """A line of the table.

    :param goal: the largest value that reaches the goal
    :param values: one for each round
    """

    what: str
    goal: float
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """What counts."""
        return statistics.median(self.values)

    @property
    def reached(self) -> bool:
        """Whether the median is within the goal."""
        return self.median <= self.goal


def marginal(case: str, of: Round) -> float:
    """Seconds of one task or item over the empty play."""
    return (of[case].seconds - of["empty"].seconds) / TASKS


def over_empty(case: str, of: Round, empty: str = "empty") -> float:
    """Seconds of a play over the empty one."""
    return of[case].seconds - of[empty].seconds


def ratio(one: str, other: str) -> Callable[[Round], float]:
    """How much one task or item costs in another's."""
    return lambda of: marginal(one, of) / marginal(other, of)


_SUFFIX = f", +{LATENCY * 1000:g} ms"
_IDEAL = DELETIONS * LATENCY / CONCURRENCY

_ROWS: tuple[tuple[str, float, Callable[[Round], float]], ...] = (
    ("one no-op task, ours / uri", 1 / 12, ratio("tasks: trieve_crawl", "tasks: uri")),
    ("one no-op task, ours / debug", 2, ratio("tasks: trieve_crawl", "tasks: debug")),
    ("one looped item, ours / uri", 1 / 20, ratio("loop: trieve_crawl", "loop: uri")),
    (
        f"delete 1,000: one task / loop of uri ({TASKS}, scaled)",
        1 / 200,
        lambda of: over_empty("delete: trieve_crawls", of) / (marginal("delete: loop of uri", of) * DELETIONS),
    ),
    (
        f"delete 1,000, {LATENCY * 1000:g} ms latency: one task / ideal",
        1.5,
        lambda of: over_empty(f"delete: trieve_crawls{_SUFFIX}", of) / _IDEAL,
    ),
    ("no-op sync of 10,000: requests", 3, lambda of: of["sync: 10000"].requests),
    ("one packed task / uri", 1.0, ratio("tasks: trieve_crawl packed", "tasks: uri")),
)


def rows(rounds: Sequence[Round], pages: Sequence[dict[str, float]]) -> list[Row]:
    """The table of the goals."""
    found = [Row(what, goal, tuple(value(of) for of in rounds)) for what, goal, value in _ROWS]
    found.append(Row("a page of 10,000 crawls / of 1,000", 2, tuple(of["10000"] / of["1000"] for of in pages)))
    return found


def costs(rounds: Sequence[Round]) -> dict[str, float]:
    """Median milliseconds of one task, item or deletion, for the chart."""
    found = {}
    for name in ("debug", "trieve_crawl", "ping", "trieve_crawl packed", "uri"):
        for kind in ("tasks", "loop"):
            found[f"{kind}: {name}"] = 1000 * statistics.median(marginal(f"{kind}: {name}", of) for of in rounds)
    for name in ("loop of trieve_crawl", "loop of uri"):
        found[f"delete: {name}"] = 1000 * statistics.median(marginal(f"delete: {name}", of) for of in rounds)
    one = statistics.median(over_empty("delete: trieve_crawls", of) for of in rounds)
    found["delete: trieve_crawls"] = 1000 * one / DELETIONS
    return found


def table(found: Sequence[Row]) -> str:
    """The ratios as text."""
    lines = [f"{'what':<52} {'goal':>9} {'median':>9} {'spread':>19}  reached"]
    for row in found:
        spread = f"{_number(min(row.values))} to {_number(max(row.values))}"
        reached = "yes" if row.reached else "NO"
        lines.append(f"{row.what:<52} {'<= ' + _number(row.goal):>9} {_number(row.median):>9} {spread:>19}  {reached}")
    return "\n".join(lines)


def cases(rounds: Sequence[Round]) -> str:
    """Time, requests and memory of every case as text."""
    lines = [f"{'play':<40} {'seconds':>9} {'spread':>17} {'requests':>9} {'MiB':>6}"]
    for name in rounds[0]:
        seconds = [of[name].seconds for of in rounds]
        memory = statistics.median(of[name].memory for of in rounds)
        requests = rounds[-1][name].requests
        spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
        lines.append(f"{name:<40} {statistics.median(seconds):>9.2f} {spread:>17} {requests:>9} {memory:>6.0f}")
    return "\n".join(lines)


def as_json(rounds: Sequence[Round], found: Sequence[Row], further: dict[str, Any]) -> dict[str, Any]:
    """Everything that was measured, and what came of it."""
    return {
        "goals": [{**asdict(row), "median": row.median, "reached": row.reached} for row in found],
        "milliseconds_each": costs(rounds),
        **further,
        "rounds": [{name: asdict(measured) for name, measured in of.items()} for of in rounds],
    }


def _number(value: float) -> str:
    if value == int(value):
        return f"{int(value)}"
    return f"1/{1 / value:.1f}".removesuffix(".0") if 0 < value < 0.2 else f"{value:.2f}"
