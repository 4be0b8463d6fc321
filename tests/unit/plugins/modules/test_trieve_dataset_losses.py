# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the server drops at creation and loses with every change, and what C(trieve_dataset) does about it."""

from __future__ import annotations

from typing import Any

import pytest

from ...datasets import LLM_KEY, PAGE_KEY, PUBLIC_KEY, RERANKER_KEY, Organization

SECRETS: dict[str, Any] = {
    "llm_api_key": LLM_KEY,
    "reranker_api_key": RERANKER_KEY,
    "public_dataset": {"enabled": True, "api_key": PUBLIC_KEY},
}
NAMES = ["llm_api_key", "reranker_api_key", "public_dataset.api_key"]


def secrets_of(stored: dict[str, Any]) -> tuple[str, str, str]:
    """The three secrets as they are stored."""
    return stored.get("LLM_API_KEY"), stored.get("RERANKER_API_KEY"), stored["PUBLIC_DATASET"].get("api_key")  # type: ignore[return-value]


def refused(organization: Organization, **options: Any) -> str:
    """The words with which both modes refuse something, which has to be before any write."""
    organization.sent()
    results = [organization.run(check_mode, **options) for check_mode in (True, False)]
    assert set(organization.verbs()) <= {"GET"}
    assert [result.get("failed") for result in results] == [True, True]
    words: str = results[0]["msg"]
    assert results[1]["msg"] == words
    return words


# -- secrets -------------------------------------------------------------------------------------------------------


def test_secrets_at_creation_take_a_change_after_it(organization: Organization) -> None:
    preview = organization.preview(tracking_id="docs", **SECRETS)
    organization.sent()
    result = organization.run(tracking_id="docs", **SECRETS)
    assert organization.verbs() == ["GET", "POST", "PUT"]
    assert result["diff"] == preview["diff"]
    assert result["diff"][0]["after"]["not_shown"] == NAMES
    stored = organization.stored(result["dataset"]["id"])
    assert secrets_of(stored) == (LLM_KEY, RERANKER_KEY, PUBLIC_KEY)
    assert stored["PUBLIC_DATASET"]["enabled"] is True
    assert "warnings" not in result
    again = organization.run(tracking_id="docs", **SECRETS)
    assert organization.verbs() == ["GET", "GET"]
    assert again["changed"] is False
    assert "warnings" not in again


def test_secrets_are_written_again_only_on_demand(organization: Organization) -> None:
    dataset_id = organization.run(tracking_id="docs", **SECRETS)["dataset"]["id"]
    new = {**SECRETS, "llm_api_key": RERANKER_KEY}
    assert organization.run(tracking_id="docs", **new)["changed"] is False
    assert organization.run(tracking_id="docs", name="Docs", **new)["changed"] is True
    assert secrets_of(organization.stored(dataset_id)) == (LLM_KEY, RERANKER_KEY, PUBLIC_KEY)
    preview = organization.preview(tracking_id="docs", update_secrets="always", **new)
    for _run in range(2):
        result = organization.run(tracking_id="docs", update_secrets="always", **new)
        assert result["changed"] is True
        assert result["diff"] == preview["diff"]
        assert result["diff"][0]["before"]["not_shown"] == []
        assert result["diff"][0]["after"]["not_shown"] == NAMES
    assert secrets_of(organization.stored(dataset_id)) == (RERANKER_KEY, RERANKER_KEY, PUBLIC_KEY)


def test_nothing_secret_is_no_reason_to_write(organization: Organization) -> None:
    organization.run(tracking_id="docs")
    assert organization.run(tracking_id="docs", name="docs", update_secrets="always")["changed"] is False


def test_empty_secrets(organization: Organization) -> None:
    empty = {"llm_api_key": "", "reranker_api_key": "", "public_dataset": {"enabled": False, "api_key": ""}}
    organization.run(tracking_id="new", **empty)
    assert organization.verbs() == ["GET", "POST"]  # a new dataset has none
    dataset_id = organization.run(tracking_id="docs", **SECRETS)["dataset"]["id"]
    assert organization.run(tracking_id="docs", update_secrets="always", **empty)["changed"] is True
    assert secrets_of(organization.stored(dataset_id)) == ("", "", "")


