# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are not as Trieve sends them: no module takes one for an error of its own.

The tasks about content are in C(test_answers_content.py).
"""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules import (
    trieve_api_key,
    trieve_api_key_info,
    trieve_chunk_group,
    trieve_chunk_group_info,
    trieve_chunk_groups,
    trieve_crawl,
    trieve_crawl_coverage_info,
    trieve_crawl_info,
    trieve_crawls,
    trieve_dataset,
    trieve_dataset_info,
    trieve_extraction_info,
    trieve_invitation,
    trieve_invitation_info,
    trieve_organization,
    trieve_organization_info,
    trieve_request,
    trieve_status_info,
    trieve_user,
    trieve_user_info,
)
from sandbox.server import Running

from ...answers import LEVELS, Case, crashes, nested
from ...tenant import Tenant

MUTANTS, SAMPLED_MUTANTS = 100, 10
"""For each request of a task: all if it has fewer."""

JO, KIM, SITE = "jo@example.com", "kim@example.com", "https://docs.example.com"
PARTNER = {"company_name": "Acme", "company_url": "https://acme.example.com"}
PUBLIC = {"enabled": True, "extra_params": {"heroPattern": {"heroPatternName": "Hideout"}, "placeholder": "Ask"}}
CONFIGURATION: dict[str, Any] = {
    "bm25_b": 0.5,
    "system_prompt": "Be brief",
    "public_dataset": PUBLIC,
    "tool_configuration": {"query_tool_options": {"tool_description": "Search"}},
    "llm_api_key": "sk-Zq7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6QaE",
    "stop_tokens": ["END"],
}
CRAWL: dict[str, Any] = {
    "site_url": SITE,
    "limit": 5,
    "include_paths": ["a"],
    "webhook_urls": ["https://w.example.com"],
}
SHOP = {"type": "shopify", "tag_regexes": ["a"], "group_variants": True}

TASKS: dict[str, Case] = {
    "key": (trieve_api_key.DEFINITION, {"name": "new", "role": "read", "dataset_ids": ["docs"]}),
    "key rotated": (
        trieve_api_key.DEFINITION,
        {"name": "ci", "role": "read", "dataset_ids": ["docs"], "rotate": "always"},
    ),
    "key absent": (trieve_api_key.DEFINITION, {"name": "ci", "state": "absent"}),
    "keys": (trieve_api_key_info.DEFINITION, {}),
    "group": (trieve_chunk_group.DEFINITION, {"dataset": "docs", "tracking_id": "new", "tag_set": ["a"]}),
    "group changed": (trieve_chunk_group.DEFINITION, {"dataset": "docs", "tracking_id": "g1", "tag_set": ["a"]}),
    "group absent": (trieve_chunk_group.DEFINITION, {"dataset": "docs", "tracking_id": "g1", "state": "absent"}),
    "group info": (trieve_chunk_group_info.DEFINITION, {"dataset": "docs"}),
    "groups": (
        trieve_chunk_groups.DEFINITION,
        {
            "dataset": "docs",
            "chunk_groups": [{"tracking_id": "g1", "tag_set": ["x"], "metadata": {"a": 1}}, {"tracking_id": "new"}],
            "prune": True,
            "concurrency": 1,
        },
    ),
    "crawl": (trieve_crawl.DEFINITION, {"dataset": "docs", **CRAWL, "site_url": "https://new.example.com"}),
    "crawl replaced": (trieve_crawl.DEFINITION, {"dataset": "docs", **CRAWL, "interval": "weekly"}),
    "crawl waited for": (trieve_crawl.DEFINITION, {"dataset": "docs", **CRAWL, "wait": True, "wait_timeout": 60}),
    "crawl absent": (trieve_crawl.DEFINITION, {"dataset": "docs", "site_url": SITE, "state": "absent"}),
    "crawl coverage": (
        trieve_crawl_coverage_info.DEFINITION,
        {"dataset": "docs", "site_url": SITE, "urls": [SITE], "scope": "dataset"},
    ),
    "crawl info": (trieve_crawl_info.DEFINITION, {"dataset": "docs"}),
    "crawls": (
        trieve_crawls.DEFINITION,
        {
            "dataset": "docs",
            "crawls": [{**CRAWL, "limit": 6}, {"site_url": "https://new.example.com", "scrape_options": SHOP}],
            "prune": True,
            "concurrency": 1,
        },
    ),
    "dataset": (trieve_dataset.DEFINITION, {"tracking_id": "new", **CONFIGURATION}),
    "dataset changed": (
        trieve_dataset.DEFINITION,
        {"tracking_id": "docs", **CONFIGURATION, "update_secrets": "always"},
    ),
    "dataset cloned": (
        trieve_dataset.DEFINITION,
        {"tracking_id": "new", "clone_from": "docs", "name": "New", "bm25_k": 0.5},
    ),
    "dataset cleared": (trieve_dataset.DEFINITION, {"tracking_id": "docs", "state": "cleared", "wait_timeout": 20}),
    "dataset absent": (trieve_dataset.DEFINITION, {"tracking_id": "docs", "state": "absent", "force": True}),
    "dataset info": (trieve_dataset_info.DEFINITION, {"configuration": True, "crawls": True, "chunk_groups": True}),
    "extraction": (
        trieve_extraction_info.DEFINITION,
        {"dataset": "docs", "site_url": SITE, "page_file": __file__, "body_remove_strings": ["a"]},
    ),
    "invitation": (
        trieve_invitation.DEFINITION,
        {
            "email": "new@example.com",
            "role": "user",
            "app_url": "https://a.example.com",
            "redirect_uri": "https://a.example.com",
        },
    ),
    "invitation replaced": (
        trieve_invitation.DEFINITION,
        {"email": KIM, "role": "user", "app_url": "https://a.example.com", "redirect_uri": "https://a.example.com"},
    ),
    "invitation absent": (trieve_invitation.DEFINITION, {"email": KIM, "state": "absent"}),
    "invitations": (trieve_invitation_info.DEFINITION, {}),
    "organization": (trieve_organization.DEFINITION, {"name": "Acme", "partner_configuration": PARTNER}),
    "organization created": (trieve_organization.DEFINITION, {"name": "New", "find_by": "name"}),
    "organization info": (trieve_organization_info.DEFINITION, {}),
    "organizations": (trieve_organization_info.DEFINITION, {"find_by": "name"}),
    "request": (trieve_request.DEFINITION, {"path": "/api/crawl", "dataset": "docs"}),
    "status": (trieve_status_info.DEFINITION, {"concurrency": 1}),
    "user": (trieve_user.DEFINITION, {"email": JO, "role": "admin", "scopes": ["GET /api/crawl"]}),
    "user absent": (trieve_user.DEFINITION, {"email": JO, "state": "absent"}),
    "user invited": (trieve_user.DEFINITION, {"email": KIM, "role": "admin", "pending": "ok"}),
    "users": (trieve_user_info.DEFINITION, {}),
}
"""By a name that a failing test shows."""


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization with one of everything."""
    tenant = Tenant(sandbox, connection)
    docs = tenant.dataset("docs", server_configuration={"BM25_B": 0.25, "PUBLIC_DATASET": {"enabled": True}})
    here = {"TR-Dataset": docs}
    for tracking_id in ("g1", "g2"):
        group = {"tracking_id": tracking_id, "name": "G", "metadata": {"a": 2}, "tag_set": ["x", "y"]}
        tenant.call("POST", "/api/chunk_group", group, **here)
    for options in (CRAWL, {"site_url": SITE, "scrape_options": SHOP, "interval": "daily"}):
        tenant.call("POST", "/api/crawl", {"crawl_options": options}, **here)
    tenant.control.sql("UPDATE crawls SET status = 'Completed'", [])
    tenant.call("POST", "/api/organization/api_key", {"name": "ci", "role": 0, "dataset_ids": [docs]})
    tenant.member(JO, 0, ["GET /api/chunk"])
    address = "https://a.example.com"
    tenant.call(
        "POST",
        "/api/invitation",
        {"email": KIM, "user_role": 1, "app_url": address, "redirect_uri": address, "scopes": ["GET /api/chunk"]},
    )
    return tenant


@pytest.mark.parametrize("name", TASKS)
def test_an_answer_in_another_shape(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, sample: bool, name: str) -> None:
    assert crashes(tenant, monkeypatch, name, TASKS[name], SAMPLED_MUTANTS if sample else MUTANTS) == {}


@pytest.mark.parametrize("name", TASKS)
def test_an_answer_that_is_nested_deeply(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for levels, result in nested(tenant, monkeypatch, TASKS[name]):
        assert "exception" not in result
        assert LEVELS[levels] in result.get("msg", "") or name == "request"
