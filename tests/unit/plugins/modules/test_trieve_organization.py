# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_organization) against a sandbox: names, partner configuration, creation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._organization.options import PARTNER_KEYS
from ansible_collections.community.trieve.plugins.modules.trieve_organization import DEFINITION
from sandbox.server import Running

from ...tenant import Tenant

NOWHERE = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """The seeded organization, whose name is C(default)."""
    return Tenant(sandbox, connection)


@pytest.fixture
def owner_key(tenant: Tenant) -> str:
    """A key of the organization, which is no user's."""
    key: str = tenant.call("POST", "/api/organization/api_key", {"name": "owner", "role": 2})["api_key"]
    return key


def row(tenant: Tenant, organization_id: str | None = None) -> dict[str, Any]:
    (found,) = [one for one in tenant.control.state("organizations") if one["id"] == (organization_id or tenant.id)]
    return found


def others(tenant: Tenant) -> list[dict[str, Any]]:
    return [one for one in tenant.control.state("organizations") if one["id"] != tenant.id and not one["deleted"]]


def make(tenant: Tenant, name: str) -> str:
    """Somebody else creates an organization for the same user. Returns its id."""
    organization_id: str = tenant.call("POST", "/api/organization", {"name": name})["id"]
    return organization_id


def test_rename(tenant: Tenant) -> None:
    result = tenant.thrice(DEFINITION, name="Example", find_by="id")
    assert (result["diff"][0]["before"], result["diff"][0]["after"]) == ({"name": "default"}, {"name": "Example"})
    assert result["diff"][0]["after_header"] == "organization default: updated"
    assert result["plan"] == [
        {
            "action": "update",
            "kind": "organization",
            "name": "default",
            "id": tenant.id,
            "dataset": None,
            "fields": [{"name": "name", "before": "default", "after": "Example"}],
        }
    ]
    assert result["summary"] == {"update": 1, "unchanged": 0}
    assert (row(tenant)["name"], result["organization"]["name"]) == ("Example", "Example")
    assert "warnings" not in result


def test_a_renaming_that_may_have_been_meant_as_a_creation(tenant: Tenant) -> None:
    """TRIEVE_ORGANIZATION_ID is set for every task, so the id may be there unasked."""
    (warning,) = tenant.run(DEFINITION, check_mode=True, name="Staging")["warnings"]
    assert "find_by: name" in warning
    assert "warnings" not in tenant.run(DEFINITION, name="default")


@pytest.mark.parametrize(
    ("name", "stored"),
    [("R & D", "R &amp; D"), ("R &amp; D", "R &amp; D"), ("5 > 3 < 9", "5 &gt; 3 &lt; 9"), ("A&B", "A&amp;B")]
    + [('Müller\'s "best"', 'Müller\'s "best"'), ("a\u00a0b", "a&nbsp;b"), ("&copy; us", "© us"), ("x<3", "x&lt;3")],
)
def test_a_name_is_compared_as_the_server_escapes_it(tenant: Tenant, name: str, stored: str) -> None:
    result = tenant.thrice(DEFINITION, name=name, find_by="id")
    assert (row(tenant)["name"], result["organization"]["name"], result["diff"][0]["after"]["name"]) == (stored,) * 3
    assert tenant.thrice(DEFINITION, name=stored, find_by="id")["changed"] is False


@pytest.mark.parametrize("name", ["R & D", "R &amp; D"])
def test_a_creation_escapes_nothing_and_that_is_no_difference(tenant: Tenant, name: str) -> None:
    there = make(tenant, "R & D")
    assert tenant.thrice(DEFINITION, name=name, find_by="name")["organization"]["id"] == there
    assert tenant.thrice(DEFINITION, name=name, find_by="id", organization_id=there)["changed"] is False


@pytest.mark.parametrize("name", ["<b>x</b>", "x</p>", "a <!-- b", "<?x", " x", "x ", "", "a\nb", "a\x07b"])
def test_a_name_that_would_not_stay_as_it_is(tenant: Tenant, name: str) -> None:
    assert tenant.refused(DEFINITION, name=name, find_by="id").startswith(f"name {name!r}")


