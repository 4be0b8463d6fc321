# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests see of a sandbox, and what they can do to it."""

from __future__ import annotations

import json
import urllib.error
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.server import Control, Running, running
from sandbox.settings import Settings

from ..conftest import Send


def test_the_log_names_requests_but_no_secrets(sandbox: Running, send: Send) -> None:
    """Keys are hashes, secrets are cut out of bodies by name, headers of proxies are listed."""
    secrets = {"LLM_API_KEY": "my-llm-key", "PUBLIC_DATASET": {"enabled": True, "api_key": "my-public-key"}}
    body = {"dataset_name": "a", "server_configuration": {"SYSTEM_PROMPT": "shown", **secrets}}
    send("POST /api/dataset?x=1", json=body, headers={"X-Forwarded-For": "1.2.3.4"})
    log = sandbox.control.requests()
    assert [(one["method"], one["path"], one["query"], one["status"]) for one in log] == [
        ("POST", "/api/dataset", "x=1", 200)
    ]
    assert log[0]["organization"] == sandbox.organization_id
    assert log[0]["extra_headers"] == ["x-forwarded-for"]
    assert log[0]["body"]["server_configuration"]["SYSTEM_PROMPT"] == "shown"
    text = json.dumps(log)
    assert not any(secret in text for secret in (sandbox.admin_key, "my-llm-key", "my-public-key"))


def test_two_connections_are_told_apart(sandbox: Running, send: Send) -> None:
    """So that a test sees whether one was kept."""
    send("GET /api/health")
    send("GET /api/health")
    send("GET /api/health", headers={"Connection": "close"})
    send("GET /api/health")
    numbers = [one["connection"] for one in sandbox.control.requests()]
    assert numbers[0] == numbers[1] == numbers[2] != numbers[3]
    assert sandbox.control.counters()["connections"] == 2


def test_the_log_is_bounded_and_the_counter_is_not() -> None:
    """A benchmark of many requests does not fill the memory; bodies are kept only when asked for."""
    with running(settings=Settings(log_limit=3)) as sandbox:
        for _unused in range(5):
            with pytest.raises(urllib.error.HTTPError):
                Control(f"{sandbox.url}/x").call("POST", "", {"a": 1})
        assert [(one["n"], one["body"]) for one in sandbox.control.requests()] == [(3, None), (4, None), (5, None)]
        assert sandbox.control.counters()["requests"] == 5


def test_reset_leaves_what_was_seeded(sandbox: Running, send: Send) -> None:
    """Same key and organization, settings of the start, nothing else."""
    send("POST /api/dataset", json={"dataset_name": "a"})
    sandbox.control.settings(unlimited=False, workers="none")
    sandbox.control.advance(1000)
    sandbox.control.faults({"kind": "drop"})
    sandbox.control.reset()
    assert sandbox.control.requests() == []
    state = sandbox.control.state()
    assert [row["id"] for row in state["organizations"]] == [sandbox.organization_id]
    assert not state["datasets"]
    assert sandbox.sandbox.settings.unlimited
    assert send(f"GET /api/dataset/organization/{sandbox.organization_id}").json() == []


def test_many_crawls_at_once(sandbox: Running, send: Send, dataset: str) -> None:
    """They are as good as crawls that were posted one by one, and the newest is the last."""
    ids = sandbox.control.crawls(dataset, 1000, site_url="https://{n}.example.com", options={"limit": 7})
    made = send("POST /api/crawl", json={"crawl_options": {"site_url": "https://x.example.com"}}).json()
    listed = send("GET /api/crawl?limit=10000").json()
    assert [one["id"] for one in listed] == [made["id"], *reversed(ids)]
    assert listed[1]["url"] == listed[1]["crawl_options"]["site_url"] == "https://1000.example.com"
    assert listed[1]["crawl_options"]["limit"] == 7
    assert listed[1].keys() == made.keys()
    assert listed[1]["crawl_options"].keys() == made["crawl_options"].keys()
    assert listed[1]["crawl_options"]["webhook_metadata"] == made["crawl_options"]["webhook_metadata"]


def test_a_row_changes_behind_the_back_of_clients(sandbox: Running, send: Send, dataset: str) -> None:
    """With statements on rows; unknown statuses and options that lack keys are read as the server reads them."""
    send("POST /api/crawl", json={"crawl_options": {"site_url": "https://example.com"}})
    sandbox.control.sql("UPDATE crawls SET status = ?, crawl_type = 'default', crawl_options = '{}'", ["odd"])
    crawl = send("GET /api/crawl").json()[0]
    assert (crawl["status"], crawl["crawl_type"], crawl["url"]) == ("Failed", "firecrawl", "https://example.com")
    assert set(crawl["crawl_options"].values()) == {None}
    assert len(crawl["crawl_options"]) == 17


@pytest.mark.parametrize(
    "call",
    [
        lambda control: control.sql("DROP TABLE crawls"),
        lambda control: control.sql("SELECT nonsense"),
        lambda control: control.faults({"kind": "nonsense"}),
        lambda control: control.settings(nonsense=1),
        lambda control: control.settings(workers="nonsense"),
        lambda control: control.tick("nonsense"),
        lambda control: control.state("nonsense"),
    ],
)
def test_mistakes_are_named(sandbox: Running, call: Callable[[Control], Any]) -> None:
    """A test that misspells something does not pass by accident."""
    with pytest.raises(urllib.error.HTTPError) as error:
        call(sandbox.control)
    assert error.value.code == 400
    assert json.loads(error.value.read())["message"]


def test_several_at_once() -> None:
    """Each with a state of its own."""
    with running() as one, running() as two:
        one.control.sql("UPDATE organizations SET name = 'one'")
        assert one.url != two.url
        assert [row["name"] for row in two.control.state("organizations")] == ["default"]
