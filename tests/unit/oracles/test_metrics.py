# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The measures, against those of TREC's own program (pytrec_eval, by ir-measures)."""

from __future__ import annotations

import ir_measures
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, P, Qrel, R, ScoredDoc, nDCG

from ansible_collections.community.trieve.plugins.module_utils._search.metrics import mean, measure


@given(
    st.lists(st.integers(0, 4), max_size=30),
    st.lists(st.integers(1, 4), max_size=5),
    st.integers(1, 20),
)
def test_as_trec_measures(found: list[int], missed: list[int], k: int) -> None:
    """C(found): the grades of a ranking; C(missed): those of relevant documents that are not in it."""
    relevant = [*(grade for grade in found if grade), *missed]
    if not relevant:
        return
    judged = [Qrel("q", f"found{rank}", grade) for rank, grade in enumerate(found) if grade]
    judged += [Qrel("q", f"missed{number}", grade) for number, grade in enumerate(missed)]
    run = [ScoredDoc("q", f"found{rank}", float(1000 - rank)) for rank in range(len(found))]
    measures = {"recall": R @ k, "precision": P @ k, "mrr": RR, "ndcg": nDCG @ k}
    oracle = ir_measures.calc_aggregate(measures.values(), judged, run or [ScoredDoc("q", "none", 0.0)])
    ours = measure(found, relevant, k)
    for name, theirs in measures.items():
        assert abs(ours[name] - oracle[theirs]) < 1e-6, name


def test_the_mean() -> None:
    one = {"recall": 1.0, "precision": 0.5, "mrr": 1.0, "ndcg": 0.0}
    other = {"recall": 0.0, "precision": 0.5, "mrr": 0.5, "ndcg": 0.0}
    assert mean([one, other]) == {"recall": 0.5, "precision": 0.5, "mrr": 0.75, "ndcg": 0.0}
    assert mean([]) is None
