# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether somebody still waits for a task's result. Asked before each request, so that nothing is written for nobody.

Neither of the ways in which Ansible ends a task ends its work: after the task's timeout, threads and packed modules go on, and
after a kill of ansible-playbook its workers and their modules do.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import threading
import time
import typing as t

VARIABLE = "_TRIEVE_TASK"
"""The environment variable by which the action plugin tells a packed module about its task. See C(for_module)."""

_LONGEST_HANDOVER = 1.0
"""Seconds of a task's timeout that are kept for handing over the result; a fifth of the timeout if that is less."""

CLEANUP = 30.0
"""Seconds that a task which has ended may take to undo what it has begun."""

_ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
"""The signals that end a process. Ansible passes them on to its workers and to packed modules."""

_NO_READER = select.POLLERR | select.POLLHUP


class Ended(BaseException):
    """A signal ends the process. No C(Exception), since nothing may take it for an error of the work."""


@contextlib.contextmanager
def orderly_end() -> t.Iterator[None]:
    """Lets C(finally) be executed if a signal ends the process: it raises C(Ended), and has its effect at the end of the block.

    Further signals of these kinds are ignored then, so what C(finally) does must be short.
    """
    before: dict[int, t.Any] = {}
    received: list[int] = []

    def end(number: int, _frame: t.Any) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        received.append(number)
        raise Ended(number)

    if threading.current_thread() is threading.main_thread():  # no other thread can set a handler
        before = {number: signal.getsignal(number) for number in _ENDING}
        before = {number: old for number, old in before.items() if old not in (None, signal.SIG_IGN)}
        for number in before:
            signal.signal(number, end)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
        if received:
            os.kill(os.getpid(), received[0])


class Lifeline:
    """What tells whether a task still goes on.

    :param period: the timeout of the task in seconds, if it has one
    :param deadline: when the work has to end, by C(clock); None if that is not known
    :param checks: each says whether one of those who wait for the result is still there
    """

    def __init__(
        self, period: float | None = None, deadline: float | None = None, checks: t.Sequence[t.Callable[[], bool]] = ()
    ) -> None:
        self.clock: t.Callable[[], float] = time.monotonic
        self._period = period
        self._deadline = deadline
        self._checks = checks
        self._stop = threading.Event()

    def __enter__(self) -> Lifeline:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_unused: object) -> None:
        """Stop where something ends the task that is no error of its work, as the task's timeout is."""
        if kind and not issubclass(kind, Exception):
            self.stop()

    def stop(self) -> None:
        """Nothing more is sent from now on, and whoever pauses goes on at once."""
        self._stop.set()

    def remaining(self) -> float | None:
        """Seconds until the work has to end; None if that is not known."""
        return None if self._deadline is None else self._deadline - self.clock()

    def ended(self) -> str | None:
        """A sentence that says why the task has ended; None while it goes on."""
        if self._stop.is_set():
            return "The task has ended."
        remaining = self.remaining()
        if remaining is not None and remaining <= 0:
            return f"Timed out after {self._period} s, the timeout of the task."
        if not all(check() for check in self._checks):
            return "Ansible no longer waits for the result."
        return None

    def timed_out(self) -> float | None:
        """The timeout of the task if it has ended the work."""
        remaining = self.remaining()
        return None if remaining is None or remaining > 0 else self._period

    def pause(self, seconds: float) -> None:
        """Let time pass, but not beyond the end of the task."""
        remaining = self.remaining()
        self._stop.wait(max(0.0, seconds if remaining is None else min(seconds, remaining)))


def note_for_module(timeout: int | None, began: float, local: bool) -> str:
    """The value of C(VARIABLE), for a module that is about to be started.

    :param timeout: of the task, in seconds
    :param began: when it began, by C(time.time)
    :param local: whether the module runs on this machine, and so sees its clock and perhaps its processes
    """
    note: dict[str, t.Any] = {}
    if timeout:
        note = {"timeout": int(timeout), "ends": began + timeout} if local else {"timeout": int(timeout)}
        note["left"] = began + timeout - time.time()
    if local:
        note.update(worker=os.getpid(), playbook=os.getppid())
    return json.dumps(note)


def for_cleanup() -> Lifeline:
    """The lifeline of requests that undo what a task has begun, whether anybody still waits for it or not. They end soon anyway."""
    return Lifeline(CLEANUP, time.monotonic() + CLEANUP)


def for_worker() -> Lifeline:
    """The lifeline of a task in Ansible's own worker, a child of ansible-playbook. Its timeout is a signal of Ansible's."""
    return Lifeline(checks=[_parent()])


def for_module() -> Lifeline:
    """The lifeline of a packed module: a process of its own, whose output is its result.

    Without the note of the action plugin, as in an asynchronous task, the task may go on without anybody who waits.
    """
    written = os.environ.pop(VARIABLE, None)
    if written is None:
        return Lifeline()
    note = json.loads(written)
    checks = [_parent(), *_reader(1), *_family(note.get("worker"), note.get("playbook"))]
    period, deadline = note.get("timeout"), None
    if period:
        # The clocks of two machines differ. On this one, starting the module counts, too.
        left = min(note["left"], note["ends"] - time.time()) if "ends" in note else note["left"]
        deadline = time.monotonic() + left - min(_LONGEST_HANDOVER, period / 5)
    return Lifeline(period, deadline, checks)


def _parent() -> t.Callable[[], bool]:
    """Says whether the process still is the child of the one that started it."""
    parent = os.getppid()
    return lambda: os.getppid() == parent


def _reader(descriptor: int) -> list[t.Callable[[], bool]]:
    """Says whether somebody can still read what is written there, as the worker at the other end of a pipe."""

    def there() -> bool:
        poll = select.poll()  # one for each call, since threads cannot share one
        poll.register(descriptor, 0)
        return not any(event & _NO_READER for _descriptor, event in poll.poll(0))

    return [there] if there() else []


def _family(worker: int | None, playbook: int | None) -> list[t.Callable[[], bool]]:
    """Checks whether Ansible's worker still is a child of ansible-playbook, which otherwise was killed.

    Empty if this cannot be determined: in a container, or if processes of other users are hidden.
    """
    if not worker or not playbook:
        return []

    def there() -> bool:
        return _parent_of(worker) == playbook if os.path.exists("/proc/self/stat") else _runs(playbook)

    return [there] if there() else []


def _parent_of(pid: int) -> int | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The name of the program, in parentheses, may have anything in it.
            return int(file.read().rpartition(b")")[2].split()[1])
    except OSError:
        return None


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True
