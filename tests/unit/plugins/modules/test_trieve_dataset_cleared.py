# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_dataset) with C(state=cleared), and what keeps a dataset from being cleared or deleted by mistake."""

from __future__ import annotations

from typing import Any

import pytest

from ...clock import Clock
from ...datasets import LLM_KEY, Organization

GHOST = "11111111-2222-4333-8444-555555555555"
EMPTY = {"chunk_count": 0, "has_chunk_groups": False, "has_files": False}


@pytest.fixture
def docs(organization: Organization) -> str:
    """A dataset with a chunk, a chunk group and a file, and beside it one that has to stay as it is."""
    docs = organization.create(tracking_id="docs")
    other = organization.create(tracking_id="other")
    for dataset_id in (docs, other):
        organization.add_chunk(dataset_id, group_tracking_ids=["group"])
        organization.add_file(dataset_id)
    return docs


def nothing(number: int) -> None:
    """Nothing happens in a pause."""


# -- clearing ------------------------------------------------------------------------------------------------------


def test_clear(organization: Organization, docs: str) -> None:
    crawl = {"crawl_options": {"site_url": "https://docs.example.com"}}
    organization.api("POST", "crawl", crawl, dataset=docs)
    stored = organization.stored(docs)
    result = organization.thrice(tracking_id="docs", state="cleared")
    assert result["changed"] is True
    assert result["diff"][0]["before"] == {"chunk_count": 1, "has_chunk_groups": True, "has_files": True}
    assert result["diff"][0]["after"] == EMPTY
    assert result["dataset"] == result["predicted"]
    assert (result["dataset"]["id"], result["dataset"]["chunk_count"]) == (docs, 0)
    assert organization.counts(docs) == (0, 0, 0)
    # All the rest stays.
    assert organization.stored(docs) == stored
    assert [row["dataset_id"] for row in organization.control.state("crawls")] == [docs]
    (other,) = (row["id"] for row in organization.rows() if row["id"] != docs)
    assert organization.counts(other) == (1, 1, 1)


def test_what_is_sent(organization: Organization, docs: str) -> None:
    organization.sent()
    organization.run(dataset_id=docs.upper(), state="cleared")
    sent = organization.sent()
    (put,) = (entry for entry in sent if entry["method"] == "PUT")
    assert (put["path"], put["dataset"], put["body"]) == (f"/api/dataset/clear/{docs}", docs, None)
    # The list, the configuration, groups and files; and after the request the list, groups and files once more.
    assert [entry["method"] for entry in sent] == ["GET"] * 4 + ["PUT"] + ["GET"] * 3
    # Nothing of it is asked with a dataset that the list has not shown.
    assert {entry["dataset"] for entry in sent} == {None, docs}


@pytest.mark.parametrize("what", ["chunk", "group", "file"])
def test_any_of_them_is_something_to_clear(organization: Organization, what: str) -> None:
    """A dataset without chunks is not clear yet."""
    dataset_id = organization.create(tracking_id="docs")
    assert organization.thrice(tracking_id="docs", state="cleared")["changed"] is False
    add: dict[str, Any] = {
        "chunk": lambda: organization.add_chunk(dataset_id),
        "group": lambda: organization.add_group(dataset_id, "a"),
        "file": lambda: organization.add_file(dataset_id),
    }
    add[what]()
    assert organization.thrice(tracking_id="docs", state="cleared")["changed"] is True
    assert organization.counts(dataset_id) == (0, 0, 0)


def test_where_only_chunks_can_be_cleared(organization: Organization) -> None:
    """The server leaves groups and files of such a dataset alone, so they would be a difference for ever."""
    dataset_id = organization.create(tracking_id="docs", server_configuration={"QDRANT_ONLY": True})
    organization.add_group(dataset_id, "a")
    assert organization.thrice(tracking_id="docs", state="cleared")["changed"] is False
    organization.give_chunks(dataset_id, 3)
    result = organization.thrice(tracking_id="docs", state="cleared")
    assert (result["diff"][0]["before"], result["diff"][0]["after"]) == ({"chunk_count": 3}, {"chunk_count": 0})


def test_another_organizations_dataset_is_never_cleared(organization: Organization) -> None:
    theirs = organization.create(organization.other(), tracking_id="theirs")
    organization.sent()
    assert f"Dataset with the dataset_id '{theirs}' not found in organization " in organization.refused(
        dataset_id=theirs, state="cleared"
    )


