# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_dataset): create, again, change, again, delete, again, each with and without check mode."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.store.configuration import KEYS as SERVER_KEYS

from ...datasets import Organization

EVERY_KEY: dict[str, Any] = {
    "llm_base_url": "https://llm.example.com/v1",
    "llm_api_version": "2024-06-01",
    "llm_default_model": "example-large",
    "system_prompt": "You answer.",
    "rag_prompt": "Use these:",
    "message_to_query_prompt": "Make a query:",
    "use_message_to_query_prompt": True,
    "n_retrievals_to_include": 3,
    "temperature": 0.1,
    "frequency_penalty": -0.5,
    "presence_penalty": 0.25,
    "max_tokens": 500,
    "embedding_base_url": "https://embedding.example.com",
    "embedding_model_name": "example-embedder",
    "embedding_size": 512,  # of an unknown model, which the test of this key alone gives beside it
    "embedding_query_prefix": "query: ",
    "distance_metric": "cosine",
    "semantic_enabled": False,
    "fulltext_enabled": False,
    "bm25_enabled": False,
    "bm25_b": 0.1,
    "bm25_k": 1.2,
    "bm25_avg_len": 99.9,
    "reranker_base_url": "https://reranker.example.com",
    "reranker_model_name": "example-reranker",
    "aimon_reranker_task_definition": "Grade.",
    "max_limit": 2**63,
    "indexed_only": True,
    "qdrant_only": True,
    "pagefind_enabled": True,
    "disable_analytics": True,
    "locked": False,
    "public_dataset": {
        "enabled": True,
        "extra_params": {
            "brandName": "Example",
            "heroPattern": {"heroPatternName": "Dots", "foregroundOpacity": 0.3},
            "openGraphMetadata": {"title": "Docs"},
            "tags": [{"tag": "docs"}],
            "buttonTriggers": [{"selector": "#a", "mode": "chat"}],
            "defaultSearchQueries": ["one", {"query": "two"}],
            "debounceMs": 300,
        },
    },
    "tool_configuration": {"query_tool_options": {"tool_description": "Search"}},
}


def test_every_readable_key_is_here() -> None:
    assert {name.upper() for name in EVERY_KEY} == set(SERVER_KEYS) - {"STOP_TOKENS"}


@pytest.mark.parametrize("by_change", [False, True], ids=["created with it", "changed to it"])
@pytest.mark.parametrize("name", EVERY_KEY)
def test_key_by_key(organization: Organization, name: str, by_change: bool) -> None:
    """Each key is written, returned as given, and no difference afterwards."""
    options: dict[str, Any] = {"tracking_id": "docs", name: EVERY_KEY[name]}
    if name == "embedding_model_name":
        options["embedding_size"] = 768  # which an unknown model wants beside it
    if name == "embedding_size":
        options["embedding_model_name"] = EVERY_KEY["embedding_model_name"]
    if by_change:
        organization.run(tracking_id="docs")
    before = organization.preview(**options)
    result = organization.run(**options)
    assert result.get("msg") is None
    default = name in ("distance_metric", "locked")
    assert result["changed"] is before["changed"] is not (default and by_change)
    assert result["diff"] == before["diff"]
    if name not in ("public_dataset", "tool_configuration"):
        assert result["dataset"][name] == before["dataset"][name] == EVERY_KEY[name]
    organization.sent()
    again = organization.run(**options)
    assert again["changed"] is False
    assert organization.verbs() == ["GET", "GET"]
    assert again["diff"] == []
    assert "warnings" not in again


def test_all_keys_at_once(organization: Organization) -> None:
    preview = organization.preview(tracking_id="docs", name="Docs", **EVERY_KEY)
    created = organization.run(tracking_id="docs", name="Docs", **EVERY_KEY)
    assert created["changed"] is preview["changed"] is True
    assert created["diff"] == preview["diff"]
    assert created["diff"][0]["before"] == {}
    assert created["diff"][0]["after"] == {"name": "Docs", "tracking_id": "docs", **EVERY_KEY}
    again = organization.run(tracking_id="docs", name="Docs", **EVERY_KEY)
    assert again["changed"] is False
    assert again["dataset"] == created["dataset"]
    # The server's own texts are there beside the one that was given.
    texts = again["dataset"]["tool_configuration"]["query_tool_options"]
    assert texts["tool_description"] == "Search"
    assert all(texts.values())
    # What is returned can be given back: it is what the dataset is.
    facts = ("id", "organization_id", "created_at", "updated_at", "chunk_count")
    options = {name: value for name, value in again["dataset"].items() if name not in facts and value is not None}
    assert organization.run(**options)["changed"] is False


