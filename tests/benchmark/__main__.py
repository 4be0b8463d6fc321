# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`python -m tests.benchmark`: measure, print the table, write results.json and chart.svg."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from . import organization
from .chart import draw
from .plays import TASKS, Stage
from .report import as_json, cases, costs, rows, table
from .rounds import CONCURRENCY, DELETIONS, ceiling, one_round, pages
from .server import ROOT, server


def say(line: str) -> None:
    """Show what is being done."""
    print(f"  {line} ...", file=sys.stderr, flush=True)


def main() -> int:
    """Run it. Returns 0 also where a goal is not reached: a time must not break a build."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parts = ("tasks", "organization")
    parser.add_argument("part", nargs="?", choices=parts, default=parts[0], help="what is measured (default tasks)")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmark", help="where the two files go")
    rounds_wanted = int(os.environ.get("BENCH_ROUNDS", "5"))
    parser.add_argument("--rounds", type=int, default=rounds_wanted, help="also BENCH_ROUNDS; 1 for trying (default 5)")
    options = parser.parse_args()
    if options.part == "organization":
        print(organization.measure(say))
        return 0
    rounds, ceilings, sizes = [], [], []
    with server() as running, tempfile.TemporaryDirectory() as folder:
        stage = Stage(running, Path(folder))
        stage.run([])  # what is compiled and cached only once is not measured
        for number in range(options.rounds):
            print(f"Round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
            rounds.append(one_round(stage, say))
            say("the sandbox alone")
            ceilings.append(ceiling(running))
            sizes.append(pages(running))
    found = rows(rounds, sizes)
    machine = {
        "ansible_core": version("ansible-core"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "system": platform.system(),
    }
    further = {"machine": machine, "sandbox_alone_seconds": ceilings, "page_seconds": sizes}
    options.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(as_json(rounds, found, further), indent=2)
    (options.out / "results.json").write_text(f"{text}\n")
    draw(costs(rounds), options.out / "chart.svg")
    print(cases(rounds))
    for connections in ("1", f"{CONCURRENCY}"):
        fastest = min(of[connections] for of in ceilings)
        print(
            f"The sandbox alone, {DELETIONS} deletions by bare Sessions on {connections} connections: {fastest:.2f} s at best"
        )
    print(f"A loop of {TASKS} stands for one of {DELETIONS}: items cost the same each.")
    print()
    print(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
