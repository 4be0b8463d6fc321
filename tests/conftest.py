# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs in part on some ansible-core: ``--sample`` is for the largest tables of cases, ``--thin`` for the tests of a folder."""

from __future__ import annotations

from collections import Counter

import pytest

_left_out = pytest.StashKey[Counter[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--sample`` and ``--thin``."""
    parser.addoption("--sample", action="store_true", help="run only a part of the largest tables of cases")
    parser.addoption("--thin", default="", metavar="FOLDER=N", help="of the tests in a folder, run only each n-th")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "sampled(every): with --sample, run only each n-th case of this test")
    config.addinivalue_line("markers", "each_core: is about Ansible itself, so --thin leaves it in")
    config.addinivalue_line("markers", "newest_core: tests nothing that a core could change, so --sample leaves it out")
    config.stash[_left_out] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out the cases that the sample does not have, and count them."""
    thin, _equals, every = config.getoption("thin").partition("=")
    numbers: Counter[str] = Counter()
    out: set[pytest.Item] = set()
    for item in items:
        marker = item.get_closest_marker("sampled") if config.getoption("sample") else None
        if config.getoption("sample") and item.get_closest_marker("newest_core"):
            out.add(item)
            config.stash[_left_out][item.nodeid.partition("[")[0]] += 1
            continue
        if thin and item.nodeid.startswith(f"{thin}/") and not item.get_closest_marker("each_core"):
            table, step = thin, int(every)
        elif marker:
            table, step = item.nodeid.partition("[")[0], marker.kwargs["every"]
        else:
            continue
        if numbers[table] % step:
            out.add(item)
            config.stash[_left_out][table] += 1
        numbers[table] += 1
    if out:
        config.hook.pytest_deselected(items=list(out))
        items[:] = [item for item in items if item not in out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the tests and the folder of which only a sample was run."""
    if config.stash[_left_out]:
        terminalreporter.section("SAMPLED: the other cases run on the newest ansible-core")
        for table, count in config.stash[_left_out].items():
            terminalreporter.write_line(f"{table}: {count} cases left out")


@pytest.fixture
def sample(pytestconfig: pytest.Config) -> bool:
    """Whether only a part of the cases is to run."""
    return bool(pytestconfig.getoption("sample"))
