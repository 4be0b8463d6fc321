# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_dataset_swap): the swap, each point at which it can end, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.lifeline import Lifeline
from ansible_collections.community.trieve.plugins.modules.trieve_dataset_swap import DEFINITION
from sandbox.server import Running

from ...tasks import played, task_of
from ...tenant import Tenant

OPTIONS: dict[str, Any] = {
    "tracking_id": "docs",
    "replacement": "docs-2",
    "previous_tracking_id": "docs-before-2",
}
BACK: dict[str, Any] = {
    "tracking_id": "docs",
    "replacement": "docs-before-2",
    "previous_tracking_id": "docs-2",
}


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    return Tenant(sandbox, connection)


class Pair:
    """An old dataset that serves, and a new one with a chunk."""

    def __init__(self, tenant: Tenant, **configuration: Any) -> None:
        self.tenant = tenant
        stored = {"server_configuration": configuration} if configuration else {}
        self.old = tenant.dataset("docs", dataset_name="Documentation", **stored)
        self.new = tenant.dataset("docs-2", dataset_name="Documentation 2")
        for dataset in (self.old, self.new):
            fill(tenant, dataset)
        tenant.writes()

    def tracking_ids(self) -> tuple[str | None, str | None]:
        """Those of the old and the new dataset."""
        by_id = {row["id"]: row["tracking_id"] for row in self.tenant.rows("datasets")}
        return by_id[self.old], by_id[self.new]

    def interrupted(self) -> Pair:
        """The old one has lost the tracking ID, and a kill followed."""
        self.rename(self.old, "docs-before-2")
        self.tenant.writes()
        return self

    def rename(self, dataset: str, tracking_id: str) -> None:
        """What another client does."""
        self.tenant.call("PUT", "/api/dataset", {"dataset_id": dataset, "new_tracking_id": tracking_id})

    def configuration(self, dataset: str) -> dict[str, Any]:
        """What the server stores."""
        (row,) = (row for row in self.tenant.rows("datasets") if row["id"] == dataset)
        stored: dict[str, Any] = json.loads(row["server_configuration"])
        return stored


def fill(tenant: Tenant, dataset: str, count: int = 1) -> None:
    """Let the server count so many chunks."""
    tenant.control.sql("UPDATE dataset_usage_counts SET chunk_count = ? WHERE dataset_id = ?", [count, dataset])


@pytest.fixture
def pair(tenant: Tenant) -> Pair:
    return Pair(tenant)


def refusal_in_run(tenant: Tenant, **options: Any) -> str:
    """The words of a run that sends nothing but reads."""
    tenant.writes()
    result = tenant.run(DEFINITION, **{**OPTIONS, **options})
    assert result.get("failed"), result
    assert result["changed"] is False
    assert tenant.writes() == []
    words: str = result["msg"]
    return words


def test_swap_and_back(tenant: Tenant, pair: Pair) -> None:
    """Both are foretold, made by two updates, and not repeated."""
    swapped = tenant.thrice(DEFINITION, **OPTIONS)
    assert pair.tracking_ids() == ("docs-before-2", "docs")
    assert (swapped["dataset"]["id"], swapped["previous"]["id"]) == (pair.new, pair.old)
    assert (swapped["dataset"]["tracking_id"], swapped["previous"]["tracking_id"]) == ("docs", "docs-before-2")
    assert swapped["stage"] == "not_started"
    assert swapped["gap"] >= 0
    assert swapped["summary"] == {"update": 2, "unchanged": 0}
    assert [change["fields"] for change in swapped["plan"]] == [
        [{"name": "tracking_id", "before": "docs", "after": "docs-before-2"}],
        [{"name": "tracking_id", "before": "docs-2", "after": "docs"}],
    ]
    headers = [entry["after_header"] for entry in swapped["diff"]]
    assert headers == [
        "dataset docs: updated, so no dataset has the tracking ID docs until the next update",
        "dataset docs-2: updated, and serves from now on",
    ]
    back = tenant.thrice(DEFINITION, **BACK)
    assert pair.tracking_ids() == ("docs", "docs-2")
    assert (back["dataset"]["id"], back["previous"]["id"]) == (pair.old, pair.new)


