# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers as a real server has sent them: no shape is narrower."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._api_key import api as _api_key
from ansible_collections.community.trieve.plugins.module_utils._chunk import api as _chunk
from ansible_collections.community.trieve.plugins.module_utils._chunk_group import api as _chunk_group
from ansible_collections.community.trieve.plugins.module_utils._core.task import Task
from ansible_collections.community.trieve.plugins.module_utils._coverage import api as _coverage
from ansible_collections.community.trieve.plugins.module_utils._crawl import api as crawl_api
from ansible_collections.community.trieve.plugins.module_utils._crawl_chunks import api as _crawl_chunks
from ansible_collections.community.trieve.plugins.module_utils._dataset import api as _dataset
from ansible_collections.community.trieve.plugins.module_utils._dataset.model import Dataset
from ansible_collections.community.trieve.plugins.module_utils._doctor import api as _doctor
from ansible_collections.community.trieve.plugins.module_utils._extraction import api as _extraction
from ansible_collections.community.trieve.plugins.module_utils._file import api as _file
from ansible_collections.community.trieve.plugins.module_utils._invitation import api as _invitation
from ansible_collections.community.trieve.plugins.module_utils._organization import api as _organization
from ansible_collections.community.trieve.plugins.module_utils._search import api as _search
from ansible_collections.community.trieve.plugins.module_utils._user import api as _user
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient

from ...answers import answering

Reader = Callable[[Task, TrieveClient], Any]

READERS: dict[str, Reader] = {
    "GET /api/crawl": lambda task, client: crawl_api.list_crawls(task, client, "docs", must_exist=True),
    "POST /api/dataset/get_all_tags": lambda task, client: _crawl_chunks.count_by_tag(client, "docs", {"x"}),
    "POST /api/chunk/split": lambda task, client: _extraction.split(client, "x", [], []),
    "POST /api/chunks/scroll": lambda task, client: (
        _coverage.read_chunks(task, client, "docs", [], lambda chunk: None),
        list(_chunk.scroll(client, "docs", None)),
    ),
    r"GET /api/chunk/tracking_id/[^/]+": lambda task, client: _doctor.read_chunk(client, "docs", "x"),
    "POST /api/chunk_group/chunks": lambda task, client: _chunk.groups_of(client, "docs", ["x"]),
    "GET /api/dataset/scroll_files": lambda task, client: _file.list_files(client, "docs"),
    r"GET /api/file/[^/]+": lambda task, client: _file.signed_url(client, "docs", "x", 1),
    "GET /api/dataset/get_dataset_queue_lengths": lambda task, client: _file.queue_lengths(client, "docs"),
    r"GET /api/dataset/usage/[^/]+": lambda task, client: _doctor.chunk_count(client, "x"),
    "POST /api/chunk/search": lambda task, client: _search._SEND["search"](client, "docs", {}),
    "POST /api/chunk/autocomplete": lambda task, client: _search._SEND["autocomplete"](client, "docs", {}),
    "POST /api/chunk_group/group_oriented_search": lambda task, client: _search._SEND["groups"](client, "docs", {}),
    "POST /api/chunk/count": lambda task, client: _search._SEND["count"](client, "docs", {}),
    "POST /api/crawl": lambda task, client: crawl_api.create_crawl(client, "docs", {}),
    r"GET /api/dataset/organization/[^/]+": lambda task, client: _dataset.list_datasets(client),
    r"GET /api/dataset/\$\{\w+\}": lambda task, client: _dataset.read_configuration(
        client, Dataset({"id": "x", "name": "x"}, 0)
    ),
    "POST /api/dataset": lambda task, client: _dataset.create_dataset(client, {}),
    "PUT /api/dataset": lambda task, client: _dataset.update_dataset(client, {}, 0),
    "POST /api/dataset/clone": lambda task, client: _dataset.clone_dataset(client, {}),
    r"GET /api/dataset/groups/[^/]+(/\d+)?": lambda task, client: _chunk_group.list_groups(task, client, "docs", True),
    "GET /api/chunk_group/tracking_id/[^/]+": lambda task, client: _chunk_group.find_group(
        task, client, "docs", "g", True
    ),
    r"GET /api/organization/api_key": lambda task, client: _api_key.list_api_keys(task, client, True),
    r"GET /api/organization/users/[^/]+": lambda task, client: _user.list_members(task, client, True),
    r"GET /api/organization/\$\{\w+\}": lambda task, client: _organization.find_by_id(task, client, True),
    r"GET /api/invitations/[^/]+": lambda task, client: _invitation.list_invitations(task, client, True),
    r"GET /api/auth/me": lambda task, client: _organization.whoami(client),
}
"""What reads an answer, by the request."""


def _recorded() -> dict[str, tuple[str, str, Any]]:
    """Each recorded answer that reports success, to a call that a module makes, by where it stands.

    The collection never asks for the old form of an answer.
    """
    found = {}
    for path in sorted((Path(__file__).parents[3] / "conformance" / "recordings").glob("*.json")):
        for number, step in enumerate(
            s for s in json.loads(path.read_text(encoding="utf-8"))["steps"] if "request" in s
        ):
            body = step["response"]["body"]
            if step["request"].get("headers", {}).get("X-API-Version") == "V1":
                continue
            place = f"{step['request']['method']} {step['request']['path'].partition('?')[0]}"
            for pattern in READERS:
                if step["response"]["status"] == 200 and re.fullmatch(pattern, place):
                    found[f"{path.stem}-{number}"] = (pattern, place, body)
    return found


RECORDED = _recorded()


@pytest.mark.parametrize("place", RECORDED)
def test_a_recorded_answer_is_taken(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """No shape is narrower than what a real server has answered."""
    pattern, _request, body = RECORDED[place]
    content = json.dumps(body).encode()
    monkeypatch.setattr(
        TrieveClient, "_send", answering(lambda _method, _url: (200, {"X-API-Version": "2.0"}, content))
    )
    client = TrieveClient("http://127.0.0.1:1", "key", "11111111-2222-4333-8444-555555555555", retries=0)
    READERS[pattern](Task({}), client)


def test_recorded_answers_of_every_reader() -> None:
    assert {pattern for pattern, _place, _body in RECORDED.values()} == set(READERS)
