# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole organization as one state: what the plan has, and what a run makes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.community.trieve.plugins.module_utils._core.task import Task
from ansible_collections.community.trieve.plugins.modules.trieve_organization_state import DEFINITION
from sandbox.server import Running
from tests.unit.tasks import played
from tests.unit.tenant import Tenant

SECRET = "sk-Zq7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6QaE"

State = dict[str, Any]


class Organization(Tenant):
    """Applies states."""

    def apply(self, state: State, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task."""
        given = {**self.connection, **options, "state": {}}
        validation = ArgumentSpecValidator(DEFINITION.argument_spec, **DEFINITION.rules).validate(given)
        assert not validation.error_messages, validation.error_messages
        task = Task(validation.validated_parameters, check_mode, bulk=state)
        return played(DEFINITION, task)

    def thrice_applied(self, state: State, **options: Any) -> dict[str, Any]:
        """The result of a run that a preview has foretold and that a second run does not repeat."""
        self.writes()
        preview = self.apply(state, True, **options)
        assert not preview.get("failed"), preview["msg"]
        assert self.writes() == []
        result = self.apply(state, **options)
        assert not result.get("failed"), result["msg"]
        for name in ("changed", "diff", "plan", "summary", "fingerprint"):
            assert preview[name] == result[name], name
        assert result["changed"] is bool(self.writes())
        again = self.apply(state, **options)
        assert (again["changed"], again["plan"], self.writes()) == (False, [], []), again
        return result

    def refused_state(self, state: State, **options: Any) -> dict[str, Any]:
        """The result of a task that fails in the same way in check mode, and sends nothing but reads in both."""
        self.writes()
        preview = self.apply(state, True, **options)
        result = self.apply(state, **options)
        assert result.get("failed") is True, result
        assert preview == result
        assert self.writes() == []
        return result

    def names(self, table: str, column: str) -> list[str]:
        """A column of all rows of a table."""
        return sorted(str(row[column]) for row in self.control.state(table))


@pytest.fixture
def organization(sandbox: Running, connection: dict[str, Any]) -> Organization:
    return Organization(sandbox, connection)


def whole() -> State:
    """One of each kind."""
    return {
        "datasets": [
            {
                "tracking_id": "docs",
                "name": "Docs",
                "configuration": {"system_prompt": "Answer briefly.", "llm_api_key": SECRET},
                "chunk_groups": [{"tracking_id": "guides", "name": "Guides"}],
                "crawls": [{"site_url": "https://docs.example.com", "interval": "daily"}],
            },
            {"tracking_id": "blog", "crawls": [{"site_url": "https://blog.example.com"}]},
        ],
        "api_keys": [{"name": "website", "role": "read", "dataset_ids": ["docs"]}],
        "invitations": [
            {
                "email": "jo@example.com",
                "role": "admin",
                "app_url": "https://app.example.com",
                "redirect_uri": "https://app.example.com",
            }
        ],
        "organization": {"partner_configuration": {"company_name": "Example"}},
    }


def test_everything_from_nothing(organization: Organization) -> None:
    result = organization.thrice_applied(whole())
    assert result["summary"] == {"create": 6, "update": 1, "invite": 1, "unchanged": 0}
    assert organization.names("datasets", "tracking_id") == ["blog", "docs"]
    (key,) = [
        row for row in organization.call("GET", "/api/organization/api_key")["api_keys"] if row["name"] == "website"
    ]
    docs = next(row["id"] for row in organization.control.state("datasets") if row["tracking_id"] == "docs")
    assert key["dataset_ids"] == [docs]
    assert list(result["secrets"]) == ["website"]
    assert [new["name"] for new in result["new_api_keys"]] == ["website"]
    assert result["new_api_keys"][0]["api_key"]["id"] == key["id"]


def test_a_secret_stands_in_its_one_place(organization: Organization) -> None:
    result = organization.apply(whole())
    told = json.dumps({**result, "secrets": {}})
    assert SECRET not in told
    assert result["secrets"]["website"] not in told
    assert result["uncovered_secrets"] == ["dataset docs: llm_api_key"]
