# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same for the modules about content, whose answers are larger; and that no module is without such a task."""

from __future__ import annotations

import base64
import importlib
import types
import uuid
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins import modules
from ansible_collections.community.trieve.plugins.module_utils._doctor import throwaway
from ansible_collections.community.trieve.plugins.modules import (
    trieve_chunk_info,
    trieve_chunks,
    trieve_content_export,
    trieve_dataset_swap,
    trieve_doctor,
    trieve_file_info,
    trieve_files,
    trieve_organization_state,
    trieve_search_info,
    trieve_search_test,
)
from sandbox.server import Running
from sandbox.settings import WORKERS

from ...answers import DROPPED, Case, changed_once, crashes, nested
from ...tenant import Tenant
from .test_answers import TASKS as OTHER_TASKS

MUTANTS, SAMPLED_MUTANTS = 30, 5
"""For each request of a task: all if it has fewer."""

SITE = "https://docs.example.com"
FILE: dict[str, Any] = {"group_tracking_id": "f1", "content": "One two three.", "file_name": "f1.txt", "tag_set": ["x"]}
CHUNK: dict[str, Any] = {
    "tracking_id": "c1",
    "chunk_html": "<p>One two</p>",
    "link": f"{SITE}/1",
    "tag_set": ["a", "b"],
    "metadata": {"n": 1},
    "num_value": 1.5,
    "weight": 2.0,
    "location": {"lat": 52.5, "lon": 13.25},
    "image_urls": [f"{SITE}/1.png"],
    "time_stamp": "2024-01-01T00:00:00Z",
    "group_tracking_ids": ["g1"],
}
STATE: dict[str, Any] = {
    "datasets": [
        {
            "tracking_id": "docs",
            "configuration": {"system_prompt": "Be brief"},
            "chunk_groups": [{"tracking_id": "g1", "tag_set": ["x"]}, {"tracking_id": "new"}],
            "crawls": [{"site_url": SITE, "limit": 6}],
        },
        {"tracking_id": "new", "crawls": [{"site_url": SITE}]},
    ],
    "api_keys": [{"name": "ci", "role": "read", "dataset_ids": ["docs"]}],
    "users": [{"email": "jo@example.com", "role": "admin"}],
    "organization": {"name": "Acme", "partner_configuration": {"company_name": "Acme"}},
    "prune": {"datasets": "delete", "crawls": "delete", "chunk_groups": "delete", "api_keys": "delete", "force": True},
}

