# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_organization) with state absent, and C(trieve_organization_info), against a sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_organization import DEFINITION
from ansible_collections.community.trieve.plugins.modules.trieve_organization_info import DEFINITION as INFO
from ansible_collections.community.trieve.plugins.modules.trieve_user_info import DEFINITION as USER_INFO
from sandbox.server import Running

from ...tenant import Tenant

NOWHERE = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """The seeded organization, whose name is C(default)."""
    return Tenant(sandbox, connection)


@pytest.fixture
def mine(tenant: Tenant, sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """Another organization of the same user, with the name C(mine)."""
    new = tenant.call("POST", "/api/organization", {"name": "mine"})["id"]
    return Tenant(sandbox, {**connection, "organization_id": new})


def alive(tenant: Tenant) -> bool:
    (row,) = [one for one in tenant.control.state("organizations") if one["id"] == tenant.id]
    return not row["deleted"]


@pytest.mark.parametrize("options", [{}, {"find_by": "id"}, {"find_by": "name"}, {"force": True, "name": None}])
def test_absent(tenant: Tenant, mine: Tenant, options: dict[str, Any]) -> None:
    result = mine.thrice(DEFINITION, **{"name": "mine", "state": "absent", **options})
    assert (result["changed"], result["organization"]["id"]) == (True, mine.id)
    assert result["diff"] == [
        {
            "before": {"id": mine.id, "name": "mine", "datasets": 0},
            "after": {},
            "before_header": "organization mine",
            "after_header": "organization mine: deleted",
        }
    ]
    assert (alive(mine), alive(tenant)) == (False, True)


def test_the_request_names_the_same_organization_twice(tenant: Tenant, mine: Tenant) -> None:
    """The server looks at the header for the right to do it, and deletes the one of the path."""
    tenant.run(DEFINITION, name="mine", find_by="name", state="absent")
    (sent,) = [entry for entry in tenant.control.requests() if entry["method"] == "DELETE"]
    assert (sent["path"], sent["organization"]) == (f"/api/organization/{mine.id}", mine.id)


def test_the_name_has_to_be_said(mine: Tenant) -> None:
    assert "'mine'" in mine.refused(DEFINITION, state="absent")


@pytest.mark.parametrize("options", [{}, {"force": True}, {"find_by": "id"}])
def test_another_name_deletes_nothing(tenant: Tenant, mine: Tenant, options: dict[str, Any]) -> None:
    """TRIEVE_ORGANIZATION_ID names the default one, and the task another."""
    words = tenant.refused(DEFINITION, name="mine", state="absent", **options)
    assert "is 'default', not 'mine'" in words
    assert alive(tenant)
    assert alive(mine)


def test_what_is_not_there(tenant: Tenant) -> None:
    for options in ({"name": "nobody's", "find_by": "name"}, {"organization_id": NOWHERE}):
        assert tenant.thrice(DEFINITION, state="absent", **options)["organization"] is None


def test_a_wrong_key_for_what_is_not_there(tenant: Tenant) -> None:
    result = tenant.run(
        DEFINITION, organization_id=NOWHERE, state="absent", api_key="tr-nobodysKeyNobodysKeyNobodysKey12"
    )
    assert result["error"]["status"] == 401


def test_an_organization_with_datasets_needs_force(mine: Tenant) -> None:
    docs = mine.dataset("docs")
    mine.control.sql("UPDATE dataset_usage_counts SET chunk_count = 7 WHERE dataset_id = ?", [docs])
    words = mine.refused(DEFINITION, name="mine", state="absent")
    assert "has 1 dataset with 7 chunks" in words
    assert mine.thrice(DEFINITION, name="mine", state="absent", force=True)["changed"] is True


def test_a_locked_dataset_is_named_before_anything_is_deleted(mine: Tenant) -> None:
    mine.dataset("first")
    locked = mine.dataset("second", server_configuration={"LOCKED": True})
    words = mine.refused(DEFINITION, name="mine", state="absent", force=True)
    assert locked in words
    assert "'first'" not in words
    assert len(mine.rows("datasets")) == 2


def test_a_dataset_that_is_locked_meanwhile(mine: Tenant) -> None:
    first, second = mine.dataset("first"), mine.dataset("second", server_configuration={"LOCKED": True})
    unlocked = {"id": second, "server_configuration": {"LOCKED": False}}
    mine.control.faults({"kind": "status", "status": 200, "body": unlocked, "method": "GET", "path": second})
    result = mine.run(DEFINITION, name="mine", state="absent", force=True)
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, True, 400)
    assert result["msg"].endswith(f"deleted already: 'first' ({first}).")
    assert alive(mine)


