# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make test` and `make lint` consist of. Runs each part and tells the result of each on one line.

    python -m tools.suite lint|test

The parts of one ansible-core share an environment and a copy of the collection: the first of them sets these up, the others
run side by side with everything else, the longest first. Each part waits now and then, so one more runs at once than there are
processors; JOBS sets another number. What a part prints is shown when it has ended. CORES names the ansible-core versions to test
on, as in CORES="2.16 2.21": one that no Python here can run is then a failure. Without it, it is named and left out.

The newest core runs everything. On the other cores, `--sample` runs a part of the largest tables of cases, and names them;
the sandbox and the benchmark, which no Ansible runs, are tested once.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from . import cores
from .build_tree import BUILD, ROOT

LOGS = BUILD / "logs"
LINT = "lint"

# Sessions of noxfile.py and of antsibull-nox that look at the files.
LINTERS = (
    ("ruff",),
    ("mypy",),
    ("changelog", "--check"),
    ("yamllint",),
    ("workflows",),
    ("antsibull-nox-config",),
    ("extra-checks",),
    ("license-check",),
    ("docs-check",),
    ("docs",),
    ("build-import-check",),
    ("ansible-lint",),
)

# Seconds of processor time, roughly: the longest part starts first. A part that is not here is short.
WEIGHTS = {
    "integration": 350,
    "integration targets": 230,
    "units": 190,
    "documentation": 80,
    "proofs of every option": 40,
    "distribution": 60,
}

# Arguments for the cores before the newest.
SAMPLE = ("--sample",)
UNIT_SAMPLE = (
    *SAMPLE,
    "--ignore=tests/unit/sandbox",
    "--ignore=tests/unit/benchmark",
    "--ignore=tests/unit/oracles",
)
# What modules plan and send is the same code on each core. What a core or its Python could change is how options are validated, how
# answers are read and what surrounds a module, and these are tested in other folders in full.
THIN = "--thin=tests/unit/plugins/modules="
OLDEST_UNITS = (*UNIT_SAMPLE, f"{THIN}3")
MIDDLE_UNITS = (*UNIT_SAMPLE, f"{THIN}7")

# Takes two thirds as long as all other integration tests together, so it is a part of its own.
TARGETS = "tests/integration/test_targets.py"

# Where a part says what failed, in the words of pytest, ansible-test, the linters and nox.
FAULT = re.compile(r"^(?:FAILED|ERROR|FATAL)|^E  |:\d+:\d+: ")
FAULTS_SHOWN = 12

# Where a part says how much it did.
PYTEST = re.compile(r"^=* ?(\d+ (?:passed|failed|error|skipped|xfailed)[^=]*?) in [\d.]+s")
SANITY = re.compile(r'^Running sanity test "')


@dataclass
class Part:
    """One part of the tests: a session of nox and its arguments."""

    name: str
    session: str
    arguments: tuple[str, ...] = ()
    ok: bool = False
    seconds: float = 0.0
    counts: str = ""
    faults: tuple[str, ...] = ()

    @property
    def environment(self) -> str:
        """What it shares with other parts: the environment of a core, or the place where linters look."""
        return self.session if self.session.startswith("core-") else LINT

    @property
    def rank(self) -> tuple[int, int]:
        """Its place in the order. Linters run one at a time, so they start early; ansible-test wants a tree without traces."""
        early = self.environment == LINT or self.arguments[:1] == ("sanity",)
        return (0 if early else 1, -WEIGHTS.get(self.name.partition(" (")[0], 20))

    def __str__(self) -> str:
        return f"{self.name:<46} {'ok' if self.ok else 'FAILED':<7} {self.seconds:5.0f} s  {self.counts}".rstrip()


def linters() -> Iterator[Part]:
    """One part for each tool that looks at the files."""
    for session, *arguments in LINTERS:
        yield Part(f"lint: {session}", session, tuple(arguments))


def chosen_cores() -> tuple[list[cores.Core], list[str]]:
    """The cores to test on, oldest first, and a sentence for each that no Python here can run."""
    asked = os.environ.get("CORES", "").split()
    known = {core.version: core for core in cores.CORES}
    unknown = [f"core {version} is none that tools/cores.py knows" for version in asked if version not in known]
    default = {cores.CORES[0].version, cores.MIDDLE, cores.CORES[-1].version, cores.newest_core().version}
    wanted = [core for version, core in known.items() if version in (asked or default)]
    absent = [
        f"core {core} needs Python {cores.dotted(core.oldest)} to {cores.dotted(core.newest)}"
        for core in wanted
        if not cores.python_for(core)
    ]
    return [core for core in wanted if cores.python_for(core)], unknown + absent


