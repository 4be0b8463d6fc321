# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of things that are to be there: carrying it out, and what is said of it before, in the middle and after."""

from __future__ import annotations

import threading
import typing as t

from .failure import TaskFailed
from .task import Task, ensure
from .values import equal
from .work import Work

Result = dict[str, t.Any]


class ListStep:
    """One thing of a list and what it is to become.

    :param name: the thing as a person would name it
    :param held: the result of what is there, None if it is to come
    :param declared: whether the list has it; otherwise it is to go
    :param before: what the server holds of the managed values, or what goes
    :param after: what is asked for
    """

    def __init__(self, name: str, held: Result | None, declared: bool, before: Result, after: Result) -> None:
        self.name = name
        self.held = held
        self.declared = declared
        self.before = before
        self.after = after

    @property
    def changes(self) -> bool:
        """Whether anything has to be done."""
        return not (self.declared and self.held and equal(self.before, self.after))

    def as_updated(self, new: Result) -> Result:
        """What the result says of it after a change."""
        return new


Step = t.TypeVar("Step", bound=ListStep)


class Outcome(t.Generic[Step]):
    """What has been done so far of a list of steps, in the order of the steps. Filled by several threads.

    :param things: the name of the list of all of them in the result
    :param steps: all steps, also those that change nothing
    :param staying: results of what no step is about
    :param unchanged: what is reported as such; by default the number of steps that change nothing
    """

    def __init__(
        self, things: str, steps: t.Sequence[Step], staying: t.Sequence[Result], unchanged: int | None
    ) -> None:
        self._created: dict[int, Result] = {}
        self._updated: dict[int, Result] = {}
        self._deleted: dict[int, Result] = {}
        self._things = things
        self._steps = steps
        self._staying = staying
        self._after: dict[int, list[Result]] = {}
        self._unchanged = sum(not step.changes for step in steps) if unchanged is None else unchanged
        self._lock = threading.Lock()

    def note(self, step: Step, new: Result | None, half: bool = False) -> None:
        """A step is done.

        :param new: what it made, None if it removed something
        :param half: the thing in whose place it was made is still there
        """
        with self._lock:
            if new is None:
                self._deleted[id(step)] = step.held or {}
            elif half or not step.held:
                self._created[id(step)] = new
            else:
                self._created.pop(id(step), None)
                self._updated[id(step)] = step.as_updated(new)
            self._after[id(step)] = ([new] if new else []) + ([step.held] if half and step.held else [])

    def result(self) -> Result:
        """The lists, and everything that is there as far as it is known."""
        there: list[Result] = []
        with self._lock:
            for step in self._steps:
                there.extend(self._after.get(id(step), [step.held] if step.held else []))
            there.extend(self._staying)
            return {
                self._things: there,
                "created": self._in_order(self._created),
                "updated": self._in_order(self._updated),
                "deleted": self._in_order(self._deleted),
                "unchanged": self._unchanged,
            }

    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self._created or self._updated or self._deleted)

    def _in_order(self, results: dict[int, Result]) -> list[Result]:
        return [results[id(step)] for step in self._steps if id(step) in results]


class Kind(t.Generic[Step]):
    """How one kind of thing is made and removed.

    :param thing: its name in the singular, also the key of a failure
    :param words: its name in the plural, for a person
    :param predict: the result that a step would have, as far as that can be known before it
    :param make: creates or changes it and notes that in the outcome
    :param remove: removes it
    """

    def __init__(
        self,
        thing: str,
        words: str,
        predict: t.Callable[[Step], Result],
        make: t.Callable[[Step, Outcome[Step]], None],
        remove: t.Callable[[Step], None],
    ) -> None:
        self.thing = thing
        self.words = words
        self.predict = predict
        self.make = make
        self.remove = remove


def work_off(
    task: Task,
    kind: Kind[Step],
    steps: t.Sequence[Step],
    staying: t.Sequence[Result],
    unchanged: int | None = None,
    settle: t.Callable[[Result, bool], Result] | None = None,
) -> Result:
    """Do what the steps ask for, new things first, and report it; in check mode report what would be done.

    :param staying: results of what is there and no step is about
    :param unchanged: as in C(Outcome)
    :param settle: as in C(ensure); takes and returns the lists of what was done
    :raises TaskFailed: with what was done and what was not, where a step could not be done
    """
    changing = [step for step in steps if step.changes]
    predicted = Outcome(f"{kind.thing}s", steps, staying, unchanged)
    for step in changing:
        predicted.note(step, kind.predict(step) if step.declared else None)
    outcome = Outcome(f"{kind.thing}s", steps, staying, unchanged)

    def remove(step: Step) -> None:
        kind.remove(step)
        outcome.note(step, None)

    def act() -> Result:
        makes = Work([step for step in changing if step.declared], lambda step: kind.make(step, outcome))
        removes = Work([step for step in changing if not step.declared], remove)
        task.partial = lambda: _partial(kind, outcome, [makes, removes])
        for work, what in ((makes, f"Writing {kind.words}"), (removes, f"Deleting {kind.words}")):
            work.run(task, task.params["concurrency"], what)
            if work.stopped:
                raise work.stopped
            if work.waiting:  # the server is gone, or refuses everything
                break
        if makes.failures or removes.failures:
            result = _partial(kind, outcome, [makes, removes])
            raise TaskFailed(result.pop("msg"), **result)
        return outcome.result()

    names = _names(changing)
    result = ensure(
        task,
        "outcome",
        before={name: step.before for name, step in names if step.held},
        after={name: step.after for name, step in names if step.declared},
        current=outcome.result(),
        predicted=predicted.result(),
        act=act,
        settle=settle,
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


def _partial(kind: Kind[Step], outcome: Outcome[Step], works: t.Sequence[Work[Step]]) -> Result:
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
        "failures": [
            {kind.thing: step.name, "msg": str(error), "error": error.as_result()} for step, error in failures
        ],
        "not_tried": waiting,
        **({"error": failures[0][1].as_result()} if failures else {}),
    }
