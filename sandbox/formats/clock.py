# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's time: real time plus an offset that tests can move."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_NAIVE_EPOCH = datetime(1970, 1, 1)


class Clock:
    """Gives times in nanoseconds since 1970, UTC. No two calls of now() fall into one microsecond."""

    def __init__(self) -> None:
        self.offset = 0
        self.last = 0

    def now(self) -> int:
        """The current time in nanoseconds; strictly growing by microseconds, so that lists by time have one order."""
        value = time.time_ns() + self.offset
        if value // 1000 <= self.last // 1000:
            value = (self.last // 1000 + 1) * 1000 + value % 1000
        self.last = value
        return value

    def reset(self) -> None:
        """Back to the real time."""
        self.offset = self.last = 0

    def advance(self, seconds: float) -> None:
        """Move the clock forward by this many seconds."""
        self.offset += int(seconds * 1_000_000_000)


def stamp(nanoseconds: int) -> str:
    """A time as the server writes it from memory: no zone, 0, 3, 6 or 9 digits after the second (docs/server.md 1.8)."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    text = (_NAIVE_EPOCH + timedelta(seconds=seconds)).isoformat()
    if not rest:
        return text
    if rest % 1_000:
        return f"{text}.{rest:09d}"
    if rest % 1_000_000:
        return f"{text}.{rest // 1_000:06d}"
    return f"{text}.{rest // 1_000_000:03d}"


def stored(microseconds: int | None) -> str | None:
    """A time as the server writes it from the database, which keeps microseconds; None stays None."""
    return None if microseconds is None else stamp(microseconds * 1000)
