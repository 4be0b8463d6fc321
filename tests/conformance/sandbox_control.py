# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for workers: a sandbox is told to let those work that ran for the recordings, a real server is given time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .player import Waiting, pauses
from .wire import exchange

LOG = {"method": "GET", "path": "/_sandbox/requests"}

MOST_TICKS = 20
"""Rounds of all workers after which a sandbox will not finish any more."""


def waiting_for(url: str) -> Waiting:
    """What a Player has to do while a worker of this server has not finished."""

    def waiting(workers: Sequence[str] | None) -> Iterator[None]:
        names = ["recorded"] if workers is None else list(workers) or ["none"]
        tick = {"method": "POST", "path": "/_sandbox/tick", "json": {"workers": names}}
        if exchange(url, tick).status == 404:  # no sandbox: its router has no such path
            yield from pauses()
            return
        for _unused in range(MOST_TICKS):
            yield
            exchange(url, tick)

    return waiting
