# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many changes in one request: the first change of a batch that is performed sends the whole batch."""

from __future__ import annotations

import json
import tempfile
import threading
import typing as t

from .._core.failure import TaskFailed
from .._core.plan import Change
from ..trieve import Stopped, TrieveError
from .api import batches

_WAITING, _SENDING, _ENDED = "waiting", "sending", "ended"


class Spool:
    """Objects in a temporary file, so that the memory that a task needs does not depend on the size of what it sends."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+b")  # noqa: SIM115 (closed with the task)
        self._lock = threading.Lock()

    def add(self, value: t.Any) -> int:
        """Store an object. Returns where it is."""
        with self._lock:
            place = self._file.seek(0, 2)
            self._file.write(json.dumps(value).encode() + b"\n")
        return place

    def get(self, place: int) -> t.Any:
        """The object that C(add) stored there."""
        with self._lock:
            self._file.seek(place)
            line = self._file.readline()
        return json.loads(line)


class Batch:
    """Changes that one request makes.

    :param send: sends the request
    """

    def __init__(self, send: t.Callable[[], None]) -> None:
        self.send = send
        self.changes: list[Change] = []
        self.state = _WAITING
        self.ended = threading.Event()
        self.error: TrieveError | TaskFailed | None = None


class Sender:
    """Sends batches on as many connections as changes are performed on.

    A change whose batch another thread is sending does not wait idly: it sends the next one meanwhile.
    """

    def __init__(self) -> None:
        self._batches: list[Batch] = []
        self._next = 0
        self._lock = threading.Lock()
        self._failed = False

    def add(self, items: t.Sequence[t.Any], size: int, send: t.Callable[[t.Sequence[t.Any]], None]) -> list[Batch]:
        """Add the items as batches of a size. Returns the batch of each item.

        :param send: sends the request for the items of one batch
        """
        found: list[Batch] = []
        for some in batches(items, size):
            batch = Batch(lambda some=some: send(some))  # type: ignore[misc]
            self._batches.append(batch)
            found += [batch] * len(some)
        return found

    def perform(self, own: Batch) -> None:
        """See to it that a batch is sent.

        :raises TrieveError: its request failed
        :raises TaskFailed: likewise
        """
        while True:
            with self._lock:
                if own.state == _ENDED:
                    break
                batch = own if own.state == _WAITING else self._waiting()
                if batch:
                    batch.state = _SENDING
            if batch:
                self._send(batch, own)
            else:
                own.ended.wait()
        if own.error:
            raise own.error

    def _waiting(self) -> Batch | None:
        """The next batch that nobody sends; none once a request has failed."""
        while self._next < len(self._batches) and self._batches[self._next].state != _WAITING:
            self._next += 1
        return None if self._failed or self._next >= len(self._batches) else self._batches[self._next]

    def _send(self, batch: Batch, own: Batch) -> None:
        try:
            batch.send()
            for change in batch.changes:
                change.state = "done"
        except Stopped as stopped:
            self._failed = True
            if not stopped.sent:  # nothing of the batch was sent, so it is reported as not tried
                batch.state = _WAITING
                raise
            batch.error = stopped
        except (TrieveError, TaskFailed) as error:
            self._failed = True
            batch.error = error
        finally:
            if batch.state == _SENDING:
                batch.state = _ENDED
            batch.ended.set()
