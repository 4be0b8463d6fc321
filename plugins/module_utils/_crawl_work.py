# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying out the steps of a list of crawls."""

from __future__ import annotations

import typing as t

from ._client import TrieveClient
from ._crawl import Crawl, create_crawl, delete_crawl, predicted_crawl
from ._crawl_plan import Step
from ._list_work import Kind, Outcome, Result, work_off
from ._task import Task, explained


def carry_out(
    task: Task,
    client: TrieveClient,
    dataset: str,
    steps: t.Sequence[Step],
    staying: t.Sequence[Crawl],
    unchanged: int | None = None,
) -> Result:
    """As C(work_off), for crawls.

    :param staying: the dataset's crawls that no step is about
    """

    def predict(step: Step) -> Result:
        return predicted_crawl(step.given or {}, step.body())

    def make(step: Step, outcome: Outcome[Step]) -> None:
        new = create_crawl(client, dataset, step.body())
        crawl = new.result()
        if step.current:
            outcome.note(step, crawl, half=True)
            with explained(
                f"The new crawl {new.id} was created, but the old one {step.current.id} could not be deleted. Remove it with"
                f" community.trieve.trieve_crawl, state: absent, crawl_id: {step.current.id}."
            ):
                delete_crawl(client, dataset, step.current)
        outcome.note(step, crawl)

    def remove(step: Step) -> None:
        delete_crawl(client, dataset, t.cast(Crawl, step.current))

    kind = Kind("crawl", "crawls", predict, make, remove)
    return work_off(task, kind, steps, [crawl.result() for crawl in staying], unchanged)
