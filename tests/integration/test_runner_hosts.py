# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twenty hosts, ten at a time, on one dataset; with each strategy, and on both paths."""

from __future__ import annotations

from typing import Any

import pytest

from .play import IN_PROCESS, PACKED, PLAYBOOKS, Stage
from .server import Server

pytestmark = pytest.mark.sandbox

HOSTS: dict[str, dict[str, Any]] = {f"host{number:02}": {} for number in range(20)}
SHARED = "https://shared.example.com"


@pytest.mark.parametrize(
    ("strategy", "taken"),
    [("linear", IN_PROCESS), ("free", IN_PROCESS), ("host_pinned", IN_PROCESS), ("linear", PACKED)],
)
def test_many_hosts(stage: Stage, server: Server, strategy: str, taken: str) -> None:
    """Each host gets its own crawl once, and the shared one is deleted, whoever comes first."""
    assert server.control
    server.control.reset()
    server.send("POST", "/api/crawl", {"crawl_options": {"site_url": SHARED}}, server.create_dataset("runner"))
    run = stage.play(
        PLAYBOOKS / "many_hosts.yml",
        "--forks=10",
        path=taken,
        hosts=HOSTS,
        environment={"ANSIBLE_STRATEGY": strategy},
        fresh=False,
    ).succeeded()
    assert bool(run.reasons()) == (taken == PACKED)
    assert [event for event in run.events if event["event"] not in ("ok", "skipped")] == []
    assert len(run.results("As if each were alone")) == len(HOSTS)
    deletions = [result["changed"] for result in run.results("Deleted by all")]
    assert any(deletions)
    left = sorted(row["url"] for row in server.control.state("crawls"))
    assert left == sorted(f"https://{name}.example.com" for name in HOSTS)
