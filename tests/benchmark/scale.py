# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much is measured, and what a round of it is."""

from __future__ import annotations

from dataclasses import dataclass, field

DELETIONS = 1000
LATENCY = 0.02
"""Seconds that the sandbox adds to every answer."""
CONCURRENCY = 8
"""The default of C(trieve_crawls)."""
SYNCS = (1000, 10_000)
PAGES = 200
"""Requests for a page of crawls, in each size of dataset."""

SLOW = f", +{LATENCY * 1000:g} ms"
"""Ends the name of a case in which the sandbox adds the latency."""


@dataclass(frozen=True)
class Scale:
    """How much is measured.

    :param rounds: every case is met in each
    :param tasks: tasks of a play, or items of a loop, whose time is divided by their number
    :param repeats: how often the cases are run in a round that take a second or two, so that noise is a large part of them;
        2 at least
    """

    rounds: int = 3
    tasks: int = 50
    repeats: int = 3


QUICK = Scale(rounds=1, tasks=10, repeats=2)
"""For trying: a minute, and figures that say little."""


@dataclass(frozen=True)
class Measured:
    """What one run of ansible-playbook cost.

    :param seconds: wall time, from start to end of the process
    :param cpu: seconds of processor time, of the process and all that it started
    :param requests: counted by the sandbox
    :param memory: peak of the largest process, those that it started included, in MiB
    :param writes: those of the requests that change something
    """

    seconds: float
    cpu: float
    requests: int
    memory: float
    writes: int = 0


@dataclass
class Round:
    """What was measured in a round, one run or several of each.

    :param plays: by the name of the case
    :param bare: seconds of the deletions by bare Sessions of requests, which is what the sandbox can do
    :param pages: median seconds for a page of ten crawls, by the number of crawls in the dataset
    """

    plays: dict[str, list[Measured]] = field(default_factory=dict)
    bare: dict[str, list[float]] = field(default_factory=dict)
    pages: dict[str, float] = field(default_factory=dict)
