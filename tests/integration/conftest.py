# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One server and one cache of runs for all integration tests.

On a server that the environment names (TRIEVE_BASE_URL, TRIEVE_API_KEY, TRIEVE_ORGANIZATION_ID) the targets are played;
the tests marked ``sandbox`` need its log and its faults, and are named as not run. TRIEVE_TEST_PATHS
(``in-process``, ``packed``, or both with a comma) limits the ways on which modules are run.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import pytest

from .compare import differences
from .leaks import leaks
from .play import IN_PROCESS, PACKED, ROOT, Played, Stage, target_play, targets
from .server import WEBHOOK_SECRET, Server, named_by_environment, sandbox_server
from .warm import Warm, warm

PATHS = [name.strip() for name in os.environ.get("TRIEVE_TEST_PATHS", f"{IN_PROCESS},{PACKED}").split(",")]
MODES = {"run": False, "check": True}
PACKED_WHOLE = ("trieve_api_key", "trieve_crawls", "trieve_dataset")
"""The targets that are packed as a whole. Of the others, the packed path leaves out --check, and what has the tag refusals.

A packed task costs several times as much as one in process. Check mode is proved anyway, since each target previews
its changes, and options are checked by the same code on both paths. With --sample, no other target is run under --check at all.
"""
PACKED_SAMPLE = (
    *PACKED_WHOLE,
    *(
        "organization",
        "trieve_chunks",
        "trieve_crawl_info",
        "trieve_files",
        "trieve_organization_state",
        "trieve_request",
    ),
)
"""With --sample, the targets that are packed: plans, reads, streams and files, a state in one option, and a raw request.

What an ansible-core does with a packed module is the same for each of them.
"""
REFUSALS = "refusals"

Playing = Callable[[str, str, str], Played]

