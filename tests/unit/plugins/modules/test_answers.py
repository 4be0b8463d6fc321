# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are not as Trieve sends them: no module takes one for an error of its own.

Each task is run once at a sandbox. Then its answers are given to it from memory, one of them changed in one place.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils import trieve as _client
from ansible_collections.community.trieve.plugins.module_utils._api_key import api as _api_key
from ansible_collections.community.trieve.plugins.module_utils._chunk_group import api as _chunk_group
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task
from ansible_collections.community.trieve.plugins.module_utils._coverage import api as _coverage
from ansible_collections.community.trieve.plugins.module_utils._crawl import api as crawl_api
from ansible_collections.community.trieve.plugins.module_utils._crawl_chunks import api as _crawl_chunks
from ansible_collections.community.trieve.plugins.module_utils._dataset import api as _dataset
from ansible_collections.community.trieve.plugins.module_utils._dataset.model import Dataset
from ansible_collections.community.trieve.plugins.module_utils._extraction import api as _extraction
from ansible_collections.community.trieve.plugins.module_utils._invitation import api as _invitation
from ansible_collections.community.trieve.plugins.module_utils._organization import api as _organization
from ansible_collections.community.trieve.plugins.module_utils._user import api as _user
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient
from ansible_collections.community.trieve.plugins.modules import (
    trieve_api_key,
    trieve_api_key_info,
    trieve_chunk_group,
    trieve_chunk_group_info,
    trieve_chunk_groups,
    trieve_crawl,
    trieve_crawl_coverage_info,
    trieve_crawl_info,
    trieve_crawls,
    trieve_dataset,
    trieve_dataset_info,
    trieve_extraction_info,
    trieve_invitation,
    trieve_invitation_info,
    trieve_organization,
    trieve_organization_info,
    trieve_request,
    trieve_status_info,
    trieve_user,
    trieve_user_info,
)
from sandbox.server import Running

from ...tasks import played, task_of
from ...tenant import Tenant

LEVELS = {90: "", 1_000: "the response is JSON nested more than 100 levels deep: "}
"""What is said of lists that are nested this deeply in an answer."""

MUTANTS, SAMPLED_MUTANTS = 100, 10
"""Of each answer: all if it has fewer."""

DROPPED = object()
ODD: list[Any] = [
    *(DROPPED, None, True, 0, -1, 7, 10**400, 0.5, "", "x", "2025-09-12T08:15:30", [], [None], [1], ["x"]),
    *([{}], [[]], {}, {"x": None}, {"id": 1}, {"secs": "x"}, "\ud800", float("inf"), float("nan")),
]

JO, KIM, SITE = "jo@example.com", "kim@example.com", "https://docs.example.com"
PARTNER = {"company_name": "Acme", "company_url": "https://acme.example.com"}
PUBLIC = {"enabled": True, "extra_params": {"heroPattern": {"heroPatternName": "Hideout"}, "placeholder": "Ask"}}
CONFIGURATION: dict[str, Any] = {
    "bm25_b": 0.5,
    "system_prompt": "Be brief",
    "public_dataset": PUBLIC,
    "tool_configuration": {"query_tool_options": {"tool_description": "Search"}},
    "llm_api_key": "sk-Zq7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6QaE",
    "stop_tokens": ["END"],
}
CRAWL: dict[str, Any] = {
    "site_url": SITE,
    "limit": 5,
    "include_paths": ["a"],
    "webhook_urls": ["https://w.example.com"],
}
SHOP = {"type": "shopify", "tag_regexes": ["a"], "group_variants": True}

