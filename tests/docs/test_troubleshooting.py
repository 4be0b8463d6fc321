# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The messages in the guide for troubleshooting are those that the modules print in these situations."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.server import Running, running
from tests.unit.tenant import Tenant

from .blocks import GUIDES, blocks_of
from .guides import URL, grown, matches

GUIDE = GUIDES / "guide_troubleshooting.rst"


def read_key(tenant: Tenant) -> dict[str, Any]:
    """The options of a key that may only read."""
    key = tenant.call("POST", "/api/organization/api_key", {"name": "reader", "role": 0})["api_key"]
    return {"api_key": key}


def fault(**rule: Any) -> Any:
    """The server does something else than it should."""

    def begin(tenant: Tenant) -> dict[str, Any]:
        tenant.control.faults(rule)
        return {}

    return begin


def setting(**values: Any) -> Any:
    """The server lacks something."""

    def begin(tenant: Tenant) -> dict[str, Any]:
        tenant.control.settings(**values)
        return {}

    return begin


def nothing(tenant: Tenant) -> dict[str, Any]:
    """All is well."""
    return {}


NEW = {"dataset": "docs", "site_url": "https://new.example.com"}
SHORT = {"dataset": "docs", "crawls": [{"site_url": "https://new.example.com"}], "prune": True, "max_deletions": 1}
SITUATIONS: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("HTTP 401", nothing, "trieve_crawl_info", {"dataset": "docs", "api_key": "tr-00000000000000000000000000000000"}),
    ("HTTP 403", read_key, "trieve_crawl", NEW),
    ("HTTP 426", setting(unlimited=False), "trieve_dataset", {"tracking_id": "third"}),
    ("HTTP 408", fault(kind="status", status=408, path="^/api/crawl$"), "trieve_crawl_info", {"dataset": "docs"}),
    ("No connection", nothing, "trieve_dataset_info", {"url": "http://127.0.0.1:9", "retries": 0}),
    ("A page instead of JSON", fault(kind="html", status=200), "trieve_dataset_info", {"retries": 0}),
    ("A redirect", fault(kind="redirect", location="https://login.example.com/"), "trieve_dataset_info", {"retries": 0}),
    ("Dataset not found", nothing, "trieve_crawl_info", {"dataset": "Docs"}),
    ("Firecrawl", setting(firecrawl="down"), "trieve_crawl", NEW),
    ("Too many deletions", nothing, "trieve_crawls", SHORT),
    ("A list that is empty", nothing, "trieve_crawls", {"dataset": "docs", "crawls": [], "prune": True}),
]  # fmt: skip
"""Part of the heading, what is wrong, and the task that meets it."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    with running() as server:
        yield server


def message_of(sandbox: Running, begin: Any, module: str, options: dict[str, Any]) -> str:
    """What the task says."""
    sandbox.control.reset()
    connection = {"url": sandbox.url, "api_key": sandbox.admin_key, "organization_id": sandbox.organization_id}
    tenant = Tenant(sandbox, connection)
    grown(tenant)
    more = begin(tenant)
    definition = importlib.import_module(f"ansible_collections.community.trieve.plugins.modules.{module}").DEFINITION
    result = tenant.run(definition, **more, **options)
    assert result.get("failed"), result
    text: str = result["msg"]
    return text.replace(sandbox.url, URL).replace(sandbox.url.removeprefix("http://"), "trieve.example.com")


@pytest.mark.parametrize(("heading", "begin", "module", "options"), SITUATIONS, ids=[row[0] for row in SITUATIONS])
def test_messages(sandbox: Running, heading: str, begin: Any, module: str, options: dict[str, Any]) -> None:
    """The message is in the section of its heading."""
    text = GUIDE.read_text(encoding="utf-8")
    found = re.search(rf"^([^\n]*{re.escape(heading)}[^\n]*)\n[-~]+\n", text, re.MULTILINE)
    assert found, heading
    block = next(
        block for block in blocks_of(GUIDE) if block.language == "ansible-output" and block.start > found.end()
    )
    message = message_of(sandbox, begin, module, options)
    assert matches(" ".join(block.text.split()), " ".join(message.split())), message


def test_every_message_has_its_situation() -> None:
    assert sum(block.language == "ansible-output" for block in blocks_of(GUIDE)) == len(SITUATIONS)