def test_the_public_key_alone_keeps_the_page_as_it_is(organization: Organization) -> None:
    page = {"enabled": True, "extra_params": {"brandName": "Example"}}
    dataset_id = organization.run(tracking_id="docs", public_dataset=page)["dataset"]["id"]
    organization.sent()
    key = {"enabled": True, "api_key": PUBLIC_KEY}
    organization.run(tracking_id="docs", public_dataset=key, update_secrets="always")
    (body,) = organization.bodies()
    assert body["server_configuration"]["PUBLIC_DATASET"] == {"enabled": True, "api_key": "<hidden>"}
    public = organization.stored(dataset_id)["PUBLIC_DATASET"]
    assert (public["api_key"], public["extra_params"]["brandName"]) == (PUBLIC_KEY, "Example")


def test_the_pages_own_key_can_be_read_but_is_not_shown(organization: Organization) -> None:
    page = {"enabled": True, "extra_params": {"apiKey": PAGE_KEY}}
    hidden = ["public_dataset.extra_params.apiKey"]
    created = organization.run(tracking_id="docs", public_dataset=page)
    assert created["diff"][0]["after"]["not_shown"] == hidden
    assert organization.run(tracking_id="docs", public_dataset=page)["changed"] is False
    page = {"enabled": True, "extra_params": {"apiKey": PUBLIC_KEY}}
    preview = organization.preview(tracking_id="docs", public_dataset=page)
    result = organization.run(tracking_id="docs", public_dataset=page)
    assert result["changed"] is preview["changed"] is True
    assert result["diff"] == preview["diff"]
    assert result["diff"][0]["after"]["not_shown"] == hidden
    stored = organization.stored(result["dataset"]["id"])
    assert stored["PUBLIC_DATASET"]["extra_params"]["apiKey"] == PUBLIC_KEY
    assert organization.run(tracking_id="docs", public_dataset=page)["changed"] is False


def test_created_but_without_its_secrets(organization: Organization) -> None:
    """What was created is told; the next run finishes it, and its preview says so."""
    organization.control.faults({"kind": "status", "status": 503, "method": "PUT", "times": 1})
    result = organization.run(tracking_id="docs", stop_tokens=["END"], **SECRETS)
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, True, 503)
    (row,) = organization.rows()
    assert result["dataset"]["id"] == row["id"]
    assert f"Dataset 'docs' ({row['id']}) was created, but {' and '.join(NAMES)} could not be written." in result["msg"]
    assert "Run the task again to write what is missing." in result["msg"]
    finished = organization.thrice(tracking_id="docs", stop_tokens=["END"], **SECRETS)
    assert finished["changed"] is True
    assert finished["diff"][0]["after"]["not_shown"] == [*NAMES, "stop_tokens"]
    stored = organization.stored(row["id"])
    assert (secrets_of(stored), stored["STOP_TOKENS"]) == ((LLM_KEY, RERANKER_KEY, PUBLIC_KEY), ["END"])
    assert "warnings" not in organization.run(tracking_id="docs", stop_tokens=["END"], **SECRETS)


def test_the_creation_itself_fails(organization: Organization) -> None:
    organization.control.faults({"kind": "drop_after", "method": "POST", "times": 1})
    result = organization.run(tracking_id="docs", **SECRETS)
    assert (result["failed"], result["changed"]) == (True, False)
    assert "If the dataset was created nevertheless, it lacks llm_api_key" in result["msg"]
    assert "Run the task again to write what is missing." in result["msg"]
    (row,) = organization.rows()
    assert organization.thrice(tracking_id="docs", **SECRETS)["changed"] is True
    assert secrets_of(organization.stored(row["id"])) == (LLM_KEY, RERANKER_KEY, PUBLIC_KEY)


def test_a_text_that_is_lost_at_creation_is_written_by_the_next_run(organization: Organization) -> None:
    tools = {"query_tool_options": {"tool_description": "Search"}}
    organization.control.faults({"kind": "status", "status": 503, "method": "PUT", "times": 1})
    result = organization.run(tracking_id="docs", tool_configuration=tools)
    assert (result["failed"], result["changed"]) == (True, True)
    assert "tool_configuration could not be written. Run the task again " in result["msg"]
    assert organization.run(tracking_id="docs", tool_configuration=tools)["changed"] is True
    assert organization.run(tracking_id="docs", tool_configuration=tools)["changed"] is False


