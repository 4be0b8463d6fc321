# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_invitation) and C(trieve_invitation_info) against a sandbox."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_invitation import DEFINITION
from ansible_collections.community.trieve.plugins.modules.trieve_invitation_info import DEFINITION as INFO
from sandbox.server import Running

from ...tenant import Tenant

NOWHERE = "11111111-2222-4333-8444-555555555555"
JO = "jo@example.com"
APP = {"app_url": "https://admin.example.com", "redirect_uri": "https://www.example.com"}
ADMIN: dict[str, Any] = {"email": JO, "role": "admin", **APP}


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization that nobody is invited to."""
    return Tenant(sandbox, connection)


def invitations(tenant: Tenant) -> list[dict[str, Any]]:
    return tenant.rows("invitations")


def invite(tenant: Tenant, email: str = JO, role: int = 1, used: bool = False, **values: Any) -> str:
    """Somebody else invites a person. Returns the invitation's id."""
    tenant.call("POST", "/api/invitation", {"email": email, "user_role": role, **APP, **values})
    invitation_id: str = invitations(tenant)[-1]["id"]
    tenant.control.sql("UPDATE invitations SET used = ? WHERE id = ?", [int(used), invitation_id])
    return invitation_id


def test_an_invitation(tenant: Tenant) -> None:
    result = tenant.thrice(DEFINITION, **ADMIN, scopes=["GET /api/crawl", "GET /api/chunk"])
    (row,) = invitations(tenant)
    assert (row["email"], row["role"], row["used"]) == (JO, 1, 0)
    assert json.loads(row["scopes"]) == ["GET /api/chunk", "GET /api/crawl"]
    assert (result["invitation"]["id"], result["invitation"]["role"]) == (row["id"], "admin")
    assert result["invitation"]["scopes"] == ["GET /api/chunk", "GET /api/crawl"]
    assert (result["invitation"]["used"], result["user"]) == (False, None)
    assert result["diff"][0]["before"] == {}
    assert result["diff"][0]["after"] == {**ADMIN, "scopes": ["GET /api/chunk", "GET /api/crawl"]}


def test_a_preview_invites_nobody(tenant: Tenant) -> None:
    preview = tenant.run(DEFINITION, check_mode=True, **ADMIN)
    assert preview["invitation"] == {
        "id": None,
        "email": JO,
        "role": "admin",
        "scopes": None,
        "used": False,
        "organization_id": tenant.id,
        "created_at": None,
        "updated_at": None,
    }
    assert invitations(tenant) == []


@pytest.mark.parametrize(("role", "number"), [("user", 0), ("admin", 1), ("owner", 2)])
def test_roles(tenant: Tenant, role: str, number: int) -> None:
    assert tenant.thrice(DEFINITION, **{**ADMIN, "role": role})["invitation"]["role"] == role
    assert invitations(tenant)[0]["role"] == number


@pytest.mark.parametrize(
    ("options", "before"),
    [({"role": "user"}, {"role": "admin"}), ({"scopes": ["b"]}, {"scopes": None})]
    + [({"role": "owner", "scopes": ["b"]}, {"role": "admin", "scopes": None})],
)
def test_another_role_or_scope_is_another_invitation(tenant: Tenant, options: dict[str, Any], before: Any) -> None:
    old = invite(tenant)
    result = tenant.thrice(DEFINITION, email=JO, **APP, **options)
    (row,) = invitations(tenant)
    assert row["id"] == result["invitation"]["id"] != old
    assert (result["diff"][0]["before"], result["diff"][0]["after"]) == (before, {**APP, **options})
    assert {name: result["invitation"][name] for name in options} == options
    assert result["invitation"]["role"] == options.get("role", "admin")


def test_what_is_not_named_is_kept(tenant: Tenant) -> None:
    invite(tenant, role=1, scopes=["a"])
    assert tenant.thrice(DEFINITION, email=JO, **APP, role="user")["invitation"]["scopes"] == ["a"]


