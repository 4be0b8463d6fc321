# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_dataset) with C(clone_from): what a clone has of its source, what is laid over it, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from ...datasets import LLM_KEY, PAGE_KEY, PUBLIC_KEY, Organization

GHOST = "11111111-2222-4333-8444-555555555555"
CHANGING = {"id", "name", "tracking_id", "created_at", "updated_at", "chunk_count"}
PAGE = {"enabled": True, "extra_params": {"brandName": "Docs", "tags": [{"tag": "a"}], "apiKey": PAGE_KEY}}


@pytest.fixture
def source(organization: Organization) -> str:
    """A dataset with settings of its own, secrets and two chunks in a group."""
    result = organization.run(
        tracking_id="source",
        name="The source",
        system_prompt="Of the source.",
        bm25_k=1.3,
        llm_api_version="v1",
        embedding_model_name="bge-m3",
        llm_api_key=LLM_KEY,
        stop_tokens=["END"],
        public_dataset=PAGE,
        tool_configuration={"query_tool_options": {"tool_description": "Search"}},
    )
    dataset_id: str = result["dataset"]["id"]
    for tracking_id in ("one", "two"):
        organization.add_chunk(dataset_id, tracking_id=tracking_id, group_tracking_ids=["group"])
    organization.sent()
    return dataset_id


def settings(dataset: dict[str, Any]) -> dict[str, Any]:
    """What a clone has of its source."""
    return {name: value for name, value in dataset.items() if name not in CHANGING}


def clone_of(organization: Organization) -> str:
    """The id of the dataset C(copy)."""
    (row,) = (row for row in organization.rows() if row["tracking_id"] == "copy")
    dataset_id: str = row["id"]
    return dataset_id


def timeless(dataset: dict[str, Any]) -> dict[str, Any]:
    """What of a dataset can be foretold."""
    return {name: value for name, value in dataset.items() if name not in ("id", "created_at", "updated_at")}


@pytest.mark.parametrize("by", ["tracking id", "id", "another spelling"])
def test_clone(organization: Organization, source: str, by: str) -> None:
    named = {"tracking id": "source", "id": source, "another spelling": "{" + source.upper() + "}"}[by]
    result = organization.thrice(tracking_id="copy", clone_from=named)
    assert result["changed"] is True
    asked = {"name": "copy", "tracking_id": "copy", "clone_from": named, "clone_chunks": True}
    assert (result["diff"][0]["before"], result["diff"][0]["after"]) == ({}, asked)
    assert result["diff"][0]["after_header"] == f"dataset copy: cloned, from dataset 'source' ({source})"
    (there,) = organization.info(dataset_id=source)["datasets"]
    assert settings(result["dataset"]) == settings(there)
    assert timeless(result["predicted"]) == timeless(result["dataset"])
    assert (result["predicted"]["id"], result["dataset"]["id"]) == (None, clone_of(organization))
    assert organization.counts(result["dataset"]["id"]) == (2, 1, 0)
    # Secrets and stop tokens stay behind, and the source is as it was.
    copied, stored = (organization.stored(one) for one in (result["dataset"]["id"], source))
    assert (copied.get("LLM_API_KEY"), copied["STOP_TOKENS"]) == (None, None)
    assert (stored["LLM_API_KEY"], stored["STOP_TOKENS"]) == (LLM_KEY, ["END"])
    assert organization.counts(source) == (2, 1, 0)


def test_what_is_sent(organization: Organization, source: str) -> None:
    organization.run(tracking_id="copy", name="The copy", clone_from="source", clone_chunks=False)
    sent = organization.sent()
    assert [entry["method"] for entry in sent] == ["GET", "GET", "POST"]
    assert sent[1]["path"] == f"/api/dataset/{source}"
    assert sent[2]["path"] == "/api/dataset/clone"
    assert sent[2]["body"] == {
        "dataset_to_clone": source,
        "dataset_name": "The copy",
        "tracking_id": "copy",
        "clone_chunks": False,
    }
    assert organization.counts(clone_of(organization)) == (0, 0, 0)


