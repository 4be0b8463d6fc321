# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys whose secrets were lost: every request of a creation and a rotation fails in every way, and the next runs put it right.

Three things always hold. The secret that the user has stored works, a run that is green has no newest key whose secret was
never handed over (or warns), and with C(stored_id) two more runs lead to just the keys that should be there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._api_key import creation as _api_key_creation
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import with_new_secrets
from ansible_collections.community.trieve.plugins.module_utils._core.values import without_secrets
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveError
from ansible_collections.community.trieve.plugins.modules.trieve_api_key import DEFINITION
from sandbox.server import Running

from ...tasks import played, task_of
from ...tenant import Tenant

NOWHERE = "11111111-2222-4333-8444-555555555555"
KEYS = "/api/organization/api_key"

WAYS: dict[str, dict[str, Any]] = {
    "refused": {"kind": "status", "status": 500},
    "forbidden": {"kind": "status", "status": 403},
    "bad gateway": {"kind": "html"},
    "lost before": {"kind": "drop"},
    "lost after": {"kind": "drop_after"},
    "cut": {"kind": "cut"},
    "no JSON": {"kind": "truncated_json"},
    "empty": {"kind": "empty_200"},
}
CELLS = [
    *(("GET", after, "refused") for after in range(5)),
    *(("POST", 0, way) for way in WAYS),
    *(("DELETE", 0, way) for way in ("refused", "lost before", "lost after")),
]
"""A request, how many of its kind are let pass before it, and what happens to it."""

CASES: dict[str, dict[str, Any]] = {
    "creation": {"role": "read"},
    "on_difference": {"role": "admin", "rotate": "on_difference"},
    "always": {"role": "read", "rotate": "always"},
}


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization without keys."""
    return Tenant(sandbox, {**connection, "retries": 0})


def keys(tenant: Tenant) -> list[dict[str, Any]]:
    return tenant.rows("organization_api_keys")


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [key["id"] for key in found]


def make(tenant: Tenant, name: str = "k", role: int = 0, **values: Any) -> str:
    """Somebody else creates a key. Returns its id."""
    tenant.call("POST", KEYS, {"name": name, "role": role, **values})
    key_id: str = keys(tenant)[-1]["id"]
    return key_id


class User:
    """Somebody who stores a new key with its ID where the task succeeds, and then lets a task delete the former ones.

    :param proves: whether the tasks have C(stored_id)
    :param options: those of the tasks
    """

    def __init__(self, tenant: Tenant, proves: bool, **options: Any) -> None:
        self.tenant = tenant
        self.proves = proves
        self.options = options
        self.stored: tuple[str, str] | None = None
        self.handed_over: set[str] = set()

    def begin(self, role: int) -> None:
        """Have a key, and as many former ones as may stay."""
        for _generation in range(1 + self.options["keep_previous"]):
            key = self.tenant.call("POST", KEYS, {"name": "k", "role": role})["api_key"]
            self.stored = (keys(self.tenant)[-1]["id"], key)

    def task(self, **options: Any) -> dict[str, Any]:
        """One task, and what is stored of its result."""
        common = {"name": "k", "keep_previous": self.options["keep_previous"]}
        before = set(ids(keys(self.tenant)))
        result = self.tenant.run(DEFINITION, **{**common, **options})
        if result.get("key"):
            self.handed_over |= set(ids(keys(self.tenant))) - before
            if not result.get("failed"):
                self.stored = (result["api_key"]["id"], result["key"])
        return result

    def run(self) -> list[dict[str, Any]]:
        """The results of a play: the task, and where it made a key the one that proves it to be stored."""
        options = dict(self.options)
        if self.proves:
            options["stored_id"] = self.stored[0] if self.stored else ""
        results = [self.task(**options)]
        if self.proves and results[0].get("key") and not results[0].get("failed") and self.stored:
            results.append(self.task(stored_id=self.stored[0]))
        return results

    def works(self) -> bool:
        """Whether the stored secret does."""
        return self.stored is not None and self.tenant.status("GET", "/api/user/api_key", self.stored[1]) == 200


def preview_and_run(user: User) -> dict[str, Any]:
    """The first result of a play, which the preview has foretold."""
    options = {**user.options, "name": "k"}
    if user.proves:
        options["stored_id"] = user.stored[0] if user.stored else ""
    preview = user.tenant.run(DEFINITION, check_mode=True, **options)
    result = user.run()[0]
    for name in (
        "failed",
        "changed",
        "diff",
        "deleted_api_keys",
        "superseded_api_keys",
        "previous_api_keys",
        "warnings",
    ):
        assert preview.get(name) == result.get(name), name
    return result


@pytest.mark.sampled(every=5)
@pytest.mark.parametrize("proves", [True, False])
@pytest.mark.parametrize("keep_previous", [0, 1])
@pytest.mark.parametrize("case", CASES)
def test_every_request_fails_in_every_way(tenant: Tenant, case: str, keep_previous: int, proves: bool) -> None:
    failures = 0
    for method, after, way in CELLS:
        cell = f"{way} at {method} {after}"
        tenant.control.sql("DELETE FROM organization_api_keys")
        user = User(tenant, proves, **CASES[case], keep_previous=keep_previous)
        if case != "creation":
            user.begin(0)
            assert len(keys(tenant)) == 1 + keep_previous
        had_one = user.stored is not None
        tenant.control.faults({**WAYS[way], "method": method, "path": KEYS, "after": after, "times": 1})
        failed = any(result.get("failed") for result in user.run())
        tenant.control.clear_faults()
        failures += failed
        assert user.works() or (not had_one and failed), cell
        for _round in range(2):
            result = preview_and_run(user)
            assert user.works() or not (proves or had_one), cell
            if proves:
                assert not result.get("failed"), (cell, result["msg"])
            if not result.get("failed"):
                newest = keys(tenant)[-1]["id"]
                assert newest in user.handed_over or result.get("warnings"), cell
        if proves:
            assert user.stored
            assert user.stored[0] == keys(tenant)[-1]["id"], cell
            assert len(keys(tenant)) <= 1 + keep_previous, cell
    assert failures >= 9


@pytest.mark.parametrize("proves", [True, False])
@pytest.mark.parametrize("way", ["lost after", "cut"])
def test_a_key_whose_secret_was_lost_on_the_way_is_deleted_at_once(tenant: Tenant, way: str, proves: bool) -> None:
    tenant.control.faults({**WAYS[way], "method": "POST", "times": 1})
    options = {"name": "k", "role": "read", **({"stored_id": ""} if proves else {})}
    result = tenant.run(DEFINITION, **options)
    (lost,) = result["api_keys"]
    assert (result["failed"], result["changed"], "key" in result) == (True, False, False)
    assert f"Key {lost['id']}" in result["msg"]
    assert "it was deleted again" in result["msg"]
    assert keys(tenant) == []
    again = tenant.run(DEFINITION, **options)
    assert (again["changed"], again["api_key"]["id"]) == (True, keys(tenant)[-1]["id"])


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_lost_key_that_cannot_be_deleted_is_named(tenant: Tenant, method: str) -> None:
    tenant.control.faults(
        {"kind": "drop_after", "method": "POST", "times": 1},
        {"kind": "status", "status": 500, "method": method, "path": KEYS, "after": int(method == "GET")},
    )
    result = tenant.run(DEFINITION, name="k", role="read")
    tenant.control.clear_faults()
    (row,) = keys(tenant)
    assert (result["failed"], result["changed"]) == (True, method == "DELETE")
    assert (row["id"] in result["msg"]) is (method == "DELETE")
    assert "stored_id" in result["msg"]
    proven = tenant.run(DEFINITION, name="k", role="read", stored_id="")
    assert (proven["changed"], ids(proven["superseded_api_keys"])) == (True, [row["id"]])
    tenant.thrice(DEFINITION, name="k", stored_id=proven["api_key"]["id"])
    assert ids(keys(tenant)) == [proven["api_key"]["id"]]


def instead(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen in place of the task's creation, to which there is no answer."""

    def create(*_args: Any) -> str:
        act()
        raise TrieveError("POST: the connection was lost.", "the connection was lost", "POST", KEYS, None)

    monkeypatch.setattr(_api_key_creation, "create_api_key", create)


