# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotation of keys: the new one first, the generations that stay, and what is told where it goes wrong half-way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._api_key import api as _api_key
from ansible_collections.community.trieve.plugins.module_utils._api_key import creation as _api_key_creation
from ansible_collections.community.trieve.plugins.modules.trieve_api_key import DEFINITION
from sandbox.server import Running

from ...tasks import played, task_of
from ...tenant import Tenant

KEYS = "/api/organization/api_key"


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization without keys."""
    return Tenant(sandbox, connection)


def keys(tenant: Tenant) -> list[dict[str, Any]]:
    return tenant.rows("organization_api_keys")


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [key["id"] for key in found]


def make(tenant: Tenant, name: str = "k", role: int = 0, **values: Any) -> str:
    """Somebody else creates a key. Returns its id."""
    tenant.call("POST", KEYS, {"name": name, "role": role, **values})
    key_id: str = keys(tenant)[-1]["id"]
    return key_id


def test_a_difference_is_an_error_that_names_the_way_out(tenant: Tenant) -> None:
    old, docs = make(tenant), tenant.dataset("docs")
    words = tenant.refused(DEFINITION, name="k", role="admin", dataset_ids=["docs"])
    for part in (old, "role is read, not admin", docs, "rotate: on_difference"):
        assert part in words


@pytest.mark.parametrize("option", ["role", "dataset_ids"])
def test_on_difference(tenant: Tenant, option: str) -> None:
    old = make(tenant)
    docs = tenant.dataset("docs")
    value, after = {"role": ("admin", "admin"), "dataset_ids": (["docs"], [docs])}[option]
    result = tenant.thrice(DEFINITION, name="k", rotate="on_difference", **{option: value})
    assert [row["id"] for row in keys(tenant)] == [old, result["api_key"]["id"]]
    assert result["api_key"][option] == after
    assert ids(result["superseded_api_keys"]) == ids(result["previous_api_keys"]) == [old]
    assert result["deleted_api_keys"] == []
    (entry,) = result["diff"]
    assert entry["after_header"] == "API key k: rotated, the new key has another secret"
    assert entry["before"]["api_key_ids"] == [old]
    assert entry["after"] == {option: after, "api_key_ids": ["(new)", old], "superseded_api_key_ids": [old]}
    proven = tenant.thrice(DEFINITION, name="k", stored_id=result["api_key"]["id"])
    assert ids(proven["deleted_api_keys"]) == [old]
    assert (proven["key"], proven["previous_api_keys"], proven["superseded_api_keys"]) == (None, [], [])
    assert [entry["before"]["id"] for entry in proven["diff"]] == [old]
    assert ids(keys(tenant)) == [result["api_key"]["id"]]


def test_datasets_may_be_taken_away(tenant: Tenant) -> None:
    docs, blog = tenant.dataset("docs"), tenant.dataset("blog")
    make(tenant, dataset_ids=[docs, blog])
    result = tenant.thrice(DEFINITION, name="k", rotate="on_difference", dataset_ids=["docs"])
    assert result["api_key"]["dataset_ids"] == [docs]
    assert tenant.thrice(DEFINITION, name="k", rotate="on_difference", dataset_ids=[])["api_key"]["dataset_ids"] == []
    assert len(keys(tenant)) == 2


def test_what_is_not_named_is_kept_as_far_as_it_can_be_read(tenant: Tenant) -> None:
    docs = tenant.dataset("docs")
    make(tenant, role=1, dataset_ids=[docs], scopes=["GET /api"], expires_at="2090-01-01T00:00:00Z")
    tenant.run(DEFINITION, name="k", rotate="always")
    row = keys(tenant)[-1]
    assert (row["role"], json.loads(row["dataset_ids"])) == (1, [docs])
    assert (row["scopes"], row["expires_at"]) == (None, None)


def test_always_makes_another_key_each_time(tenant: Tenant) -> None:
    made = [tenant.run(DEFINITION, name="k", role="read", rotate="always") for _round in range(4)]
    assert len({result["key"] for result in made}) == 4
    assert all(result["changed"] for result in made)
    assert works(tenant, made) == [False, False, True, True]


def works(tenant: Tenant, results: list[dict[str, Any]]) -> list[bool]:
    """Whether the keys of these results are alive."""
    return [tenant.status("GET", "/api/user/api_key", result["key"]) == 200 for result in results]


def test_a_rotation_deletes_no_key_that_may_be_in_use(tenant: Tenant) -> None:
    """The result with the new secret has not been handed over yet, and the one before it may have been lost."""
    old = make(tenant)
    tenant.writes()
    second = tenant.run(DEFINITION, name="k", rotate="always")
    assert tenant.writes() == [f"POST {KEYS}"]
    made = tenant.run(DEFINITION, name="k", rotate="always")
    assert tenant.writes() == [f"POST {KEYS}", f"DELETE {KEYS}/{old}"]
    assert [change["action"] for change in made["plan"]] == ["rotate", "delete"]
    assert made["summary"] == {"rotate": 1, "delete": 1, "unchanged": 0}
    third = keys(tenant)[-1]["id"]
    last = tenant.run(DEFINITION, name="k", rotate="always", stored_id=third)
    assert tenant.writes() == [f"DELETE {KEYS}/{second['api_key']['id']}", f"POST {KEYS}"]
    assert [change["action"] for change in last["plan"]] == ["delete", "rotate"]


def test_previous_generations_stay_for_one_more_rotation(tenant: Tenant) -> None:
    """Each result is stored, and that is proven before the next rotation."""
    options: dict[str, Any] = {"name": "k", "keep_previous": 1}
    made: list[dict[str, Any]] = []
    for _round in range(3):
        made.append(tenant.run(DEFINITION, role="read", rotate="always", **options))
        tenant.thrice(DEFINITION, stored_id=made[-1]["api_key"]["id"], **options)
    all_ids = [result["api_key"]["id"] for result in made]
    assert ids(keys(tenant)) == all_ids[1:]
    assert [ids(result["previous_api_keys"]) for result in made] == [[], [all_ids[0]], [all_ids[1], all_ids[0]]]
    assert [ids(result["superseded_api_keys"]) for result in made] == [[], [], [all_ids[0]]]
    assert works(tenant, made) == [False, True, True]
    preview = tenant.run(DEFINITION, check_mode=True, rotate="always", **options)
    assert preview["diff"][0]["before"]["api_key_ids"] == [all_ids[2], all_ids[1]]
    assert preview["diff"][0]["after"]["api_key_ids"] == ["(new)", all_ids[2], all_ids[1]]
    assert preview["diff"][0]["after"]["superseded_api_key_ids"] == [all_ids[1]]
    resting = tenant.run(DEFINITION, **options)
    assert (resting["changed"], resting["api_key"]["id"]) == (False, all_ids[2])
    assert ids(resting["previous_api_keys"]) == [all_ids[1]]
    assert "warnings" not in resting


def test_the_newest_generation_counts_whatever_the_order_of_ids(tenant: Tenant) -> None:
    make(tenant, role=0), make(tenant, role=1), make(tenant, role=2)
    newest = tenant.run(DEFINITION, name="k", keep_previous=2)["api_key"]
    assert newest["role"] == "owner"
    # The server cuts a fraction of zeros off, and the whole second is earlier than a part of it.
    first, second, third = (row["id"] for row in keys(tenant))
    for key_id, time in (
        (first, 1_700_000_001_500_000),
        (second, 1_700_000_001_000_000),
        (third, 1_700_000_000_999_999),
    ):
        tenant.control.sql("UPDATE organization_api_keys SET created_at = ? WHERE id = ?", [time, key_id])
    found = tenant.run(DEFINITION, name="k", keep_previous=2)
    assert [found["api_key"]["id"], *(key["id"] for key in found["previous_api_keys"])] == [first, second, third]


def test_leftover_generations_are_named_with_the_way_out(tenant: Tenant) -> None:
    found = [make(tenant) for _number in range(3)]
    for check_mode in (True, False):
        result = tenant.run(DEFINITION, check_mode, name="k")
        assert (result["changed"], result["api_key"]["id"]) == (False, found[2])
        (warning,) = result["warnings"]
        assert warning.startswith("There are 3 keys with the name 'k', and keep_previous: 0 allows 1.")
        assert f"stored_id: {found[2]}" in warning
        assert all(key_id in warning for key_id in found)
    (warning,) = tenant.run(DEFINITION, name="k", keep_previous=1)["warnings"]
    assert found[1] not in warning
    assert "warnings" not in tenant.run(DEFINITION, name="k", keep_previous=2)
    assert ids(keys(tenant)) == found


@pytest.mark.parametrize(
    "options", [{"rotate": "always"}, {"rotate": "on_difference", "role": "admin"}, {"stored_id": ""}]
)
def test_too_many_unproven_generations_are_named(tenant: Tenant, options: dict[str, Any]) -> None:
    """Each of them may be in use: another new key would only hide which."""
    found = [make(tenant) for _number in range(3)]
    words = tenant.refused(DEFINITION, name="k", **options)
    assert words.startswith("There are 3 keys with the name 'k'")
    assert "stored_id" in words
    assert all(key_id in words for key_id in found)
    for stored in found:
        tenant.thrice(DEFINITION, name="k", stored_id=stored)
        assert ids(keys(tenant)) == [stored]
        break


def failed_after_creation(tenant: Tenant, result: dict[str, Any]) -> str:
    """The words of a failure that has the new key in it, once."""
    assert (result["failed"], result["changed"]) == (True, True)
    assert tenant.status("GET", "/api/user/api_key", result["key"]) == 200
    assert json.dumps(result).count(result["key"]) == 1
    words: str = result["msg"]
    return words


def test_the_list_cannot_be_read_after_a_creation(tenant: Tenant) -> None:
    old = make(tenant)
    tenant.control.faults({"kind": "status", "status": 500, "method": "GET", "path": KEYS, "after": 1})
    words = failed_after_creation(tenant, tenant.run(DEFINITION, name="k", rotate="always", retries=0))
    assert "No key in use was deleted" in words
    assert old in {row["id"] for row in keys(tenant)}


def test_the_old_key_cannot_be_deleted(tenant: Tenant) -> None:
    old, _newer = make(tenant), make(tenant)
    tenant.control.faults({"kind": "status", "status": 500, "method": "DELETE"})
    result = tenant.run(DEFINITION, name="k", rotate="always", retries=0)
    words = failed_after_creation(tenant, result)
    assert old in words
    assert f"stored_id: {result['api_key']['id']}" in words
    assert result["deleted_api_keys"] == []


def test_a_superseded_key_cannot_be_deleted(tenant: Tenant) -> None:
    first, second, third = make(tenant), make(tenant), make(tenant)
    tenant.control.faults({"kind": "status", "status": 500, "method": "DELETE", "after": 1})
    result = tenant.run(DEFINITION, name="k", role="admin", rotate="on_difference", stored_id=third, retries=0)
    assert (result["failed"], result["changed"], ids(result["deleted_api_keys"])) == (True, True, [first])
    assert second in result["msg"]
    assert ids(keys(tenant)) == [second, third]


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen right after the task's creation."""
    create = _api_key.create_api_key

    def both(*args: Any) -> str:
        secret = create(*args)
        act()
        return secret

    monkeypatch.setattr(_api_key_creation, "create_api_key", both)