def test_only_the_two_updates_are_sent(tenant: Tenant, pair: Pair) -> None:
    tenant.control.clear_requests()
    tenant.run(DEFINITION, **OPTIONS)
    bodies = [entry["body"] for entry in tenant.control.requests() if entry["method"] == "PUT"]
    assert bodies == [
        {"dataset_id": pair.old, "new_tracking_id": "docs-before-2"},
        {"dataset_id": pair.new, "new_tracking_id": "docs"},
    ]


def test_the_preview_returns_what_the_run_returns(tenant: Tenant, pair: Pair) -> None:
    preview = tenant.run(DEFINITION, check_mode=True, **OPTIONS)
    result = tenant.run(DEFINITION, **OPTIONS)
    for name in ("dataset", "previous"):
        for side in (preview, result):
            del side[name]["updated_at"]
        assert preview[name] == result[name]
    assert preview["gap"] is None
    again = tenant.run(DEFINITION, **OPTIONS)
    assert again["stage"] == "finished"
    assert again["dataset"]["id"] == pair.new
    assert again["previous"]["id"] == pair.old
    assert again["gap"] is None


def test_by_id(tenant: Tenant, pair: Pair) -> None:
    tenant.thrice(DEFINITION, **{**OPTIONS, "replacement": pair.new.upper()})
    assert pair.tracking_ids() == ("docs-before-2", "docs")


def test_gap_is_the_time_between_the_updates(tenant: Tenant, pair: Pair) -> None:
    """From before the first to after the second."""
    readings = iter([100.0, 100.25])
    task = task_of(DEFINITION, **{**tenant.connection, **OPTIONS})
    task.clock = lambda: next(readings)
    assert played(DEFINITION, task)["gap"] == 0.25


# -- resumption ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("options", "serves"), [(OPTIONS, "new"), (BACK, "old")], ids=["onwards", "back"])
def test_a_killed_run_is_finished(tenant: Tenant, pair: Pair, options: dict[str, Any], serves: str) -> None:
    """Between the updates no dataset has the tracking ID. A swap and the one that undoes it can both go on from there."""
    pair.interrupted()
    if serves == "old":  # the new one gave the tracking ID away
        pair.rename(pair.new, "docs-2")
    finished = tenant.thrice(DEFINITION, **options)
    assert finished["stage"] == "interrupted"
    assert finished["summary"] == {"update": 1, "unchanged": 0}
    assert finished["gap"] is None
    assert finished["dataset"]["id"] == getattr(pair, serves)
    assert finished["previous"]["tracking_id"] == options["previous_tracking_id"]


def test_a_killed_task_finishes_what_it_has_begun(tenant: Tenant, pair: Pair) -> None:
    """Nobody waits for the result any more after the first update: the second one is sent all the same."""

    def goes_on() -> bool:
        return not [entry for entry in tenant.control.requests() if entry["method"] == "PUT"]

    task = task_of(DEFINITION, **{**tenant.connection, **OPTIONS})
    task.lifeline = Lifeline(checks=[goes_on])
    result = played(DEFINITION, task)
    assert not result.get("failed"), result["msg"]
    assert not goes_on()
    assert pair.tracking_ids() == ("docs-before-2", "docs")


def test_finished_after_the_previous_one_is_deleted(tenant: Tenant, pair: Pair) -> None:
    """The name tells it then; without the name nothing can."""
    named = {**OPTIONS, "replacement_name": "Documentation 2"}
    tenant.thrice(DEFINITION, **named)
    tenant.call("DELETE", f"/api/dataset/{pair.old}", **{"TR-Dataset": pair.old})
    tenant.writes()
    again = tenant.run(DEFINITION, **named)
    assert (again["changed"], again["stage"], again["previous"]) == (False, "finished", None)
    assert again["dataset"]["id"] == pair.new
    assert "replacement: dataset 'docs-2' not found" in refusal_in_run(tenant)


# -- failures of an update -----------------------------------------------------------------------------------------


def put_fault(number: int, kind: str = "status", **values: Any) -> dict[str, Any]:
    """A fault of the PUT of this number, from 1 on: an error page, if nothing else is named."""
    given = {"status": 500, "body": {"message": "Broken"}} if kind == "status" else {}
    return {"kind": kind, "method": "PUT", "path": "^/api/dataset$", "after": number - 1, "times": 1, **given, **values}


