# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A former result of a search test, and what has become worse since."""

from __future__ import annotations

import json
import typing as t

from .._core.failure import TaskFailed
from .metrics import METRICS

Report = dict[str, t.Any]
"""What a search test found: C(k), C(metrics), and C(tests) with C(name), C(query), C(metrics) and C(ranks) of each."""


def read_baseline(path: str) -> Report:
    """The report that a former run has written.

    :raises TaskFailed: the file cannot be read, or is no such report
    """
    try:
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
    except OSError as error:
        raise TaskFailed(
            f"baseline {path} cannot be read: {error.strerror}. Write it with the report of an earlier task."
        ) from error
    except ValueError as error:
        raise TaskFailed(f"baseline {path} is not valid JSON. Write it with the report of an earlier task.") from error
    if not _is_report(report):
        raise TaskFailed(
            f"baseline {path} is not a report of trieve_search_test. Write it with the report of an earlier task."
        )
    return report


def _is_report(value: t.Any) -> bool:
    def measured(metrics: t.Any) -> bool:
        return isinstance(metrics, dict) and all(isinstance(metrics.get(name), (int, float)) for name in METRICS)

    def is_test(one: t.Any) -> bool:
        return (
            isinstance(one, dict)
            and isinstance(one.get("name"), str)
            and (one.get("metrics") is None or measured(one["metrics"]))
            and isinstance(one.get("ranks"), list)
            and all(isinstance(rank, dict) and {"identity", "value", "rank"} <= set(rank) for rank in one["ranks"])
        )

    return isinstance(value, dict) and isinstance(value.get("tests"), list) and all(map(is_test, value["tests"]))


def losses(before: Report, after: Report) -> list[dict[str, t.Any]]:
    """The tests of both reports that have become worse, with the ranks of their expected results before and after.

    :returns: C(name), C(query), C(metrics) (each that is lower, with C(before) and C(after)) and C(ranks)
    """
    known = {one["name"]: one for one in before["tests"] if one["metrics"]}
    found = []
    for test in after["tests"]:
        former = known.get(test["name"])
        if not former or not test["metrics"]:
            continue
        worse = {
            name: {"before": former["metrics"][name], "after": test["metrics"][name]}
            for name in METRICS
            if test["metrics"][name] < former["metrics"][name]
        }
        if worse:
            ranks = {(one["identity"], one["value"]): one["rank"] for one in former["ranks"]}
            moved = [
                {**one, "before": ranks.get((one["identity"], one["value"])), "after": one["rank"]}
                for one in test["ranks"]
            ]
            for one in moved:
                del one["rank"]
            found.append(
                {
                    "name": test["name"],
                    "query": test["query"],
                    "metrics": worse,
                    "ranks": [one for one in moved if one["before"] != one["after"]],
                }
            )
    return found


def too_much_lost(before: Report, after: Report, most: t.Mapping[str, float]) -> list[str]:
    """A sentence for each metric that has lost more than is allowed, over the tests that both reports have.

    :param most: the largest loss that is allowed, by metric
    """
    names = {one["name"] for one in before["tests"] if one["metrics"]}
    names &= {one["name"] for one in after["tests"] if one["metrics"]}
    if not names:
        return []

    def mean(report: Report, metric: str) -> float:
        return sum(one["metrics"][metric] for one in report["tests"] if one["name"] in names) / len(names)

    found = []
    for metric, allowed in most.items():
        former, now = mean(before, metric), mean(after, metric)
        if former - now > allowed + 1e-9:  # a rounding error is no loss
            found.append(f"{metric} fell from {former:.3f} to {now:.3f}, by more than {allowed:g}.")
    return found