def test_predicted_before_its_creation(organization: Organization) -> None:
    preview = organization.preview(tracking_id="docs", bm25_k=1.2)
    dataset = preview["dataset"]
    assert (dataset["id"], dataset["name"], dataset["tracking_id"]) == (None, "docs", "docs")
    assert (dataset["bm25_k"], dataset["system_prompt"], dataset["chunk_count"]) == (1.2, None, 0)
    assert dataset["organization_id"] == organization.sandbox.organization_id
    assert organization.rows() == []


def test_only_what_differs_is_sent(organization: Organization) -> None:
    created = organization.run(
        tracking_id="docs", system_prompt="Old", rag_prompt="R", bm25_k=1.2, llm_api_version="v1"
    )
    organization.sent()
    options = {"tracking_id": "docs", "name": "Docs", "system_prompt": "New", "rag_prompt": "R", "bm25_k": 1.2}
    preview = organization.preview(**options)
    result = organization.run(**options)
    sent = organization.sent()
    assert [entry["method"] for entry in sent] == ["GET", "GET", "PUT"]
    assert sent[-1]["body"] == {
        "dataset_id": created["dataset"]["id"],
        "dataset_name": "Docs",
        "server_configuration": {"SYSTEM_PROMPT": "New", "LLM_API_VERSION": "v1"},
    }
    assert result["diff"] == preview["diff"]
    assert result["diff"][0]["before"] == {"name": "docs", "system_prompt": "Old", "rag_prompt": "R", "bm25_k": 1.2}
    assert result["diff"][0]["after"] == {"name": "Docs", "system_prompt": "New", "rag_prompt": "R", "bm25_k": 1.2}
    # All but the time of the change was predicted.
    assert {**preview["dataset"], "updated_at": None} == {**result["dataset"], "updated_at": None}
    assert result["dataset"]["llm_api_version"] == "v1"


def test_a_mere_name_leaves_the_configuration_alone(organization: Organization) -> None:
    organization.run(tracking_id="docs", llm_api_version="v1")
    organization.sent()
    assert organization.run(tracking_id="docs", name="Docs")["changed"] is True
    (body,) = organization.bodies()
    assert set(body) == {"dataset_id", "dataset_name"}
    assert organization.run(tracking_id="docs", name="Docs", llm_api_version="v1")["changed"] is False


def test_extra_params_survive_one_another(organization: Organization) -> None:
    page = {"brandName": "Example", "openGraphMetadata": {"title": "Docs", "image": "https://example.com/i.png"}}
    organization.run(tracking_id="docs", public_dataset={"enabled": True, "extra_params": page})
    change = {"enabled": False, "extra_params": {"openGraphMetadata": {"title": "New"}, "tags": [], "problemLink": ""}}
    preview = organization.preview(tracking_id="docs", public_dataset=change)
    result = organization.run(tracking_id="docs", public_dataset=change)
    assert result["diff"] == preview["diff"]
    assert result["diff"][0]["before"]["public_dataset"] == {
        "enabled": True,
        "extra_params": {"openGraphMetadata": {"title": "Docs"}, "tags": None, "problemLink": None},
    }
    expected = {
        "brandName": "Example",
        "openGraphMetadata": {"title": "New", "image": "https://example.com/i.png"},
        "tags": [],
        "problemLink": "",
    }
    assert result["dataset"]["public_dataset"] == {"enabled": False, "extra_params": expected}
    assert preview["dataset"]["public_dataset"] == result["dataset"]["public_dataset"]
    assert organization.run(tracking_id="docs", public_dataset=change)["changed"] is False
    # Inside an object, null takes a key away.
    change = {"enabled": False, "extra_params": {"openGraphMetadata": {"image": None}}}
    assert organization.run(tracking_id="docs", public_dataset=change)["changed"] is True
    result = organization.run(tracking_id="docs", public_dataset=change)
    assert result["changed"] is False
    assert result["dataset"]["public_dataset"]["extra_params"]["openGraphMetadata"] == {"title": "New"}


def test_texts_of_the_tool_survive_one_another(organization: Organization) -> None:
    organization.run(tracking_id="docs")
    one = {"query_tool_options": {"tool_description": "Search"}}
    other = {"query_tool_options": {"price_filter_description": "Price"}}
    assert organization.run(tracking_id="docs", tool_configuration=one)["changed"] is True
    result = organization.run(tracking_id="docs", tool_configuration=other)
    assert result["diff"][0]["after"] == {"tool_configuration": other}
    texts = result["dataset"]["tool_configuration"]["query_tool_options"]
    assert (texts["tool_description"], texts["price_filter_description"]) == ("Search", "Price")
    assert all(texts.values())
    assert organization.run(tracking_id="docs", tool_configuration=one)["changed"] is False