def test_the_first_update_fails(tenant: Tenant, pair: Pair) -> None:
    tenant.control.faults(put_fault(1))
    result = tenant.run(DEFINITION, **OPTIONS)
    assert result["failed"]
    assert result["changed"] is False
    assert result["error"]["status"] == 500
    assert f"Nothing was changed, and dataset 'docs' ({pair.old}) still has the tracking ID 'docs'." in result["msg"]
    assert tenant.writes() == ["PUT /api/dataset"]
    assert pair.tracking_ids() == ("docs", "docs-2")


def test_the_second_update_fails(tenant: Tenant, pair: Pair) -> None:
    """The old one gets its tracking ID back, and a second run swaps."""
    tenant.control.faults(put_fault(2))
    result = tenant.run(DEFINITION, **OPTIONS)
    assert result["failed"]
    assert result["changed"] is False
    assert result["error"]["status"] == 500
    assert result["msg"].startswith(f"Dataset 'docs-2' ({pair.new}) could not get the tracking ID 'docs'. PUT ")
    assert result["msg"].endswith(f"Dataset 'docs' ({pair.old}) has the tracking ID 'docs' again.")
    assert (result["dataset"]["id"], result["previous"]) == (pair.old, None)
    assert pair.tracking_ids() == ("docs", "docs-2")
    tenant.thrice(DEFINITION, **OPTIONS)


def test_the_second_update_and_its_remedy_fail(tenant: Tenant, pair: Pair) -> None:
    """The failure says that nobody serves, and the next run finishes."""
    tenant.control.faults(put_fault(2), put_fault(2))  # each counts the requests that the one before does not meet
    result = tenant.run(DEFINITION, **OPTIONS)
    assert result["failed"]
    assert result["changed"] is True
    assert f"Giving it back to dataset 'docs' ({pair.old}) failed, too: PUT " in result["msg"]
    assert result["msg"].endswith("No dataset has the tracking ID 'docs' now. Run the task again to finish the swap.")
    assert (result["dataset"], result["previous"]["id"]) == (None, pair.old)
    assert pair.tracking_ids() == ("docs-before-2", "docs-2")
    assert tenant.run(DEFINITION, **OPTIONS)["stage"] == "interrupted"


def test_the_update_that_is_left_fails(tenant: Tenant, pair: Pair) -> None:
    """An interrupted swap has nothing of its own to give back."""
    pair.interrupted()
    tenant.control.faults(put_fault(1))
    result = tenant.run(DEFINITION, **OPTIONS)
    assert result["failed"]
    assert result["msg"].endswith("No dataset has the tracking ID 'docs' now. Run the task again to finish the swap.")
    assert tenant.writes() == ["PUT /api/dataset"]


@pytest.mark.parametrize("number", [1, 2])
def test_an_update_is_made_and_its_response_lost(tenant: Tenant, pair: Pair, number: int) -> None:
    """The list shows that it was made, so the swap goes on, and no update is sent twice."""
    tenant.control.faults(put_fault(number, "drop_after"))
    result = tenant.run(DEFINITION, **OPTIONS)
    assert not result.get("failed"), result["msg"]
    assert tenant.writes() == ["PUT /api/dataset"] * 2
    assert pair.tracking_ids() == ("docs-before-2", "docs")
    assert (result["dataset"]["id"], result["previous"]["id"]) == (pair.new, pair.old)


@pytest.mark.parametrize(("number", "left"), [(1, ("docs-before-2", "docs-2")), (2, ("docs-before-2", "docs"))])
def test_neither_response_nor_list(tenant: Tenant, pair: Pair, number: int, left: tuple[str, str]) -> None:
    """What was done cannot be found out, so the failure says that the next run finds it out."""
    broken = {"kind": "status", "status": 400, "body": {"message": "Broken"}, "method": "GET"}
    tenant.control.faults(
        put_fault(number, "drop_after"), {**broken, "path": "^/api/dataset/organization/", "after": 1, "times": 1}
    )
    result = tenant.run(DEFINITION, **OPTIONS)
    assert result["failed"]
    assert result["changed"] is True
    assert result["msg"].endswith("Run the task again: it finds out how far the swap is, and finishes it.")
    assert pair.tracking_ids() == left
    assert not tenant.run(DEFINITION, **OPTIONS).get("failed")
    assert pair.tracking_ids() == ("docs-before-2", "docs")


