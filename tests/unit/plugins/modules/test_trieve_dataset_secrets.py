# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_dataset): the secrets of a dataset arrive, whatever goes wrong on the way, and nothing hangs on how much time passes."""

from __future__ import annotations

from typing import Any

import pytest

from ...datasets import LLM_KEY, PAGE_KEY, PUBLIC_KEY, RERANKER_KEY, Organization

SECRETS: dict[str, Any] = {
    "llm_api_key": LLM_KEY,
    "reranker_api_key": RERANKER_KEY,
    "public_dataset": {"enabled": True, "api_key": PUBLIC_KEY},
}
HERO = {"enabled": True, "api_key": PUBLIC_KEY, "extra_params": {"heroPattern": {"heroPatternName": "Dots"}}}
TOOLS = {"query_tool_options": {"tool_description": "Search"}}

WAYS: dict[str, dict[str, Any]] = {
    "created": {"tracking_id": "docs", **SECRETS},
    "created by name": {"name": "Docs", **SECRETS},
    "created, with stop tokens": {"tracking_id": "docs", "stop_tokens": ["END"], **SECRETS},
    "created, with texts": {"tracking_id": "docs", "tool_configuration": TOOLS, **SECRETS},
    "created, with a hero pattern": {"tracking_id": "docs", **SECRETS, "public_dataset": HERO},
    "created, renamed": {"tracking_id": "old", "new_tracking_id": "docs", **SECRETS},
    "cloned": {"tracking_id": "docs", "clone_from": "source", **SECRETS},
    "cloned by name": {"name": "Docs", "clone_from": "source", **SECRETS},
    "cloned, with a name": {"tracking_id": "docs", "name": "Docs", "clone_from": "source", **SECRETS},
    "cloned, with stop tokens": {"tracking_id": "docs", "clone_from": "source", "stop_tokens": ["END"], **SECRETS},
    "cloned, from one without changes": {"tracking_id": "docs", "clone_from": "plain", **SECRETS},
}
FAULTS: dict[str, dict[str, Any]] = {
    "refused": {"kind": "status", "status": 400},
    "unavailable": {"kind": "status", "status": 503},
    "no JSON": {"kind": "truncated_json"},
    "empty": {"kind": "empty_200"},
    "dropped": {"kind": "drop"},
    "dropped after": {"kind": "drop_after"},
    "cut off": {"kind": "cut"},
    "another shape": {"kind": "list_instead_of_object"},
}


def sources(organization: Organization) -> None:
    """Two datasets to clone: one that was changed, which leaves traces that a clone has, too, and one as it was created."""
    organization.run(tracking_id="source", llm_api_key=PAGE_KEY, stop_tokens=["OLD"], system_prompt="Of the source.")
    organization.run(tracking_id="plain")
    organization.sent()


def found(organization: Organization) -> list[dict[str, Any]]:
    """The datasets that are no sources."""
    return [row for row in organization.rows() if row["tracking_id"] not in ("source", "plain")]


def lacking(organization: Organization, options: dict[str, Any], dataset_id: str) -> list[str]:
    """Which of the declared values the server does not hold."""
    stored = organization.stored(dataset_id)
    held = {
        "llm_api_key": stored.get("LLM_API_KEY"),
        "reranker_api_key": stored.get("RERANKER_API_KEY"),
        "public_dataset": stored["PUBLIC_DATASET"].get("api_key"),
        "stop_tokens": stored["STOP_TOKENS"],
    }
    declared = {**options, "public_dataset": PUBLIC_KEY}
    return [name for name, value in held.items() if name in options and value != declared[name]]