def test_misspelt_inside_an_object_is_told(organization: Organization) -> None:
    """The server drops what it does not know without a word, and so would change it for ever."""
    page = {"enabled": True, "extra_params": {"openGraphMetadata": {"tittle": "Docs"}}}
    result = organization.run(tracking_id="docs", public_dataset=page)
    assert ["returns other values than declared for public_dataset" in words for words in result["warnings"]] == [True]
    result = organization.run(tracking_id="docs", public_dataset=page, stop_tokens=[])
    assert result["changed"] is True
    assert ["returns other values than declared for public_dataset" in words for words in result["warnings"]] == [True]


def test_delete(organization: Organization) -> None:
    created = organization.run(tracking_id="docs", name="Docs")
    organization.give_chunks(created["dataset"]["id"], 12)
    keep = organization.run(tracking_id="keep")
    preview = organization.preview(tracking_id="docs", state="absent")
    organization.sent()
    result = organization.run(tracking_id="docs", state="absent")
    sent = organization.sent()
    dataset_id = created["dataset"]["id"]
    assert [entry["method"] for entry in sent] == ["GET", "GET", "DELETE", "GET"]
    assert (sent[2]["path"], sent[2]["dataset"]) == (f"/api/dataset/{dataset_id}", dataset_id)
    assert result["changed"] is preview["changed"] is True
    assert result["dataset"] == preview["dataset"]
    assert result["diff"] == preview["diff"]
    assert result["diff"][0]["before"] == {"id": dataset_id, "name": "Docs", "tracking_id": "docs", "chunk_count": 12}
    assert [row["id"] for row in organization.rows()] == [keep["dataset"]["id"]]

    again = organization.run(tracking_id="docs", state="absent")
    assert organization.verbs() == ["GET"]
    assert (again["changed"], again["dataset"]) == (False, None)


def test_delete_goes_by_the_id_alone(organization: Organization) -> None:
    """A namesake stays, and so does every option that says nothing about what to delete."""
    dataset_id = organization.create(tracking_id="one")
    organization.create(tracking_id="two")
    options = {"dataset_id": dataset_id.upper(), "name": "docs", "locked": True, "system_prompt": ""}
    assert organization.run(state="absent", **options)["changed"] is True
    assert [row["tracking_id"] for row in organization.rows()] == ["two"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_locked(organization: Organization, check_mode: bool) -> None:
    organization.run(tracking_id="docs", locked=True)
    organization.sent()
    result = organization.run(check_mode, tracking_id="docs", state="absent")
    assert result["failed"] is True
    assert "is locked and cannot be deleted" in result["msg"]
    assert "locked: false" in result["msg"]
    assert "DELETE" not in organization.verbs()
    assert organization.run(tracking_id="docs", locked=False)["changed"] is True
    assert organization.run(tracking_id="docs", state="absent")["changed"] is True


def test_a_deletion_that_did_not_happen_is_no_success(organization: Organization) -> None:
    organization.run(tracking_id="docs")
    organization.control.faults({"kind": "status", "status": 204, "body": "", "method": "DELETE", "times": 1})
    result = organization.run(tracking_id="docs", state="absent")
    assert (result["failed"], result["changed"]) == (True, True)
    assert "its list still shows it" in result["msg"]


def test_somebody_else_deleted_it_meanwhile(organization: Organization) -> None:
    """The answer of the first try is lost, the second one gets 404: it is gone all the same."""
    organization.run(tracking_id="docs")
    organization.control.faults({"kind": "drop_after", "method": "DELETE", "times": 1})
    organization.sent()
    assert organization.run(tracking_id="docs", state="absent")["changed"] is True
    assert [entry["status"] for entry in organization.sent() if entry["method"] == "DELETE"][-1] == 404


def test_the_servers_refusals_are_told_in_its_words(organization: Organization) -> None:
    organization.control.settings(unlimited=False)
    for name in ("one", "two"):
        organization.run(tracking_id=name)
    result = organization.run(tracking_id="three")
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 426)
    assert "Your plan must be upgraded to create additional datasets" in result["msg"]
    organization.control.settings(unlimited=True)
    taken = "Could not create dataset because a dataset with the same tracking_id already exists in the organization"
    organization.control.faults(
        {"kind": "status", "status": 400, "body": {"message": taken}, "method": "POST", "times": 1}
    )
    result = organization.run(tracking_id="three")
    assert (result["failed"], result["error"]["message"], result["error"]["status"]) == (True, taken, 400)
    page = {"enabled": True, "extra_params": {"debounceMs": "soon"}}
    result = organization.run(tracking_id="three", public_dataset=page)
    assert (result["failed"], result["error"]["status"]) == (True, 400)
    assert "debounceMs" in result["msg"]


def test_a_strange_answer_is_an_error(organization: Organization) -> None:
    organization.run(tracking_id="docs")
    for kind in ("list_instead_of_object", "truncated_json", "html", "empty_200"):
        organization.control.faults({"kind": kind, "method": "PUT", "times": 1})
        result = organization.run(tracking_id="docs", name=f"Docs {kind}")
        assert (result["failed"], result["error"]["method"]) == (True, "PUT")