# -- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tracking_id": " "}, "tracking_id is empty."),
        ({"previous_tracking_id": ""}, "previous_tracking_id is empty."),
        ({"previous_tracking_id": "ü"}, "previous_tracking_id 'ü' cannot be used as a tracking ID"),
        ({"replacement": "ü"}, "replacement 'ü' cannot be used as a tracking ID"),
        ({"replacement": "docs"}, "replacement is the same as tracking_id, 'docs'."),
        ({"previous_tracking_id": "docs"}, "previous_tracking_id is the same as tracking_id, 'docs'."),
        ({"previous_tracking_id": "docs-2"}, "replacement and previous_tracking_id are both 'docs-2'."),
        ({"replacement_name": ""}, "replacement_name is empty."),
        ({"min_chunks": -1}, "min_chunks is -1. It must be 0 or more."),
        ({"replacement_name": "Other"}, "has the name 'Documentation 2', but replacement_name is 'Other'."),
        (
            {"replacement_name": "Other"},
            "choose another replacement (in the playbook rollout, another trieve_rollout_version)",
        ),
        ({"replacement": "0f3f5c9e-5a0e-4d63-9d3c-6a1e6f0f7a52"}, "not found in organization"),
    ],
    ids=lambda value: next(iter(value.items())) if isinstance(value, dict) else "",
)
def test_refused(tenant: Tenant, pair: Pair, options: dict[str, Any], words: str) -> None:
    """In check mode and for real, and nothing is written."""
    assert words in tenant.refused(DEFINITION, **{**OPTIONS, **options})


def test_the_previous_tracking_id_is_taken(tenant: Tenant, pair: Pair) -> None:
    third = tenant.dataset("docs-before-2")
    tenant.writes()
    words = tenant.refused(DEFINITION, **OPTIONS)
    assert f"previous_tracking_id 'docs-before-2' is already used by dataset {third}" in words
    assert f"dataset 'docs' ({pair.old}) still has the tracking ID 'docs'." in words


def test_a_dataset_of_another_organization(tenant: Tenant, pair: Pair) -> None:
    """Trieve would rename it, whoever it belongs to."""
    other = tenant.call("POST", "/api/organization", {"name": "Other"})["id"]
    body = {"dataset_name": "Theirs", "tracking_id": "theirs"}
    theirs = tenant.call("POST", "/api/dataset", body, **{"TR-Organization": other})["id"]
    fill(tenant, theirs)
    tenant.writes()
    assert "not found in organization" in tenant.refused(DEFINITION, **{**OPTIONS, "replacement": theirs})
    assert "not found in organization" in refusal_in_run(tenant, replacement="theirs")


def test_too_few_chunks(tenant: Tenant, pair: Pair) -> None:
    """Also if only the second update is left. A preview goes on, since an earlier task may fill the dataset."""
    fill(tenant, pair.new, 0)
    words = refusal_in_run(tenant)
    assert words.startswith(
        f"replacement: dataset 'docs-2' ({pair.new}) has 0 chunks, but min_chunks is 1. Nothing was changed"
    )
    assert "still has the tracking ID 'docs'. Fill the dataset first, or lower min_chunks (in the playbooks, " in words
    preview = tenant.run(DEFINITION, check_mode=True, **OPTIONS)
    assert preview["summary"] == {"update": 2, "unchanged": 0}
    assert "The preview continues as if an earlier task had filled it." in preview["warnings"][0]
    fill(tenant, pair.new, 9)
    assert "has 9 chunks, but min_chunks is 10." in refusal_in_run(tenant, min_chunks=10)
    pair.interrupted()
    assert "so no dataset has the tracking ID 'docs' now." in refusal_in_run(tenant, min_chunks=10)
    tenant.thrice(DEFINITION, **OPTIONS)


def test_an_unfinished_clone(tenant: Tenant, pair: Pair) -> None:
    unfinished = "Documentation 2 (clone without its secrets)"
    tenant.call("PUT", "/api/dataset", {"dataset_id": pair.new, "dataset_name": unfinished})
    tenant.writes()
    assert "ended before it wrote the secrets and stop tokens." in tenant.refused(DEFINITION, **OPTIONS)


