# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rounds say: ratios of each round, their median and spread, and the goals.

What a task costs is the difference between a play with it and the empty play. Where that difference is no larger than the
one between the empty plays of the same round, it is noise: it is then shown as not measurable, and reaches no goal.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .scale import CONCURRENCY, DELETIONS, LATENCY, SLOW, SYNCS, Round, Scale

UNKNOWN = "not measurable in this run"

IDEAL = DELETIONS * LATENCY / CONCURRENCY
"""Seconds that the deletions take if nothing but the latency takes time."""

Value = Callable[[Round], "float | None"]


@dataclass(frozen=True)
class Row:
    """A line of the table.

    :param goal: the largest value that reaches the goal; None if the row is there to be read beside others
    :param values: one for each round, None where it could not be told from noise
    :param cpu: the same ratio in seconds of processor time, which other programs on the machine change less
    """

    what: str
    goal: float | None
    values: tuple[float | None, ...]
    cpu: tuple[float | None, ...] = ()

    @property
    def median(self) -> float | None:
        """What counts; None unless it was measurable in most of the rounds."""
        return _median(self.values)

    @property
    def verdict(self) -> str:
        """Whether the goal is reached."""
        if self.median is None:
            return UNKNOWN
        if self.goal is None:
            return ""
        return "yes" if self.median <= self.goal else "NO"


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if len(known) * 2 > len(values) else None


# -- what something costs in a round -----------------------------------------------------------------------------------


def _figures(case: str, of: Round, unit: str) -> list[float]:
    return [getattr(measured, unit) for measured in of.plays[case]]


def over_empty(case: str, of: Round, empty: str = "empty", unit: str = "seconds") -> float | None:
    """Seconds of a play over the empty one; None if that is less than the empty plays differ among themselves.

    :param unit: C(seconds) or C(cpu)
    """
    found = statistics.median(_figures(case, of, unit)) - statistics.median(_figures(empty, of, unit))
    nothing = _figures("empty", of, unit)
    return found if found > max(nothing) - min(nothing) else None


def marginal(case: str, of: Round, tasks: int, unit: str = "seconds") -> float | None:
    """Seconds of one of so many tasks or items."""
    whole = over_empty(case, of, unit=unit)
    return None if whole is None else whole / tasks


def ratio(one: float | None, other: float | None) -> float | None:
    """The first in the second's."""
    return None if one is None or other is None else one / other


# -- the rows ----------------------------------------------------------------------------------------------------------


def rows(rounds: Sequence[Round], scale: Scale) -> list[Row]:
    """The table of ratios."""
    return [*_task_rows(rounds, scale), *_deletion_rows(rounds, scale), *_other_rows(rounds)]


def _in_both_units(
    rounds: Sequence[Round], what: str, goal: float | None, value: Callable[[Round, str], float | None]
) -> Row:
    return Row(what, goal, *(tuple(value(of, unit) for of in rounds) for unit in ("seconds", "cpu")))


def _task_rows(rounds: Sequence[Round], scale: Scale) -> Iterator[Row]:
    goals = {
        ("tasks", "trieve_crawl", "uri"): 1 / 12,
        ("tasks", "trieve_crawl", "debug"): 2,
        ("loop", "trieve_crawl", "uri"): 1 / 20,
        ("tasks", "trieve_crawl packed", "uri"): 1,
    }
    kinds = {"tasks": "no-op task", "loop": "no-op item"}
    pairs = [("trieve_crawl", other) for other in ("uri", "debug", "ping")] + [("trieve_crawl packed", "uri")]
    for kind, words in kinds.items():
        for ours, other in pairs:

            def value(of: Round, unit: str, pair: tuple[str, str] = (f"{kind}: {ours}", f"{kind}: {other}")) -> Any:
                return ratio(*(marginal(case, of, scale.tasks, unit) for case in pair))

            yield _in_both_units(rounds, f"{words}: {ours} / {other}", goals.get((kind, ours, other)), value)


def _deletion_rows(rounds: Sequence[Round], scale: Scale) -> Iterator[Row]:
    for suffix, goal in (("", 1 / 200), (SLOW, None)):
        for other, its_goal in (("uri", goal), ("trieve_crawl", None)):

            def value(of: Round, unit: str, other: str = other, suffix: str = suffix) -> Any:
                each = marginal(f"delete: loop of {other}{suffix}", of, scale.tasks, unit)
                one_task = over_empty(f"delete: trieve_crawls{suffix}", of, unit=unit)
                return ratio(one_task, None if each is None else each * DELETIONS)

            what = f"delete {DELETIONS}{suffix}: one task / loop of {other} (scaled)"
            yield _in_both_units(rounds, what, its_goal, value)
        yield Row(
            f"delete {DELETIONS}{suffix}: one task / bare Sessions",
            None,
            tuple(ratio(over_empty(f"delete: trieve_crawls{suffix}", of), _bare(of, suffix)) for of in rounds),
        )
    yield Row(
        f"delete {DELETIONS}{SLOW}: one task / ideal",
        1.5,
        tuple(ratio(over_empty(f"delete: trieve_crawls{SLOW}", of), IDEAL) for of in rounds),
    )
    yield Row(f"delete {DELETIONS}{SLOW}: bare Sessions / ideal", None, tuple(_bare(of, SLOW) / IDEAL for of in rounds))


def _bare(of: Round, suffix: str) -> float:
    return statistics.median(of.bare[f"{CONCURRENCY}{suffix}"])


