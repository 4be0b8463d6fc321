# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is shown: not with -vvv, not in a failure, not in the log, not at Ansible's debug level."""

from __future__ import annotations

import pytest

from .conftest import Both
from .leaks import leaks
from .play import PLAYBOOKS, Stage
from .server import Server

pytestmark = [pytest.mark.sandbox, pytest.mark.cold]

NOBODYS_KEY = "tr-nobodysKeyNobodysKeyNobodysKey12"
PROXY_TOKEN = "token-Yq3vR8sT5nB1zK7w"
PASSWORD = "Zk4!pW9/hJ2mQ6xT"


def test_options(both: Both, server: Server) -> None:
    """Secrets in options, in failures, in an address, echoed by the server, and under no_log."""
    secrets = (NOBODYS_KEY, PROXY_TOKEN, PASSWORD)
    echo = {"message": f"somebody called with {server.api_key} and {PROXY_TOKEN}"}
    options = {
        "dataset": "runner",
        "faults": [{"kind": "status", "status": 500, "method": "POST", "body": echo, "times": 1}],
        "variables": {
            "given_key": server.api_key,
            "nobodys_key": NOBODYS_KEY,
            "proxy_token": PROXY_TOKEN,
            "password": PASSWORD,
        },
    }
    for run in both(PLAYBOOKS / "secrets.yml", secrets=(*secrets, "private.example.com"), **options):
        assert "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" in run.stdout
        assert run.log
        assert "/api/crawl" in run.log  # what failed is told, only not with what


def test_debug_level(stage: Stage, server: Server, known_secrets: set[str]) -> None:
    """Not even at Ansible's debug level, at which it writes down the arguments of every packed module itself."""
    variables = {"given_key": server.api_key}
    play = {
        "hosts": "testhost",
        "gather_facts": False,
        "tasks": [
            {
                "community.trieve.trieve_crawl": {
                    "dataset": "runner",
                    "site_url": "https://a.example.com",
                    "api_key": "{{ given_key }}",
                    "extra_headers": {"X-Proxy-Token": PROXY_TOKEN},
                }
            }
        ],
    }
    debug = {"ANSIBLE_DEBUG": "1", "ANSIBLE_LOG_VERBOSITY": "5"}
    run = stage.play([play], dataset="runner", variables=variables, environment=debug, verbosity=5).succeeded()
    assert run.reasons() == []
    assert [line for line in run.log.splitlines() if "n=urllib3" in line or "n=requests" in line] == []
    assert leaks(run, {*known_secrets, PROXY_TOKEN}) == []
