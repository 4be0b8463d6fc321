# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_user) and C(trieve_user_info) against a sandbox."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_invitation import DEFINITION as INVITATION
from ansible_collections.community.trieve.plugins.modules.trieve_user import DEFINITION
from ansible_collections.community.trieve.plugins.modules.trieve_user_info import DEFINITION as INFO
from sandbox.server import Running

from ...tenant import Tenant

NOWHERE = "11111111-2222-4333-8444-555555555555"
JO = "jo@example.com"
OWNER = "default"
"""The e-mail address of the seeded owner."""


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization with its owner only."""
    return Tenant(sandbox, connection)


def membership(tenant: Tenant, user_id: str) -> dict[str, Any]:
    (row,) = [row for row in tenant.rows("user_organizations") if row["user_id"] == user_id]
    return row


def test_role(tenant: Tenant) -> None:
    jo = tenant.member(JO, 0)
    result = tenant.thrice(DEFINITION, email=JO, role="admin")
    assert (result["diff"][0]["before"], result["diff"][0]["after"]) == ({"role": "user"}, {"role": "admin"})
    assert (membership(tenant, jo)["role"], membership(tenant, jo)["scopes"]) == (1, None)
    assert result["user"] == {
        "id": jo,
        "email": JO,
        "name": "Jo",
        "role": "admin",
        "scopes": None,
        "organization_id": tenant.id,
        "created_at": "2023-11-14T22:13:20",
        "joined_at": "2030-03-17T17:46:40",
    }
    assert tenant.thrice(DEFINITION, email=JO, role="owner")["user"]["role"] == "owner"
    assert tenant.thrice(DEFINITION, email=JO, role="user")["user"]["role"] == "user"


def test_scopes_are_a_set(tenant: Tenant) -> None:
    jo = tenant.member(JO, 1, ["b", "a"])
    assert tenant.thrice(DEFINITION, email=JO, scopes=["a", "b", "a"])["changed"] is False
    result = tenant.thrice(DEFINITION, email=JO, scopes=["c"])
    assert (result["diff"][0]["before"], result["diff"][0]["after"]) == ({"scopes": ["a", "b"]}, {"scopes": ["c"]})
    assert (membership(tenant, jo)["role"], json.loads(membership(tenant, jo)["scopes"])) == (1, ["c"])


def test_a_preview_shows_the_member_as_it_would_be(tenant: Tenant) -> None:
    tenant.member(JO, 0)
    preview = tenant.run(DEFINITION, check_mode=True, email=JO, role="admin", scopes=["c"])
    assert preview["user"] == tenant.run(DEFINITION, email=JO, role="admin", scopes=["c"])["user"]


def test_only_what_differs_is_sent(tenant: Tenant) -> None:
    """A caller may not grant a role above its own, even where it is there already."""
    tenant.member(JO, 0, ["a"])
    tenant.run(DEFINITION, email=JO, role="user", scopes=["b"])
    (sent,) = [entry["body"] for entry in tenant.control.requests() if entry["method"] == "PUT"]
    assert sorted(sent) == ["scopes", "user_id"]


@pytest.mark.parametrize("spelling", ["jo@example.com", "JO@Example.com", " jo@example.com\n"])
def test_the_case_of_an_address_does_not_matter(tenant: Tenant, spelling: str) -> None:
    jo = tenant.member("Jo@example.com", 0)
    assert tenant.run(DEFINITION, email=spelling)["user"]["id"] == jo


def test_two_spellings_of_an_address(tenant: Tenant) -> None:
    upper, lower = tenant.member("Jo@example.com", 0), tenant.member(JO, 0)
    assert tenant.run(DEFINITION, email=JO)["user"]["id"] == lower
    words = tenant.refused(DEFINITION, email="JO@example.com", role="admin")
    assert upper in words
    assert lower in words


def test_who_is_no_member(tenant: Tenant) -> None:
    tenant.account(JO)
    preview = tenant.run(DEFINITION, check_mode=True, email=JO, role="admin")
    assert (preview["changed"], preview["user"]["id"], preview["user"]["role"]) == (False, None, "admin")
    assert len(preview["warnings"]) == 1
    result = tenant.run(DEFINITION, email=JO, role="admin")
    assert result["failed"] is True
    assert "trieve_invitation" in result["msg"]
    assert tenant.writes() == []


def invited(tenant: Tenant, email: str = JO, role: int = 1, **values: Any) -> str:
    """Let a person without an account be invited. Returns the invitation's id."""
    site = "https://a.example.com"
    body = {"email": email, "user_role": role, "app_url": site, "redirect_uri": site, **values}
    tenant.call("POST", "/api/invitation", body)
    tenant.writes()
    (row,) = [row for row in tenant.rows("invitations") if row["email"] == email]
    invitation_id: str = row["id"]
    return invitation_id