def _other_rows(rounds: Sequence[Round]) -> Iterator[Row]:
    small, large = (f"sync: {count}" for count in SYNCS)
    yield Row(f"no-op {large}: requests", 3, tuple(float(of.plays[large][-1].requests) for of in rounds))
    yield _in_both_units(
        rounds,
        f"no-op {large} / of {SYNCS[0]}",
        None,
        lambda of, unit: ratio(*(over_empty(case, of, f"{case}, empty play", unit) for case in (large, small))),
    )
    yield Row(
        f"a page of {SYNCS[1]} crawls / of {SYNCS[0]}",
        2,
        tuple(of.pages[f"{SYNCS[1]}"] / of.pages[f"{SYNCS[0]}"] for of in rounds),
    )


# -- what is shown -----------------------------------------------------------------------------------------------------


def costs(rounds: Sequence[Round], scale: Scale) -> dict[str, float | None]:
    """Median milliseconds of one task, item or deletion, for the chart; None where it is not measurable."""
    found = {}
    for name in ("debug", "trieve_crawl", "ping", "trieve_crawl packed", "uri"):
        for kind in ("tasks", "loop"):
            found[f"{kind}: {name}"] = _median([marginal(f"{kind}: {name}", of, scale.tasks) for of in rounds])
    for name in ("loop of trieve_crawl", "loop of uri"):
        found[f"delete: {name}"] = _median([marginal(f"delete: {name}", of, scale.tasks) for of in rounds])
    found["delete: trieve_crawls"] = _median([marginal("delete: trieve_crawls", of, DELETIONS) for of in rounds])
    return {name: None if value is None else 1000 * value for name, value in found.items()}


def table(found: Sequence[Row]) -> str:
    """The ratios as text."""
    lines = [f"{'ratio':<56} {'goal':>8} {'median':>8} {'spread':>17} {'cpu':>7}  reached"]
    for row in found:
        goal = "" if row.goal is None else f"<= {_number(row.goal)}"
        known = [value for value in row.values if value is not None]
        spread = f"{_number(min(known))} to {_number(max(known))}" if known else ""
        median, cpu = (_number(value) for value in (row.median, _median(row.cpu)))
        lines.append(f"{row.what:<56} {goal:>8} {median:>8} {spread:>17} {cpu:>7}  {row.verdict}".rstrip())
    return "\n".join(lines)


def cases(rounds: Sequence[Round]) -> str:
    """Time, requests and memory of every case as text."""
    lines = [f"{'case':<40} {'runs':>4} {'seconds':>8} {'spread':>15} {'cpu':>7} {'requests':>8} {'MiB':>5}"]
    for name in rounds[0].plays:
        runs = [measured for of in rounds for measured in of.plays[name]]
        seconds = [measured.seconds for measured in runs]
        cpu = statistics.median(measured.cpu for measured in runs)
        memory = statistics.median(measured.memory for measured in runs)
        requests = " or ".join(f"{number}" for number in sorted({measured.requests for measured in runs}))
        lines.append(f"{_times(name, seconds)} {cpu:>7.2f} {requests:>8} {memory:>5.0f}")
    for name in rounds[0].bare:
        connections, _comma, slow = name.partition(",")
        words = f"delete: bare, {connections} connection{'s' * (connections != '1')}{_comma}{slow}"
        lines.append(_times(words, [taken for of in rounds for taken in of.bare[name]]))
    return "\n".join(lines)


def _times(name: str, seconds: Sequence[float]) -> str:
    spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
    return f"{name:<40} {len(seconds):>4} {statistics.median(seconds):>8.2f} {spread:>15}"


def notes(found: Sequence[Row], scale: Scale, load: float, cores: int) -> list[str]:
    """What has to be known to read the table.

    :param load: the machine's average before anything was started
    :param cores: its processors
    """
    lines = [
        f"A loop of {scale.tasks} stands for one of {DELETIONS}: items cost the same each.",
        f"Bare Sessions: requests alone, on {CONCURRENCY} connections, which is what the sandbox can do.",
        f"Ideal: {DELETIONS} times {LATENCY * 1000:g} ms on {CONCURRENCY} connections, {IDEAL:g} s.",
        "cpu: the same ratio in seconds of processor time.",
    ]
    by_name = {row.what: row for row in found}
    ours, bare = (by_name[f"delete {DELETIONS}{SLOW}: {whose} / ideal"] for whose in ("one task", "bare Sessions"))
    if ours.verdict == "NO" and bare.median is not None and ours.goal is not None and bare.median > ours.goal:
        lines.append(
            f"Bare Sessions alone took {_number(bare.median)} of the ideal: in this run the machine was measured,"
            f" and {ours.what!r} says nothing of the collection."
        )
    if load > cores / 4:
        lines.append(
            f"The machine was busy before this began (load {load:.1f} on {cores} cores): measure again when it is calm."
        )
    return lines


def as_json(rounds: Sequence[Round], scale: Scale, found: Sequence[Row], further: dict[str, Any]) -> dict[str, Any]:
    """Everything that was measured, and what came of it."""
    return {
        **further,
        "scale": asdict(scale),
        "ratios": [
            {**asdict(row), "median": row.median, "cpu_median": _median(row.cpu), "reached": row.verdict}
            for row in found
        ],
        "milliseconds_each": costs(rounds, scale),
        "rounds": [asdict(of) for of in rounds],
    }


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value == int(value):
        return f"{int(value)}"
    return f"1/{1 / value:.1f}".removesuffix(".0") if 0 < value < 0.2 else f"{value:.2f}"
