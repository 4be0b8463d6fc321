# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying out the steps of a list of crawls."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.list_work import Kind, Outcome, Result, work_off
from .._core.task import Task, attempt, error_context
from ..trieve import TrieveClient, TrieveError
from .duplicates import Unconfirmed, in_doubt, warn_of_new
from .model import Crawl, create_crawl, delete_crawl, list_crawls, predicted_crawl
from .plan import Step


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

    made: list[Crawl] = []  # by several threads; append is atomic

    def predict(step: Step) -> Result:
        return predicted_crawl(step.given or {}, step.body())

    def make(step: Step, outcome: Outcome[Step]) -> None:
        new = create_crawl(client, dataset, step.body())
        made.append(new)
        crawl = new.result()
        if step.current:
            outcome.note(step, crawl, half=True)
            with error_context(
                f"The new crawl {new.id} was created, but the old one {step.current.id} could not be deleted. Remove it with"
                f" community.trieve.trieve_crawl, state: absent, crawl_id: {step.current.id}."
            ):
                delete_crawl(client, dataset, step.current)
        outcome.note(step, crawl)

    def remove(step: Step) -> None:
        delete_crawl(client, dataset, t.cast(Crawl, step.current))

    known = {crawl.id for crawl in [*staying, *(step.current for step in steps if step.current)]}

    def settle(result: Result, changed: bool) -> Result:
        if made and task.params["duplicates"] != "keep":
            with error_context(
                "The changes were made, but the list could not be read after them.", **{"changed": changed, **result}
            ):
                after = list_crawls(task, client, dataset, must_exist=True)
            warn_of_new(task, made, after, {*known, *(crawl.id for crawl in made)})
        return result

    kind = Kind("crawl", "crawls", predict, make, remove)
    result, failed = attempt(work_off, task, kind, steps, [crawl.result() for crawl in staying], unchanged, settle)
    if failed:
        raise _explained_failure(task, client, dataset, steps, {*known, *(crawl.id for crawl in made)}, failed)
    return result


def _explained_failure(
    task: Task,
    client: TrieveClient,
    dataset: str,
    steps: t.Sequence[Step],
    known: t.Container[str],
    failed: TrieveError | TaskFailed,
) -> TrieveError | TaskFailed:
    """The failure with what is there after a creation of which nobody knows whether it was carried out."""
    results = failed.results if isinstance(failed, TaskFailed) else {}
    errors = [item["error"] or {} for item in results.get("failures", ())]
    if not any(error.get("method") == "POST" and in_doubt(error.get("status")) for error in errors):
        return failed
    entries = [step.given for step in steps if step.given and step.changes]
    there = Unconfirmed(task, client, dataset, entries, known)
    found = [crawl.result() for crawl in there.found]
    changes = {"changed": results["changed"] or bool(found), "crawls": [*results["crawls"], *found]}
    return TaskFailed(f"{failed} {there.words}", **{**results, **changes, "unconfirmed": found})
