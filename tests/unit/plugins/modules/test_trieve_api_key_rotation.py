# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotation of keys: the new one first, the generations that stay, and what is told where it goes wrong half-way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils import _api_key
from ansible_collections.community.trieve.plugins.modules import trieve_api_key
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
    (row,) = keys(tenant)
    assert row["id"] == result["api_key"]["id"] != old
    assert result["api_key"][option] == after
    assert [key["id"] for key in result["deleted_api_keys"]] == [old]
    assert result["diff"]["before"]["api_key_ids"] == [old]
    assert result["diff"]["after"] == {option: after, "api_key_ids": ["(new)"]}


def test_datasets_may_be_taken_away(tenant: Tenant) -> None:
    docs, blog = tenant.dataset("docs"), tenant.dataset("blog")
    make(tenant, dataset_ids=[docs, blog])
    result = tenant.thrice(DEFINITION, name="k", rotate="on_difference", dataset_ids=["docs"])
    assert result["api_key"]["dataset_ids"] == [docs]
    assert tenant.thrice(DEFINITION, name="k", rotate="on_difference", dataset_ids=[])["api_key"]["dataset_ids"] == []


def test_what_is_not_named_is_kept_as_far_as_it_can_be_read(tenant: Tenant) -> None:
    docs = tenant.dataset("docs")
    make(tenant, role=1, dataset_ids=[docs], scopes=["GET /api"], expires_at="2090-01-01T00:00:00Z")
    tenant.run(DEFINITION, name="k", rotate="always")
    (row,) = keys(tenant)
    assert (row["role"], json.loads(row["dataset_ids"])) == (1, [docs])
    assert (row["scopes"], row["expires_at"]) == (None, None)


def test_always_makes_another_key_each_time(tenant: Tenant) -> None:
    first = tenant.run(DEFINITION, name="k", role="read", rotate="always")
    second = tenant.run(DEFINITION, name="k", role="read", rotate="always")
    assert second["changed"] is True
    assert first["key"] != second["key"]
    assert tenant.status("GET", "/api/user/api_key", first["key"]) == 401
    assert tenant.status("GET", "/api/user/api_key", second["key"]) == 200


def test_the_new_key_is_there_before_the_old_one_goes(tenant: Tenant) -> None:
    old = make(tenant)
    tenant.writes()
    tenant.run(DEFINITION, name="k", rotate="always")
    assert tenant.writes() == [f"POST {KEYS}", f"DELETE {KEYS}/{old}"]


def test_previous_generations_stay_for_one_more_rotation(tenant: Tenant) -> None:
    options: dict[str, Any] = {"name": "k", "role": "read", "rotate": "always", "keep_previous": 1}
    made = [tenant.run(DEFINITION, **options) for _round in range(3)]
    ids = [result["api_key"]["id"] for result in made]
    assert [row["id"] for row in keys(tenant)] == ids[1:]
    assert [[key["id"] for key in result["previous_api_keys"]] for result in made] == [[], [ids[0]], [ids[1]]]
    assert [[key["id"] for key in result["deleted_api_keys"]] for result in made] == [[], [], [ids[0]]]
    assert [tenant.status("GET", "/api/user/api_key", result["key"]) for result in made] == [401, 200, 200]
    preview = tenant.run(DEFINITION, check_mode=True, **options)
    assert preview["diff"]["before"]["api_key_ids"] == [ids[2], ids[1]]
    assert preview["diff"]["after"]["api_key_ids"] == ["(new)", ids[2]]
    assert [key["id"] for key in preview["deleted_api_keys"]] == [ids[1]]
    resting = tenant.run(DEFINITION, **{**options, "rotate": "never"})
    assert (resting["changed"], resting["api_key"]["id"]) == (False, ids[2])
    assert [key["id"] for key in resting["previous_api_keys"]] == [ids[1]]


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


@pytest.mark.parametrize("rotate", ["never", "on_difference", "always"])
def test_too_many_generations_are_named(tenant: Tenant, rotate: str) -> None:
    ids = [make(tenant) for _number in range(3)]
    words = tenant.refused(DEFINITION, name="k", rotate=rotate, keep_previous=1)
    assert words.startswith("There are 3 keys with the name 'k'")
    assert all(key_id in words for key_id in ids)


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
    assert "Nothing was deleted" in words
    assert old in {row["id"] for row in keys(tenant)}


def test_the_old_key_cannot_be_deleted(tenant: Tenant) -> None:
    old = make(tenant)
    tenant.control.faults({"kind": "status", "status": 500, "method": "DELETE"})
    result = tenant.run(DEFINITION, name="k", rotate="always", retries=0)
    words = failed_after_creation(tenant, result)
    assert f"api_key_id: {old}" in words
    assert result["api_key"]["id"] in words


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen right after the task's creation."""
    create = vars(trieve_api_key)["create_api_key"]

    def both(*args: Any) -> str:
        secret = create(*args)
        act()
        return secret

    monkeypatch.setattr(trieve_api_key, "create_api_key", both)


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
    ids = {row["id"] for row in keys(tenant)}
    assert old in ids
    assert ids - {old} == {key["id"] for key in result["api_keys"]}
    assert all(key_id in words for key_id in ids - {old})


def test_somebody_else_deletes_the_new_key_meanwhile(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, lambda: tenant.call("DELETE", f"{KEYS}/{keys(tenant)[-1]['id']}"))
    result = tenant.run(DEFINITION, name="k", role="read")
    assert (result["failed"], result["changed"]) == (True, True)
    assert "the list does not show it" in result["msg"]


def test_an_answer_that_is_lost_leaves_a_key_that_nobody_knows(tenant: Tenant) -> None:
    tenant.control.faults({"kind": "drop_after", "method": "POST", "times": 1})
    result = tenant.run(DEFINITION, name="k", role="read")
    (row,) = keys(tenant)
    assert (result["failed"], result["changed"], "key" in result) == (True, True, False)
    assert row["id"] in result["msg"]


def test_a_refused_creation_changes_nothing(tenant: Tenant) -> None:
    make(tenant, "reader", 0)
    reader = tenant.call("POST", KEYS, {"name": "admin", "role": 1})["api_key"]
    tenant.control.faults({"kind": "status", "status": 403, "method": "POST", "body": {"message": "Forbidden"}})
    result = tenant.run(DEFINITION, name="k", role="read", api_key=reader)
    assert (result["changed"], result["error"]["status"]) == (False, 403)


def test_the_key_survives_a_bug_and_stands_nowhere_else(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one thing that cannot be had again."""
    task = task_of(DEFINITION, **tenant.connection, name="k", role="read")

    def broken(self: _api_key.ApiKey) -> dict[str, Any]:
        task.warn(f"a warning with {task.issued}")
        raise RuntimeError(f"a bug with {task.issued}")

    monkeypatch.setattr(_api_key.ApiKey, "result", broken)
    result = played(DEFINITION, task)
    failed_after_creation(tenant, result)
    assert "a bug with ****" in result["msg"].replace("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "********")


def test_a_task_may_rotate_the_key_that_it_is_called_with(tenant: Tenant) -> None:
    first = tenant.run(DEFINITION, name="k", role="admin")
    second = tenant.run(DEFINITION, name="k", rotate="always", keep_previous=1, api_key=first["key"])
    third = tenant.run(DEFINITION, name="k", rotate="always", keep_previous=1, api_key=second["key"])
    fourth = tenant.run(DEFINITION, name="k", state="absent", api_key=third["key"])
    assert [len(result.get("api_keys", [1])) for result in (second, third, fourth)] == [1, 1, 2]
    assert keys(tenant) == []