def test_a_clone_without_a_tracking_id(organization: Organization, source: str) -> None:
    result = organization.thrice(name="A copy", clone_from="source")
    assert (result["dataset"]["name"], result["dataset"]["tracking_id"]) == ("A copy", None)
    assert "tracking_id" not in result["diff"][0]["after"]


def test_it_is_cloned_once(organization: Organization, source: str) -> None:
    """What is there is not cloned again, whatever its settings are, and whatever became of the source."""
    organization.run(tracking_id="copy", clone_from="source", system_prompt="Mine.")
    organization.run(tracking_id="copy", rag_prompt="Mine.")
    assert organization.thrice(tracking_id="copy", clone_from="source")["changed"] is False
    organization.run(dataset_id=source, state="absent")
    result = organization.thrice(tracking_id="copy", clone_from="source", clone_chunks=False, name="Copy")
    assert (result["changed"], result["diff"][0]["after"]) == (True, {"name": "Copy"})
    assert organization.thrice(tracking_id="copy", clone_from="")["changed"] is False


def test_a_renamed_clone(organization: Organization, source: str) -> None:
    result = organization.thrice(tracking_id="old", new_tracking_id="new", clone_from="source")
    assert result["dataset"]["tracking_id"] == "new"


# -- the source ----------------------------------------------------------------------------------------------------


def test_another_organizations_dataset_is_never_cloned(organization: Organization) -> None:
    """The server would."""
    theirs = organization.create(organization.other(), tracking_id="theirs")
    words = organization.refused(tracking_id="copy", clone_from=theirs)
    assert words.startswith(
        f"clone_from: dataset '{theirs}' not found in organization {organization.sandbox.organization_id}"
    )
    result = organization.run(tracking_id="copy", clone_from="theirs")
    assert "A dataset of another organization cannot be cloned." in result["msg"]
    assert [row["tracking_id"] for row in organization.rows()] == ["theirs"]


@pytest.mark.parametrize("named", ["source", "", " "])
def test_a_source_that_an_earlier_task_would_create(organization: Organization, named: str) -> None:
    options = {"tracking_id": "copy", "clone_from": named, "system_prompt": "x", "embedding_model_name": "mine"}
    preview = organization.preview(**options, stop_tokens=["END"])
    assert preview["changed"] is True
    assert ["shows the options of this task only" in words for words in preview["warnings"]] == [True]
    assert preview["diff"][0]["after"]["clone_from"] == named
    assert preview["diff"][0]["after"]["not_shown"] == ["stop_tokens"]
    assert (preview["dataset"]["system_prompt"], preview["dataset"]["rag_prompt"]) == ("x", None)
    organization.sent()
    result = organization.run(**options)
    assert (result["failed"], result["changed"], organization.verbs()) == (True, False, ["GET"])
    assert "to the ID or tracking ID of " in result["msg"]


def test_a_missing_id_fails_in_both_modes(organization: Organization) -> None:
    assert f"clone_from: dataset '{GHOST}' not found" in organization.refused(tracking_id="copy", clone_from=GHOST)


def test_a_name_is_no_tracking_id(organization: Organization, source: str) -> None:
    result = organization.run(tracking_id="copy", clone_from="The source")
    assert (result["failed"], len(organization.rows())) == (True, 1)


def test_it_is_deleted_meanwhile(organization: Organization, source: str) -> None:
    message = {"message": "Not Found: Could not find dataset"}
    organization.control.faults({"kind": "status", "status": 404, "body": message, "method": "POST"})
    result = organization.run(tracking_id="copy", clone_from="source")
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 404)
    assert result["msg"].startswith(f"Dataset 'source' ({source}) could not be cloned. POST ")


# -- options beside it ---------------------------------------------------------------------------------------------


def test_the_same_settings_take_no_change(organization: Organization, source: str) -> None:
    options = {"system_prompt": "Of the source.", "bm25_k": 1.3, "embedding_size": 1024, "public_dataset": PAGE}
    organization.run(tracking_id="copy", clone_from="source", llm_api_key="", stop_tokens=[], **options)
    assert organization.verbs() == ["GET", "GET", "POST"]


