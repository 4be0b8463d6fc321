# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which dataset a task means, and what it says where that dataset is not there."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._dataset.options import not_in_a_header
from ansible_collections.community.trieve.plugins.modules.trieve_crawl import DEFINITION

from ....one_crawl import SITE, Site
from ....tasks import play

UNKNOWN = "1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11"
WRONG_KEY = "tr-W9rongKey4Zp8RtY3nWc6JdF5sGa1EqX7"


def run(site: Site, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    """The result of a task about one crawl, with options of None left out, and what it sent."""
    given = {**site.connection, "site_url": SITE, "retries": 0, **options}
    site.sandbox.control.clear_requests()
    result = play(DEFINITION, check_mode, **{name: value for name, value in given.items() if value is not None})
    sent = [f"{entry['method']} {entry['path'].split('/')[2]}" for entry in site.sandbox.control.requests()]
    return {**result, "sent": sent}


# -- how it is named --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tracking_id", "part"),
    [
        ("docs", None),
        ("a b", None),
        ("a\tb", None),
        ("'\"%+/;=?#&{}\\", None),
        ("~" * 300, None),
        ("{1f0a3c5e", None),
        (UNKNOWN[:-1], None),
        (UNKNOWN, "has the form of a UUID"),
        (UNKNOWN.upper(), "has the form of a UUID"),
        (UNKNOWN.replace("-", ""), "has the form of a UUID"),
        (f"{{{UNKNOWN}}}", "has the form of a UUID"),
        (f"urn:uuid:{UNKNOWN}", "has the form of a UUID"),
        ("dücs", "printable ASCII"),
        ("docs\n", "printable ASCII"),
        ("do\rcs", "printable ASCII"),
        ("do\x7fcs", "printable ASCII"),
        ("do\x00cs", "printable ASCII"),
        (" docs", "blanks"),
        ("docs\t", "blanks"),
    ],
)
def test_what_a_header_can_carry(tracking_id: str, part: str | None) -> None:
    reason = not_in_a_header(tracking_id)
    assert reason is None if part is None else part in (reason or "")


@pytest.mark.parametrize("name", ["a b", "a\tb", "'\"%+/;=?#&{}\\", "tr:docs", "ALL", "0"])
def test_odd_tracking_ids_that_work(site: Site, name: str) -> None:
    other = Site(site.sandbox, site.connection, name)
    assert run(other)["changed"] is True
    assert len(other.ids()) == 1


@pytest.mark.parametrize("organization", [True, False])
def test_by_id_in_every_spelling(site: Site, organization: bool) -> None:
    plain = site.id.replace("-", "")
    options = {} if organization else {"organization_id": None}
    for spelling in (site.id, site.id.upper(), plain, f"{{{site.id}}}", f"urn:uuid:{site.id}"):
        assert "failed" not in run(site, dataset=spelling, **options)
    assert {entry["dataset"] for entry in site.sandbox.control.requests()} == {site.id}
    assert len(site.ids()) == 1


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"TRIEVE_DATASET_ID": "id"}, "id"),
        ({"TRIEVE_DATASET_TRACKING_ID": "docs"}, "docs"),
        ({"TRIEVE_DATASET_ID": "id", "TRIEVE_DATASET_TRACKING_ID": "docs"}, "id"),
        ({"TRIEVE_DATASET_ID": "", "TRIEVE_DATASET_TRACKING_ID": "docs"}, "docs"),
    ],
)
def test_the_environment(site: Site, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, site.id if value == "id" else value)
    assert "failed" not in run(site, dataset=None)
    named = {entry["dataset"] for entry in site.sandbox.control.requests()}
    assert named == {site.id if expected == "id" else expected}


# -- it is not there --------------------------------------------------------------------------------------------------------------