def test_what_cannot_be_read_makes_no_difference(tenant: Tenant) -> None:
    """The declared list of options that cannot be read back; the server keeps neither."""
    tenant.run(DEFINITION, **ADMIN)
    (sent,) = [entry["body"] for entry in tenant.control.requests() if entry["method"] == "POST"]
    assert {name: sent[name] for name in APP} == APP
    assert tenant.thrice(DEFINITION, **{**ADMIN, "app_url": "x", "redirect_uri": "y"})["changed"] is False
    assert tenant.thrice(DEFINITION, email=JO)["changed"] is False


@pytest.mark.parametrize("spelling", ["JO@Example.com", " jo@example.com\n"])
def test_the_case_of_an_address_does_not_matter(tenant: Tenant, spelling: str) -> None:
    there = invite(tenant)
    assert tenant.thrice(DEFINITION, **{**ADMIN, "email": spelling})["invitation"]["id"] == there
    assert len(tenant.run(DEFINITION, email=spelling, state="absent")["invitations"]) == 1


def test_several_invitations_in_other_spellings(tenant: Tenant) -> None:
    """One that is as asked is enough; otherwise one takes the place of all."""
    invite(tenant, JO, 0), invite(tenant, "Jo@example.com", 1)
    assert tenant.thrice(DEFINITION, **ADMIN)["invitation"]["email"] == "Jo@example.com"
    tenant.thrice(DEFINITION, **{**ADMIN, "role": "owner"})
    assert [row["role"] for row in invitations(tenant)] == [2]


def test_who_has_an_account_becomes_a_member_at_once(tenant: Tenant) -> None:
    jo = tenant.account(JO)
    result = tenant.thrice(DEFINITION, **ADMIN)
    assert (result["changed"], result["invitation"]) == (True, None)
    assert (result["user"]["id"], result["user"]["role"]) == (jo, "admin")
    assert invitations(tenant) == []


def test_a_member_is_not_invited(tenant: Tenant) -> None:
    jo = tenant.member("Jo@example.com", 0)
    result = tenant.thrice(DEFINITION, **ADMIN)
    assert (result["changed"], result["invitation"], result["user"]["id"]) == (False, None, jo)
    assert "warnings" not in result


def test_a_member_who_accepted(tenant: Tenant) -> None:
    there = invite(tenant, role=0, used=True)
    tenant.member(JO, 2)
    result = tenant.thrice(DEFINITION, **ADMIN)
    assert (result["changed"], result["invitation"]["id"], result["user"]["role"]) == (False, there, "owner")
    assert "warnings" not in result


def test_who_accepted_and_left_counts_as_invited(tenant: Tenant) -> None:
    """The server would not invite the person again."""
    there = invite(tenant, role=0, used=True)
    result = tenant.thrice(DEFINITION, **ADMIN)
    assert (result["changed"], result["invitation"]["id"], result["invitation"]["used"]) == (False, there, True)
    assert there in result["warnings"][0]
    assert [one["id"] for one in tenant.thrice(DEFINITION, email=JO, state="absent")["invitations"]] == [there]
    assert tenant.thrice(DEFINITION, **ADMIN)["changed"] is True


def test_a_mail_that_cannot_be_sent_leaves_the_invitation(tenant: Tenant) -> None:
    tenant.control.settings(mail=False)
    result = tenant.run(DEFINITION, **ADMIN)
    (row,) = invitations(tenant)
    assert (result["changed"], result["invitation"]["id"]) == (True, row["id"])
    assert "Error sending email." in result["warnings"][0]
    assert row["id"] in result["warnings"][0]
    assert tenant.run(DEFINITION, **ADMIN)["changed"] is False