def tests(chosen: list[cores.Core]) -> Iterator[Part]:
    """The parts that run the collection: everything on the newest core, less on those before it."""
    if not chosen:
        return
    oldest, newest = chosen[0], chosen[-1]
    yield _on(newest, "collection", "pytest", "tests/meta")
    for core in reversed(chosen):
        less = () if core == newest else OLDEST_UNITS if core == oldest else MIDDLE_UNITS
        yield _on(core, "units", "pytest", "tests/unit", *less)
    yield _on(newest, "conformance", "pytest", "tests/conformance")
    for core in reversed(chosen):
        if core in (oldest, newest):
            yield _on(core, "proofs of every option", "pytest", "tests/proofs")
            sample = () if core == newest else SAMPLE
            yield _on(core, "integration", "pytest", "tests/integration", f"--ignore={TARGETS}", *sample)
            yield _on(core, "integration targets", "pytest", TARGETS, *sample)
            yield _on(core, "sanity", "sanity", *sanity_pythons(core, chosen))
        else:
            yield _on(core, "integration, one target", "pytest", "tests/integration", "-k", "trieve_crawl_info")
    yield _on(newest, "documentation", "pytest", "tests/docs")
    yield _on(newest, "demo", "demo")


def sanity_pythons(core: cores.Core, chosen: list[cores.Core]) -> tuple[str, ...]:
    """The Pythons on which sanity imports the collection: an older core takes the one that it runs on, the newest all the others."""
    own = {other: cores.python_for(other) for other in (chosen[0], chosen[-1])}
    if core == chosen[-1]:
        elsewhere = {python for other, python in own.items() if other != core}
        pythons = sorted(version for version in set(cores.pythons()) - elsewhere if version <= core.newest)
    else:
        pythons = [python for other, python in own.items() if other == core and python]
    return ("--pythons", ",".join(map(cores.dotted, pythons)))


def _on(core: cores.Core, title: str, *arguments: str) -> Part:
    python = cores.python_for(core)
    where = f"core {core}, Python {cores.dotted(python)}" if python else f"core {core}"
    return Part(f"{title} ({where})", f"core-{core}", arguments)


_speaking = threading.Lock()


def run(part: Part) -> None:
    """Run one part, show what it prints, keep that in build/logs, and note the result."""
    command = [sys.executable, "-m", "nox", "-s", part.session, "--", *part.arguments]
    # A server that the user's shell names is for `make integration` and `make demo`, not for this.
    env = {name: value for name, value in os.environ.items() if not name.startswith("TRIEVE_")}
    with _speaking:
        print(f"=== {part.name}: started", flush=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    ran = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    part.seconds = time.monotonic() - start
    part.ok = ran.returncode == 0
    (LOGS / (re.sub(r"[^a-z0-9.]+", "-", part.name.lower()).strip("-") + ".log")).write_text(ran.stdout)
    lines = ran.stdout.splitlines()
    found = [counts[1] for counts in map(PYTEST.match, lines) if counts]
    sanity = sum(bool(SANITY.match(line)) for line in lines)
    part.counts = f"{sanity} sanity tests" if sanity else found[-1] if found else ""
    if not part.ok:
        part.faults = tuple([line for line in lines if FAULT.search(line)][-FAULTS_SHOWN:] or lines[-FAULTS_SHOWN:])
    with _speaking:
        print(f"\n=== {part.name}\n{ran.stdout}=== {part}", flush=True)


def run_all(parts: Iterable[Part]) -> None:
    """Run the parts side by side, the longest first. The first part of an environment sets it up for the others."""
    waiting = sorted(parts, key=lambda part: part.rank)
    running: dict[Future[None], Part] = {}
    ready: set[str] = set()
    jobs = int(os.environ.get("JOBS") or 0) or (os.cpu_count() or 1) + 1

    def can_start(part: Part) -> bool:
        alone = part.environment == LINT or part.environment not in ready
        return not alone or part.environment not in {other.environment for other in running.values()}

    with ThreadPoolExecutor(jobs) as pool:
        while waiting or running:
            for part in list(waiting):
                if len(running) < jobs and can_start(part):
                    waiting.remove(part)
                    running[pool.submit(run, part)] = part
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                ready.add(running.pop(done).environment)
                done.result()


def main(arguments: list[str]) -> int:
    """Run the parts and print what came of each. Returns the exit code."""
    if arguments not in (["lint"], ["test"]):
        print(__doc__, file=sys.stderr)
        return 2
    parts = list(linters())
    missing: list[str] = []
    if arguments == ["test"]:
        chosen, missing = chosen_cores()
        parts += [Part("lint: a user's playbook", "lint-plays"), Part("distribution", "distribution"), *tests(chosen)]
    run_all(parts)
    failed = [part for part in parts if not part.ok]
    print("\n=== Results (what each part printed is in build/logs)")
    for part in parts:
        print(part)
    for part in failed:
        print(f"\n=== What {part.name} said last", *part.faults, sep="\n")
    for sentence in missing:
        print(f"NOT RUN: {sentence}")
    asked = bool(os.environ.get("CORES"))
    if missing and asked:
        print("CORES names a core that cannot be tested here: that is a failure.")
    print(f"{len(parts) - len(failed)} passed, {len(failed) + (len(missing) if asked else 0)} failed")
    return 1 if failed or (missing and asked) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