_not_run = pytest.StashKey[Counter[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to start where nothing could come of it."""
    config.addinivalue_line("markers", "sandbox: needs the sandbox's log, faults or clock")
    config.addinivalue_line(
        "markers", "cold: is about how modules start and end, so each gets an interpreter of its own"
    )
    config.stash[_not_run] = Counter()
    if set(PATHS) - {IN_PROCESS, PACKED}:
        raise pytest.UsageError(f"TRIEVE_TEST_PATHS: known are {IN_PROCESS!r} and {PACKED!r}")
    if ROOT.parents[1].name != "ansible_collections":
        raise pytest.UsageError("Ansible finds the collection only in its build folder: run `make integration`.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each target, path and mode that it asks for."""
    for name, values in (("target", targets()), ("path", PATHS), ("mode", list(MODES))):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, values)


def left_out(target: str, path: str, mode: str, sample: bool) -> str:
    """Why a target is not played on this path in this mode; empty if it is."""
    if path == PACKED and sample and target not in PACKED_SAMPLE:
        return f"with --sample, the targets but {', '.join(PACKED_SAMPLE)} are not packed"
    if mode == "check" and target not in PACKED_WHOLE and (path == PACKED or sample):
        which = "with --sample" if sample else "packed"
        return f"{which}, the targets but {', '.join(PACKED_WHOLE)} are not played under --check"
    return ""


def without_refusals(run: Played) -> Played:
    """A run as if it had been played without the tasks that have this tag."""
    return replace(run, events=[event for event in run.events if REFUSALS not in event["tags"]])


def _left_out(item: pytest.Item) -> str:
    """Why the run of a target that a test is about is not made; empty if it is."""
    callspec = getattr(item, "callspec", None)
    if callspec is None or "played" not in getattr(item, "fixturenames", ()):
        return ""
    values = {"path": PACKED, "mode": "run", **callspec.params}
    if getattr(item, "originalname", "") == "test_preview_only_reads":
        values["mode"] = "check"
    return left_out(values["target"], values["path"], values["mode"], item.config.getoption("sample"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what this server, or the choice of paths, cannot do, and remember the names."""
    unfit = {}
    for item in items:
        if named_by_environment() and item.get_closest_marker("sandbox"):
            unfit[item] = "needs the sandbox"
        elif len(PATHS) < 2 and "both" in getattr(item, "fixturenames", ()):
            unfit[item] = "compares both paths"
        elif reason := _left_out(item):
            unfit[item] = reason
    if unfit:
        config.hook.pytest_deselected(items=list(unfit))
        for item, reason in unfit.items():
            config.stash[_not_run][f"{item.nodeid.partition('[')[0]}: {reason}"] += 1
        items[:] = [item for item in items if item not in unfit]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end what was not run: tests, and tasks of the targets."""
    counts = config.stash[_not_run]
    if counts:
        server = named_by_environment()
        terminalreporter.section(f"NOT RUN{f' against {server.url}' if server else ''}")
        for words, count in counts.items():
            terminalreporter.write_line(f"{words} ({count})" if count > 1 else words)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of the environment, or else a sandbox."""
    named = named_by_environment()
    if named:
        yield named
    else:
        with sandbox_server() as sandbox:
            yield sandbox


@pytest.fixture(scope="session")
def cold_stage(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Runs playbooks as users do."""
    return Stage(server, tmp_path_factory.mktemp("plays"), version("ansible-core"))


@pytest.fixture(scope="session")
def warmed(cold_stage: Stage) -> Iterator[Warm]:
    """What executes packed modules in a quarter of the time. See warm.py."""
    with warm(cold_stage.environment(cold_stage.folder)) as interpreters:
        yield interpreters


@pytest.fixture
def stage(request: pytest.FixtureRequest, cold_stage: Stage) -> Stage:
    """Runs playbooks."""
    if request.node.get_closest_marker("cold"):
        return cold_stage
    return replace(cold_stage, warm=request.getfixturevalue("warmed"))


def _components(stage: Stage) -> list[dict[str, Any]]:
    """What a server that is no sandbox consists of. The targets skip what needs something that it lacks."""
    task = {"name": "Diagnosis", "community.trieve.trieve_doctor": {}}
    run = stage.play([{"hosts": "testhost", "gather_facts": False, "tasks": [task]}]).succeeded()
    components: list[dict[str, Any]] = run.result("Diagnosis")["components"]
    return components


@pytest.fixture(scope="session")
def played(
    server: Server, warmed: Warm, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Playing]:
    """The run of a target on a path and in a mode. Each is made once, when its target is first asked for.

    What is played for real and what is only previewed goes on at the same time, each on a sandbox of its own.
    """
    runs: dict[tuple[str, str, str], Future[Played]] = {}
    sample = bool(pytestconfig.getoption("sample"))
    with ExitStack() as stack:

        def line(mode: str) -> tuple[Stage, Executor]:
            own = server if server.control is None else stack.enter_context(sandbox_server(server.api_key))
            stage = Stage(own, tmp_path_factory.mktemp(mode), version("ansible-core"), warmed)
            return stage, stack.enter_context(ThreadPoolExecutor(1))

        lines = {"run": line("run")}
        known = {} if server.control else {"trieve_components": _components(lines["run"][0])}
        lines["check"] = line("check") if server.control else lines["run"]

        def play(target: str, path: str, mode: str) -> Played:
            brief = path == PACKED and target not in PACKED_WHOLE
            skipped = ("--skip-tags", REFUSALS) if brief else ()
            options: dict[str, Any] = {"path": path, "check": MODES[mode], "variables": known}
            run = lines[mode][0].play(target_play(target), *skipped, **options)
            for words in run.skips():
                pytestconfig.stash[_not_run][f"{target}: {words}"] += 1
            for event in run.events:
                condition = str(event["result"].get("false_condition"))
                if "trieve_sandbox" in condition and "not trieve_sandbox" not in condition:
                    pytestconfig.stash[_not_run][f"{target}, {event['task']!r}: needs the sandbox"] += 1
            return run

        def once(target: str, path: str, mode: str) -> Played:
            if (target, path, mode) not in runs:
                keys = itertools.product([target], PATHS, MODES)
                for key in (key for key in keys if not left_out(*key, sample)):
                    runs[key] = lines[key[2]][1].submit(play, *key)
            return runs[target, path, mode].result()

        yield once


@pytest.fixture(scope="session")
def known_secrets(server: Server) -> set[str]:
    """What must not be read anywhere: the key, and the webhook's secret."""
    return {server.api_key, WEBHOOK_SECRET}


Both = Callable[..., tuple[Played, Played]]


@pytest.fixture
def both(stage: Stage, known_secrets: set[str]) -> Both:
    """Runs a playbook on both paths, and holds the two results against each other.

    Both runs have to end well, tell the same, and tell no secret. The first has to be in process, except for what is
    handed over for the reasons ``handed_over``. Further arguments are those of Stage.play.
    """

    def run(*args: Any, handed_over: Sequence[str] = (), secrets: Sequence[str] = (), **options: Any) -> Any:
        runs = tuple(stage.play(*args, path=path, **options).succeeded() for path in (IN_PROCESS, PACKED))
        first, second = runs
        assert first.events, "nothing was played"
        assert set(first.reasons()) == set(handed_over)
        assert set(second.reasons()) == {"the variable trieve_in_process is false"}
        assert differences(first, second) == []
        assert [words for run in runs for words in leaks(run, known_secrets.union(secrets))] == []
        return first, second

    return run