TASKS: dict[str, tuple[Definition, dict[str, Any]]] = {
    "key": (trieve_api_key.DEFINITION, {"name": "new", "role": "read", "dataset_ids": ["docs"]}),
    "key rotated": (
        trieve_api_key.DEFINITION,
        {"name": "ci", "role": "read", "dataset_ids": ["docs"], "rotate": "always"},
    ),
    "key absent": (trieve_api_key.DEFINITION, {"name": "ci", "state": "absent"}),
    "keys": (trieve_api_key_info.DEFINITION, {}),
    "group": (trieve_chunk_group.DEFINITION, {"dataset": "docs", "tracking_id": "new", "tag_set": ["a"]}),
    "group changed": (trieve_chunk_group.DEFINITION, {"dataset": "docs", "tracking_id": "g1", "tag_set": ["a"]}),
    "group absent": (trieve_chunk_group.DEFINITION, {"dataset": "docs", "tracking_id": "g1", "state": "absent"}),
    "group info": (trieve_chunk_group_info.DEFINITION, {"dataset": "docs"}),
    "groups": (
        trieve_chunk_groups.DEFINITION,
        {
            "dataset": "docs",
            "chunk_groups": [{"tracking_id": "g1", "tag_set": ["x"], "metadata": {"a": 1}}, {"tracking_id": "new"}],
            "prune": True,
            "concurrency": 1,
        },
    ),
    "crawl": (trieve_crawl.DEFINITION, {"dataset": "docs", **CRAWL, "site_url": "https://new.example.com"}),
    "crawl replaced": (trieve_crawl.DEFINITION, {"dataset": "docs", **CRAWL, "interval": "weekly"}),
    "crawl waited for": (trieve_crawl.DEFINITION, {"dataset": "docs", **CRAWL, "wait": True, "wait_timeout": 60}),
    "crawl absent": (trieve_crawl.DEFINITION, {"dataset": "docs", "site_url": SITE, "state": "absent"}),
    "crawl coverage": (
        trieve_crawl_coverage_info.DEFINITION,
        {"dataset": "docs", "site_url": SITE, "urls": [SITE], "scope": "dataset"},
    ),
    "crawl info": (trieve_crawl_info.DEFINITION, {"dataset": "docs"}),
    "crawls": (
        trieve_crawls.DEFINITION,
        {
            "dataset": "docs",
            "crawls": [{**CRAWL, "limit": 6}, {"site_url": "https://new.example.com", "scrape_options": SHOP}],
            "prune": True,
            "concurrency": 1,
        },
    ),
    "dataset": (trieve_dataset.DEFINITION, {"tracking_id": "new", **CONFIGURATION}),
    "dataset changed": (
        trieve_dataset.DEFINITION,
        {"tracking_id": "docs", **CONFIGURATION, "update_secrets": "always"},
    ),
    "dataset cloned": (
        trieve_dataset.DEFINITION,
        {"tracking_id": "new", "clone_from": "docs", "name": "New", "bm25_k": 0.5},
    ),
    "dataset cleared": (trieve_dataset.DEFINITION, {"tracking_id": "docs", "state": "cleared", "wait_timeout": 20}),
    "dataset absent": (trieve_dataset.DEFINITION, {"tracking_id": "docs", "state": "absent", "force": True}),
    "dataset info": (trieve_dataset_info.DEFINITION, {"configuration": True, "crawls": True, "chunk_groups": True}),
    "extraction": (
        trieve_extraction_info.DEFINITION,
        {"dataset": "docs", "site_url": SITE, "page_file": __file__, "body_remove_strings": ["a"]},
    ),
    "invitation": (
        trieve_invitation.DEFINITION,
        {
            "email": "new@example.com",
            "role": "user",
            "app_url": "https://a.example.com",
            "redirect_uri": "https://a.example.com",
        },
    ),
    "invitation replaced": (
        trieve_invitation.DEFINITION,
        {"email": KIM, "role": "user", "app_url": "https://a.example.com", "redirect_uri": "https://a.example.com"},
    ),
    "invitation absent": (trieve_invitation.DEFINITION, {"email": KIM, "state": "absent"}),
    "invitations": (trieve_invitation_info.DEFINITION, {}),
    "organization": (trieve_organization.DEFINITION, {"name": "Acme", "partner_configuration": PARTNER}),
    "organization created": (trieve_organization.DEFINITION, {"name": "New", "find_by": "name"}),
    "organization info": (trieve_organization_info.DEFINITION, {}),
    "organizations": (trieve_organization_info.DEFINITION, {"find_by": "name"}),
    "request": (trieve_request.DEFINITION, {"path": "/api/crawl", "dataset": "docs"}),
    "status": (trieve_status_info.DEFINITION, {"concurrency": 1}),
    "user": (trieve_user.DEFINITION, {"email": JO, "role": "admin", "scopes": ["GET /api/crawl"]}),
    "user absent": (trieve_user.DEFINITION, {"email": JO, "state": "absent"}),
    "user invited": (trieve_user.DEFINITION, {"email": KIM, "role": "admin", "pending": "ok"}),
    "users": (trieve_user_info.DEFINITION, {}),
}
"""By a name that a failing test shows."""

