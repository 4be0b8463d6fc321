# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option ``--sample``: large tables of cases run in full on one ansible-core, and in part on the others."""

from __future__ import annotations

from collections import Counter

import pytest

_left_out = pytest.StashKey[Counter[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--sample``."""
    parser.addoption("--sample", action="store_true", help="run only a part of the largest tables of cases")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "sampled(every): with --sample, run only each n-th case of this test")
    config.stash[_left_out] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out the cases that the sample does not have, and count them."""
    if not config.getoption("sample"):
        return
    numbers: Counter[str] = Counter()
    out = []
    for item in items:
        marker = item.get_closest_marker("sampled")
        if marker:
            test = item.nodeid.partition("[")[0]
            if numbers[test] % marker.kwargs["every"]:
                out.append(item)
                config.stash[_left_out][test] += 1
            numbers[test] += 1
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in set(out)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the tests of which only a sample was run."""
    if config.stash[_left_out]:
        terminalreporter.section("SAMPLED: the other cases run on the newest ansible-core")
        for test, count in config.stash[_left_out].items():
            terminalreporter.write_line(f"{test}: {count} cases left out")


@pytest.fixture
def sample(pytestconfig: pytest.Config) -> bool:
    """Whether only a part of the cases is to run."""
    return bool(pytestconfig.getoption("sample"))