def test_a_mail_that_cannot_be_sent_leaves_the_member(tenant: Tenant) -> None:
    tenant.account(JO)
    tenant.control.settings(mail=False)
    result = tenant.run(DEFINITION, **ADMIN)
    assert (result["changed"], result["invitation"], result["user"]["role"]) == (True, None, "admin")
    assert "is a member" in result["warnings"][0]


def test_an_answer_that_is_lost(tenant: Tenant) -> None:
    tenant.control.faults({"kind": "drop_after", "method": "POST", "times": 1})
    result = tenant.run(DEFINITION, **ADMIN)
    assert (result["changed"], result["invitation"]["id"]) == (True, invitations(tenant)[0]["id"])
    assert len(result["warnings"]) == 1


@pytest.mark.parametrize("fault", [{"kind": "drop"}, {"kind": "status", "status": 500}])
def test_nothing_came_of_it(tenant: Tenant, fault: dict[str, Any]) -> None:
    tenant.control.faults({**fault, "method": "POST"})
    result = tenant.run(DEFINITION, **ADMIN)
    assert (result["failed"], result["changed"]) == (True, False)
    assert "warnings" not in result


def test_nothing_comes_of_a_replacement(tenant: Tenant) -> None:
    invite(tenant, role=0)
    tenant.control.faults({"kind": "status", "status": 403, "method": "POST"})
    result = tenant.run(DEFINITION, **ADMIN)
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, True, 403)
    assert result["msg"].startswith(f"The old invitation of {JO} was deleted")


def test_a_success_that_is_none(tenant: Tenant) -> None:
    tenant.control.faults({"kind": "status", "status": 204, "body": "", "method": "POST"})
    assert "neither an invitation nor a member" in tenant.run(DEFINITION, **ADMIN)["msg"]


def test_a_role_above_the_callers(tenant: Tenant) -> None:
    key = tenant.call("POST", "/api/organization/api_key", {"name": "k", "role": 1})["api_key"]
    result = tenant.run(DEFINITION, **{**ADMIN, "role": "owner"}, api_key=key)
    assert (result["changed"], result["error"]["status"]) == (False, 400)


@pytest.mark.parametrize(
    "email",
    [
        "nobody",
        "a@b c",
        "a@b\nc",
        "a@b,c@d",
        "a@",
        "@b",
        "a@b.",
        "a@.b",
        "a@b..c",
        "a@-b",
        ".a@b",
        "a.@b",
        "a..b@c",
        "a b@c",
    ]
    + [
        "jö@example.com",
        "jo@exämple.com",
        "o\u2019brien@example.com",
        "o'brien@example.com",
        "Jo <jo@example.com>",
        '"jo"@b',
        "a@b>",
    ]
    + ["a" * 65 + "@b", "a@" + "b" * 64, "a@" + ".".join(["b" * 60] * 5), "a@[127.0.0.1]"],
)
def test_an_address_that_the_mailer_dies_of(tenant: Tenant, email: str) -> None:
    assert "is not an address" in tenant.refused(DEFINITION, **{**ADMIN, "email": email})
    assert tenant.control.counters()["panics"] == 0


@pytest.mark.parametrize("email", ["a@b", "jo.doe+tag@mail.example.co.uk", "x!#$%&*+/=?^_`{|}~-y@example.com", "1@2.3"])
def test_an_address_that_can_be_invited(tenant: Tenant, email: str) -> None:
    assert tenant.thrice(DEFINITION, **{**ADMIN, "email": email})["invitation"]["email"] == email


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"email": " ", "role": "user"}, "email is empty"),
        ({"email": JO}, "role and app_url and redirect_uri are missing or empty"),
        ({"email": JO, "role": "user", "app_url": "x"}, "redirect_uri is missing or empty"),
        ({"email": JO, "role": "user", "app_url": "", "redirect_uri": "x"}, "app_url is missing or empty"),
        ({**ADMIN, "scopes": []}, "scopes is an empty list"),
        ({"email": JO, "role": "user", "state": "absent"}, "role cannot be used with state: absent"),
        ({**ADMIN, "organization_id": NOWHERE}, "There is no organization"),
    ],
)
def test_refusals(tenant: Tenant, options: dict[str, Any], words: str) -> None:
    assert words in tenant.refused(DEFINITION, **options)


