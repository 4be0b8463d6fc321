# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which dataset C(trieve_dataset) means, what it refuses to touch, and how it renames."""

from __future__ import annotations

from typing import Any

import pytest

from ...datasets import Organization

GHOST = "11111111-2222-4333-8444-555555555555"


def braced(dataset_id: str) -> str:
    """Another spelling of the same id."""
    return "{" + dataset_id.upper() + "}"


@pytest.mark.parametrize("state", ["present", "absent"])
def test_another_organizations_dataset_is_never_touched(organization: Organization, state: str) -> None:
    """The server would show, change and delete it."""
    theirs = organization.create(organization.other(), tracking_id="theirs")
    before = organization.rows()
    for check_mode in (True, False):
        result = organization.run(check_mode, dataset_id=theirs, state=state, name="Mine")
        assert organization.verbs() == ["GET"]
        if state == "absent":
            assert (result["changed"], result["dataset"]) == (False, None)
        else:
            assert result["failed"] is True
            assert f"Dataset {theirs} not found in organization" in result["msg"]
            assert "cannot be created" in result["msg"]
    assert organization.rows() == before


def test_by_id_in_any_spelling(organization: Organization) -> None:
    dataset_id = organization.create()
    assert organization.run(dataset_id=braced(dataset_id), name="Docs")["changed"] is True
    assert organization.run(dataset_id=f"urn:uuid:{dataset_id}", name="Docs")["changed"] is False


def test_id_before_tracking_id_before_name(organization: Organization) -> None:
    one = organization.create(dataset_name="A", tracking_id="one")
    two = organization.create(dataset_name="B", tracking_id="two")
    assert organization.run(name="A")["dataset"]["id"] == one
    assert organization.run(tracking_id="two", name="A")["dataset"]["id"] == two
    assert [row["name"] for row in organization.rows()] == ["A", "A"]
    assert organization.run(dataset_id=one, name="C")["dataset"]["id"] == one
    result = organization.run(dataset_id=one, tracking_id="two")
    assert result["failed"] is True
    assert "contradict each other" in result["msg"]
    assert "'one', not 'two'" in result["msg"]


def test_name_of_several_lists_them(organization: Organization) -> None:
    one = organization.create()
    two = organization.create(tracking_id="two")
    for options in ({}, {"state": "absent"}):
        result = organization.run(name="docs", **options)
        assert result["failed"] is True
        assert f"{two} (tracking ID two), {one} (tracking ID none)" in result["msg"]
        assert [dataset["id"] for dataset in result["datasets"]] == [two, one]
    assert len(organization.rows()) == 2


def test_by_name_without_a_tracking_id(organization: Organization) -> None:
    created = organization.run(name="Docs")
    assert created["changed"] is True
    assert created["dataset"]["tracking_id"] is None
    assert created["diff"][0]["after"] == {"name": "Docs"}
    assert organization.run(name="Docs")["changed"] is False
    assert organization.run(name="docs")["changed"] is True  # case counts
    assert organization.run(name="Docs", state="absent")["changed"] is True
    assert [row["name"] for row in organization.rows()] == ["docs"]


def test_the_tracking_id_serves_as_the_name(organization: Organization) -> None:
    assert organization.run(tracking_id="docs")["dataset"]["name"] == "docs"
    assert organization.run(tracking_id="docs", name="Docs")["changed"] is True
    assert organization.run(tracking_id="docs")["changed"] is False


def test_a_namesake_without_a_tracking_id_is_told(organization: Organization) -> None:
    there = organization.create(dataset_name="Docs")
    result = organization.run(tracking_id="docs", name="Docs")
    assert result["changed"] is True
    assert [f"dataset_id: {there} and new_tracking_id: docs" in words for words in result["warnings"]] == [True]
    assert "warnings" not in organization.run(tracking_id="docs", name="Docs")


# -- tracking ids --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["tracking_id", "dataset_id", "name", "dataset_id and tracking_id"])
def test_rename(organization: Organization, by: str) -> None:
    dataset_id = organization.create(tracking_id="old", dataset_name="Docs")
    identity = {"tracking_id": "old", "dataset_id": dataset_id, "name": "Docs"}
    options = {name: value for name, value in identity.items() if name in by.split()}
    preview = organization.preview(**options, new_tracking_id="new")
    organization.sent()
    result = organization.run(**options, new_tracking_id="new")
    (body,) = organization.bodies()
    assert body == {"dataset_id": dataset_id, "new_tracking_id": "new"}
    assert result["changed"] is preview["changed"] is True
    assert result["diff"] == preview["diff"]
    assert result["diff"][0]["before"]["tracking_id"] == "old"
    assert result["diff"][0]["after"]["tracking_id"] == "new"
    assert result["dataset"]["tracking_id"] == preview["dataset"]["tracking_id"] == "new"
    again = organization.run(**options, new_tracking_id="new")
    assert (again["changed"], again["dataset"]["id"]) == (False, dataset_id)


