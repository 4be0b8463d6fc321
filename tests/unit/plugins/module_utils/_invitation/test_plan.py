# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of invitations: who is invited, what replaces what, and what a failure leaves."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import Task
from ansible_collections.community.trieve.plugins.module_utils._invitation import plan
from ansible_collections.community.trieve.plugins.module_utils._invitation.model import Invitation
from ansible_collections.community.trieve.plugins.module_utils._invitation.plan import invite, remove_invitation
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient

CLIENT = TrieveClient("http://127.0.0.1:1", "key", "o", retries=0)
JO: dict[str, Any] = {"email": "jo@example.com", "role": "admin", "app_url": "https://a", "redirect_uri": "https://b"}


def invitation(invitation_id: str, role: str = "admin", used: bool = False, **values: Any) -> Invitation:
    known = {"id": invitation_id, "email": "jo@example.com", "role": role, "scopes": None, "used": used, **values}
    return {**known, "organization_id": "o", "created_at": None, "updated_at": None}


@pytest.mark.parametrize(
    "existing",
    [[invitation("1")], [invitation("1", "user", used=True)], [invitation("1", "user"), invitation("2")]],
    ids=["matches", "accepted", "one of two matches"],
)
def test_nobody_is_invited_twice(existing: list[Invitation]) -> None:
    assert invite(Task({}), CLIENT, existing, JO) is None


def test_an_invitation_as_data() -> None:
    change = invite(Task({}), CLIENT, [], JO)
    assert change
    assert (change.action, change.id, change.before, change.after) == ("invite", None, {}, JO)
    assert change.diff()["after_header"] == "invitation jo@example.com: invited"
    assert change.predicted.invitation["role"] == "admin"
    assert change.predicted.member is None


def test_a_replacement_keeps_what_is_not_declared() -> None:
    old = invitation("1", "user", scopes=["a"])
    change = invite(Task({}), CLIENT, [old], JO)
    assert change
    assert (change.action, change.id, change.before) == ("replace", "1", {"role": "user"})
    assert change.diff()["after_header"] == "invitation jo@example.com: replaced, another mail is sent"
    assert change.predicted.invitation["scopes"] == ["a"]


@pytest.mark.parametrize("name", ["role", "app_url", "redirect_uri"])
def test_what_is_required_to_invite(name: str) -> None:
    for value in (None, ""):
        desired = {key: value if key == name else other for key, other in JO.items()}
        with pytest.raises(TaskFailed, match=f"^{name} is missing or empty, but required to invite jo@example.com"):
            invite(Task({}), CLIENT, [], desired)


def test_a_replacement_that_fails_half_way(monkeypatch: pytest.MonkeyPatch) -> None:
    deleted: list[Any] = []

    def refuse(client: TrieveClient, complete: Any) -> None:
        raise TaskFailed("No such luck.")

    monkeypatch.setattr(plan, "delete_invitation", lambda client, one: deleted.append(one["id"]))
    monkeypatch.setattr(plan, "create_invitation", refuse)
    change = invite(Task({}), CLIENT, [invitation("1", "user"), invitation("2", "owner")], JO)
    assert change
    with pytest.raises(TaskFailed, match="The old invitation of jo@example.com was deleted") as failure:
        change.perform()
    assert failure.value.results["changed"] is True
    assert (deleted, change.state) == (["1", "2"], "half done")


def test_a_deletion_as_data() -> None:
    change = remove_invitation(CLIENT, invitation("1", used=True))
    assert (change.action, change.id, change.predicted["id"]) == ("delete", "1", "1")
    assert change.before == {"id": "1", "email": "jo@example.com", "role": "admin", "used": True}