@pytest.mark.sampled(every=7)
@pytest.mark.parametrize("change", [False, True], ids=["the same", "another option"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("way", WAYS)
def test_they_arrive_or_the_run_is_not_green(
    organization: Organization, way: str, method: str, fault: str, change: bool
) -> None:
    """One request fails in one way; the runs after it, of which the first also changes something, make up for it."""
    options = {**WAYS[way], "retries": 0}
    if "clone_from" in options:
        sources(organization)
    organization.control.faults({**FAULTS[fault], "method": method, "times": 1})
    first = organization.run(**options)
    assert first["failed"] is True
    options.update({"rag_prompt": "Another."} if change else {})
    for _run in range(2):
        preview = organization.preview(**options)
        result = organization.run(**options)
        assert result.get("failed") is None, result["msg"]
        assert (preview["changed"], preview["diff"]) == (result["changed"], result["diff"])
        (row,) = found(organization)
        assert lacking(organization, options, row["id"]) == []
        assert row["name"] == options.get("name", "docs")
        assert result["dataset"]["name"] == row["name"]
    assert result["changed"] is False
    assert "warnings" not in result


@pytest.mark.parametrize("way", WAYS)
def test_without_a_fault_the_second_run_only_reads(organization: Organization, way: str) -> None:
    sources(organization)
    organization.thrice(**WAYS[way])
    (row,) = found(organization)
    assert lacking(organization, WAYS[way], row["id"]) == []


@pytest.mark.parametrize("way", ["created", "cloned"])
def test_however_long_it_takes(organization: Organization, way: str) -> None:
    """The times of the row say nothing: a change right after the creation counts, and so does one much later."""
    sources(organization)
    dataset_id = organization.run(**WAYS[way])["dataset"]["id"]
    organization.control.sql("UPDATE datasets SET updated_at = created_at WHERE id = ?", [dataset_id])
    assert organization.thrice(**WAYS[way])["changed"] is False
    organization.run(tracking_id="docs", state="absent")
    organization.control.faults({"kind": "status", "status": 503, "method": "PUT", "times": 1})
    dataset_id = organization.run(**WAYS[way])["dataset"]["id"]
    organization.control.sql("UPDATE datasets SET updated_at = created_at + 7000000 WHERE id = ?", [dataset_id])
    assert organization.thrice(**WAYS[way])["changed"] is True
    assert lacking(organization, WAYS[way], dataset_id) == []


def test_a_dataset_that_somebody_else_created_without_them(organization: Organization) -> None:
    dataset_id = organization.create(tracking_id="docs")
    preview = organization.preview(tracking_id="docs", llm_api_key=LLM_KEY)
    assert preview["diff"] == [
        {
            "before": {"not_shown": []},
            "after": {"not_shown": ["llm_api_key"]},
            "before_header": "dataset docs",
            "after_header": "dataset docs: updated",
        }
    ]
    assert preview["plan"] == [
        {
            "action": "update",
            "kind": "dataset",
            "name": "docs",
            "id": dataset_id,
            "dataset": None,
            "fields": [{"name": "not_shown", "before": [], "after": ["llm_api_key"]}],
        }
    ]
    assert preview["summary"] == {"update": 1, "unchanged": 0}
    assert organization.thrice(tracking_id="docs", llm_api_key=LLM_KEY, stop_tokens=[])["changed"] is True
    assert organization.stored(dataset_id)["LLM_API_KEY"] == LLM_KEY


def test_a_mere_rename_does_not_hide_that_they_are_missing(organization: Organization) -> None:
    dataset_id = organization.create(tracking_id="docs")
    organization.run(tracking_id="docs", name="Docs")
    assert organization.thrice(tracking_id="docs", llm_api_key=LLM_KEY)["changed"] is True
    assert organization.stored(dataset_id)["LLM_API_KEY"] == LLM_KEY


def test_what_may_have_been_written_is_left_alone(organization: Organization) -> None:
    """Somebody rotated the secret: a change of another option does not bring the declared one back."""
    dataset_id = organization.run(tracking_id="docs", llm_api_key=LLM_KEY)["dataset"]["id"]
    body = {"dataset_id": dataset_id, "server_configuration": {"LLM_API_KEY": RERANKER_KEY}}
    organization.api("PUT", "dataset", body)
    organization.thrice(tracking_id="docs", llm_api_key=LLM_KEY, system_prompt="New.")
    assert organization.stored(dataset_id)["LLM_API_KEY"] == RERANKER_KEY


def test_a_metric_that_a_change_would_lose(organization: Organization) -> None:
    """The secret cannot be written, so the task is not green."""
    organization.run(tracking_id="docs", distance_metric="dot")
    words = organization.refused(tracking_id="docs", llm_api_key=LLM_KEY)
    assert "The task would update llm_api_key." in words


# -- unfinished clones ---------------------------------------------------------------------------------------------


@pytest.fixture
def unfinished(organization: Organization) -> str:
    """A clone whose secret did not arrive."""
    sources(organization)
    organization.control.faults({"kind": "status", "status": 503, "method": "PUT", "times": 1})
    result = organization.run(tracking_id="docs", name="Docs", clone_from="source", llm_api_key=LLM_KEY)
    assert result["dataset"]["name"] == "Docs (clone without its secrets)"
    dataset_id: str = result["dataset"]["id"]
    return dataset_id


def test_a_clone_is_named_so_until_it_has_its_secrets(organization: Organization, unfinished: str) -> None:
    result = organization.thrice(tracking_id="docs", clone_from="source", llm_api_key=LLM_KEY)
    assert result["diff"][0]["before"]["name"] == "Docs (clone without its secrets)"
    assert result["diff"][0]["after"] == {"name": "Docs", "not_shown": ["llm_api_key"]}
    assert organization.stored(unfinished)["LLM_API_KEY"] == LLM_KEY


def test_another_task_leaves_the_mark(organization: Organization, unfinished: str) -> None:
    organization.thrice(tracking_id="docs", name="Docs", system_prompt="New.")
    assert organization.thrice(tracking_id="docs", name="Guide", system_prompt="New.")["changed"] is True
    result = organization.thrice(tracking_id="docs", name="Guide", clone_from="source", llm_api_key=LLM_KEY)
    assert (result["dataset"]["name"], result["dataset"]["system_prompt"]) == ("Guide", "New.")
    assert organization.stored(unfinished)["LLM_API_KEY"] == LLM_KEY


def test_secrets_that_are_declared_no_more(organization: Organization, unfinished: str) -> None:
    assert organization.thrice(tracking_id="docs", clone_from="source")["dataset"]["name"] == "Docs"
    assert organization.stored(unfinished).get("LLM_API_KEY") in (None, "")


def test_found_by_its_name(organization: Organization, unfinished: str) -> None:
    assert organization.thrice(name="Docs", llm_api_key=LLM_KEY)["dataset"]["id"] == unfinished
    assert organization.stored(unfinished)["LLM_API_KEY"] == LLM_KEY