Exchange = tuple[str, str, int, Any, bytes]
"""Method, address, status, headers and body."""


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization with one of everything."""
    tenant = Tenant(sandbox, connection)
    docs = tenant.dataset("docs", server_configuration={"BM25_B": 0.25, "PUBLIC_DATASET": {"enabled": True}})
    here = {"TR-Dataset": docs}
    for tracking_id in ("g1", "g2"):
        group = {"tracking_id": tracking_id, "name": "G", "metadata": {"a": 2}, "tag_set": ["x", "y"]}
        tenant.call("POST", "/api/chunk_group", group, **here)
    for options in (CRAWL, {"site_url": SITE, "scrape_options": SHOP, "interval": "daily"}):
        tenant.call("POST", "/api/crawl", {"crawl_options": options}, **here)
    tenant.control.sql("UPDATE crawls SET status = 'Completed'", [])
    tenant.call("POST", "/api/organization/api_key", {"name": "ci", "role": 0, "dataset_ids": [docs]})
    tenant.member(JO, 0, ["GET /api/chunk"])
    address = "https://a.example.com"
    tenant.call(
        "POST",
        "/api/invitation",
        {"email": KIM, "user_role": 1, "app_url": address, "redirect_uri": address, "scopes": ["GET /api/chunk"]},
    )
    return tenant


def run(definition: Definition, options: dict[str, Any]) -> dict[str, Any]:
    """The result of a task for which time passes by waiting only."""
    task = task_of(definition, **options)
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    task.sleep, task.clock = sleep, lambda: now[0]
    return played(definition, task)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to each value inside a value, the whole included."""
    yield place
    if isinstance(value, dict):
        inner: Any = value.items()
    else:
        inner = enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*place, key))


def mutated(value: Any, place: tuple[Any, ...], odd: Any) -> Any:
    """A copy of the value with something odd in a place."""
    if not place:
        return {} if odd is DROPPED else odd
    copied = copy.deepcopy(value)
    inside = copied
    for key in place[:-1]:
        inside = inside[key]
    if odd is DROPPED:
        del inside[place[-1]]
    else:
        inside[place[-1]] = odd
    return copied


class Memory:
    """Answers each request as the sandbox did, but for one answer.

    :param exchanges: in the order of the requests; the last one of the same method and address also answers later ones
    """

    def __init__(self, exchanges: list[Exchange], changed: int, content: bytes) -> None:
        self.left = [
            (*exchange[:4], content if number == changed else exchange[4]) for number, exchange in enumerate(exchanges)
        ]

    def answer(self, method: str, url: str) -> tuple[int, Any, bytes]:
        """Status, headers and body of the answer to a request."""
        found = [one for one in self.left if one[:2] == (method, url)]
        if not found:
            return 404, {}, b'{"message": "Not recorded"}'
        if len(found) > 1:
            self.left.remove(found[0])
        return found[0][2:]