# -- stop tokens ---------------------------------------------------------------------------------------------------


def test_stop_tokens_at_creation(organization: Organization) -> None:
    plain = organization.run(tracking_id="plain", stop_tokens=["END"])
    assert organization.verbs() == ["GET", "POST"]
    assert organization.stored(plain["dataset"]["id"])["STOP_TOKENS"] == ["END"]
    assert plain["diff"][0]["after"]["not_shown"] == ["stop_tokens"]
    assert organization.run(tracking_id="plain", stop_tokens=["OTHER"])["changed"] is False
    # The change that writes the secrets would lose them again.
    secret = organization.run(tracking_id="secret", stop_tokens=["END"], llm_api_key=LLM_KEY)
    stored = organization.stored(secret["dataset"]["id"])
    assert (stored["STOP_TOKENS"], stored["LLM_API_KEY"]) == (["END"], LLM_KEY)


def test_stop_tokens_go_into_every_change(organization: Organization) -> None:
    dataset_id = organization.run(tracking_id="docs", stop_tokens=["END"])["dataset"]["id"]
    options: dict[str, Any] = {"tracking_id": "docs", "name": "Docs", "stop_tokens": ["STOP"]}
    preview = organization.preview(**options)
    result = organization.run(**options)
    assert result["diff"] == preview["diff"]
    assert result["diff"][0]["after"] == {"name": "Docs", "not_shown": ["stop_tokens"]}
    assert organization.stored(dataset_id)["STOP_TOKENS"] == ["STOP"]
    assert "warnings" not in result
    assert organization.run(**options, update_secrets="always")["changed"] is True
    assert organization.run(**{**options, "stop_tokens": []}, update_secrets="always")["changed"] is True
    assert organization.stored(dataset_id)["STOP_TOKENS"] == []


def test_a_change_without_stop_tokens_warns(organization: Organization) -> None:
    dataset_id = organization.run(tracking_id="docs", stop_tokens=["END"])["dataset"]["id"]
    for result in (
        organization.preview(tracking_id="docs", new_tracking_id="docs-2"),
        organization.run(tracking_id="docs", new_tracking_id="docs-2"),
    ):
        assert ["removes its stop tokens, if it has any" in words for words in result["warnings"]] == [True]
    assert organization.stored(dataset_id)["STOP_TOKENS"] is None
    assert "warnings" not in organization.run(tracking_id="docs-2")


def test_the_version_of_the_llms_api_is_sent_again(organization: Organization) -> None:
    dataset_id = organization.run(tracking_id="docs", llm_api_version="v1", llm_api_key=LLM_KEY)["dataset"]["id"]
    assert organization.stored(dataset_id)["LLM_API_VERSION"] == "v1"
    organization.run(tracking_id="docs", system_prompt="New")
    organization.run(tracking_id="docs", llm_api_key=LLM_KEY, update_secrets="always")
    assert organization.stored(dataset_id)["LLM_API_VERSION"] == "v1"
    organization.run(tracking_id="docs", llm_api_version="v2")
    assert organization.stored(dataset_id)["LLM_API_VERSION"] == "v2"
    organization.run(tracking_id="docs", llm_api_version="")
    assert organization.stored(dataset_id)["LLM_API_VERSION"] == ""


# -- the metric ----------------------------------------------------------------------------------------------------


def test_another_metric_can_be_created_and_is_kept(organization: Organization) -> None:
    created = organization.run(tracking_id="docs", distance_metric="dot", stop_tokens=["END"])
    assert created["dataset"]["distance_metric"] == "dot"
    assert organization.run(tracking_id="docs", distance_metric="dot", stop_tokens=["END"])["changed"] is False
    assert organization.run(tracking_id="docs", state="absent")["changed"] is True


