# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time that only the waiting moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Timed(Protocol):
    """What runs tasks with a sleep and a clock of their own."""

    def timed(self, sleep: Callable[[float], None], clock: Callable[[], float], **options: Any) -> dict[str, Any]:
        """The result of a task."""


class Clock:
    """Time that passes by sleeping only. Each pause may do something at the sandbox."""

    def __init__(self, each_pause: Callable[[int], Any]) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self._each_pause = each_pause

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        self.pauses.append(seconds)
        self._each_pause(len(self.pauses))

    def run(self, place: Timed, **options: Any) -> dict[str, Any]:
        """The result of a task that waits."""
        return place.timed(self.sleep, lambda: self.now, wait=True, **options)
