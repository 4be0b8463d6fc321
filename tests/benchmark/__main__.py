# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`python -m tests.benchmark`: measure against a sandbox, print a table of ratios, write figures and chart."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from . import chunks, crawls, organization, states
from .scale import QUICK, Scale
from .server import ROOT

MODES: dict[str, Callable[[Scale, Path], None]] = {
    "crawls": crawls.measure,
    "organization": organization.measure,
    "state": states.measure,
    "chunks": chunks.measure,
}
"""What can be measured, by the name that it is asked for with."""


def main() -> int:
    """Run it. Returns 0 also where a goal is not reached: a time must not break a build."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("what", nargs="?", choices=MODES, default="crawls", help="what is measured (default: crawls)")
    parser.add_argument("--quick", action="store_true", help="for trying: a minute, and figures that say little")
    parser.add_argument("--rounds", type=int, help=f"how often everything is measured (default {Scale().rounds})")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmark", help="where figures and chart go")
    options = parser.parse_args()
    scale = QUICK if options.quick else Scale()
    if options.rounds is not None:
        if options.rounds < 1:
            parser.error("--rounds has to be 1 or more")
        scale = replace(scale, rounds=options.rounds)
    MODES[options.what](scale, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