@pytest.mark.parametrize("options", [{"tracking_id": "docs"}, {"name": "docs"}])
def test_a_dataset_that_is_not_there(organization: Organization, options: dict[str, Any]) -> None:
    """A run fails, since a misspelt name must not look like an empty dataset; in a preview a task may have created it."""
    preview = organization.preview(state="cleared", **options)
    assert (preview["changed"], preview["dataset"]) == (False, None)
    assert ["as if an earlier task had created it empty" in words for words in preview["warnings"]] == [True]
    organization.sent()
    result = organization.run(state="cleared", **options)
    assert (result["failed"], organization.verbs()) == (True, ["GET"])
    option = next(iter(options))
    assert result["msg"].startswith(f"Dataset with the {option} 'docs' not found in organization ")
    assert f"Check {option}, or create the dataset first with state: present." in result["msg"]


def test_an_id_that_an_earlier_task_would_have_made(organization: Organization) -> None:
    preview = organization.preview(dataset_id="", state="cleared")
    assert (preview["changed"], preview["dataset"]) == (False, None)
    assert organization.run(dataset_id="", state="cleared")["failed"] is True


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"system_prompt": "x", "locked": False},
            "system_prompt and locked cannot be used with state: cleared, only with state: absent or present.",
        ),
        (
            {"llm_api_key": LLM_KEY},
            "llm_api_key cannot be used with state: cleared, only with state: absent or present.",
        ),
        ({"new_tracking_id": "new"}, "new_tracking_id cannot be used with state: cleared, only with state: present."),
        ({"clone_from": "one"}, "clone_from cannot be used with state: cleared, only with state: absent or present."),
        (
            {"clone_chunks": False},
            "clone_chunks cannot be used with state: cleared, only with state: absent or present.",
        ),
        (
            {"update_secrets": "always"},
            "update_secrets cannot be used with state: cleared, only with state: absent or present.",
        ),
        ({"wait_timeout": 0}, "wait_timeout is 0. It must be between 1 and"),
        ({"tracking_id": ""}, "tracking_id is empty"),
    ],
)
def test_refused_before_anything_is_sent(organization: Organization, options: dict[str, Any], words: str) -> None:
    assert organization.refused(**{"tracking_id": "docs", "state": "cleared", **options}).startswith(words)
    assert organization.sent() == []


def test_the_servers_refusal_is_told_in_its_words(organization: Organization, docs: str) -> None:
    organization.control.faults({"kind": "status", "status": 400, "body": {"message": "No."}, "method": "PUT"})
    result = organization.run(tracking_id="docs", state="cleared")
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 400)
    assert result["msg"].startswith(f"Dataset 'docs' ({docs}) could not be cleared. PUT ")


# -- waiting -------------------------------------------------------------------------------------------------------


def test_it_is_waited_for_the_worker(organization: Organization, docs: str) -> None:
    organization.control.settings(workers="none")
    clock = Clock(lambda number: organization.control.tick("delete") if number == 3 else None)
    result = clock.run(organization, tracking_id="docs", state="cleared")
    assert clock.pauses == [5] * 3
    assert (result["changed"], result["dataset"]["chunk_count"]) == (True, 0)
    assert organization.run(tracking_id="docs", state="cleared")["changed"] is False


@pytest.mark.parametrize("left", ["chunk_groups", "files"])
def test_it_is_waited_for_all_of_it(organization: Organization, docs: str, left: str) -> None:
    """The server removes one table after the other."""
    organization.control.settings(workers="none")
    tables = ["chunks", "chunk_groups", "files"]

    def work(number: int) -> None:
        done = [table for table in tables if table != left] if number == 1 else [left]
        for table in done:
            organization.control.sql(f"DELETE FROM {table} WHERE dataset_id = ?", [docs])
        organization.give_chunks(docs, 0)

    clock = Clock(work)
    assert clock.run(organization, tracking_id="docs", state="cleared")["changed"] is True
    assert clock.pauses == [5] * 2


@pytest.mark.parametrize(("timeout", "pauses"), [(1, 0), (5, 1), (12, 2)])
def test_no_worker_runs(organization: Organization, docs: str, timeout: int, pauses: int) -> None:
    organization.control.settings(workers="none")
    clock = Clock(nothing)
    result = clock.run(organization, tracking_id="docs", state="cleared", wait_timeout=timeout)
    assert (result["failed"], result["changed"], len(clock.pauses)) == (True, True, pauses)
    assert f"Dataset 'docs' ({docs}) is not empty after {timeout} s (wait_timeout)" in result["msg"]
    assert "it has 1 chunk and chunk groups and files." in result["msg"]
    assert result["dataset"]["chunk_count"] == 1


def test_nobody_waits_who_does_not_want_to(organization: Organization, docs: str) -> None:
    organization.control.settings(workers="none")
    organization.sent()
    result = organization.run(tracking_id="docs", state="cleared", wait=False)
    assert organization.verbs() == ["GET"] * 4 + ["PUT"]
    assert (result["changed"], result["dataset"]["chunk_count"]) == (True, 1)
    # Nothing tells that the request is under way.
    assert organization.run(tracking_id="docs", state="cleared", wait=False)["changed"] is True
    organization.control.tick("delete")
    assert organization.run(tracking_id="docs", state="cleared", wait=False)["changed"] is False


