# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of organizations: what is compared, and what a failure leaves."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._organization import plan
from ansible_collections.community.trieve.plugins.module_utils._organization.model import to_result
from ansible_collections.community.trieve.plugins.module_utils._organization.plan import change_organization
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient

CLIENT = TrieveClient("http://127.0.0.1:1", "key", "o", retries=0)
EXAMPLE = to_result({"id": "o", "name": "R & D", "partner_configuration": {"PHONE": "1", "EMAIL": "a"}})


@pytest.mark.parametrize(
    "desired", [{}, {"name": "R &amp; D"}, {"name": "R & D"}, {"partner_configuration": {"phone": "1"}}]
)
def test_an_organization_that_matches(desired: dict[str, Any]) -> None:
    assert change_organization(CLIENT, EXAMPLE, desired) is None


def test_only_what_differs_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    updated = {**EXAMPLE, "partner_configuration": {**EXAMPLE["partner_configuration"], "phone": "2"}}
    monkeypatch.setattr(plan, "update_organization", lambda client, current, differing: sent.append(differing))
    monkeypatch.setattr(plan, "read_again", lambda client: updated)
    change = change_organization(CLIENT, EXAMPLE, {"name": "R & D", "partner_configuration": {"phone": "2"}})
    assert change
    assert change.as_data()["fields"] == [
        {"name": "partner_configuration", "before": {"phone": "1"}, "after": {"phone": "2"}}
    ]
    assert change.perform() == updated
    assert {**change.predicted, "name": "R & D"} == updated
    assert sent == [{"partner_configuration": {"phone": "2"}}]


def test_a_creation_that_fails_half_way(monkeypatch: pytest.MonkeyPatch) -> None:
    created = {**EXAMPLE, "id": "new"}

    def refuse(client: TrieveClient, current: Any, differing: Any) -> None:
        raise TaskFailed("No such luck.")

    monkeypatch.setattr(plan, "create_organization", lambda client, name: "new")
    monkeypatch.setattr(plan, "read_again", lambda client: created)
    monkeypatch.setattr(plan, "update_organization", refuse)
    change = change_organization(CLIENT, None, {"name": "R & D", "partner_configuration": {"phone": "2"}})
    assert change
    assert (change.action, change.id, change.predicted["id"]) == ("create", None, None)
    with pytest.raises(TaskFailed, match="was created with ID new, but its partner configuration could not be set"):
        change.perform()
    assert (change.state, change.value) == ("half done", created)