def accept(tenant: Tenant, email: str, role: int) -> None:
    tenant.control.sql("UPDATE invitations SET used = 1 WHERE email = ?", [email])
    tenant.member(email, role)


def test_an_open_invitation_fails_in_both_modes(tenant: Tenant) -> None:
    """The preview says it as the run does, and names what there is and what to do."""
    invitation_id = invited(tenant)
    words = tenant.refused(DEFINITION, email="JO@example.com", role="admin")
    assert invitation_id in words
    assert "has not accepted" in words
    assert "pending: ok" in words


def test_a_preview_warns_that_an_invitation_alone_makes_no_member(tenant: Tenant) -> None:
    preview = tenant.run(DEFINITION, check_mode=True, email=JO, role="admin")
    (warning,) = preview["warnings"]
    assert "the run fails until the person accepts" in warning
    assert "pending: ok" in warning
    (calm,) = tenant.run(DEFINITION, check_mode=True, email=JO, role="admin", pending="ok")["warnings"]
    assert "fails" not in calm


def test_an_invitation_and_a_member_declared_once(tenant: Tenant) -> None:
    """One playbook, run before and after the invitation, and after the person has accepted it."""
    site = "https://a.example.com"
    there = {"email": JO, "role": "admin"}
    assert tenant.thrice(INVITATION, **there, app_url=site, redirect_uri=site)["changed"] is True
    for _run in range(2):
        result = tenant.thrice(DEFINITION, **there, pending="ok")
        assert (result["changed"], result["user"], result["invitation"]["email"]) == (False, None, JO)
        assert result["diff"] == []
        (warning,) = result["warnings"]
        assert result["invitation"]["id"] in warning
    accept(tenant, JO, 0)
    assert tenant.thrice(INVITATION, **there, app_url=site, redirect_uri=site)["changed"] is False
    result = tenant.thrice(DEFINITION, **there, pending="ok")
    assert (result["changed"], result["user"]["role"], result["invitation"]) == (True, "admin", None)
    assert "warnings" not in result


def test_an_open_invitation_that_grants_something_else(tenant: Tenant) -> None:
    invited(tenant, role=0, scopes=["GET /api/chunk"])
    result = tenant.thrice(DEFINITION, email=JO, role="admin", scopes=["GET /api/chunk"], pending="ok")
    (warning,) = result["warnings"]
    assert "differs from what is declared in role;" in warning
    (warning,) = tenant.run(DEFINITION, email=JO, role="user", scopes=["a"], pending="ok")["warnings"]
    assert "differs from what is declared in scopes;" in warning


def test_an_accepted_invitation_of_a_former_member_is_not_open(tenant: Tenant) -> None:
    invited(tenant)
    tenant.control.sql("UPDATE invitations SET used = 1", [])
    assert "no open invitation" in tenant.run(DEFINITION, email=JO, role="admin", pending="ok")["msg"]


def test_absent_with_an_open_invitation(tenant: Tenant) -> None:
    invitation_id = invited(tenant)
    result = tenant.thrice(DEFINITION, email=JO, state="absent")
    assert result["changed"] is False
    assert invitation_id in result["warnings"][0]
    assert "can still become one" in result["warnings"][0]


def test_a_member_of_another_organization_is_none(tenant: Tenant) -> None:
    other = tenant.call("POST", "/api/organization", {"name": "other"})["id"]
    tenant.member(JO, 0)
    options = {"email": JO, "organization_id": other}
    assert tenant.thrice(DEFINITION, state="absent", **options)["user"] is None
    assert "is not a member" in tenant.run(DEFINITION, role="admin", **options)["msg"]


def test_absent(tenant: Tenant) -> None:
    jo = tenant.member(JO, 1)
    result = tenant.thrice(DEFINITION, email=JO, state="absent")
    assert (result["changed"], result["user"]["id"], result["user"]["role"]) == (True, jo, "admin")
    assert result["diff"][0]["before"] == {"id": jo, "email": JO, "role": "admin"}
    assert result["diff"][0]["after_header"] == f"user {JO}: removed, the account stays"
    assert jo not in {row["user_id"] for row in tenant.rows("user_organizations")}
    assert JO in {row["email"] for row in tenant.control.state("users")}
    assert tenant.thrice(DEFINITION, email="nobody@example.com", state="absent")["user"] is None


def test_somebody_else_removes_the_member_first(tenant: Tenant) -> None:
    tenant.member(JO, 0)
    answer = {"kind": "status", "status": 400, "body": {"message": "Error loading user role"}, "method": "DELETE"}
    tenant.control.faults(answer)
    assert tenant.run(DEFINITION, email=JO, state="absent")["changed"] is True