def test_absent(tenant: Tenant) -> None:
    first, second, other = (
        invite(tenant),
        invite(tenant, "JO@example.com", used=True),
        invite(tenant, "sam@example.com"),
    )
    result = tenant.thrice(DEFINITION, email=JO, state="absent")
    assert {one["id"] for one in result["invitations"]} == {first, second}
    assert {(one["action"], one["id"]) for one in result["plan"]} == {("delete", first), ("delete", second)}
    assert result["summary"] == {"delete": 2, "unchanged": 0}
    assert [one["after_header"] for one in result["diff"]] == [
        f"invitation {JO}: deleted",
        "invitation JO@example.com: deleted",
    ]
    assert [row["id"] for row in invitations(tenant)] == [other]
    assert tenant.thrice(DEFINITION, email="nobody at all", state="absent")["invitations"] == []


def test_a_part_of_the_invitations_cannot_be_deleted(tenant: Tenant) -> None:
    """What is deleted is reported, and the next run does the rest."""
    first, second = invite(tenant), invite(tenant, "JO@example.com")
    fault = {"kind": "status", "status": 403, "method": "DELETE", "path": second}
    tenant.control.faults(fault)
    result = tenant.run(DEFINITION, email=JO, state="absent")
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, True, 403)
    assert [one["id"] for one in result["invitations"]] == [first]
    assert [(one["invitation"], second in one["msg"]) for one in result["failures"]] == [("JO@example.com", True)]
    assert result["not_tried"] == []
    tenant.control.clear_faults()
    assert [one["id"] for one in tenant.thrice(DEFINITION, email=JO, state="absent")["invitations"]] == [second]


def test_the_only_invitation_cannot_be_deleted(tenant: Tenant) -> None:
    there = invite(tenant)
    tenant.control.faults({"kind": "status", "status": 403, "method": "DELETE"})
    result = tenant.run(DEFINITION, email=JO, state="absent")
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 403)
    assert result["msg"].startswith(f"Invitation {there} could not be deleted.")


def test_somebody_else_deletes_it_first(tenant: Tenant) -> None:
    invite(tenant)
    answer = {"kind": "status", "status": 400, "body": {"message": "Error getting invitation."}, "method": "DELETE"}
    tenant.control.faults(answer)
    assert tenant.run(DEFINITION, email=JO, state="absent")["changed"] is True


def test_an_invitation_of_another_organization_is_not_touched(tenant: Tenant) -> None:
    other = tenant.call("POST", "/api/organization", {"name": "other"})["id"]
    invite(tenant)
    assert tenant.thrice(DEFINITION, email=JO, state="absent", organization_id=other)["changed"] is False
    assert len(invitations(tenant)) == 1


def test_without_an_organization(tenant: Tenant) -> None:
    preview = tenant.run(DEFINITION, check_mode=True, organization_id="", **ADMIN)
    assert (preview["changed"], preview["invitation"]["organization_id"], len(preview["warnings"])) == (True, None, 1)
    assert tenant.run(DEFINITION, organization_id="", **ADMIN)["msg"].startswith("organization_id is missing")


def test_info(tenant: Tenant) -> None:
    jo, sam = invite(tenant, used=True), invite(tenant, "sam@example.com", 2, scopes=["a"])

    def listed(**options: Any) -> list[str]:
        return [one["id"] for one in tenant.run(INFO, **options)["invitations"]]

    assert listed() == [jo, sam]
    assert listed(used=True) == [jo]
    assert listed(used=False) == [sam]
    assert listed(email="SAM@example.com") == [sam]
    assert listed(email="sam@example.com", used=True) == []
    assert tenant.run(INFO)["invitations"][1]["scopes"] == ["a"]