def test_somebody_else_creates_another_key_meanwhile(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, lambda: make(tenant, "another"))
    result = tenant.run(DEFINITION, name="k", role="read")
    assert result["api_key"]["name"] == "k"


def test_somebody_else_creates_a_key_of_the_name_meanwhile(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    old = make(tenant)
    meanwhile(monkeypatch, lambda: make(tenant))
    result = tenant.run(DEFINITION, name="k", rotate="always")
    words = failed_after_creation(tenant, result)
    assert "there are 2 new keys" in words
    there = set(ids(keys(tenant)))
    assert old in there
    assert there - {old} == set(ids(result["api_keys"]))
    assert all(key_id in words for key_id in there - {old})


def test_somebody_else_creates_another_kind_of_key_of_the_name_meanwhile(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: make(tenant, role=2))
    result = tenant.run(DEFINITION, name="k", role="read")
    assert result["api_key"]["role"] == "read"


def test_somebody_else_deletes_the_new_key_meanwhile(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, lambda: tenant.call("DELETE", f"{KEYS}/{keys(tenant)[-1]['id']}"))
    result = tenant.run(DEFINITION, name="k", role="read")
    assert (result["failed"], result["changed"]) == (True, True)
    assert "the list does not show it" in result["msg"]


def test_a_refused_creation_changes_nothing(tenant: Tenant) -> None:
    make(tenant, "reader", 0)
    reader = tenant.call("POST", KEYS, {"name": "admin", "role": 1})["api_key"]
    tenant.control.faults({"kind": "status", "status": 403, "method": "POST", "body": {"message": "Forbidden"}})
    result = tenant.run(DEFINITION, name="k", role="read", api_key=reader)
    assert (result["changed"], result["error"]["status"]) == (False, 403)


def test_the_key_survives_a_bug_and_stands_nowhere_else(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one thing that cannot be had again."""
    task = task_of(DEFINITION, **tenant.connection, name="k", role="read")

    def broken(*_args: Any) -> bool:
        task.warn(f"a warning with {task.new_secrets['k']}")
        raise RuntimeError(f"a bug with {task.new_secrets['k']}")

    monkeypatch.setattr(_api_key_creation, "is_created_by", broken)
    result = played(DEFINITION, task)
    failed_after_creation(tenant, result)
    assert "a bug with ****" in result["msg"].replace("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "********")


def test_a_task_may_rotate_the_key_that_it_is_called_with(tenant: Tenant) -> None:
    first = tenant.run(DEFINITION, name="k", role="admin")
    second = tenant.run(DEFINITION, name="k", rotate="always", keep_previous=1, api_key=first["key"])
    third = tenant.run(DEFINITION, name="k", rotate="always", keep_previous=1, api_key=second["key"])
    fourth = tenant.run(DEFINITION, name="k", state="absent", api_key=third["key"])
    assert [len(result.get("api_keys", [1])) for result in (second, third, fourth)] == [1, 1, 3]
    assert keys(tenant) == []
