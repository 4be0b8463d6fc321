# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of members: what is compared, and what may lock everybody out. No request is sent."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._user.model import Member
from ansible_collections.community.trieve.plugins.module_utils._user.plan import change_user, remove_user
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient

CLIENT = TrieveClient("http://127.0.0.1:1", "key", "o", retries=0)


def member(name: str, role: str, scopes: list[str] | None = None) -> Member:
    times = {"created_at": None, "joined_at": None}
    email = f"{name}@example.com"
    return {"id": name, "email": email, "name": name, "role": role, "scopes": scopes, "organization_id": "o", **times}


def test_a_member_who_matches() -> None:
    jo = member("jo", "admin", ["a", "b"])
    for desired in ({}, {"role": "admin"}, {"scopes": ["a", "b"]}, {"role": "admin", "scopes": ["a", "b"]}):
        assert change_user(CLIENT, [jo], jo, {"email": "JO@example.com", **desired}, force=False) is None


def test_a_change_as_data() -> None:
    jo = member("jo", "user", ["a"])
    desired = {"email": "JO@example.com", "role": "admin", "scopes": ["a"]}
    change = change_user(CLIENT, [jo], jo, desired, force=False)
    assert change
    assert change.as_data() == {
        "action": "update",
        "kind": "user",
        "name": "jo@example.com",
        "id": "jo",
        "dataset": None,
        "fields": [{"name": "role", "before": "user", "after": "admin"}],
    }
    assert change.predicted == {**jo, "role": "admin"}
    assert change.diff()["after_header"] == "user jo@example.com: updated"


@pytest.mark.parametrize("desired", [{"role": "admin"}, {"role": "user"}, {"scopes": ["a"]}])
def test_the_last_owner_without_scopes(desired: dict[str, Any]) -> None:
    members = [member("ann", "owner"), member("jo", "owner", ["a"]), member("kim", "admin")]
    ann = members[0]
    with pytest.raises(TaskFailed, match="force: true"):
        change_user(CLIENT, members, ann, {"email": ann["email"], **desired}, force=False)
    with pytest.raises(TaskFailed, match="would have no owner without scopes"):
        remove_user(CLIENT, members, ann, force=False)
    assert change_user(CLIENT, members, ann, {"email": ann["email"], **desired}, force=True)
    assert remove_user(CLIENT, members, ann, force=True).predicted == ann


def test_one_of_two_owners() -> None:
    members = [member("ann", "owner"), member("jo", "owner")]
    change = change_user(CLIENT, members, members[1], {"email": "jo@example.com", "role": "user"}, force=False)
    assert change
    removal = remove_user(CLIENT, members, members[1], force=False)
    assert (removal.action, removal.before) == ("remove", {"id": "jo", "email": "jo@example.com", "role": "owner"})
