# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line: play recordings against a server, record new ones, compare two folders of them.

    python -m tests.conformance play   --url https://trieve.example.com --key ADMIN_KEY
    python -m tests.conformance record --url https://trieve.example.com --key ADMIN_KEY --to build/recordings
    python -m tests.conformance diff build/recordings
    python -m tests.conformance requests --url http://127.0.0.1:8090

The last one judges what was sent to a sandbox (started with --log-bodies) by Trieve's own description of its API.
The exit code is 0 if all is well, 1 if something differs, 2 if nothing could be played.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from .compare import differences
from .lists import stand_ins
from .openapi import problems_in_log
from .player import Outcome, Player, Unusable
from .sandbox_control import LOG, waiting_for
from .scenario import RECORDINGS, Scenario, load, load_all, write
from .wire import NoAnswer, exchange


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (Unusable, NoAnswer, OSError, ValueError, KeyError) as problem:
        print(f"{type(problem).__name__}: {problem}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    play = commands.add_parser("play", help="play recordings against a server and show what differs")
    record = commands.add_parser("record", help="play scenarios against a server and write what it answers")
    record.add_argument("--to", type=Path, default=Path("build/recordings"), help="folder for the new recordings")
    for command, run in ((play, _play), (record, _record)):
        command.add_argument("--url", required=True, help="the server's address, without /api")
        command.add_argument(
            "--key", default=os.environ.get("TRIEVE_API_KEY"), help="its admin key; default: TRIEVE_API_KEY"
        )
        command.add_argument(
            "scenarios", nargs="*", type=_scenario_file, help="files, or names of recordings; default: all recordings"
        )
        command.set_defaults(run=run)

    diff = commands.add_parser("diff", help="compare new recordings with those of this folder")
    diff.add_argument("new", type=Path, help="folder that `record` wrote")
    diff.add_argument("--with", dest="old", type=Path, default=RECORDINGS, help="folder to compare with")
    diff.set_defaults(run=_diff)

    requests = commands.add_parser("requests", help="judge the requests in a sandbox's log")
    requests.add_argument("--url", required=True, help="the sandbox's address")
    requests.set_defaults(run=_requests)
    return parser


def _scenario_file(text: str) -> Path:
    path = Path(text)
    return path if path.suffix == ".json" else RECORDINGS / f"{text}.json"


def _scenarios(options: argparse.Namespace) -> Iterable[Scenario]:
    return [load(path) for path in options.scenarios] or load_all().values()


def _player(options: argparse.Namespace) -> Player:
    if not options.key:
        raise Unusable("no key: give --key or set TRIEVE_API_KEY")
    return Player(options.url, options.key, waiting_for(options.url))


def _play(options: argparse.Namespace) -> int:
    player = _player(options)
    skipped = stand_ins()
    total = agreed = 0
    for scenario in _scenarios(options):
        played = player.play(scenario)
        if not played:
            print(f"{scenario.name}: skipped, since this server takes no sites to crawl")
        outcomes = [outcome for outcome in played if outcome.step.name not in skipped]
        agreed += _report(scenario, outcomes)
        total += len(outcomes)
    print(f"{agreed} of {total} steps agree; {len(skipped)} are not compared (stand_ins.yml)")
    return 0 if agreed == total else 1


def _report(scenario: Scenario, outcomes: list[Outcome]) -> int:
    different = [outcome for outcome in outcomes if not outcome.agrees]
    print(f"{scenario.name}: {len(outcomes) - len(different)} of {len(outcomes)} agree")
    for outcome in different:
        print(outcome.explain())
    return len(outcomes) - len(different)


def _record(options: argparse.Namespace) -> int:
    player = _player(options)
    options.to.mkdir(parents=True, exist_ok=True)
    failed = 0
    for scenario in _scenarios(options):
        outcomes = player.play(scenario)
        if not outcomes:
            print(f"{scenario.name}: skipped, since this server takes no sites to crawl")
            continue
        problems = [outcome for outcome in outcomes if outcome.response is None]
        for outcome in problems:
            print(outcome.explain())
        failed += len(problems)
        if not problems:
            path = options.to / f"{scenario.name}.json"
            write(path, scenario, [outcome.response for outcome in outcomes if outcome.response is not None])
            print(f"{path}: {len(outcomes)} steps")
    return 1 if failed else 0


def _diff(options: argparse.Namespace) -> int:
    old, new = load_all(options.old), load_all(options.new)
    if not new:
        raise Unusable(f"no recordings in {options.new}")
    count = 0
    for name, scenario in new.items():
        if name not in old:
            print(f"{name}: new")
            continue
        for was, now in zip(old[name].steps, scenario.steps, strict=False):
            if was.response is None or now.response is None:
                continue
            found = differences(was.response, now.response, was.ignore)
            count += bool(found)
            if found:
                print(now.name, *found, sep="\n  ")
        if len(old[name].steps) != len(scenario.steps):
            count += 1
            print(f"{name}: {len(old[name].steps)} steps before, {len(scenario.steps)} now")
    print(f"{count} steps differ")
    return 1 if count else 0


def _requests(options: argparse.Namespace) -> int:
    answer = exchange(options.url, LOG)
    if answer.status != 200:
        raise Unusable(f"{options.url} is no sandbox: it answers {answer.status} to {LOG['path']}")
    problems = problems_in_log(answer.body)
    print(*problems, f"{len(answer.body)} requests, {len(problems)} problems", sep="\n")
    return 1 if problems else 0
