# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting until what was written can be read, and what was deleted no longer can. Trieve accepts both before it has done them."""

from __future__ import annotations

import threading
import typing as t

from .failure import TaskFailed
from .parallel import PROGRESS_EVERY
from .task import Task
from .values import counted, part_of

Item = t.TypeVar("Item")

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0
"""Seconds between two readings. An idle server stores a chunk or a small file within a second (docs/server.md 7)."""

_NAMED = 10


class Proof:
    """Waits for what was written before anything is deleted. Only the first call waits; each one fails if the first did.

    :param wait: waits, or raises C(TaskFailed)
    """

    def __init__(self, wait: t.Callable[[], None]) -> None:
        self._wait = wait
        self._lock = threading.Lock()
        self._proved: bool | TaskFailed = False

    def prove(self) -> None:
        """Wait until what was written can be read.

        :raises TaskFailed: it cannot, within the time
        """
        with self._lock:
            if not self._proved:
                try:
                    self._wait()
                    self._proved = True
                except TaskFailed as failure:
                    self._proved = failure
            if isinstance(self._proved, TaskFailed):
                raise self._proved

    def explain(self, failure: TaskFailed) -> TaskFailed:
        """A failure of the plan: if the proof failed, deletions were not tried for this reason, so it is the one to report."""
        if isinstance(self._proved, TaskFailed):
            return TaskFailed(str(self._proved), **{**failure.results, **self._proved.results})
        return failure


def wait_for(
    task: Task, items: t.Sequence[Item], left: t.Callable[[t.Sequence[Item]], t.Sequence[Item]], noun: str
) -> list[Item]:
    """Wait until nothing is left, or the option C(wait_timeout) is over.

    :param left: those of some items that are not done
    :param noun: what an item is called
    :returns: the items that are left
    """
    said = task.clock()
    end = said + task.params["wait_timeout"]
    pause = FIRST_PAUSE
    waiting = list(items)
    while waiting:
        rest = list(left(waiting))
        if len(rest) < len(waiting):
            pause = FIRST_PAUSE
        waiting = rest
        if not waiting or task.clock() >= end:
            break
        if task.clock() - said >= PROGRESS_EVERY:
            said = task.clock()
            task.progress(f"Waiting for {counted(len(waiting), noun)}")
        task.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    return waiting


def not_done(
    task: Task, state: str, names: t.Sequence[str], whole: int, noun: str, why: str, changed: bool = True
) -> TaskFailed:
    """The failure that names what is left.

    :param state: C(not stored) or C(not deleted), and with an underscore the key of the result with the names
    :param whole: how many were waited for
    :param why: sentences about the probable cause
    """
    shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return TaskFailed(
        f"{part_of(len(names), whole, noun)} {state} after {task.params['wait_timeout']} s: {shown}. {why}"
        " Run community.trieve.trieve_doctor to test the server, and run the task again for the rest.",
        changed=changed,
        **{state.replace(" ", "_"): list(names)},
    )
