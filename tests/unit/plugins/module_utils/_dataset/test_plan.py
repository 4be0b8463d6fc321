# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes of datasets, planned without a module."""

from __future__ import annotations

from typing import Any, cast

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.plan import Change
from ansible_collections.community.trieve.plugins.module_utils._core.task import Task
from ansible_collections.community.trieve.plugins.module_utils._dataset.clear import empty_dataset
from ansible_collections.community.trieve.plugins.module_utils._dataset.clone import copy_dataset
from ansible_collections.community.trieve.plugins.module_utils._dataset.model import Dataset
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import (
    DATASET_OPTIONS,
    DesiredDataset,
    Identity,
)
from ansible_collections.community.trieve.plugins.module_utils._dataset.plan import change_dataset, remove_dataset
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError

SECRET = "sk-Zq7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6QaE"


class Server:
    """A client that keeps requests, and answers with what a new dataset is."""

    organization_id = "9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1"

    def __init__(self, fails: str = "") -> None:
        self.fails = fails
        self.sent: list[tuple[str, str]] = []

    def _answer(self, verb: str, path: str) -> Any:
        self.sent.append((verb, path))
        if verb == self.fails:
            raise TrieveError("HTTP 503", "HTTP 503", verb, path, 503)
        return {"id": "new", "name": "docs", "tracking_id": "docs", "server_configuration": {}}

    def get(self, path: str, *_args: Any, **_options: Any) -> Any:
        self.sent.append(("GET", path))
        return []

    def post(self, path: str, *_args: Any, **_options: Any) -> Any:
        return self._answer("POST", path)

    def put(self, path: str, *_args: Any, **_options: Any) -> Any:
        return self._answer("PUT", path)

    def delete(self, path: str, **_options: Any) -> None:
        self._answer("DELETE", path)


def client(server: Server) -> TrieveClient:
    """The server as the functions take it."""
    return cast(TrieveClient, server)


def desired(**options: Any) -> DesiredDataset:
    """A dataset that is declared with the tracking ID docs."""
    defaults = {name: spec.get("default") for name, spec in DATASET_OPTIONS.items()}
    return DesiredDataset(Identity(None, "docs", None, None), {**defaults, "tracking_id": "docs", **options})


def existing(**stored: Any) -> Dataset:
    """A dataset of the server."""
    return Dataset({"id": "id", "name": "Docs", "tracking_id": "docs", "server_configuration": stored}, 3)


def changed(change: Change | None) -> Change:
    """A change that must be there."""
    assert change
    return change


def test_nothing_is_sent_before_a_change_is_performed() -> None:
    server = Server()
    create = changed(change_dataset(Task({}), client(server), None, desired(system_prompt="New.")))
    clone = copy_dataset(Task({}), client(server), existing(), desired(clone_from="source"))
    update = changed(change_dataset(Task({}), client(server), existing(), desired(system_prompt="New.")))
    clear = changed(empty_dataset(client(server), existing(), {"chunk_count": 3}))
    remove = remove_dataset(client(server), existing())
    assert server.sent == []
    assert [change.diff()["after_header"] for change in (create, clone, update, clear, remove)] == [
        "dataset docs: created",
        "dataset docs: cloned, from dataset 'docs' (id)",
        "dataset docs: updated",
        "dataset docs: cleared, its configuration and crawls stay",
        "dataset docs: deleted, with 3 chunks",
    ]
    assert [change.id for change in (create, clone, update, clear, remove)] == [None, None, "id", "id", "id"]
    assert [change.phase for change in (create, clone, update, clear, remove)] == [0, 0, 0, 0, 1]
    remove.perform()
    assert [verb for verb, _path in server.sent] == ["DELETE", "GET"]


def test_a_dataset_as_declared_needs_no_change() -> None:
    current = existing(SYSTEM_PROMPT="Same.")
    assert change_dataset(Task({}), client(Server()), current, desired(system_prompt="Same.")) is None
    assert empty_dataset(client(Server()), current, {"chunk_count": 0, "has_files": False}) is None


def test_an_update_names_what_it_writes() -> None:
    change = changed(
        change_dataset(Task({}), client(Server()), existing(), desired(max_limit=5, llm_api_key=SECRET, stop_tokens=[]))
    )
    assert change.as_data()["fields"] == [
        {"name": "max_limit", "before": None, "after": 5},
        {"name": "not_shown", "before": [], "after": ["llm_api_key", "stop_tokens"]},
    ]
    assert SECRET not in str((change.as_data(), change.diff(), change.predicted))


def test_a_creation_is_half_done_until_its_secrets_are_written() -> None:
    server = Server(fails="PUT")
    change = changed(change_dataset(Task({}), client(server), None, desired(llm_api_key=SECRET)))
    with pytest.raises(Exception, match="was created, but llm_api_key could not be written"):
        change.perform()
    assert (change.state, change.value["id"]) == ("half done", "new")
    assert change.remainder.endswith("Run the task again to write what is missing.")
    assert server.sent == [("POST", "/api/dataset"), ("PUT", "/api/dataset")]