@pytest.mark.parametrize(
    ("options", "changing"),
    [
        ({"name": "Docs"}, "name"),
        ({"new_tracking_id": "docs-2"}, "tracking_id"),
        ({"system_prompt": "x", "locked": True}, "system_prompt, locked"),
        ({"llm_api_key": LLM_KEY, "update_secrets": "always"}, "llm_api_key"),
        ({"stop_tokens": ["END"], "update_secrets": "always"}, "stop_tokens"),
        (
            {"public_dataset": {"enabled": False, "extra_params": {"apiKey": PAGE_KEY}}},
            "public_dataset.extra_params.apiKey",
        ),
    ],
)
def test_no_change_of_a_dataset_with_another_metric(
    organization: Organization, options: dict[str, Any], changing: str
) -> None:
    organization.run(tracking_id="docs", distance_metric="dot")
    words = refused(organization, tracking_id="docs", **options)
    assert "its distance_metric is dot, which each update loses in Trieve" in words
    assert f"The task would update {changing}." in words


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_at_creation_together_with_another_metric(organization: Organization, secret: str) -> None:
    words = refused(organization, tracking_id="docs", distance_metric="manhattan", **{secret: SECRETS[secret]})
    assert "cannot be combined with distance_metric manhattan" in words
    assert organization.rows() == []


def test_texts_of_the_tool_together_with_another_metric(organization: Organization) -> None:
    whole = organization.run(tracking_id="whole")["dataset"]["tool_configuration"]
    partly = {"query_tool_options": {"tool_description": "Search"}}
    words = refused(organization, tracking_id="docs", distance_metric="dot", tool_configuration=partly)
    assert "Set all texts of tool_configuration to include it in the creation." in words
    result = organization.run(tracking_id="docs", distance_metric="dot", tool_configuration=whole)
    assert organization.verbs()[-2:] == ["GET", "POST"]
    assert result["dataset"]["tool_configuration"] == whole
    again = organization.run(tracking_id="docs", distance_metric="dot", tool_configuration=whole)
    assert again["changed"] is False


def test_the_metric_cannot_be_changed(organization: Organization) -> None:
    organization.run(tracking_id="docs")
    words = refused(organization, tracking_id="docs", distance_metric="euclidean")
    assert "distance_metric of dataset 'docs'" in words
    assert (
        "is cosine and cannot be changed to euclidean: Trieve sets the metric only when it creates a dataset." in words
    )


# -- model and size ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"embedding_model_name": "bge-m3"},
        {"embedding_size": 1024},
        {"embedding_model_name": "mine", "embedding_size": 768},
    ],
)
def test_model_and_size_are_bound_to_the_chunks(organization: Organization, options: dict[str, Any]) -> None:
    dataset_id = organization.run(tracking_id="docs")["dataset"]["id"]
    organization.give_chunks(dataset_id, 1234)
    words = refused(organization, tracking_id="docs", **options)
    assert f"{next(iter(options))} of dataset 'docs' ({dataset_id})" in words
    assert "the dataset has 1234 chunks" in words
    assert words.endswith("Create another dataset, or clear this one first with state: cleared.")
    same = {"embedding_model_name": "jina-base-en", "embedding_size": 768}
    assert organization.run(tracking_id="docs", **same)["changed"] is False


def test_the_size_goes_along_with_the_model(organization: Organization) -> None:
    """The server derives it from the model at creation, and not in a change."""
    organization.run(tracking_id="docs")
    preview = organization.preview(tracking_id="docs", embedding_model_name="text-embedding-3-large")
    result = organization.run(tracking_id="docs", embedding_model_name="text-embedding-3-large")
    assert result["diff"] == preview["diff"]
    assert result["diff"][0]["before"] == {"embedding_model_name": "jina-base-en", "embedding_size": 768}
    assert result["diff"][0]["after"] == {"embedding_model_name": "text-embedding-3-large", "embedding_size": 3072}
    assert result["dataset"]["embedding_size"] == preview["dataset"]["embedding_size"] == 3072
    assert organization.run(tracking_id="docs", embedding_model_name="text-embedding-3-large")["changed"] is False
    created = organization.run(tracking_id="other", embedding_model_name="text-embedding-3-large")
    assert created["dataset"]["embedding_size"] == 3072


def test_the_size_of_an_unknown_model_has_to_be_given(organization: Organization) -> None:
    organization.run(tracking_id="docs")
    words = refused(organization, tracking_id="docs", embedding_model_name="mine")
    assert words.startswith("embedding_size is missing: Trieve would keep the size of the old model, 768, for mine.")
    result = organization.run(tracking_id="docs", embedding_model_name="mine", embedding_size=384)
    assert result["dataset"]["embedding_size"] == 384