TASKS: dict[str, Case] = {
    "chunks": (
        trieve_chunks.DEFINITION,
        {
            "dataset": "docs",
            "chunks": [
                {**CHUNK, "chunk_html": "<p>Two three</p>"},
                {**CHUNK, "tracking_id": "c2", "tag_set": ["a"], "group_tracking_ids": []},
                {**CHUNK, "tracking_id": "c3"},
                {**CHUNK, "tracking_id": "new", "group_tracking_ids": ["new"]},
            ],
            "scope": {"tag": "a"},
            "prune": True,
            "concurrency": 1,
        },
    ),
    "chunks of a group": (
        trieve_chunks.DEFINITION,
        {"dataset": "docs", "chunks": [CHUNK], "scope": {"group_tracking_id": "g1"}, "prune": True, "concurrency": 1},
    ),
    "chunks absent": (trieve_chunks.DEFINITION, {"dataset": "docs", "tracking_ids": ["c1"], "state": "absent"}),
    "chunk info": (trieve_chunk_info.DEFINITION, {"dataset": "docs", "groups": True}),
    "chunk info sorted": (
        trieve_chunk_info.DEFINITION,
        {"dataset": "docs", "sort_by": {"field": "num_value"}, "limit": 2},
    ),
    "export": (trieve_content_export.DEFINITION, {"dataset": "docs", "path": "export", "allow_incomplete": True}),
    "files": (
        trieve_files.DEFINITION,
        {
            "dataset": "docs",
            "files": [{**FILE, "content": "Two three."}, {**FILE, "group_tracking_id": "new"}],
            "scope": {"tag": "x"},
            "prune": True,
            "concurrency": 1,
            "wait_timeout": 5,
        },
    ),
    "file described": (
        trieve_files.DEFINITION,
        {
            "dataset": "docs",
            "files": [{**FILE, "description": "New", "link": SITE, "metadata": {"n": 1}}],
            "concurrency": 1,
            "wait_timeout": 5,
        },
    ),
    "files absent": (
        trieve_files.DEFINITION,
        {"dataset": "docs", "group_tracking_ids": ["f1", "left"], "state": "absent", "wait_timeout": 5},
    ),
    "file info": (trieve_file_info.DEFINITION, {"dataset": "docs", "signed_urls": True}),
    "search": (trieve_search_info.DEFINITION, {"dataset": "docs", "query": "one", "search_type": "fulltext"}),
    "search that finds nothing": (
        trieve_search_info.DEFINITION,
        {"dataset": "docs", "query": "zebra", "search_type": "bm25"},
    ),
    "search in a group": (
        trieve_search_info.DEFINITION,
        {"dataset": "docs", "query": "one", "search_type": "fulltext", "group_tracking_id": "g1"},
    ),
    "search of groups": (
        trieve_search_info.DEFINITION,
        {"dataset": "docs", "query": "one", "search_type": "fulltext", "mode": "groups"},
    ),
    "search count": (
        trieve_search_info.DEFINITION,
        {"dataset": "docs", "query": "one", "search_type": "fulltext", "mode": "count"},
    ),
    "search test": (
        trieve_search_test.DEFINITION,
        {
            "dataset": "docs",
            "tests": [
                {"query": "one", "expect": [{"tracking_id": "c1"}, {"link": f"{SITE}/1"}]},
                {"query": "two", "reject": [{"title": "x"}]},
            ],
            "search_type": "fulltext",
            "concurrency": 1,
        },
    ),
    "swap": (
        trieve_dataset_swap.DEFINITION,
        {"tracking_id": "docs", "replacement": "docs-2", "previous_tracking_id": "docs-1"},
    ),
    "swap resumed": (
        trieve_dataset_swap.DEFINITION,
        {"tracking_id": "serving", "replacement": "docs-2", "previous_tracking_id": "docs"},
    ),
    "state": (
        trieve_organization_state.DEFINITION,
        {"state": STATE, "concurrency": 1},
    ),
    "doctor": (trieve_doctor.DEFINITION, {"crawl_url": SITE, "wait_timeout": 12}),
}
"""By a name that a failing test shows."""


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """An organization with chunks, groups and files, in a sandbox with all workers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(throwaway, "uuid", types.SimpleNamespace(uuid4=lambda: uuid.UUID(int=1)))
    sandbox.control.settings(workers=sorted(WORKERS - {"cron"}))
    sandbox.control.site(SITE, [{"path": "/", "title": "T", "html": "<h1>T</h1><p>One two three four five six.</p>"}])
    tenant = Tenant(sandbox, connection)
    docs, other = tenant.dataset("docs"), tenant.dataset("docs-2")
    here = {"TR-Dataset": docs}
    tenant.call("POST", "/api/chunk_group", {"tracking_id": "g1", "name": "G", "metadata": {"a": 2}}, **here)
    tenant.call("POST", "/api/chunk", [CHUNK, *({**CHUNK, "tracking_id": f"c{n}"} for n in (2, 3, 4))], **here)
    tenant.control.sql("UPDATE dataset_usage_counts SET chunk_count = 3 WHERE dataset_id = ?", [other])
    files = [FILE, {**FILE, "group_tracking_id": "f2", "link": SITE, "time_stamp": "2024-01-01T00:00:00Z"}]
    made = tenant.run(trieve_files.DEFINITION, dataset="docs", files=files)
    assert not made.get("failed"), made["msg"]
    left = {"community_trieve": {"group_tracking_id": "left", "sha256": "0"}}
    chunk = {"chunk_html": "<p>Left</p>", "tracking_id": "left|0", "group_tracking_ids": ["left"], "metadata": left}
    tenant.call("POST", "/api/chunk", chunk, **here)
    content = base64.b64encode(b"Somebody else's.").decode()
    tenant.call("POST", "/api/file", {"base64_file": content, "file_name": "f.txt", "tag_set": ["x"]}, **here)
    tenant.call("POST", "/api/crawl", {"crawl_options": {"site_url": SITE, "limit": 5}}, **here)
    tenant.call("POST", "/api/organization/api_key", {"name": "ci", "role": 0, "dataset_ids": [docs]})
    tenant.member("jo@example.com", 0)
    return tenant


@pytest.mark.parametrize("name", TASKS)
def test_an_answer_in_another_shape(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, sample: bool, name: str) -> None:
    assert crashes(tenant, monkeypatch, name, TASKS[name], SAMPLED_MUTANTS if sample else MUTANTS) == {}


@pytest.mark.parametrize("name", ["chunk info", "export", "file described", "file info", "search of groups"])
def test_an_answer_that_is_nested_deeply(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for _levels, result in nested(tenant, monkeypatch, TASKS[name]):
        assert "exception" not in result


FIRST_GROUP = ("file_with_chunk_groups", 1, "chunk_groups", 0)
FILES, SCROLL, GROUP = "GET dataset/scroll_files", "POST chunks/scroll", "POST chunk_group/chunks"
WRONG: list[tuple[str, str, tuple[Any, ...], Any, str]] = [
    ("files", FILES, ("file_with_chunk_groups", 0, "tag_set"), DROPPED, "tag_set is missing"),
    ("files", FILES, ("file_with_chunk_groups", 0, "created_at"), DROPPED, "created_at is missing"),
    ("files", SCROLL, ("chunks", 0, "chunk_html"), 7, "chunk_html is missing"),
    ("file described", FILES, (*FIRST_GROUP, "metadata"), DROPPED, "chunk_groups[0].metadata is missing"),
    ("file described", FILES, (*FIRST_GROUP, "tracking_id"), DROPPED, "chunk_groups[0].tracking_id is missing"),
    ("chunks", SCROLL, ("chunks", 1, "tracking_id"), DROPPED, "tracking_id is missing"),
    ("chunks", SCROLL, ("chunks", 1, "tracking_id"), "other", "the tracking ID 'other', which was not requested"),
    ("chunks", SCROLL, ("chunks", 1, "weight"), "x", "weight is missing"),
    ("chunks", SCROLL, ("chunks", 1, "location", "lat"), DROPPED, "location.lat is missing"),
    ("chunks", GROUP, (0, "slim_groups", 0, "tracking_id"), DROPPED, "slim_groups[0].tracking_id is missing"),
    ("export", SCROLL, ("chunks", 1, "metadata"), DROPPED, "metadata is missing"),
    ("group changed", "GET chunk_group/tracking_id/g1", ("metadata",), DROPPED, "metadata is missing"),
    ("state", "GET crawl", (0, "created_at"), 7, "created_at is missing"),
]
"""A task, a request, a place in its answer, what is odd there, and what the failure says."""


@pytest.mark.parametrize(("name", "request_line", "place", "odd", "words"), WRONG)
def test_what_is_compared_kept_or_decided_on_must_be_there(
    tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    request_line: str,
    place: tuple[Any, ...],
    odd: Any,
    words: str,
) -> None:
    case = {**OTHER_TASKS, **TASKS}[name]
    result = changed_once(tenant, monkeypatch, case, request_line, place, odd)
    assert result.get("failed")
    assert "exception" not in result
    assert words in result["msg"]


@pytest.mark.parametrize(
    ("name", "request_line", "place"),
    [
        ("chunk info", SCROLL, ("chunks", 0, "weight")),
        ("chunk info", SCROLL, ("chunks", 0, "tracking_id")),
        ("files", FILES, ("file_with_chunk_groups", 0, "size")),
        ("file info", FILES, ("file_with_chunk_groups", 0, "updated_at")),
        ("chunks", SCROLL, ("chunks", 1, "updated_at")),
    ],
)
def test_what_is_only_shown_may_be_missing(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, name: str, request_line: str, place: tuple[Any, ...]
) -> None:
    result = changed_once(tenant, monkeypatch, TASKS[name], request_line, place, DROPPED)
    assert not result.get("failed"), result["msg"]


def test_no_component_works_by_an_answer_without_its_content(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    result = changed_once(tenant, monkeypatch, TASKS["doctor"], "GET chunk/tracking_id/doctor-deleted", (), {})
    (worker,) = (one for one in result["components"] if one["name"] == "delete_worker")
    assert worker["status"] != "ok"


def test_every_module_has_a_task() -> None:
    names = {path.stem for path in Path(modules.__path__[0]).glob("trieve_*.py")}
    played = [definition for definition, _options in (*OTHER_TASKS.values(), *TASKS.values())]
    missing = {name for name in names if importlib.import_module(f"{modules.__name__}.{name}").DEFINITION not in played}
    assert missing == set()
