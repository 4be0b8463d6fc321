# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_api_key) against a sandbox: creation, its options, deletion, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_api_key import DEFINITION
from ansible_collections.community.trieve.plugins.modules.trieve_api_key_info import DEFINITION as INFO
from sandbox.server import Running

from ...tenant import Tenant

NOWHERE = "11111111-2222-4333-8444-555555555555"
KEYS = "/api/organization/api_key"


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization without keys."""
    return Tenant(sandbox, connection)


def keys(tenant: Tenant) -> list[dict[str, Any]]:
    return tenant.rows("organization_api_keys")


def make(tenant: Tenant, name: str = "website", role: int = 0, **values: Any) -> str:
    """Somebody else creates a key. Returns its id."""
    tenant.call("POST", KEYS, {"name": name, "role": role, **values})
    key_id: str = keys(tenant)[-1]["id"]
    return key_id


def test_a_key_is_created_once_and_shown_once(tenant: Tenant) -> None:
    result = tenant.thrice(DEFINITION, name="website", role="read")
    assert result["changed"] is True
    assert result["diff"] == [
        {
            "before": {},
            "after": {"name": "website", "role": "read"},
            "before_header": "API key website",
            "after_header": "API key website: created",
        }
    ]
    (change,) = result["plan"]
    assert [change[name] for name in ("action", "kind", "name", "id", "dataset")] == [
        *("create", "api_key", "website"),
        *(None, None),
    ]
    assert result["summary"] == {"create": 1, "unchanged": 0}
    (row,) = keys(tenant)
    assert result["api_key"]["id"] == row["id"]
    assert (result["api_key"]["name"], result["api_key"]["role"], result["api_key"]["dataset_ids"]) == (
        "website",
        "read",
        [],
    )
    assert json.dumps(result).count(result["key"]) == 1
    assert tenant.status("GET", "/api/user/api_key", result["key"]) == 200
    again = tenant.run(DEFINITION, name="website", role="read")
    assert (again["key"], again["api_key"]) == (None, result["api_key"])
    assert (again["diff"], again["plan"], again["summary"]) == ([], [], {"unchanged": 1})


def test_a_preview_has_no_key(tenant: Tenant) -> None:
    preview = tenant.run(DEFINITION, check_mode=True, name="website", role="admin")
    assert preview["changed"] is True
    assert preview["key"] is None
    assert preview["api_key"] == {
        "id": None,
        "name": "website",
        "role": "admin",
        "dataset_ids": [],
        "organization_id": tenant.id,
        "created_at": None,
        "updated_at": None,
    }
    assert keys(tenant) == []


@pytest.mark.parametrize(("role", "number"), [("read", 0), ("admin", 1), ("owner", 2)])
def test_roles(tenant: Tenant, role: str, number: int) -> None:
    assert tenant.thrice(DEFINITION, name="k", role=role)["api_key"]["role"] == role
    assert keys(tenant)[0]["role"] == number


def test_datasets_by_id_and_tracking_id_in_any_order(tenant: Tenant) -> None:
    docs, blog = tenant.dataset("docs"), tenant.dataset("blog")
    result = tenant.thrice(DEFINITION, name="k", role="read", dataset_ids=["docs", blog.upper(), "blog"])
    assert result["api_key"]["dataset_ids"] == sorted([docs, blog])
    assert sorted(json.loads(keys(tenant)[0]["dataset_ids"])) == sorted([docs, blog])
    assert tenant.run(DEFINITION, name="k", dataset_ids=["blog", docs])["changed"] is False


def test_a_dataset_of_another_organization_is_none(tenant: Tenant) -> None:
    other = tenant.call("POST", "/api/organization", {"name": "other"})["id"]
    foreign = tenant.call("POST", "/api/dataset", {"dataset_name": "x"}, **{"TR-Organization": other})["id"]
    words = tenant.refused(DEFINITION, name="k", role="read", dataset_ids=[foreign])
    assert words.startswith(f"dataset_ids[0]: dataset '{foreign}' not found in organization {tenant.id}")


def test_a_key_that_an_earlier_task_would_create(tenant: Tenant) -> None:
    """It would have a role, so its absence counts in a run only."""
    for rotate in ("never", "on_difference", "always"):
        preview = tenant.run(DEFINITION, check_mode=True, name="k", rotate=rotate)
        assert preview["changed"] is (rotate == "always")
        assert (preview["api_key"]["id"], preview["api_key"]["role"], len(preview["warnings"])) == (None, None, 1)
        assert [entry["after"] for entry in preview["diff"]] == ([{"name": "k"}] if rotate == "always" else [])
        assert "role is missing" in tenant.run(DEFINITION, name="k", rotate=rotate)["msg"]
    assert keys(tenant) == []


@pytest.mark.parametrize("name", ["docs", "", "None", None])
def test_a_dataset_that_an_earlier_task_would_create(tenant: Tenant, name: str | None) -> None:
    preview = tenant.run(DEFINITION, check_mode=True, name="k", role="read", dataset_ids=[name])
    assert preview["changed"] is True
    assert preview["diff"][0]["after"]["dataset_ids"] == ["(new)"]
    assert len(preview["warnings"]) == 1
    result = tenant.run(DEFINITION, name="k", role="read", dataset_ids=[name])
    assert result["failed"] is True
    assert result["msg"].startswith("dataset_ids[0]")
    assert keys(tenant) == []


def test_no_datasets_are_all_datasets(tenant: Tenant) -> None:
    """A list that came out empty makes a key for everything, so that is said."""
    result = tenant.run(DEFINITION, name="k", role="read", dataset_ids=[])
    assert "every dataset" in result["warnings"][0]
    assert "warnings" not in tenant.run(DEFINITION, name="k", role="read", dataset_ids=[])


def test_what_cannot_be_read_is_sent_and_never_compared(tenant: Tenant) -> None:
    """The declared list of options that cannot be read back, each with what the sandbox holds."""
    params = {
        "search_type": "hybrid",
        "page_size": 3,
        "score_threshold": 0.25,
        "slim_chunks": False,
        "filters": {"must": [{"field": "tag_set", "match_any": ["a", 1]}], "must_not": [{"ids": [NOWHERE]}]},
        "typo_options": {"one_typo_word_range": {"min": 4}, "disable_on_word": []},
    }
    result = tenant.thrice(
        DEFINITION,
        name="k",
        role="owner",
        scopes=["POST /api/dataset", "GET /api/crawl", "GET /api/crawl"],
        expires_at="2090-01-01T01:00:00.5+01:00",
        default_params=params,
    )
    (row,) = keys(tenant)
    assert json.loads(row["scopes"]) == ["GET /api/crawl", "POST /api/dataset"]
    assert row["expires_at"] == 3786912000_000_000
    assert json.loads(row["default_params"]) == params
    assert result["diff"][0]["after"]["expires_at"] == "2090-01-01T00:00:00Z"
    assert result["diff"][0]["after"]["default_params"] == params
    changed = tenant.run(
        DEFINITION, name="k", scopes=["GET /api"], expires_at="2095-01-01", default_params={"page_size": 9}
    )
    assert changed["changed"] is False
    assert changed["diff"] == []


@pytest.mark.parametrize("expires_at", ["2090-01-01T00:00:00", "2090-01-01T00:00Z", "20900101T000000Z", "2090-01-01"])
def test_a_form_that_the_server_takes_for_never_reaches_it_in_another(tenant: Tenant, expires_at: str) -> None:
    tenant.run(DEFINITION, name="k", role="read", expires_at=expires_at)
    assert keys(tenant)[0]["expires_at"] == 3786912000_000_000


def test_a_date_in_the_past(tenant: Tenant) -> None:
    old = {"name": "k", "expires_at": "2020-01-01"}
    assert "in the past" in tenant.refused(DEFINITION, role="read", **old)
    make(tenant, "k")
    result = tenant.run(DEFINITION, **old)
    assert (result["changed"], len(result["warnings"])) == (False, 1)
    assert "in the past" in tenant.refused(DEFINITION, rotate="always", **old)


@pytest.mark.parametrize("role", ["read", "admin"])
def test_a_scope_makes_an_owner_and_that_is_said(tenant: Tenant, role: str) -> None:
    options = {"name": "k", "role": role, "scopes": ["POST /api/dataset"]}
    for check_mode in (True, False):
        (warning,) = tenant.run(DEFINITION, check_mode, **options)["warnings"]
        assert "owner" in warning
    assert "warnings" not in tenant.run(DEFINITION, **options)


def test_datasets_do_not_hold_an_admin_back_and_that_is_said(tenant: Tenant) -> None:
    tenant.dataset("docs")
    (warning,) = tenant.run(DEFINITION, name="k", role="admin", dataset_ids=["docs"])["warnings"]
    assert "every dataset" in warning
    assert "warnings" not in tenant.run(DEFINITION, name="reader", role="read", dataset_ids=["docs"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"role": "read"}, "name is missing"),
        ({"name": " ", "role": "read"}, "name is missing"),
        ({"name": "k", "role": "read", "scopes": []}, "scopes is an empty list"),
        ({"name": "k", "role": "read", "scopes": ["GET /api/crawl", " "]}, "scopes[1] is empty"),
        ({"name": "k", "role": "read", "expires_at": "tomorrow"}, "expires_at 'tomorrow'"),
        (
            {"name": "k", "role": "read", "api_key_id": NOWHERE, "_name": None},
            "api_key_id cannot be used with state: present",
        ),
        ({"name": "k", "role": "read", "keep_previous": -1}, "keep_previous is -1"),
        ({"name": "k", "role": "read", "organization_id": NOWHERE}, f"There is no organization {NOWHERE}"),
        (
            {"name": "k", "state": "absent", "role": "read", "keep_previous": 1},
            "role and keep_previous cannot be used with state: absent",
        ),
        ({"name": "k", "state": "absent", "rotate": "always"}, "rotate cannot be used with state: absent"),
        ({"state": "absent", "api_key_id": "mine"}, "api_key_id 'mine' is not a valid UUID"),
        ({"name": "k", "role": "read", "default_params": {"page_size": -1}}, "default_params.page_size is -1"),
        (
            {"name": "k", "role": "read", "default_params": {"highlight_options": {"highlight_window": 2**32}}},
            "default_params.highlight_options.highlight_window is 4294967296",
        ),
        (
            {"name": "k", "role": "read", "default_params": {"filters": {"should": [{"field": "tag_set"}]}}},
            "default_params.filters.should[0]",
        ),
        (
            {"name": "k", "role": "read", "default_params": {"filters": {"must": [{"field": "x", "ids": [NOWHERE]}]}}},
            "default_params.filters.must[0]",
        ),
    ],
)
def test_refusals(tenant: Tenant, options: dict[str, Any], words: str) -> None:
    if "_name" in options:  # the two are mutually exclusive, which the spec says first
        options = {name: value for name, value in options.items() if name not in ("_name", "name")}
    assert words in tenant.refused(DEFINITION, **options)


def test_without_an_organization(tenant: Tenant) -> None:
    preview = tenant.run(DEFINITION, check_mode=True, organization_id="", name="k", role="read")
    assert (preview["changed"], len(preview["warnings"])) == (True, 1)
    result = tenant.run(DEFINITION, organization_id="", name="k", role="read")
    assert result["msg"].startswith("organization_id is missing")


def test_a_wrong_key_for_an_organization_that_is_not_there(tenant: Tenant) -> None:
    """The server says 404 before it looks at the key."""
    options = {"organization_id": NOWHERE, "name": "k", "state": "absent"}
    assert tenant.run(DEFINITION, **options)["changed"] is False
    result = tenant.run(DEFINITION, **options, api_key="tr-nobodysKeyNobodysKeyNobodysKey12")
    assert result["error"]["status"] == 401


def test_absent_deletes_all_generations_of_a_name(tenant: Tenant) -> None:
    old, new, other = make(tenant), make(tenant, role=1), make(tenant, "Website")
    result = tenant.thrice(DEFINITION, name="website", state="absent")
    assert [key["id"] for key in result["api_keys"]] == [new, old]
    assert [row["id"] for row in keys(tenant)] == [other]
    assert [entry["before"] for entry in result["diff"]] == [
        {"id": old, "name": "website", "role": "read"},
        {"id": new, "name": "website", "role": "admin"},
    ]
    assert result["diff"][0]["after_header"] == f"API key website: deleted, ID {old}"
    assert ([change["id"] for change in result["plan"]], result["summary"]) == (
        [old, new],
        {"delete": 2, "unchanged": 0},
    )


@pytest.mark.parametrize(
    "spelling", [str, str.upper, lambda key: key.replace("-", ""), "{{{}}}".format, "urn:uuid:{}".format]
)
def test_absent_by_id(tenant: Tenant, spelling: Any) -> None:
    old, new = make(tenant), make(tenant)
    result = tenant.thrice(DEFINITION, api_key_id=spelling(old), state="absent")
    assert [key["id"] for key in result["api_keys"]] == [old]
    assert [row["id"] for row in keys(tenant)] == [new]


def test_a_key_of_another_organization_is_not_there(tenant: Tenant) -> None:
    """The server would answer 204 and do nothing."""
    other = tenant.call("POST", "/api/organization", {"name": "other"})["id"]
    tenant.call("POST", KEYS, {"name": "k", "role": 0}, **{"TR-Organization": other})
    (foreign,) = tenant.control.state("organization_api_keys")
    for options in ({"api_key_id": foreign["id"]}, {"name": "k"}):
        assert tenant.thrice(DEFINITION, state="absent", **options)["api_keys"] == []


def test_the_id_of_a_key_that_a_preview_has_not_created(tenant: Tenant) -> None:
    preview = tenant.run(DEFINITION, check_mode=True, api_key_id="", state="absent")
    assert (preview["changed"], preview["api_keys"], len(preview["warnings"])) == (False, [], 1)
    assert "are missing or empty" in tenant.run(DEFINITION, api_key_id="", state="absent")["msg"]


def test_a_deletion_that_stops_half_way_says_how_far_it_came(tenant: Tenant) -> None:
    old, new = make(tenant), make(tenant)
    tenant.control.faults({"kind": "status", "status": 500, "method": "DELETE", "after": 1})
    result = tenant.run(DEFINITION, name="website", state="absent")
    assert (result["failed"], result["changed"]) == (True, True)
    assert [key["id"] for key in result["api_keys"]] == [old]
    assert new in result["msg"]


def test_more_keys_than_a_page_of_the_server(tenant: Tenant) -> None:
    ids = {make(tenant, f"k{number}", role=number % 3) for number in range(12)}
    listed = tenant.run(INFO)["api_keys"]
    assert {key["id"] for key in listed} == ids
    assert [key["name"] for key in listed] == [f"k{number}" for number in reversed(range(12))]
    assert tenant.run(DEFINITION, name="k11")["changed"] is False


def test_info_filters(tenant: Tenant) -> None:
    make(tenant, "a", 0), make(tenant, "a", 2), make(tenant, "b", 2)
    assert [key["role"] for key in tenant.run(INFO, name="a")["api_keys"]] == ["owner", "read"]
    assert [key["name"] for key in tenant.run(INFO, role="owner")["api_keys"]] == ["b", "a"]
    assert tenant.run(INFO, name="A")["api_keys"] == []
    assert tenant.writes().count(f"GET {KEYS}") == 0


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("there", "given", "difference"),
    [
        ("caf\u00e9", "cafe\u0301", "the composition of its Unicode characters"),
        ("cafe\u0301", "caf\u00e9", "the composition of its Unicode characters"),
        ("Website", "website", "case"),
    ],
)
def test_a_name_that_looks_the_same(tenant: Tenant, check_mode: bool, there: str, given: str, difference: str) -> None:
    make(tenant, there)
    words = f"One has the name {there!r}, which differs in {difference} only."
    (warning,) = tenant.run(DEFINITION, check_mode, name=given, state="absent")["warnings"]
    assert warning.startswith(f"No API key has the name {given!r}, so the task deletes nothing. {words}")
    (warning,) = tenant.run(DEFINITION, check_mode, name=given, role="read")["warnings"]
    assert warning.startswith(f"No API key has the name {given!r}, so the task creates it. {words}")
    assert "warnings" not in tenant.run(DEFINITION, True, name=there)
    assert "warnings" not in tenant.run(DEFINITION, check_mode, name=there, state="absent")