@pytest.mark.parametrize("which", ["old", "new"])
def test_a_metric_would_be_lost(tenant: Tenant, pair: Pair, which: str) -> None:
    dataset = getattr(pair, which)
    stored = {**pair.configuration(dataset), "DISTANCE_METRIC": "dot"}
    tenant.control.sql("UPDATE datasets SET server_configuration = ? WHERE id = ?", [json.dumps(stored), dataset])
    words = tenant.refused(DEFINITION, **OPTIONS)
    assert words.startswith(f"Nothing was changed, and dataset 'docs' ({pair.old}) still has the tracking ID 'docs'.")
    assert "its distance_metric is dot, which each update loses in Trieve" in words


def test_nothing_to_swap(tenant: Tenant) -> None:
    """Neither of them exists; then only the old or only the new one, which no swap leaves behind."""
    words = refusal_in_run(tenant)
    assert "has the tracking ID 'docs'." in words
    assert words.endswith("There is nothing to swap. Check tracking_id, or create the dataset first.")
    preview = tenant.run(DEFINITION, check_mode=True, **OPTIONS)
    assert [change["fields"][0]["after"] for change in preview["plan"]] == ["docs-before-2", "docs"]
    assert (preview["stage"], preview["dataset"]["id"], preview["previous"]["id"]) == ("not_started", None, None)
    first, second = preview["warnings"]
    assert "has the tracking ID 'docs' yet. It must be created before the swap." in first
    assert "It must be created and filled before the swap." in second
    for tracking_id in ("docs-2", "docs-before-2"):
        dataset = tenant.dataset(tracking_id)
        tenant.writes()
        advice = f"run community.trieve.trieve_dataset with dataset_id: {dataset} and new_tracking_id: docs."
        assert advice in refusal_in_run(tenant)
        preview = tenant.run(DEFINITION, check_mode=True, **OPTIONS)
        assert bool(preview.get("failed")) is (tracking_id == "docs-before-2")  # no earlier task creates that one
        tenant.call("DELETE", f"/api/dataset/{dataset}", **{"TR-Dataset": dataset})


def test_the_replacement_does_not_exist(tenant: Tenant, pair: Pair) -> None:
    """A run names the one that was probably meant. A preview shows both changes."""
    assert "Did you mean 'docs-2'?" in refusal_in_run(tenant, replacement="docs_2")
    preview = tenant.run(DEFINITION, check_mode=True, **{**OPTIONS, "replacement": "docs-3", "replacement_name": "3"})
    assert [change["fields"][0]["after"] for change in preview["plan"]] == ["docs-before-2", "docs"]
    assert (preview["dataset"]["id"], preview["dataset"]["name"]) == (None, "3")
    assert preview["previous"]["id"] == pair.old
    assert "It must be created and filled before the swap." in preview["warnings"][0]
    assert tenant.writes() == []


def test_rights(tenant: Tenant, pair: Pair) -> None:
    """A preview fails for a key that may not make the changes."""
    body = {"name": "admin", "role": 1}
    key = tenant.call("POST", "/api/organization/api_key", body)["api_key"]
    tenant.writes()
    preview = tenant.run(DEFINITION, check_mode=True, **{**OPTIONS, "api_key": key})
    assert "lacks the owner role" in preview["msg"]


# -- keys ----------------------------------------------------------------------------------------------------------


def make_keys(tenant: Tenant, **dataset_ids: list[str]) -> None:
    """API keys by name that are limited to these datasets."""
    for name, ids in dataset_ids.items():
        tenant.call("POST", "/api/organization/api_key", {"name": name, "role": 0, "dataset_ids": ids})
    tenant.writes()


def test_keys_are_named(tenant: Tenant, pair: Pair) -> None:
    """Those of one of the two, not those of both, of others or of all."""
    other = tenant.dataset("other")
    make_keys(tenant, site=[pair.old], shop=[pair.old, other], tests=[pair.new])
    make_keys(tenant, both=[pair.old, pair.new], elsewhere=[other], everything=[])
    result = tenant.thrice(DEFINITION, **OPTIONS)
    assert {key["name"]: key["effect"] for key in result["scoped_keys"]} == {
        "site": "loses_access",
        "shop": "loses_access",
        "tests": "gains_access",
    }
    losing, gaining = (line for line in result["warnings"] if "API key" in line)
    assert losing.startswith(
        f"2 API keys are limited to dataset 'docs' ({pair.old}) and not to 'docs-2' ({pair.new}), so Trieve"
    )
    assert "'site'" in losing
    assert gaining.startswith(
        f"1 API key is limited to dataset 'docs-2' ({pair.new}), and can use 'docs' after the swap: 'tests'"
    )