@pytest.mark.parametrize(
    "options",
    [
        {"system_prompt": "Mine."},
        {"bm25_k": 0.1, "llm_api_version": "v2", "locked": True},
        {"tool_configuration": {"query_tool_options": {"price_filter_description": "Price"}}},
        {"public_dataset": {"enabled": False, "extra_params": {"brandName": "Mine"}}},
        {"public_dataset": {"enabled": True, "extra_params": {"apiKey": PUBLIC_KEY}}},
    ],
)
def test_other_settings_are_laid_over_it(organization: Organization, source: str, options: dict[str, Any]) -> None:
    result = organization.thrice(tracking_id="copy", clone_from="source", **options)
    assert timeless(result["predicted"]) == timeless(result["dataset"])
    assert "warnings" not in result
    (there,) = organization.info(dataset_id=source)["datasets"]
    changed = {name for name, value in settings(result["dataset"]).items() if value != there[name]}
    hidden = options == {"public_dataset": {"enabled": True, "extra_params": {"apiKey": PUBLIC_KEY}}}
    assert changed == (set() if hidden else set(options))
    stored = organization.stored(result["dataset"]["id"])
    assert stored["LLM_API_VERSION"] == options.get("llm_api_version", "v1")
    assert stored["PUBLIC_DATASET"]["extra_params"]["apiKey"] == (PUBLIC_KEY if hidden else PAGE_KEY)
    assert stored["TOOL_CONFIGURATION"]["query_tool_options"]["tool_description"] == "Search"


def test_only_what_differs_is_written(organization: Organization, source: str) -> None:
    organization.run(tracking_id="copy", clone_from="source", system_prompt="Mine.", bm25_k=1.3)
    bodies = organization.bodies()
    assert bodies[1] == {
        "dataset_id": clone_of(organization),
        "server_configuration": {"SYSTEM_PROMPT": "Mine.", "LLM_API_VERSION": "v1"},
    }


def test_secrets_and_stop_tokens(organization: Organization, source: str) -> None:
    options: dict[str, Any] = {
        "llm_api_key": PUBLIC_KEY,
        "stop_tokens": ["STOP"],
        "public_dataset": {"enabled": True, "api_key": PUBLIC_KEY},
    }
    result = organization.thrice(tracking_id="copy", clone_from="source", **options)
    assert result["diff"][0]["after"]["not_shown"] == ["llm_api_key", "stop_tokens", "public_dataset.api_key"]
    stored = organization.stored(result["dataset"]["id"])
    assert (stored["LLM_API_KEY"], stored["STOP_TOKENS"]) == (PUBLIC_KEY, ["STOP"])
    assert stored["PUBLIC_DATASET"]["api_key"] == PUBLIC_KEY
    assert stored["PUBLIC_DATASET"]["extra_params"]["brandName"] == "Docs"


def test_cloned_but_without_what_differs(organization: Organization, source: str) -> None:
    """What was created is told, and so is how to finish it."""
    organization.control.faults({"kind": "status", "status": 503, "method": "PUT", "times": 2})
    result = organization.run(tracking_id="copy", clone_from="source", system_prompt="Mine.")
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, True, 503)
    assert (
        f"Dataset 'copy' ({clone_of(organization)}) was created, but system_prompt could not be written."
        in result["msg"]
    )
    assert "Run the task again to write what is missing. " in result["msg"]
    assert organization.run(tracking_id="copy", clone_from="source", system_prompt="Mine.")["failed"] is True
    assert organization.thrice(tracking_id="copy", clone_from="source", system_prompt="Mine.")["changed"] is True


def test_the_clone_itself_fails(organization: Organization, source: str) -> None:
    organization.control.faults({"kind": "drop_after", "method": "POST", "times": 1})
    result = organization.run(tracking_id="copy", clone_from="source", system_prompt="Mine.")
    assert (result["failed"], result["changed"]) == (True, False)
    assert "If the dataset was created nevertheless, it lacks system_prompt. Run the task again " in result["msg"]
    assert len(organization.rows()) == 2