@pytest.mark.parametrize("options", [{"role": "admin"}, {"role": "user"}, {"state": "absent"}])
@pytest.mark.parametrize("others", [[], [(1, None)], [(2, ["GET /api/crawl"])]])
def test_the_last_owner_stays(tenant: Tenant, options: dict[str, Any], others: list[tuple[int, Any]]) -> None:
    """An owner with scopes is no help: who can only list crawls makes nobody an owner."""
    for number, (role, scopes) in enumerate(others):
        tenant.member(f"m{number}@example.com", role, scopes)
    words = tenant.refused(DEFINITION, email=OWNER, **options)
    assert "no owner" in words
    assert "force: true" in words


@pytest.mark.parametrize("options", [{"role": "admin"}, {"state": "absent"}])
def test_one_of_two_owners_may_go(tenant: Tenant, options: dict[str, Any]) -> None:
    tenant.member(JO, 2)
    assert tenant.thrice(DEFINITION, email=JO, **options)["changed"] is True


@pytest.mark.parametrize("options", [{"role": "admin"}, {"state": "absent"}])
def test_the_last_owner_may_go_by_force(tenant: Tenant, options: dict[str, Any]) -> None:
    key = tenant.call("POST", "/api/organization/api_key", {"name": "k", "role": 2})["api_key"]
    result = tenant.run(DEFINITION, email=OWNER, force=True, api_key=key, **options)
    assert result["changed"] is True
    assert [row for row in tenant.rows("user_organizations") if row["role"] == 2] == []


@pytest.mark.parametrize(
    ("role", "scopes", "options"),
    [(2, None, {"scopes": ["a"]}), (2, ["a"], {"scopes": ["b"]}), (0, None, {"role": "owner", "scopes": ["a"]})]
    + [(0, ["a"], {"role": "owner"})],
)
def test_scopes_on_an_owner(tenant: Tenant, role: int, scopes: Any, options: dict[str, Any]) -> None:
    jo = tenant.member(JO, role, scopes)
    assert "owner with scopes" in tenant.refused(DEFINITION, email=JO, **options)
    assert tenant.thrice(DEFINITION, email=JO, force=True, **options)["changed"] is True
    assert (membership(tenant, jo)["role"], membership(tenant, jo)["scopes"] is None) == (2, False)


def test_an_owner_with_scopes_who_is_as_asked(tenant: Tenant) -> None:
    tenant.member(JO, 2, ["a"])
    assert tenant.thrice(DEFINITION, email=JO, role="owner", scopes=["a"])["changed"] is False


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"email": " "}, "email is empty"),
        ({"email": JO, "scopes": []}, "scopes is an empty list"),
        ({"email": JO, "scopes": [""]}, "scopes[0] is empty"),
        ({"email": JO, "state": "absent", "role": "user"}, "role cannot be used with state: absent"),
        ({"email": JO, "organization_id": NOWHERE}, "There is no organization"),
    ],
)
def test_refusals(tenant: Tenant, options: dict[str, Any], words: str) -> None:
    tenant.member(JO, 0)
    assert words in tenant.refused(DEFINITION, **options)


def test_a_role_above_the_callers(tenant: Tenant) -> None:
    tenant.member(JO, 0)
    key = tenant.call("POST", "/api/organization/api_key", {"name": "k", "role": 1})["api_key"]
    result = tenant.run(DEFINITION, email=JO, role="owner", api_key=key)
    assert (result["changed"], result["error"]["status"]) == (False, 400)
    assert "higher role" in result["msg"]


def test_a_success_that_is_none(tenant: Tenant) -> None:
    """The server answers 204 to changes that it does not make."""
    tenant.member(JO, 0)
    tenant.control.faults({"kind": "status", "status": 204, "body": "", "method": "PUT"})
    result = tenant.run(DEFINITION, email=JO, role="admin")
    assert (result["failed"], result["changed"]) == (True, True)
    assert "{'role': 'user'}" in result["msg"]


def test_the_list_cannot_be_read_after_a_change(tenant: Tenant) -> None:
    tenant.member(JO, 0)
    tenant.control.faults({"kind": "status", "status": 500, "method": "GET", "after": 1})
    result = tenant.run(DEFINITION, email=JO, role="admin")
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, True, 500)


def test_info(tenant: Tenant) -> None:
    tenant.member(JO, 1, ["a"]), tenant.member("sam@example.com", 1)
    assert {user["email"] for user in tenant.run(INFO)["users"]} == {OWNER, JO, "sam@example.com"}
    assert {user["email"] for user in tenant.run(INFO, role="admin")["users"]} == {JO, "sam@example.com"}
    (jo,) = tenant.run(INFO, email="JO@example.com")["users"]
    assert jo == tenant.run(DEFINITION, email=JO)["user"]
    assert tenant.run(INFO, email=JO, role="owner")["users"] == []
    assert tenant.run(INFO, organization_id=NOWHERE)["failed"] is True