def test_a_name_with_markup_that_is_there(tenant: Tenant) -> None:
    there = make(tenant, "<b>x</b> & y")
    options = {"organization_id": there, "partner_configuration": {"phone": "1"}}
    (warning,) = tenant.run(DEFINITION, **options)["warnings"]
    assert "<b>x</b> & y" in warning
    assert row(tenant, there)["name"] == "x &amp; y"
    other = make(tenant, "<b>z</b>")
    result = tenant.thrice(DEFINITION, organization_id=other, name="z", find_by="id")
    assert (result["diff"][0]["before"], result["diff"][0]["after"]) == ({"name": "<b>z</b>"}, {"name": "z"})


@pytest.mark.parametrize("key", PARTNER_KEYS)
def test_partner_configuration_is_merged(tenant: Tenant, key: str) -> None:
    first = {other: f"first {other}" for other in PARTNER_KEYS}
    tenant.call("PUT", "/api/organization", {"partner_configuration": first})
    result = tenant.thrice(DEFINITION, partner_configuration={key.lower(): "second"})
    assert result["diff"][0]["before"] == {"partner_configuration": {key.lower(): f"first {key}"}}
    assert result["diff"][0]["after"] == {"partner_configuration": {key.lower(): "second"}}
    assert json.loads(row(tenant)["partner_configuration"]) == {**first, key: "second"}
    assert result["organization"]["partner_configuration"][key.lower()] == "second"
    assert row(tenant)["name"] == "default"


def test_an_empty_text_is_a_value(tenant: Tenant) -> None:
    result = tenant.thrice(DEFINITION, partner_configuration={"phone": "", "email": None})
    assert result["diff"][0]["after"] == {"partner_configuration": {"phone": ""}}
    assert result["organization"]["partner_configuration"]["phone"] == ""


def test_defaults_are_no_difference(tenant: Tenant) -> None:
    assert tenant.thrice(DEFINITION, partner_configuration={"company_name": "Trieve"})["changed"] is False


def test_name_and_partner_configuration_at_once(tenant: Tenant) -> None:
    options = {"name": "R & D", "find_by": "id", "partner_configuration": {"company_name": "C"}}
    preview = tenant.run(DEFINITION, check_mode=True, **options)["organization"]
    result = tenant.thrice(DEFINITION, **options)["organization"]
    assert {**preview, "updated_at": None} == {**result, "updated_at": None}


def test_nothing_asked_for(tenant: Tenant) -> None:
    assert tenant.thrice(DEFINITION)["organization"]["name"] == "default"


def test_creation(tenant: Tenant) -> None:
    result = tenant.thrice(DEFINITION, name="R & D", find_by="name")
    (new,) = others(tenant)
    assert (result["organization"]["id"], new["name"]) == (new["id"], "R & D")
    assert (result["diff"][0]["before"], result["diff"][0]["after"]) == ({}, {"name": "R &amp; D"})
    assert result["organization"]["partner_configuration"]["company_name"] == "Trieve"
    assert {one["organization_id"] for one in tenant.control.state("user_organizations")} == {tenant.id, new["id"]}


def test_creation_with_partner_configuration(tenant: Tenant) -> None:
    options = {"name": "R & D", "find_by": "name", "partner_configuration": {"company_name": "C"}}
    preview = tenant.run(DEFINITION, check_mode=True, **options)["organization"]
    result = tenant.thrice(DEFINITION, **options)
    assert result["organization"]["name"] == preview["name"] == "R &amp; D"
    assert preview["id"] is None
    assert json.loads(others(tenant)[0]["partner_configuration"])["COMPANY_NAME"] == "C"


def test_without_an_id_the_name_is_what_it_is_found_by(tenant: Tenant) -> None:
    there = make(tenant, "mine")
    for organization_id in (None, ""):
        assert tenant.run(DEFINITION, name="mine", organization_id=organization_id)["organization"]["id"] == there


def test_the_default_organization_is_not_looked_at_by_name(tenant: Tenant) -> None:
    """The server's own key would act as another organization's owner, who has other organizations."""
    tenant.control.clear_requests()
    tenant.run(DEFINITION, name="mine", find_by="name")
    first, second, *_rest = tenant.control.requests()
    assert (first["path"], first["organization"]) == ("/api/auth/me", None)
    assert (second["path"], second["organization"]) == ("/api/organization", None)


