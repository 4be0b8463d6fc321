# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark of crawls: tasks that change nothing, a thousand deletions, long lists. What README.md shows."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from .chart import draw
from .machine import machine
from .plays import Stage
from .report import as_json, cases, costs, notes, rows, table
from .results import keep
from .rounds import one_round
from .scale import Scale
from .server import server


def say(line: str) -> None:
    """Show what is being done."""
    print(f"  {line} ...", file=sys.stderr, flush=True)


def measure(scale: Scale, out: Path) -> None:
    """Measure, print the tables, write results.json and chart.svg."""
    about = machine()
    rounds = []
    with server() as running, tempfile.TemporaryDirectory() as folder:
        stage = Stage(running, Path(folder))
        stage.run([])  # what is compiled and cached only once is not measured
        for number in range(scale.rounds):
            print(f"Round {number + 1} of {scale.rounds}", file=sys.stderr, flush=True)
            rounds.append(one_round(stage, scale, number, say))
    found = rows(rounds, scale)
    further: dict[str, Any] = {"machine": {**about, "load_after": round(os.getloadavg()[0], 1)}}
    out.mkdir(parents=True, exist_ok=True)
    keep(out / "results.json", as_json(rounds, scale, found, further))
    draw(costs(rounds, scale), out / "chart.svg")
    print("\n".join(["", cases(rounds), "", table(found), ""]))
    print("\n".join(notes(found, scale, about["load_before"], about["cores"])))
