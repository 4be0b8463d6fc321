# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One sandbox for all recordings, each of them played once when its first step is asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from sandbox.server import running

from .lists import due, expected_differences, stand_ins
from .player import Outcome, Player
from .sandbox_control import waiting_for
from .scenario import Scenario, Step, load_all
from .wire import Answer

# Its tables of characters, which it would otherwise keep in the checkout.
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")


class Plays:
    """The outcomes on one server. Every recording is played on a server that earlier ones have used."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._outcomes: dict[str, list[Outcome]] = {}

    def send(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> Answer:
        """Send a request with the admin key in the first organization, unless the headers say otherwise."""
        request = {"method": method, "path": path, "headers": {"TR-Organization": self._player.organization, **headers}}
        return self._player.send(request if body is None else {**request, "json": body})

    def send_text(self, method: str, path: str, headers: dict[str, str], text: str) -> Answer:
        """The same with a body as it is."""
        headers = {"TR-Organization": self._player.organization, **headers}
        return self._player.send({"method": method, "path": path, "headers": headers, "body": text})

    def of(self, scenario: Scenario) -> list[Outcome]:
        """The outcomes of all steps, in order."""
        if scenario.name not in self._outcomes:
            self._outcomes[scenario.name] = self._player.play(scenario)
        return self._outcomes[scenario.name]


@pytest.fixture(scope="session")
def scenarios() -> dict[str, Scenario]:
    """All recordings by name."""
    return load_all()


@pytest.fixture(scope="session")
def plays() -> Iterator[Plays]:
    """Plays recordings on one sandbox."""
    with running() as sandbox:
        yield Plays(Player(sandbox.url, sandbox.admin_key, waiting_for(sandbox.url)))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each step of the scenarios that are due, named like the step."""
    if "step" in metafunc.fixturenames:
        names = set(due())
        steps: list[Step] = [step for name, one in load_all().items() if name in names for step in one.steps]
        metafunc.parametrize("step", steps, ids=[step.name for step in steps])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what was not held against the sandbox."""
    for title, steps in (("expected differences", expected_differences()), ("not compared", stand_ins())):
        terminalreporter.section(f"conformance: {len(steps)} {title}")
        for name, reason in steps.items():
            terminalreporter.write_line(f"{name}\n    {reason}")