def test_keys_are_refused(tenant: Tenant, pair: Pair) -> None:
    """Only if one of them would lose access."""
    make_keys(tenant, tests=[pair.new])
    strict = {**OPTIONS, "scoped_keys": "fail"}
    assert not tenant.run(DEFINITION, check_mode=True, **strict).get("failed")
    make_keys(tenant, site=[pair.old])
    words = tenant.refused(DEFINITION, **strict)
    assert words.startswith("1 API key is limited to dataset 'docs' (")
    assert "Nothing was changed, and dataset 'docs'" in words
    result = tenant.run(DEFINITION, **strict)
    assert sorted(key["name"] for key in result["scoped_keys"]) == ["site", "tests"]
    pair.interrupted()
    assert "so no dataset has the tracking ID 'docs' now." in tenant.refused(DEFINITION, **strict)


def test_keys_are_ignored(tenant: Tenant, pair: Pair) -> None:
    """A key that may not read keys can swap then."""
    make_keys(tenant, site=[pair.old])
    scopes = ["^GET /api/dataset/", "^PUT /api/dataset$"]
    body = {"name": "deployer", "role": 0, "scopes": scopes}
    deployer = {**OPTIONS, "api_key": tenant.call("POST", "/api/organization/api_key", body)["api_key"]}
    tenant.writes()
    assert "To swap anyway, set scoped_keys: ignore." in refusal_in_run(tenant, api_key=deployer["api_key"])
    result = tenant.run(DEFINITION, **{**deployer, "scoped_keys": "ignore"})
    assert not result.get("failed"), result["msg"]
    assert result["scoped_keys"] == []


# -- configuration -------------------------------------------------------------------------------------------------


def test_the_configuration_is_kept(tenant: Tenant) -> None:
    """As far as Trieve keeps it: the task warns of stop tokens."""

    def read(dataset: str) -> Any:
        return tenant.call("GET", f"/api/dataset/{dataset}")["server_configuration"]

    pair = Pair(tenant, SYSTEM_PROMPT="You answer.", LLM_API_VERSION="2024-06-01", TEMPERATURE=0.5)
    secret = {"LLM_API_KEY": "sk-Zq7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6QaE", "LLM_API_VERSION": "2024-06-01"}
    tenant.call("PUT", "/api/dataset", {"dataset_id": pair.old, "server_configuration": secret})
    before = [read(dataset) for dataset in (pair.old, pair.new)]
    tenant.writes()
    result = tenant.thrice(DEFINITION, **OPTIONS)
    assert [read(dataset) for dataset in (pair.old, pair.new)] == before
    assert pair.configuration(pair.old)["LLM_API_KEY"] == secret["LLM_API_KEY"]
    assert secret["LLM_API_KEY"] not in json.dumps(result)
    assert len([line for line in result["warnings"] if "removes its stop tokens" in line]) == 2


def test_stop_tokens_are_written(tenant: Tenant) -> None:
    """To both datasets, with what such an update would lose otherwise; also if the tracking ID is given back."""
    pair = Pair(tenant, LLM_API_VERSION="2024-06-01")
    with_tokens = {**OPTIONS, "stop_tokens": ["###"]}
    tenant.control.faults(put_fault(2))
    assert tenant.run(DEFINITION, **with_tokens)["failed"]
    restored = pair.configuration(pair.old)
    assert (restored["STOP_TOKENS"], restored["LLM_API_VERSION"]) == (["###"], "2024-06-01")
    result = tenant.thrice(DEFINITION, **with_tokens)
    assert "warnings" not in result
    stored = [pair.configuration(dataset) for dataset in (pair.old, pair.new)]
    assert [one["STOP_TOKENS"] for one in stored] == [["###"], ["###"]]
    assert stored[0]["LLM_API_VERSION"] == "2024-06-01"