# -- what cannot be ------------------------------------------------------------------------------------------------


def test_another_metric(organization: Organization, source: str) -> None:
    words = organization.refused(tracking_id="copy", clone_from="source", distance_metric="dot")
    assert words.startswith(
        f"A clone has the distance_metric of its source. In dataset 'source' ({source}) it is cosine and cannot be changed to dot"
    )
    assert words.endswith("To use another value, remove clone_from.")


@pytest.mark.parametrize(
    ("options", "lost"),
    [
        ({"system_prompt": "Mine."}, "system_prompt"),
        ({"llm_api_key": LLM_KEY}, "llm_api_key"),
        ({"stop_tokens": ["END"]}, "stop_tokens"),
        (
            {"public_dataset": {"enabled": False, "extra_params": {"apiKey": PAGE_KEY}}},
            "public_dataset.extra_params.apiKey",
        ),
    ],
)
def test_no_change_of_a_clone_with_another_metric(
    organization: Organization, options: dict[str, Any], lost: str
) -> None:
    source = organization.run(tracking_id="source", distance_metric="dot")["dataset"]["id"]
    words = organization.refused(tracking_id="copy", clone_from="source", **options)
    assert words.startswith(
        f"{lost} cannot be set for a clone of dataset 'source' ({source}), whose distance_metric is dot"
    )
    result = organization.thrice(tracking_id="copy", clone_from="source", distance_metric="dot")
    assert result["dataset"]["distance_metric"] == "dot"


def test_a_source_that_has_lost_its_metric(organization: Organization) -> None:
    """After its first change a dataset has none stored, and reads as cosine; so does its clone."""
    organization.run(tracking_id="source", distance_metric="cosine")
    organization.run(tracking_id="source", system_prompt="New")
    result = organization.thrice(tracking_id="copy", clone_from="source", distance_metric="cosine", rag_prompt="R")
    assert result["dataset"]["distance_metric"] == "cosine"
    assert "DISTANCE_METRIC" not in organization.stored(result["dataset"]["id"])


@pytest.mark.parametrize(
    "options",
    [{"embedding_model_name": "jina-base-en"}, {"embedding_size": 768, "embedding_model_name": "jina-base-en"}],
)
def test_model_and_size_are_bound_to_the_cloned_chunks(
    organization: Organization, source: str, options: dict[str, Any]
) -> None:
    words = organization.refused(tracking_id="copy", clone_from="source", **options)
    assert words.startswith("A clone has the embedding_model_name of its source.")
    assert f"In dataset 'source' ({source}) it" in words
    assert "the dataset has 2 chunks" in words
    assert "clear" not in words  # the source would lose them
    assert words.endswith("To use another value, set clone_chunks: false.")
    result = organization.thrice(tracking_id="copy", clone_from="source", clone_chunks=False, **options)
    assert result["dataset"]["embedding_size"] == result["diff"][0]["after"]["embedding_size"] == 768
    assert timeless(result["predicted"]) == timeless(result["dataset"])


def test_the_size_of_an_unknown_model_has_to_be_given(organization: Organization, source: str) -> None:
    options: dict[str, Any] = {"tracking_id": "copy", "clone_from": "source", "clone_chunks": False}
    assert organization.refused(**options, embedding_model_name="mine").startswith("embedding_size is missing")


def test_how_to_clone_without_what(organization: Organization) -> None:
    assert organization.refused(tracking_id="copy", clone_chunks=False).startswith(
        "clone_chunks is set, but clone_from is not."
    )
    with pytest.raises(AssertionError, match="dataset_id|clone_from"):
        organization.run(dataset_id=GHOST, clone_from="source")


def test_a_deletion_does_not_look_at_it(organization: Organization, source: str) -> None:
    organization.run(tracking_id="copy", clone_from="source")
    result = organization.thrice(tracking_id="copy", clone_from="ghost", clone_chunks=False, state="absent")
    assert result["changed"] is True