def answering(answer: Callable[[str, str], tuple[int, Any, bytes]]) -> Any:
    """What takes the place of the client's own method that sends."""

    def send(client: TrieveClient, method: str, path: str, *_args: Any, safe: bool = False, **_kwargs: Any) -> Any:
        exchange = _client._Exchange(client, method, path, safe)
        exchange.status, exchange.headers, exchange.content = answer(method, exchange.url)
        return exchange

    return send


def recorded(monkeypatch: pytest.MonkeyPatch, definition: Definition, options: dict[str, Any]) -> list[Exchange]:
    """The exchanges of a run that ends well."""
    exchanges: list[Exchange] = []
    original = TrieveClient._send

    def note(client: TrieveClient, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        exchange = original(client, method, path, *args, **kwargs)
        exchanges.append((method, exchange.url, exchange.status, exchange.headers, exchange.content))
        return exchange

    monkeypatch.setattr(TrieveClient, "_send", note)
    intact = run(definition, options)
    assert not intact.get("failed"), intact["msg"]
    return exchanges


@pytest.mark.parametrize("name", TASKS)
def test_an_answer_in_another_shape(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, sample: bool, name: str) -> None:
    definition, given = TASKS[name]
    options = {**tenant.connection, "retries": 0, **given}
    exchanges = recorded(monkeypatch, definition, options)
    chance = random.Random(name)
    most = SAMPLED_MUTANTS if sample else MUTANTS
    wrong: dict[str, str] = {}
    for number, (method, url, status, _headers, content) in enumerate(exchanges):
        if status >= 300 or not content:
            continue
        value = json.loads(content)
        mutants = [(place, odd) for place in places(value) for odd in ODD]
        for place, odd in chance.sample(mutants, min(most, len(mutants))):
            changed = json.dumps(mutated(value, place, odd)).encode()
            memory = Memory(exchanges, number, changed)
            monkeypatch.setattr(TrieveClient, "_send", answering(memory.answer))
            result = run(definition, options)
            if "exception" in result:
                line = result["exception"].strip().splitlines()[-3:]
                wrong[" ".join(line)] = f"{method} {url} {place} {odd!r:.40}"
            assert json.dumps(result, allow_nan=False).encode("utf-8")
    assert wrong == {}


Reader = Callable[[Task, TrieveClient], Any]

READERS: dict[str, Reader] = {
    "GET /api/crawl": lambda task, client: crawl_api.list_crawls(task, client, "docs", must_exist=True),
    "POST /api/dataset/get_all_tags": lambda task, client: _crawl_chunks.count_by_tag(client, "docs", {"x"}),
    "POST /api/chunk/split": lambda task, client: _extraction.split(client, "x", [], []),
    "POST /api/chunks/scroll": lambda task, client: _coverage.read_chunks(task, client, "docs", [], lambda chunk: None),
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
    """Each recorded answer that reports success, to a call that a module makes, by where it stands."""
    found = {}
    for path in sorted((Path(__file__).parents[3] / "conformance" / "recordings").glob("*.json")):
        for number, step in enumerate(
            s for s in json.loads(path.read_text(encoding="utf-8"))["steps"] if "request" in s
        ):
            body = step["response"]["body"]
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


@pytest.mark.parametrize("levels", LEVELS)
@pytest.mark.parametrize("name", TASKS)
def test_an_answer_that_is_nested_deeply(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, name: str, levels: int
) -> None:
    definition, given = TASKS[name]
    options = {**tenant.connection, "retries": 0, **given}
    exchanges = recorded(monkeypatch, definition, options)
    for number, (_method, _url, status, _headers, content) in enumerate(exchanges):
        if status >= 300 or not content:
            continue
        value = json.loads(content)
        for place in list(places(value))[:6]:
            changed = json.dumps(mutated(value, place, "@deep")).replace('"@deep"', "[" * levels + "]" * levels)
            memory = Memory(exchanges, number, changed.encode())
            monkeypatch.setattr(TrieveClient, "_send", answering(memory.answer))
            result = run(definition, options)
            assert "exception" not in result
            assert LEVELS[levels] in result.get("msg", "") or name == "request"