def test_without_members_nothing_can_be_deleted(mine: Tenant) -> None:
    key = mine.call("POST", "/api/organization/api_key", {"name": "k", "role": 2})["api_key"]
    mine.control.sql("DELETE FROM user_organizations WHERE organization_id = ?", [mine.id])
    assert "has no members" in mine.refused(DEFINITION, name="mine", state="absent", api_key=key)


def test_an_answer_that_is_lost(mine: Tenant) -> None:
    mine.control.faults({"kind": "drop_after", "method": "DELETE", "times": 1})
    assert mine.run(DEFINITION, name="mine", state="absent")["changed"] is True


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"name": "mine", "partner_configuration": {"phone": "1"}},
            "partner_configuration cannot be used with state: absent",
        ),
        ({"name": "<b>", "find_by": "name"}, "takes for HTML"),
    ],
)
def test_refusals(mine: Tenant, options: dict[str, Any], words: str) -> None:
    assert words in mine.refused(DEFINITION, state="absent", **options)


def test_an_id_that_a_preview_does_not_have(tenant: Tenant) -> None:
    preview = tenant.run(DEFINITION, check_mode=True, organization_id="", state="absent")
    assert (preview["changed"], preview["organization"], len(preview["warnings"])) == (False, None, 1)


def test_info(mine: Tenant) -> None:
    mine.dataset("docs")
    (shown,) = mine.run(INFO)["organizations"]
    assert (shown["id"], shown["name"], shown["subscription"]) == (mine.id, "mine", None)
    assert shown["partner_configuration"]["company_name"] == "Trieve"
    assert (shown["plan"]["name"], "created_at" in shown["plan"]) == ("Unlimited", False)
    assert (shown["usage"]["dataset_count"], shown["usage"]["user_count"]) == (1, 1)
    assert shown["users"] == mine.run(USER_INFO)["users"]
    assert mine.run(INFO, name="mine")["organizations"] == [shown]
    assert mine.run(INFO, name="default")["organizations"] == []
    assert mine.run(INFO, organization_id=NOWHERE)["organizations"] == []


def test_info_of_all_organizations_of_a_user(tenant: Tenant, mine: Tenant) -> None:
    shown = tenant.run(INFO, find_by="name")["organizations"]
    assert {one["id"] for one in shown} == {tenant.id, mine.id}
    assert [one["usage"]["user_count"] for one in shown] == [1, 1]
    assert [one["id"] for one in tenant.run(INFO, find_by="name", name="mine")["organizations"]] == [mine.id]
    assert [one["id"] for one in tenant.run(INFO, organization_id="", name="mine")["organizations"]] == [mine.id]


def test_info_of_an_organization_that_the_user_is_no_admin_of(tenant: Tenant, mine: Tenant) -> None:
    answer = {"kind": "status", "status": 403, "body": {"message": "Forbidden"}, "method": "GET", "path": mine.id}
    tenant.control.faults(answer)
    result = tenant.run(INFO, find_by="name")
    shown = {one["name"]: one for one in result["organizations"]}
    assert (shown["mine"]["plan"], shown["mine"]["users"]) == (None, None)
    assert shown["default"]["plan"] is not None
    assert len(result["warnings"]) == 1
    assert mine.run(INFO)["error"]["status"] == 403


def test_info_with_an_organizations_key(tenant: Tenant) -> None:
    key = tenant.call("POST", "/api/organization/api_key", {"name": "k", "role": 1})["api_key"]
    assert tenant.run(INFO, api_key=key)["organizations"][0]["id"] == tenant.id
    assert "user's key" in tenant.run(INFO, api_key=key, find_by="name")["msg"]


def test_usage_of_clickhouse(tenant: Tenant) -> None:
    result = tenant.run(INFO, v1_usage=False, date_range={"gte": "2025-01-01 00:00:00"})
    assert result["error"]["status"] == 500  # the sandbox has none
    (sent,) = [entry["body"] for entry in tenant.control.requests() if entry["method"] == "POST"]
    assert sent == {"v1_usage": False, "date_range": {"gte": "2025-01-01 00:00:00"}}
    assert "date_range cannot be used with v1_usage: true" in tenant.run(INFO, date_range={"gte": "2025-01-01"})["msg"]