def test_rename_where_there_is_nothing_yet(organization: Organization) -> None:
    """A play that renamed once also works on an empty organization."""
    created = organization.run(tracking_id="old", new_tracking_id="new")
    assert (created["dataset"]["tracking_id"], created["dataset"]["name"]) == ("new", "new")
    assert organization.run(tracking_id="old", new_tracking_id="new")["changed"] is False
    assert len(organization.rows()) == 1


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_taken_tracking_id_is_refused_in_the_preview_too(organization: Organization, check_mode: bool) -> None:
    organization.create(tracking_id="old")
    holder = organization.create(tracking_id="new")
    for options in ({"tracking_id": "old"}, {"name": "unheard of"}):
        result = organization.run(check_mode, **options, new_tracking_id="new")
        assert result["failed"] is True
        assert f"'new' is already used by dataset {holder}" in result["msg"]
        assert organization.verbs() == ["GET"]


def test_take_the_tracking_id_away(organization: Organization) -> None:
    dataset_id = organization.create(tracking_id="old")
    result = organization.run(dataset_id=dataset_id, tracking_id="old", new_tracking_id="")
    assert result["diff"][0]["before"] == {"tracking_id": "old"}
    assert result["diff"][0]["after"] == {"tracking_id": None}
    assert result["dataset"]["tracking_id"] is None
    assert organization.run(dataset_id=dataset_id, tracking_id="old", new_tracking_id="")["changed"] is False
    assert organization.run(dataset_id=dataset_id, new_tracking_id="back")["dataset"]["tracking_id"] == "back"


# -- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"dataset_id": "docs"},
            "dataset_id 'docs' is not a valid UUID. Set it to an ID as trieve_dataset_info returns it",
        ),
        ({"tracking_id": ""}, "tracking_id is empty"),
        ({"tracking_id": "  "}, "tracking_id is empty"),
        ({"tracking_id": "ü"}, "printable ASCII. Choose another one, or set dataset_id."),
        ({"tracking_id": GHOST}, "looks up a UUID as an ID only. Set dataset_id to use an ID."),
        ({"tracking_id": GHOST.replace("-", "").upper()}, "has the form of a UUID"),
        ({"tracking_id": " docs"}, "strips surrounding blanks"),
        ({"tracking_id": "docs", "new_tracking_id": "ü"}, "new_tracking_id 'ü' cannot be used"),
        ({"tracking_id": "docs", "new_tracking_id": ""}, "Set dataset_id instead of tracking_id."),
        ({"tracking_id": "docs", "new_tracking_id": " "}, "new_tracking_id is empty"),
        (
            {"tracking_id": "docs", "new_tracking_id": "new", "state": "absent"},
            "new_tracking_id cannot be used with state: absent",
        ),
        ({"name": " "}, "name is empty"),
        ({"name": "do\0cs"}, "name contains a NUL"),
        (
            {"tracking_id": "docs", "organization_id": None},
            "Set organization_id or TRIEVE_ORGANIZATION_ID",
        ),
        ({"tracking_id": "docs", "organization_id": "acme"}, "organization_id 'acme' is not a valid UUID"),
        ({"tracking_id": "docs", "api_key": ""}, "TRIEVE_API_KEY"),
        ({"tracking_id": "docs", "system_prompt": ""}, "system_prompt is empty"),
        ({"tracking_id": "docs", "system_prompt": "a\0b"}, "system_prompt contains a NUL"),
        ({"tracking_id": "docs", "temperature": float("nan")}, "temperature is nan"),
        ({"tracking_id": "docs", "max_tokens": -1}, "max_tokens is -1"),
        (
            {"tracking_id": "docs", "public_dataset": {"enabled": True, "extra_params": {"brandNam": "x"}}},
            "Did you mean brandName?",
        ),
    ],
)
def test_refused_before_anything_is_sent(
    organization: Organization, check_mode: bool, options: dict[str, Any], words: str
) -> None:
    organization.sent()
    result = organization.run(check_mode, **options)
    assert (result["failed"], result["changed"]) == (True, False)
    assert words in result["msg"]
    assert organization.verbs() == []


def test_a_wrong_key_is_no_absence(organization: Organization) -> None:
    for options in ({"state": "absent"}, {}):
        result = organization.run(tracking_id="docs", api_key="tr-nobodysKeyNobodysKeyNobodysKey12", **options)
        assert (result["failed"], result["error"]["status"]) == (True, 401)


@pytest.mark.parametrize("dataset_id", [None, "", " "])
def test_an_id_that_an_earlier_task_would_have_made(organization: Organization, dataset_id: str | None) -> None:
    """In check mode a new dataset's id is null; a task that is given it cannot fail for that."""
    for state in ("present", "absent"):
        preview = organization.preview(dataset_id=dataset_id, state=state, system_prompt="x")
        assert (preview["changed"], preview["dataset"]) == (False, None)
        assert ["The preview changes nothing" in words for words in preview["warnings"]] == [True]
        result = organization.run(dataset_id=dataset_id, state=state, system_prompt="x")
        assert result["failed"] is True
        assert "Set dataset_id, tracking_id or name" in result["msg"]
    assert organization.rows() == []
