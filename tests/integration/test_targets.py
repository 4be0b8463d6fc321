# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each integration target, on both paths, for real and under --check."""

from __future__ import annotations

import pytest

from tests.conformance.openapi import problems_in_log

from .compare import differences
from .conftest import PACKED_WHOLE, Playing, without_refusals
from .leaks import leaks, secrets_of_target
from .play import IN_PROCESS, PACKED, Stage
from .server import Server


def test_ends_well(played: Playing, target: str, path: str, mode: str) -> None:
    """Its own assertions hold."""
    played(target, path, mode).succeeded()


def test_takes_the_path(played: Playing, server: Server, target: str, path: str, mode: str) -> None:
    """A target that is always handed over would prove nothing of the runner. Nor would one that is skipped, which the sandbox never is."""
    run = played(target, path, mode)
    if run.skips() and not server.control:
        pytest.skip(" ".join(run.skips()))
    assert run.skips() == []
    reasons = {"the variable trieve_in_process is false"} if path == PACKED else set()
    assert set(run.reasons()) == reasons
    assert any(str(event["resolved_action"]).startswith("community.trieve.") for event in run.events)


@pytest.mark.sandbox
def test_preview_only_reads(played: Playing, target: str, path: str) -> None:
    """Under --check, no request may change anything."""
    run = played(target, path, "check")
    assert run.requests
    assert run.writes() == []


@pytest.mark.sandbox
def test_that_alarm_rings(stage: Stage) -> None:
    """A play that writes in check mode on purpose is found out."""
    task = {
        "ansible.builtin.uri": {
            "url": "{{ lookup('ansible.builtin.env', 'TRIEVE_BASE_URL') }}/api/dataset",
            "method": "POST",
            "headers": {
                "Authorization": "{{ lookup('ansible.builtin.env', 'TRIEVE_API_KEY') }}",
                "TR-Organization": "{{ lookup('ansible.builtin.env', 'TRIEVE_ORGANIZATION_ID') }}",
            },
            "body_format": "json",
            "body": {"dataset_name": "not asked for", "server_configuration": {}},
        },
        "check_mode": False,
        "no_log": True,
    }
    run = stage.play([{"hosts": "testhost", "gather_facts": False, "tasks": [task]}], check=True).succeeded()
    assert run.writes() == ["POST /api/dataset"]


@pytest.mark.sandbox
@pytest.mark.usefixtures("both")
def test_paths_agree(played: Playing, target: str, mode: str) -> None:
    """What a task returns does not tell on which path it ran. On another server, crawls go on between the two runs."""
    runs = [played(target, path, mode) for path in (IN_PROCESS, PACKED)]
    if target not in PACKED_WHOLE:
        runs = [without_refusals(run) for run in runs]
    assert differences(*runs) == []


def test_tells_no_secret(played: Playing, known_secrets: set[str], target: str, path: str, mode: str) -> None:
    """Not with -vvv, not in the log, not in a result."""
    assert leaks(played(target, path, mode), known_secrets | secrets_of_target(target)) == []


@pytest.mark.sandbox
def test_sends_what_the_api_describes(played: Playing, target: str, path: str) -> None:
    """Each request's path, query and body fit Trieve's own description."""
    assert problems_in_log(played(target, path, "run").requests) == []
