# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a preview of C(trieve_dataset) knows about the permissions of the API key."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from sandbox.formats.ids import key_hash

from ...datasets import Organization

LACKS = "The API key lacks the owner role in organization "
USER_KEY = "tr-Jx5nR8vWq2Tz7KcBf4Yd1HpLs9Gm3EaU"
CHANGES: dict[str, dict[str, Any]] = {
    "create": {"tracking_id": "new"},
    "clone": {"tracking_id": "new", "clone_from": "docs"},
    "change": {"tracking_id": "docs", "system_prompt": "New."},
    "clear": {"tracking_id": "docs", "state": "cleared"},
    "delete": {"tracking_id": "docs", "state": "absent"},
}


@pytest.fixture
def docs(organization: Organization) -> Organization:
    """The organization with a dataset that has a chunk."""
    dataset_id = organization.create(tracking_id="docs")
    organization.add_chunk(dataset_id)
    organization.sent()
    return organization


def key_of(organization: Organization, **options: Any) -> str:
    """A new key of the organization."""
    key: str = organization.api("POST", "organization/api_key", {"name": "key", "role": 1, **options})["api_key"]
    return key


def user_key(organization: Organization, role: int) -> str:
    """The key of a member with this role."""
    user_id, late = str(uuid.uuid4()), 1_900_000_000_000_000
    organization.control.sql("INSERT INTO users VALUES (?, ?, ?, ?)", [user_id, "Jo", "jo@example.com", late])
    organization.control.sql(
        "INSERT INTO user_organizations VALUES (?, ?, ?, ?, ?, ?, ?)",
        [str(uuid.uuid4()), user_id, organization.sandbox.organization_id, role, late, late, None],
    )
    organization.control.sql(
        "INSERT INTO user_api_keys VALUES (?, ?, ?, ?, ?, ?, ?)",
        [str(uuid.uuid4()), user_id, key_hash(USER_KEY), "Jo's", role, late, late],
    )
    return USER_KEY


@pytest.mark.parametrize("whose", ["organization", "user"])
@pytest.mark.parametrize("change", CHANGES)
def test_an_admins_key_fails_in_the_preview_as_in_the_run(docs: Organization, change: str, whose: str) -> None:
    key = key_of(docs) if whose == "organization" else user_key(docs, role=1)
    preview = docs.preview(api_key=key, **CHANGES[change])
    assert (preview["failed"], preview["changed"]) == (True, False)
    assert preview["msg"].startswith(LACKS + docs.sandbox.organization_id)
    assert "Use an API key with the role owner." in preview["msg"]
    assert (preview["error"]["method"], preview["error"]["status"]) == ("GET", 403)
    result = docs.run(api_key=key, **CHANGES[change])
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 403)


@pytest.mark.parametrize("change", CHANGES)
def test_an_owners_key_will_do(docs: Organization, change: str) -> None:
    key = key_of(docs, role=2)
    assert docs.preview(api_key=key, **CHANGES[change])["changed"] is True
    assert docs.run(api_key=key, **CHANGES[change])["changed"] is True


def test_a_members_key_with_the_owner_role(docs: Organization) -> None:
    assert docs.preview(api_key=user_key(docs, role=2), **CHANGES["change"])["changed"] is True


@pytest.mark.parametrize(
    "scopes",
    [
        ["^GET /api/"],  # of a job that only previews
        ["^GET /api/dataset/", "^(POST|PUT|DELETE) /api/dataset"],  # of one that applies datasets
    ],
)
def test_what_a_key_with_scopes_may_do_cannot_be_told(docs: Organization, scopes: list[str]) -> None:
    key = key_of(docs, role=0, scopes=scopes)
    assert docs.preview(api_key=key, **CHANGES["change"])["changed"] is True
    assert docs.run(api_key=key, **CHANGES["change"]).get("changed") is (len(scopes) > 1)


def test_where_nothing_changes_nothing_is_asked(docs: Organization) -> None:
    """An admin's key is enough to read, so also for a preview, and a run, that finds everything as declared."""
    key = key_of(docs)
    docs.sent()
    assert docs.run(True, tracking_id="docs", api_key=key)["changed"] is False
    assert docs.run(tracking_id="docs", api_key=key)["changed"] is False
    assert [entry["path"] for entry in docs.sent() if "stripe" in entry["path"]] == []


def test_the_run_does_not_ask(docs: Organization) -> None:
    docs.run(**CHANGES["change"])
    assert docs.verbs() == ["GET", "GET", "PUT"]


@pytest.mark.parametrize("status", [404, 405, 500, 501])
def test_a_server_without_that_call(docs: Organization, status: int) -> None:
    docs.control.faults({"kind": "status", "status": status, "path": "/stripe/"})
    assert docs.preview(api_key=key_of(docs), **CHANGES["change"])["changed"] is True