def test_a_key_that_another_client_created_meanwhile_is_not_taken_for_ones_own(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that differs in what can be read, and two of which only one can be: none of them is deleted."""
    docs = tenant.dataset("docs")
    acts: list[tuple[Callable[[], object], str]] = [
        (lambda: make(tenant, role=1), "shows no new key"),
        (lambda: make(tenant, dataset_ids=[docs]), "shows no new key"),
        (lambda: make(tenant, "other"), "shows no new key"),
        (lambda: (make(tenant), make(tenant)), "There are 2 new keys"),
    ]
    for act, words in acts:
        tenant.control.sql("DELETE FROM organization_api_keys")
        with monkeypatch.context() as patched:
            instead(patched, act)
            result = tenant.run(DEFINITION, name="k", role="read")
        assert words in result["msg"]
        assert "stored_id" in result["msg"]
        assert len(keys(tenant)) == 1 + ("2" in words)


def test_a_key_that_appears_after_the_task_has_ended(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer came too late, and the list was read too early."""
    with monkeypatch.context() as patched:
        instead(patched, lambda: None)
        result = tenant.run(DEFINITION, name="k", role="read", stored_id="")
    assert (result["failed"], result["changed"]) == (True, False)
    assert "If it appears later" in result["msg"]
    late = make(tenant)
    second = tenant.run(DEFINITION, name="k", role="read", stored_id="")
    (warning,) = second["warnings"]
    assert late in warning
    tenant.thrice(DEFINITION, name="k", role="read", stored_id=second["api_key"]["id"])
    assert ids(keys(tenant)) == [second["api_key"]["id"]]


def test_a_refusal_is_no_reason_to_look_for_a_lost_key(tenant: Tenant) -> None:
    tenant.control.faults({"kind": "status", "status": 403, "method": "POST"})
    tenant.control.clear_requests()
    assert tenant.run(DEFINITION, name="k", role="read")["error"]["status"] == 403
    log = [entry["method"] for entry in tenant.control.requests()]
    assert log[-1] == "POST"


class Ended(BaseException):
    """What the timeout of a task raises in the middle of the work."""


@pytest.mark.parametrize("where", ["create_api_key", "list_api_keys"])
def test_a_task_that_is_ended_hands_over_what_it_has(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def end(*_args: Any, **_options: Any) -> None:
        raise Ended

    monkeypatch.setattr(_api_key_creation, where, end)
    task = task_of(DEFINITION, **tenant.connection, name="k", role="read")
    with pytest.raises(Ended):
        played(DEFINITION, task)
    assert task.partial
    result = with_new_secrets(DEFINITION, task, without_secrets(task.partial()))
    if where == "create_api_key":
        assert (result["changed"], "key" in result) == (False, False)
        assert "stored_id" in result["msg"]
    else:
        assert result["changed"] is True
        assert tenant.status("GET", "/api/user/api_key", result["key"]) == 200
        assert result["key"] not in result["msg"]


def test_a_task_that_may_not_send_any_more_says_why(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def create(*_args: Any) -> str:
        raise TaskFailed("Nobody listens any more.", reason="ended")

    monkeypatch.setattr(_api_key_creation, "create_api_key", create)
    stored, lost = make(tenant), make(tenant)
    result = tenant.run(DEFINITION, name="k", rotate="always", stored_id=stored)
    assert (result["failed"], result["changed"], result["reason"]) == (True, True, "ended")
    assert ids(result["deleted_api_keys"]) == [lost]


# -- stored_id -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rotate", ["never", "on_difference"])
def test_newer_keys_than_the_stored_one_are_lost(tenant: Tenant, rotate: str) -> None:
    """They are deleted, and nothing else changes."""
    stored, newer, newest = make(tenant), make(tenant), make(tenant, role=2)
    result = tenant.thrice(DEFINITION, name="k", role="read", rotate=rotate, stored_id=stored.upper())
    assert ids(result["deleted_api_keys"]) == [newest, newer]
    assert (result["key"], result["api_key"]["id"]) == (None, stored)
    assert ids(keys(tenant)) == [stored]


def test_the_rotation_that_broke_off_is_done_again(tenant: Tenant) -> None:
    stored, lost = make(tenant), make(tenant, role=1)
    result = tenant.run(DEFINITION, name="k", role="admin", rotate="on_difference", stored_id=stored)
    assert ids(result["deleted_api_keys"]) == [lost]
    assert ids(result["superseded_api_keys"]) == [stored]
    assert ids(keys(tenant)) == [stored, result["api_key"]["id"]]


def test_the_former_key_is_kept_and_not_the_lost_one(tenant: Tenant) -> None:
    former, stored, _lost = make(tenant), make(tenant), make(tenant)
    options: dict[str, Any] = {"name": "k", "keep_previous": 1}
    result = tenant.run(DEFINITION, rotate="always", stored_id=stored, **options)
    assert ids(keys(tenant)) == [former, stored, result["api_key"]["id"]]
    tenant.thrice(DEFINITION, stored_id=result["api_key"]["id"], **options)
    assert ids(keys(tenant)) == [stored, result["api_key"]["id"]]


@pytest.mark.parametrize("stored_id", ["", " ", NOWHERE])
def test_no_stored_key_makes_a_new_one(tenant: Tenant, stored_id: str) -> None:
    """What is there may be in use after all, so it goes only when the new one is proven."""
    old = make(tenant, role=1)
    tenant.writes()
    preview = tenant.run(DEFINITION, check_mode=True, name="k", stored_id=stored_id)
    result = tenant.run(DEFINITION, name="k", stored_id=stored_id)
    assert tenant.writes() == [f"POST {KEYS}"]
    assert preview["diff"] == result["diff"]
    assert preview["warnings"] == result["warnings"]
    (warning,) = result["warnings"]
    assert old in warning
    assert (NOWHERE in warning) is (stored_id == NOWHERE)
    assert result["api_key"]["role"] == "admin"
    assert ids(result["superseded_api_keys"]) == [old]
    assert result["diff"][0]["after"]["api_key_ids"] == ["(new)", old]


@pytest.mark.parametrize(("stored_id", "warnings"), [("", 0), (NOWHERE, 1)])
def test_a_first_key_with_nothing_stored(tenant: Tenant, stored_id: str, warnings: int) -> None:
    result = tenant.run(DEFINITION, name="k", role="read", stored_id=stored_id)
    assert (result["changed"], len(result.get("warnings", []))) == (True, warnings)


def test_what_is_no_stored_id(tenant: Tenant) -> None:
    other = make(tenant, "other")
    secret = "tr-Xk2mPq9vLw4Zt7RbY8nHc3JdS6sFa1Ge"
    words = tenant.refused(DEFINITION, name="k", role="read", stored_id=secret)
    assert words.startswith("stored_id is not a valid UUID")
    assert secret not in words
    assert "of the key 'other'" in tenant.refused(DEFINITION, name="k", role="read", stored_id=other)
    assert "stored_id cannot be used with state: absent" in tenant.refused(
        DEFINITION, name="k", state="absent", stored_id=other
    )
