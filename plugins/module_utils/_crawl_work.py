# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying out the steps of a list of crawls, and what is said of them before, in the middle and after."""

from __future__ import annotations

import threading
import typing as t

from ._client import TrieveClient
from ._crawl import Crawl, create_crawl, delete_crawl, predicted_crawl
from ._crawl_plan import Step
from ._failure import TaskFailed
from ._parallel import Work
from ._task import Task, ensure, explained

Result = t.Dict[str, t.Any]


class Outcome:
    """What has been done so far of a list of steps. Filled by several threads.

    :param steps: all steps, also those that change nothing
    :param staying: crawls that no step is about
    :param unchanged: what is reported as such; by default the steps that change nothing
    """

    def __init__(self, steps: t.Sequence[Step], staying: t.Sequence[Crawl], unchanged: int | None) -> None:
        self.created: list[Result] = []
        self.updated: list[Result] = []
        self.deleted: list[Result] = []
        self._steps = steps
        self._staying = staying
        self._after: dict[int, list[Result]] = {}
        self._unchanged = sum(not step.changes for step in steps) if unchanged is None else unchanged
        self._lock = threading.Lock()

    def note(self, step: Step, new: Result | None, half: bool = False) -> None:
        """A step is done.

        :param new: the crawl that it made, None if it removed one
        :param half: the crawl in whose place it was made is still there
        """
        with self._lock:
            if new is None:
                self.deleted.append(t.cast(Crawl, step.current).result())
            elif half or not step.current:
                self.created.append(new)
            else:
                self.created = [crawl for crawl in self.created if crawl is not new]
                self.updated.append({**new, "replaced_crawl_id": step.current.id})
            old = [step.current.result()] if half and step.current else []
            self._after[id(step)] = ([new] if new else []) + old

    def result(self) -> Result:
        """The lists, and the crawls of the dataset as far as they are known."""
        crawls: list[Result] = []
        with self._lock:
            for step in self._steps:
                known = [step.current.result()] if step.current else []
                crawls.extend(self._after.get(id(step), known))
            crawls.extend(crawl.result() for crawl in self._staying)
            return {
                "crawls": crawls,
                "created": list(self.created),
                "updated": list(self.updated),
                "deleted": list(self.deleted),
                "unchanged": self._unchanged,
            }

    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.created or self.updated or self.deleted)


def carry_out(
    task: Task,
    client: TrieveClient,
    dataset: str,
    steps: t.Sequence[Step],
    staying: t.Sequence[Crawl],
    unchanged: int | None = None,
) -> Result:
    """Do what the steps ask for, new crawls first, and report it; in check mode report what would be done.

    :param staying: the dataset's crawls that no step is about
    :param unchanged: as in C(Outcome)
    :raises TaskFailed: with what was done and what was not, where a step could not be done
    """
    changing = [step for step in steps if step.changes]
    predicted = Outcome(steps, staying, unchanged)
    for step in changing:
        predicted.note(step, predicted_crawl(step.given, step.body()) if step.given else None)
    outcome = Outcome(steps, staying, unchanged)

    def make(step: Step) -> None:
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
        outcome.note(step, None)

    def act() -> Result:
        makes = Work([step for step in changing if step.given], make)
        removes = Work([step for step in changing if not step.given], remove)
        task.partial = lambda: _partial(outcome, [makes, removes])
        for work, what in ((makes, "Creating crawls"), (removes, "Deleting crawls")):
            work.run(task, task.params["concurrency"], what)
            if work.waiting:  # the server is gone, or refuses everything
                break
        if makes.failures or removes.failures:
            result = _partial(outcome, [makes, removes])
            raise TaskFailed(result.pop("msg"), **result)
        return outcome.result()

    names = _names(changing)
    result = ensure(
        task,
        "outcome",
        before={name: step.before if step.given else step.current.body() for name, step in names if step.current},
        after={name: step.after for name, step in names if step.given},
        current=outcome.result(),
        predicted=predicted.result(),
        act=act,
    )
    return {**result.pop("outcome"), **result}


def _names(steps: t.Sequence[Step]) -> list[tuple[str, Step]]:
    """Each step with a name of its own: two crawls of one site and kind may be created at once."""
    seen: dict[str, int] = {}
    names = []
    for step in steps:
        seen[step.name] = number = seen.get(step.name, 0) + 1
        names.append((step.name if number == 1 else f"{step.name} #{number}", step))
    return names


def _partial(outcome: Outcome, works: t.Sequence[Work[Step]]) -> Result:
    """The result of work that ended before it was done: what is done, what is not and why."""
    failures = [(step, error) for work in works for step, error in work.failures]
    waiting = [step.name for work in works for step in work.waiting]
    total = sum(work.total for work in works)
    done = sum(work.finished for work in works) - len(failures)
    words = f"{done} of {total} changes were made, {len(failures)} failed and {len(waiting)} were not tried."
    if failures:
        step, error = failures[0]
        words += f" The first that failed is {step.name}: {error}"
    return {
        "msg": f"{words} Run the task again for the rest.",
        "changed": outcome.changed(),
        **outcome.result(),
        "failures": [{"crawl": step.name, "msg": str(error), "error": error.as_result()} for step, error in failures],
        "not_tried": waiting,
        **({"error": failures[0][1].as_result()} if failures else {}),
    }
