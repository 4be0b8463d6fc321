# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures of a ranking, as TREC's evaluation program defines them."""

from __future__ import annotations

import math
import typing as t

METRICS = ("recall", "precision", "mrr", "ndcg")
"""Recall, precision and nDCG are those of the first k results; MRR, the mean reciprocal rank, looks at all."""

Metrics = dict[str, float]


def measure(grades: t.Sequence[int], relevant: t.Sequence[int], k: int) -> Metrics:
    """The measures of one ranking.

    :param grades: the grade of each result, the best ranked first; 0 for one that is not relevant
    :param relevant: the grade of each relevant document, found or not; each is at least 1
    :param k: how many results count
    """
    found = sum(grade > 0 for grade in grades[:k])
    first = next((rank for rank, grade in enumerate(grades, 1) if grade > 0), None)
    best = _gain(sorted(relevant, reverse=True)[:k])
    return {
        "recall": found / len(relevant),
        "precision": found / k,
        "mrr": 1 / first if first else 0.0,
        "ndcg": _gain(grades[:k]) / best,
    }


def _gain(grades: t.Iterable[int]) -> float:
    """The discounted cumulative gain, with the grade itself as gain."""
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def mean(measured: t.Sequence[Metrics]) -> Metrics | None:
    """The mean of each measure; None if nothing was measured."""
    if not measured:
        return None
    return {name: sum(one[name] for one in measured) / len(measured) for name in METRICS}