def test_present_by_tracking_id(site: Site) -> None:
    result = run(site, dataset="later")
    assert (result["failed"], result["changed"]) == (True, False)
    words = f"Dataset 'later' not found in organization {site.sandbox.organization_id}"
    assert result["msg"].startswith(words)
    assert "community.trieve.trieve_dataset" in result["msg"]
    assert result["sent"] == ["GET crawl", "GET dataset"]
    preview = run(site, check_mode=True, dataset="later", limit=3)
    assert (preview["changed"], preview["crawl"]["id"], preview["crawl"]["limit"]) == (True, None, 3)
    (warning,) = preview["warnings"]
    assert warning.startswith(f"{words} yet. The preview continues as if an earlier task had created it empty.")
    assert preview["sent"] == ["GET crawl", "GET dataset"]


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("organization", [True, False])
def test_present_by_id(site: Site, check_mode: bool, organization: bool) -> None:
    options = {} if organization else {"organization_id": None}
    result = run(site, check_mode, dataset=UNKNOWN, **options)
    assert (result["failed"], result["changed"]) == (True, False)
    assert f"Dataset '{UNKNOWN}' not found" in result["msg"]
    assert {verb.split()[0] for verb in result["sent"]} == {"GET"}


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("dataset", ["later", UNKNOWN])
@pytest.mark.parametrize("target", [{}, {"site_url": None, "crawl_id": UNKNOWN}])
def test_absent_is_unchanged_after_the_key_is_proved(
    site: Site, check_mode: bool, dataset: str, target: dict[str, Any]
) -> None:
    result = run(site, check_mode, state="absent", dataset=dataset, **target)
    assert (result["changed"], result["crawls"]) == (False, [])
    # An id that is found nowhere may be one of another dataset.
    assert [f"Crawl {UNKNOWN} not found in dataset" in line for line in result.get("warnings", ())] == [True] * bool(
        target
    )
    assert result["sent"] == ["GET crawl", "GET dataset"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_absent_without_an_organization_proves_the_key_otherwise(site: Site, check_mode: bool) -> None:
    result = run(site, check_mode, state="absent", dataset=UNKNOWN, organization_id=None)
    assert (result["changed"], result["crawls"]) == (False, [])
    assert result["sent"] == ["GET crawl", "GET auth"]


def test_absent_without_an_organization_with_a_key_of_an_organization(site: Site) -> None:
    site.sandbox.control.faults(
        {
            "kind": "status",
            "path": "/api/auth/me",
            "status": 400,
            "body": {"message": "Error loading user by itself for get_user_by_id_query"},
        }
    )
    result = run(site, state="absent", dataset=UNKNOWN, organization_id=None)
    assert (result["changed"], result["crawls"]) == (False, [])


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(("dataset", "organization"), [("later", True), (UNKNOWN, True), (UNKNOWN, False)])
def test_a_wrong_key_is_never_taken_for_a_missing_dataset(
    site: Site, check_mode: bool, state: str, dataset: str, organization: bool
) -> None:
    options = {} if organization else {"organization_id": None}
    result = run(site, check_mode, state=state, dataset=dataset, api_key=WRONG_KEY, **options)
    assert (result["failed"], result["changed"]) == (True, False)
    if state == "absent" or organization:
        assert result["error"]["status"] == 401
        assert "does not distinguish a wrong key from a missing one" in result["msg"]
    assert WRONG_KEY not in str({**result, "invocation": None})
    assert {verb.split()[0] for verb in result["sent"]} == {"GET"}


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_wrong_key_for_a_dataset_that_is_there(site: Site, state: str) -> None:
    result = run(site, state=state, api_key=WRONG_KEY)
    assert result["error"]["status"] == 401
    assert result["sent"] == ["GET crawl"]


def test_an_organization_that_is_not_there(site: Site) -> None:
    result = run(site, check_mode=True, organization_id=UNKNOWN)
    assert (result["failed"], result["changed"]) == (True, False)
    assert "Organization not found" in result["msg"]


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_the_list_shows_what_the_header_does_not_find(site: Site, check_mode: bool, state: str) -> None:
    fault = {"kind": "status", "path": "/api/crawl", "status": 404}
    site.sandbox.control.faults({**fault, "body": {"message": "Not Found: Could not find dataset"}})
    result = run(site, check_mode, state=state)
    assert (result["failed"], result["changed"]) == (True, False)
    assert "but the list of the organization's datasets shows it" in result["msg"]


@pytest.mark.parametrize("kind", ["empty_200", "html", "object_instead_of_list", "truncated_json"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_list_that_is_none_proves_nothing(site: Site, kind: str, state: str) -> None:
    site.sandbox.control.faults({"kind": kind, "path": "/api/dataset/organization"})
    result = run(site, check_mode=True, state=state, dataset="later")
    assert result["failed"] is True
    assert result["error"]["url"].endswith(f"/api/dataset/organization/{site.sandbox.organization_id}")


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    "body", [{"message": "Not Found"}, {"message": "Could not find crawl"}, "", "<html>gone</html>"]
)
def test_another_404_is_no_missing_dataset(site: Site, check_mode: bool, body: Any) -> None:
    site.sandbox.control.faults({"kind": "status", "path": "/api/crawl", "status": 404, "body": body})
    result = run(site, check_mode, state="absent")
    assert (result["failed"], result["error"]["status"]) == (True, 404)
    assert result["sent"] == ["GET crawl"]


# -- keys that may not ------------------------------------------------------------------------------------------------------------


def key_of(site: Site, organization_id: str | None = None, **options: Any) -> str:
    """A new key of an organization."""
    body = {"name": "key", "role": 1, **options}
    headers = {"TR-Organization": organization_id} if organization_id else {}
    return str(site._post("organization/api_key", body, **headers)["api_key"])


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_read_key(site: Site, check_mode: bool, state: str) -> None:
    result = run(site, check_mode, state=state, api_key=key_of(site, role=0))
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 403)
    assert "a read key cannot manage anything" in result["msg"]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_expired_key_and_one_for_other_datasets(site: Site, state: str) -> None:
    other = Site(site.sandbox, site.connection, "other")
    for options in ({"expires_at": "2020-01-01T00:00:00Z"}, {"dataset_ids": [other.id]}):
        result = run(site, state=state, api_key=key_of(site, **options))
        assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 401)
        assert "expired" in result["msg"]
        assert "other datasets" in result["msg"]


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("check_mode", [False, True])
def test_the_key_of_another_organization(site: Site, check_mode: bool, state: str) -> None:
    elsewhere = site._post("organization", {"name": "elsewhere"})["id"]
    key = key_of(site, elsewhere)
    by_id = run(site, check_mode, state=state, api_key=key, dataset=site.id)
    assert (by_id["failed"], by_id["error"]["status"]) == (True, 401)
    assert "belong to another organization" in by_id["msg"]
    missing = run(site, check_mode, state=state, api_key=key, dataset="later")
    assert (missing["failed"], missing["error"]["status"]) == (True, 403)
    assert "belongs to another organization" in missing["msg"]


def test_an_admins_key_will_do(site: Site) -> None:
    key = key_of(site)
    assert run(site, api_key=key)["changed"] is True
    assert run(site, api_key=f"Bearer {key}", organization_id=None, dataset=site.id)["changed"] is False
    assert run(site, api_key=key, organization_id=None, dataset=UNKNOWN, state="absent")["changed"] is False