def test_a_change_by_name_goes_to_the_organization_that_was_found(tenant: Tenant) -> None:
    there = make(tenant, "mine")
    result = tenant.thrice(DEFINITION, name="mine", find_by="name", partner_configuration={"phone": "1"})
    assert result["organization"]["id"] == there
    assert json.loads(row(tenant, there)["partner_configuration"])["PHONE"] == "1"
    assert row(tenant)["partner_configuration"] == "{}"


def test_two_of_a_name(tenant: Tenant) -> None:
    first, second = make(tenant, "a & b"), make(tenant, "a &amp; b")
    words = tenant.refused(DEFINITION, name="a & b", find_by="name")
    assert first in words
    assert second in words


@pytest.mark.parametrize(
    "options", [{"find_by": "name"}, {"organization_id": ""}, {"find_by": "name", "state": "absent"}]
)
def test_an_organizations_key_creates_nothing(tenant: Tenant, owner_key: str, options: dict[str, Any]) -> None:
    """The server would answer 500 and leave an orphan behind."""
    words = tenant.refused(DEFINITION, **{"name": "new", "api_key": owner_key, **options})
    assert "user's key" in words
    assert others(tenant) == []


def test_an_organizations_key_changes_its_organization(tenant: Tenant, owner_key: str) -> None:
    assert tenant.thrice(DEFINITION, name="x", find_by="id", api_key=owner_key)["changed"] is True


def test_an_organization_that_is_not_there(tenant: Tenant) -> None:
    words = tenant.refused(DEFINITION, organization_id=NOWHERE, partner_configuration={"phone": "1"})
    assert words.startswith(f"There is no organization {NOWHERE}")


def test_an_id_that_a_preview_does_not_have(tenant: Tenant) -> None:
    options = {"organization_id": "", "partner_configuration": {"phone": "1"}}
    preview = tenant.run(DEFINITION, check_mode=True, **options)
    assert (preview["changed"], preview["organization"], len(preview["warnings"])) == (False, None, 1)
    assert tenant.run(DEFINITION, **options)["msg"].startswith("name and organization_id are missing")


def test_an_organization_without_members_is_changed_all_the_same(tenant: Tenant, owner_key: str) -> None:
    """The server makes the change and then answers 500."""
    tenant.control.sql("DELETE FROM user_organizations WHERE organization_id = ?", [tenant.id])
    result = tenant.thrice(DEFINITION, name="nobody's", find_by="id", api_key=owner_key)
    assert (result["changed"], row(tenant)["name"]) == (True, "nobody's")


def test_a_change_that_did_not_happen(tenant: Tenant) -> None:
    answer = {"kind": "status", "status": 200, "body": {}, "method": "PUT"}
    tenant.control.faults(answer)
    result = tenant.run(DEFINITION, name="x", find_by="id")
    assert (result["failed"], result["changed"]) == (True, True)
    assert "does not match" in result["msg"]


def test_a_partner_configuration_that_cannot_be_set_after_a_creation(tenant: Tenant) -> None:
    tenant.control.faults({"kind": "status", "status": 400, "method": "PUT", "times": 1})
    options = {"name": "mine", "find_by": "name", "partner_configuration": {"phone": "1"}}
    result = tenant.run(DEFINITION, **options)
    (new,) = others(tenant)
    assert (result["failed"], result["changed"], result["organization"]["id"]) == (True, True, new["id"])
    assert new["id"] in result["msg"]
    assert tenant.thrice(DEFINITION, **options)["organization"]["id"] == new["id"]


def test_a_new_organization_that_cannot_be_read(tenant: Tenant) -> None:
    tenant.control.faults({"kind": "status", "status": 500, "method": "GET", "after": 1})
    result = tenant.run(DEFINITION, name="mine", find_by="name")
    assert (result["failed"], result["changed"]) == (True, True)
    assert others(tenant)[0]["id"] in result["msg"]


def test_who_is_no_owner(tenant: Tenant) -> None:
    key = tenant.call("POST", "/api/organization/api_key", {"name": "k", "role": 1})["api_key"]
    for check_mode in (True, False):
        result = tenant.run(DEFINITION, check_mode, name="x", find_by="id", api_key=key)
        assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 403)
    preview = tenant.run(DEFINITION, check_mode=True, name="x", find_by="id", api_key=key)
    assert preview["msg"].startswith(f"The API key lacks the owner role in organization {tenant.id}")
    assert tenant.run(DEFINITION, check_mode=True, name="default", find_by="id", api_key=key)["changed"] is False