def test_nobody_waits_for_an_empty_dataset(organization: Organization) -> None:
    organization.create(tracking_id="docs")
    organization.sent()
    assert organization.run(tracking_id="docs", state="cleared")["changed"] is False
    assert organization.verbs() == ["GET"] * 4


def test_somebody_deletes_it_meanwhile(organization: Organization, docs: str) -> None:
    organization.control.settings(workers="none")
    clock = Clock(lambda number: organization.control.sql("DELETE FROM datasets WHERE id = ?", [docs]))
    result = clock.run(organization, tracking_id="docs", state="cleared")
    assert (result["failed"], result["changed"]) == (True, True)
    assert "was cleared, but the task could not wait until it is empty. Another client has deleted it." in result["msg"]


def test_the_list_cannot_be_read_any_more(organization: Organization, docs: str) -> None:
    organization.control.settings(workers="none")
    fault = {"kind": "status", "status": 500, "body": {"message": "no such luck"}}
    result = Clock(lambda number: organization.control.faults(fault)).run(
        organization, tracking_id="docs", state="cleared"
    )
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, True, 500)
    assert f"Dataset 'docs' ({docs}) was cleared, but the task could not wait until it is empty." in result["msg"]


# -- protection ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "done"), [("absent", "deleted"), ("cleared", "cleared")])
@pytest.mark.parametrize(("count", "chunks"), [(1, "1 chunk"), (1234, "1234 chunks")])
def test_protected(organization: Organization, state: str, done: str, count: int, chunks: str) -> None:
    dataset_id = organization.create(tracking_id="docs")
    organization.give_chunks(dataset_id, count)
    options: dict[str, Any] = {"tracking_id": "docs", "state": state, "deletion_protection": True}
    assert organization.refused(**options) == (
        f"Dataset 'docs' ({dataset_id}) has {chunks} and is not {done}, because deletion_protection is true."
        " If this is intended, set force: true."
    )
    assert organization.thrice(**options, force=True)["changed"] is True


@pytest.mark.parametrize("state", ["absent", "cleared"])
def test_what_is_not_protected(organization: Organization, state: str) -> None:
    """A dataset without chunks, also with groups, and one whose task says nothing of protection."""
    dataset_id = organization.create(tracking_id="docs")
    organization.add_group(dataset_id, "a")
    assert organization.thrice(tracking_id="docs", state=state, deletion_protection=True)["changed"] is True
    other = organization.create(tracking_id="other")
    organization.give_chunks(other, 5)
    assert organization.thrice(tracking_id="other", state=state)["changed"] is True


@pytest.mark.parametrize("state", ["absent", "cleared"])
def test_a_count_that_is_not_known_protects(organization: Organization, state: str) -> None:
    dataset_id = organization.create(tracking_id="docs")
    row = {"id": dataset_id, "name": "docs", "tracking_id": "docs"}
    path = "^/api/dataset/organization/"
    organization.add_group(dataset_id, "a")
    organization.control.faults({"kind": "status", "status": 200, "body": [{"dataset": row}], "path": path})
    words = organization.refused(tracking_id="docs", state=state, deletion_protection=True)
    assert "has an unknown number of chunks" in words


def test_protection_is_no_state_of_the_dataset(organization: Organization) -> None:
    """It can stand in module_defaults: a task that deletes nothing takes no notice."""
    dataset_id = organization.create(tracking_id="docs")
    organization.give_chunks(dataset_id, 5)
    assert organization.thrice(tracking_id="docs", deletion_protection=True)["changed"] is False
    assert organization.thrice(tracking_id="docs", deletion_protection=True, name="Docs")["changed"] is True
    assert organization.thrice(tracking_id="ghost", deletion_protection=True, state="absent")["changed"] is False


@pytest.mark.parametrize("options", [{}, {"force": True}, {"deletion_protection": True, "force": True}])
@pytest.mark.parametrize("state", ["absent", "cleared"])
def test_locked(organization: Organization, state: str, options: dict[str, Any]) -> None:
    """Not even force helps: the server refuses it."""
    dataset_id = organization.create(tracking_id="docs", server_configuration={"LOCKED": True})
    organization.give_chunks(dataset_id, 5)
    words = organization.refused(tracking_id="docs", state=state, **options)
    assert "is locked and cannot be" in words
    assert (
        f"is locked and cannot be {state.replace('absent', 'deleted')}. Run community.trieve.trieve_dataset with locked: false first."
        in words
    )


def test_locked_and_empty_is_clear(organization: Organization) -> None:
    organization.create(tracking_id="docs", server_configuration={"LOCKED": True})
    assert organization.thrice(tracking_id="docs", state="cleared")["changed"] is False
