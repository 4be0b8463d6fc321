# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a diagnosis says of every fault that the sandbox can play, and that nothing of it stays behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.lifeline import Ended, Lifeline
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import delete_dataset
from ansible_collections.community.trieve.plugins.module_utils._doctor import api, throwaway
from ansible_collections.community.trieve.plugins.module_utils._doctor.model import COMPONENTS
from ansible_collections.community.trieve.plugins.modules.trieve_doctor import DEFINITION
from sandbox.reads import only_reads
from sandbox.server import Running
from sandbox.settings import WORKERS

from ...clock import Clock
from ...crawls import Docs
from ...tasks import played, task_of
from ...tenant import Tenant

SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
PAGE = "https://example.com"
CONTENT = [{"path": "/", "title": "Example", "html": "<h1>Example</h1><p>One two three four five six seven.</p>"}]
PRESENT = {"clickhouse": "ok"}
ALL = {component.name for component in COMPONENTS}
INGESTED = {"update_worker", "group_update_worker", "clone_worker", "tika", "crawl_pages"}
"""What cannot be tested without the ingestion worker or the vector store."""
SEARCHED = {"embedding_server", "splade_server"}
QUEUED = ALL - {"server", "database", "redis", "vector_store", "embedding_server", "splade_server", "clickhouse"}
"""What cannot be tested without Redis."""


class Ward:
    """A sandbox with all workers and components, and diagnoses of it."""

    def __init__(self, sandbox: Running, connection: dict[str, Any]) -> None:
        self.sandbox = sandbox
        self.control = sandbox.control
        self.connection = connection
        self.each_pause: Callable[[int], Any] = lambda number: None
        self.clock = Clock(lambda number: self.each_pause(number))
        self.lines: list[str] = []
        self.control.settings(workers=sorted(WORKERS - {"cron"}), components=PRESENT)
        self.control.site(PAGE, CONTENT)
        self.control.clear_requests()

    def run(self, check_mode: bool = False, lifeline: Lifeline | None = None, **options: Any) -> dict[str, Any]:
        """The result of a diagnosis that waits on its own clock."""
        task = task_of(DEFINITION, check_mode, **{**self.connection, "retries": 0, "wait_timeout": 12, **options})
        task.sleep, task.clock, task.progress = self.clock.sleep, lambda: self.clock.now, self.lines.append
        task.lifeline = lifeline or task.lifeline
        return played(DEFINITION, task)

    def without(self, *workers: str) -> None:
        """Stop workers."""
        self.control.settings(workers=sorted(WORKERS - {"cron", *workers}))

    def datasets(self) -> list[str]:
        """The names of the datasets that exist."""
        rows = self.control.sql("SELECT name FROM datasets WHERE deleted = 0 ORDER BY created_at")
        return [row["name"] for row in rows]

    def sent(self) -> list[str]:
        """The requests since the last time this was asked."""
        entries = self.control.requests()
        self.control.clear_requests()
        return [f"{entry['method']} {entry['path']}" for entry in entries]


@pytest.fixture
def ward(sandbox: Running, connection: dict[str, Any]) -> Ward:
    return Ward(sandbox, connection)


def named(result: dict[str, Any], status: str) -> set[str]:
    """The components with this status."""
    return {one["name"] for one in result["components"] if one["status"] == status}


def said(result: dict[str, Any], name: str) -> str:
    """What is said of a component."""
    (one,) = [one for one in result["components"] if one["name"] == name]
    return f"{one['reason']} {one['advice']}"


# -- what is missing -----------------------------------------------------------------------------------------------


def test_a_healthy_server(ward: Ward) -> None:
    result = ward.run()
    assert not result.get("failed"), result["msg"]
    assert (named(result, "ok"), result["changed"], result["left_behind"]) == (ALL, False, [])
    assert set(result["ready"].values()) == {True}
    assert all(one["reason"] is one["advice"] is None for one in result["components"])
    assert "warnings" not in result
    assert ward.clock.now <= 15
    sent = ward.sent()
    assert len(sent) <= 45, sent
    # The deletion of a dataset leaves the object of a file.
    assert len([line for line in sent if line.startswith("DELETE /api/file/")]) == 1
    assert ward.datasets() == []
    assert ward.control.state("files") == ward.control.state("crawls") == []


class Fault(NamedTuple):
    """A fault that the sandbox plays.

    :param missing: the components that are named
    :param unknown: those that cannot be tested then
    :param words: what is said of the first one
    """

    play: Callable[[Ward], Any]
    missing: set[str]
    unknown: set[str]
    words: tuple[str, ...]


def component(name: str, state: str = "down") -> Callable[[Ward], Any]:
    """Stop a component."""
    return lambda ward: ward.control.settings(components={**PRESENT, name: state})


def firecrawl(state: str) -> Callable[[Ward], Any]:
    """Change what Firecrawl does."""
    return lambda ward: ward.control.settings(firecrawl=state)


def page(pages: list[dict[str, Any]], **more: Any) -> Callable[[Ward], Any]:
    """Change what a crawl finds."""
    return lambda ward: ward.control.site(PAGE, pages, **more)


def blocked(ward: Ward) -> None:
    """The ingestion worker hangs at the chunk of another dataset."""
    ward.control.settings(components={**PRESENT, "embeddings": "hanging"})
    other = Docs(ward.sandbox, ward.connection, "other")
    other._post("chunk", {"chunk_html": "<p>one</p>"}, **{"TR-Dataset": other.id})


def died(ward: Ward) -> None:
    """The crawl worker ends at a page."""
    ward.without("crawl")
    ward.each_pause = lambda number: ward.control.sql("UPDATE crawls SET status = 'Processed 3 pages'")


def existing(play: Callable[[Ward], Any]) -> Callable[[Ward], Any]:
    """The organization has a dataset already."""

    def both(ward: Ward) -> None:
        Docs(ward.sandbox, ward.connection, "docs")
        play(ward)

    return both


FIRECRAWL = {"crawl_worker", "crawl_pages"}
FAULTS = {
    "database": Fault(component("database"), {"database"}, ALL - {"server", "database"}, ("db", "DATABASE_URL")),
    "redis": Fault(
        existing(component("redis")),
        {"redis"},
        QUEUED,
        ("HTTP 408", "container redis", "REDIS_URL"),
    ),
    "redis, no dataset": Fault(component("redis"), {"redis"}, QUEUED, ("HTTP 408", "container redis", "REDIS_URL")),
    "vector store": Fault(
        component("vector_store"), {"vector_store"}, INGESTED | SEARCHED, ("qdrant-database", "QDRANT_URL")
    ),
    "embeddings": Fault(component("embeddings"), {"embedding_server"}, set(), ("EMBEDDING_SERVER_ORIGIN",)),
    "embeddings hang": Fault(component("embeddings", "hanging"), {"embedding_server"}, set(), ("HTTP 408",)),
    "splade": Fault(component("splade"), {"splade_server"}, set(), ("SPARSE_SERVER_QUERY_ORIGIN", "splade-query")),
    "clickhouse": Fault(component("clickhouse"), {"clickhouse"}, set(), ("CLICKHOUSE_URL", "USE_ANALYTICS")),
    "object storage": Fault(
        component("object_storage"), {"object_storage"}, {"file_worker", "tika"}, ("container s3", "S3_ENDPOINT")
    ),
    "object storage unreadable": Fault(
        component("object_storage", "unreadable"), {"object_storage"}, {"tika"}, ("the file worker", "S3_ACCESS_KEY")
    ),
    "tika": Fault(component("tika"), {"tika"}, set(), ("container tika", "TIKA_URL")),
    "tika's error page": Fault(component("tika", "error"), {"tika"}, set(), ("error page", "TIKA_URL")),
    **{
        f"firecrawl {state}": Fault(firecrawl(state), {"firecrawl"}, FIRECRAWL, (words, "FIRECRAWL_URL"))
        for state, words in {
            "error": "Error getting response from firecrawl",
            "down": "Error sending request to firecrawl",
            "web_page": "Error parsing response from firecrawl",
            "slow": "HTTP 408",
            "nonsense": "contains no ID",
        }.items()
    },
    "firecrawl refuses": Fault(page([], refuse=401), {"firecrawl"}, FIRECRAWL, ("FIRECRAWL_API_KEY",)),
    "ingestion": Fault(
        lambda ward: ward.without("ingestion"), {"ingestion_worker"}, INGESTED, ("waiting in its queue after 12 s",)
    ),
    "ingestion blocked": Fault(
        blocked, {"ingestion_worker", "embedding_server"}, INGESTED, ("blocked by a server that hangs",)
    ),
    "update": Fault(lambda ward: ward.without("update"), {"update_worker"}, set(), ("program update-worker",)),
    "group update": Fault(
        lambda ward: ward.without("groups"), {"group_update_worker"}, set(), ("program grupdate-worker",)
    ),
    "clone": Fault(lambda ward: ward.without("clone"), {"clone_worker"}, set(), ("program clone-dataset-worker",)),
    "delete": Fault(lambda ward: ward.without("delete"), {"delete_worker"}, set(), ("container delete-worker",)),
    "file": Fault(lambda ward: ward.without("file"), {"file_worker"}, {"tika"}, ("container file-worker",)),
    "crawl": Fault(
        lambda ward: ward.without("crawl"),
        {"crawl_worker"},
        {"crawl_pages"},
        ("still Pending after 12 s", "program crawl-worker"),
    ),
    "crawl busy": Fault(page(CONTENT, status="scraping"), {"crawl_worker"}, {"crawl_pages"}, ("has not finished",)),
    "crawl cancelled": Fault(page(CONTENT, status="cancelled"), {"crawl_worker"}, {"crawl_pages"}, ("cancelled",)),
    "crawl died": Fault(died, {"crawl_worker"}, {"crawl_pages"}, ("stopped at 'Processed 3 pages'",)),
    "crawl failed": Fault(page([], status="failed"), {"crawl_pages"}, set(), ("cannot reach Firecrawl, or",)),
    "no page": Fault(page([]), {"crawl_pages"}, set(), ("without any chunk", "rawHtml")),
    "no html": Fault(page([{"path": "/", "title": "No"}]), {"crawl_pages"}, set(), ("without any chunk",)),
    "no heading": Fault(page([{"path": "/", "html": "<p>a b c d e f</p>"}]), {"crawl_pages"}, set(), ("no heading",)),
    "not found": Fault(page([{**CONTENT[0], "status_code": 404}]), {"crawl_pages"}, set(), ("other than 200",)),
    "all workers": Fault(
        lambda ward: ward.control.settings(workers=[]),
        {"ingestion_worker", "delete_worker", "file_worker", "crawl_worker"},
        INGESTED,
        ("waiting in its queue",),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_named(ward: Ward, name: str) -> None:
    """The component, and no other; what cannot be tested without it is not known."""
    fault = FAULTS[name]
    fault.play(ward)
    before = ward.datasets()
    result = ward.run()
    assert not result.get("failed"), result["msg"]
    assert (named(result, "missing"), named(result, "unknown")) == (fault.missing, fault.unknown)
    first = next(one["name"] for one in result["components"] if one["name"] in fault.missing)
    words = said(result, "ingestion_worker" if name == "ingestion blocked" else first)
    assert [word for word in fault.words if word not in words] == [], words
    assert all(one["reason"] and one["advice"] for one in result["components"] if one["status"] == "missing")
    assert all(said(result, other).startswith("Cannot be tested without ") for other in fault.unknown)
    broken = {use for one in result["components"] if one["status"] == "missing" for use in one["affects"]}
    assert {use for use, ready in result["ready"].items() if ready is False} == broken
    assert ward.clock.now <= 2 * 12 + 1
    if name == "redis, no dataset":
        # Trieve takes no deletion without Redis, so this is said.
        assert ward.datasets() == result["left_behind"]
        assert "could not be removed" in result["warnings"][0]
    else:
        assert (ward.datasets(), result["left_behind"], result.get("warnings")) == (before, [], None)


def test_every_component_and_worker_of_the_sandbox_is_played() -> None:
    """A new one fails here."""
    assert set().union(*(fault.missing for fault in FAULTS.values())) == ALL - {"server"}


def test_no_server(ward: Ward) -> None:
    result = ward.run(url="http://127.0.0.1:1")
    assert (named(result, "missing"), named(result, "unknown")) == ({"server"}, ALL - {"server"})
    assert "no connection could be established" in said(result, "server")
    assert said(result, "tika") == "Cannot be tested without the Trieve server. None"


def test_what_cannot_be_told_apart(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches work, but the worker gives up every chunk."""
    monkeypatch.setattr(api, "_search", lambda client, dataset, kind: None)
    component("embeddings")(ward)
    result = ward.run()
    assert named(result, "missing") == set()
    suspects = {"vector_store", "embedding_server", "splade_server"}
    assert named(result, "unknown") == suspects | INGESTED
    assert all("cannot be told apart" in said(result, name) for name in suspects)
    assert ward.datasets() == []


def test_crawls_can_be_left_out(ward: Ward) -> None:
    result = ward.run(crawl_url="")
    assert named(result, "unknown") == {"firecrawl", "crawl_worker", "crawl_pages"}
    assert said(result, "crawl_worker") == "Not tested, because crawl_url is empty. None"
    assert (result["ready"]["crawls"], result["ready"]["content"]) == (None, True)
    assert "POST /api/crawl" not in ward.sent()


def test_a_plan_without_room(ward: Ward) -> None:
    """No dataset can be created: what needs none is said."""
    for name in ("one", "two"):
        Docs(ward.sandbox, ward.connection, name)
    ward.control.settings(unlimited=False)
    result = ward.run()
    assert named(result, "missing") == set()
    assert named(result, "ok") == {"server", "database", "redis"}
    assert "no dataset could be created" in said(result, "tika")
    assert "HTTP 426" in said(result, "tika")


def test_progress(ward: Ward) -> None:
    ward.without("crawl")
    component("tika")(ward)
    ward.run()
    assert ward.lines == [f"Waiting for: Tika, crawl worker ({seconds} s)" for seconds in (5, 10)]


# -- preview -------------------------------------------------------------------------------------------------------


def test_a_preview_only_reads(ward: Ward) -> None:
    Docs(ward.sandbox, ward.connection, "docs")
    component("splade")(ward)
    ward.sent()
    result = ward.run(check_mode=True)
    assert [line for line in ward.sent() if not only_reads(*line.split())] == []
    assert named(result, "missing") == {"splade_server"}
    assert named(result, "ok") == {"server", "database", "redis", "vector_store", "embedding_server", "clickhouse"}
    assert "Not tested in check mode" in said(result, "crawl_worker")
    assert (result["changed"], ward.clock.now) == (False, 0)


def test_a_preview_of_an_empty_organization(ward: Ward) -> None:
    result = ward.run(check_mode=True)
    assert named(result, "ok") == {"server", "database"}
    assert "has no dataset to read" in said(result, "redis")


def test_a_search_that_is_switched_off_is_no_test(ward: Ward) -> None:
    docs = Docs(ward.sandbox, ward.connection, "docs")
    ward.control.sql("UPDATE datasets SET server_configuration = '{\"SEMANTIC_ENABLED\": false}'")
    result = ward.run(check_mode=True)
    assert said(result, "embedding_server") == f"Not tested, because dataset 'docs' ({docs.id}) does not use it. None"


# -- require -------------------------------------------------------------------------------------------------------


def test_what_is_required(ward: Ward) -> None:
    ward.without("crawl")
    assert not ward.run(require=["content", "search"]).get("failed")
    result = ward.run(require=["search", "crawls"])
    assert result["failed"] is True
    assert result["msg"].startswith(f"Trieve at {ward.sandbox.url} is not ready for crawls. Crawl worker: The crawl of")
    assert "Start the program crawl-worker" in result["msg"]
    assert "content of crawled pages" not in result["msg"]
    assert named(result, "missing") == {"crawl_worker"}


def test_what_is_not_required_is_not_waited_for_long(ward: Ward) -> None:
    """Trieve's own compose file has none of these workers. Without C(require), each has all the time that the task gives it."""
    absent = {"update_worker", "group_update_worker", "clone_worker", "file_worker"}
    ward.without("update", "groups", "clone", "file")
    result = ward.run(wait_timeout=300, require=["content", "crawls"])
    assert not result.get("failed"), result["msg"]
    assert ward.clock.now < 60
    assert (named(result, "missing"), named(result, "unknown")) == (set(), {*absent, "tika"})
    assert "The test was not finished after 10 s" in said(result, "clone_worker")
    began = ward.clock.now
    assert absent <= named(ward.run(wait_timeout=300), "missing")
    assert ward.clock.now - began > 290


def test_what_is_required_is_waited_for(ward: Ward) -> None:
    """However long the task says, also while everything else is done."""
    ward.without("update")
    result = ward.run(wait_timeout=300, require=["updates"])
    assert result["failed"]
    assert "was not carried out after 300 s" in said(result, "update_worker")


def test_what_is_required_must_be_known(ward: Ward) -> None:
    result = ward.run(crawl_url="", require=["crawls"])
    assert result["failed"] is True
    assert (
        f"Whether Trieve at {ward.sandbox.url} is ready for crawls could not be determined. Firecrawl:" in result["msg"]
    )
    assert not ward.run(check_mode=True, require=["crawls"]).get("failed")
    component("database")(ward)
    assert "is not ready for crawls. PostgreSQL:" in ward.run(check_mode=True, require=["crawls"])["msg"]


# -- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"crawl_url": "example.com"}, "crawl_url 'example.com' is not a full URL. "),
        ({"crawl_url": "ftp://example.com"}, "crawl_url 'ftp://example.com' is not a full URL. "),
        ({"crawl_url": "https://"}, "crawl_url 'https://' is not a full URL. "),
        ({"wait_timeout": 0}, "wait_timeout is 0. It must be between 1 and 900."),
        ({"wait_timeout": 901}, "wait_timeout is 901. It must be between 1 and 900."),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_refused(ward: Ward, check_mode: bool, options: dict[str, Any], words: str) -> None:
    result = ward.run(check_mode, **options)
    assert result["failed"] is True
    assert result["msg"].startswith(words)
    assert ward.sent() == []


def test_an_organization_is_needed(ward: Ward) -> None:
    result = ward.run(organization_id=None)
    assert "organization_id is missing" in result["msg"]


def test_a_wrong_key_is_no_diagnosis(ward: Ward) -> None:
    result = ward.run(api_key="tr-W1hB2xV9kLm4Zp8RtY3nWc6JdF5sGa1E")
    assert (result["failed"], result["error"]["status"]) == (True, 401)


def test_an_owner_is_needed(ward: Ward) -> None:
    ward.control.faults({"kind": "status", "status": 403, "method": "POST", "path": "^/api/dataset$"})
    result = ward.run()
    assert result["failed"] is True
    assert result["msg"].startswith("A diagnosis requires the API key of an owner,")
    assert result["error"]["status"] == 403


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_key_is_limited_to_other_datasets(ward: Ward, check_mode: bool) -> None:
    """Such a key can create datasets, but neither use nor delete them. So it is refused before it creates one."""
    tenant = Tenant(ward.sandbox, ward.connection)
    limited = {"name": "limited", "role": 2, "dataset_ids": [tenant.dataset("mine")]}
    key = tenant.call("POST", "/api/organization/api_key", limited)["api_key"]
    tenant.dataset("other")
    before = ward.datasets()
    result = ward.run(check_mode, api_key=key)
    assert result["msg"].startswith("The API key cannot use dataset 'other' (")
    assert "requires an API key that is not limited to datasets (dataset_ids)" in result["msg"]
    assert result["error"]["status"] == 401
    assert ward.datasets() == before


def test_a_key_is_limited_to_all_that_exist(ward: Ward) -> None:
    """This shows only when the first dataset was created, so that one is left, and named."""
    tenant = Tenant(ward.sandbox, ward.connection)
    limited = {"name": "limited", "role": 2, "dataset_ids": [tenant.dataset("mine")]}
    key = tenant.call("POST", "/api/organization/api_key", limited)["api_key"]
    result = ward.run(api_key=key)
    assert result["failed"]
    (left,) = (name for name in ward.datasets() if name.startswith("trieve-doctor-"))
    assert result["msg"].startswith(f"The API key cannot use dataset '{left}' (")
    assert f"could not be removed: {left}." in result["warnings"][0]


# -- nothing stays behind ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "^/api/chunk$",
        "^/api/chunk/tracking_id/",
        "^/api/file$",
        "^/api/crawl$",
        "^/api/chunks/scroll$",
        "^/api/chunk_group",
        "^/api/dataset/clone$",
        "^/api/dataset/usage/",
        "^/api/dataset/get_dataset_queue_lengths$",
        "^/api/dataset/events$",
    ],
)
@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 500}, {"kind": "drop"}, {"kind": "rubbish", "bytes": 9}]
)
def test_a_fault_in_the_middle(ward: Ward, path: str, fault: dict[str, Any]) -> None:
    ward.control.faults({**fault, "path": path, "after": 1 if path.endswith("lengths$") else 0})
    result = ward.run()
    assert not result.get("failed"), result["msg"]
    assert named(result, "missing") <= {"firecrawl"}
    ward.control.clear_faults()
    assert (ward.datasets(), result["left_behind"]) == ([], [])


@pytest.mark.parametrize(
    ("path", "works", "unknown"),
    [
        ("^/api/chunk/tracking_id/doctor-file", "file_worker", "tika"),
        ("^/api/chunks/scroll$", "crawl_worker", "crawl_pages"),
    ],
)
def test_what_is_known_stays_known(ward: Ward, path: str, works: str, unknown: str) -> None:
    """The first part of the work was seen, the second cannot be read."""
    ward.control.faults({"kind": "status", "status": 500, "path": path, "after": 1 if "scroll" in path else 0})
    result = ward.run()
    assert named(result, "unknown") == {unknown}
    assert works in named(result, "ok")
    assert said(result, unknown).startswith("Its work could not be read. ")


@pytest.mark.parametrize("line", ["^/api/dataset$", "^/api/dataset/clone$"])
def test_a_dataset_whose_response_was_lost(ward: Ward, line: str) -> None:
    ward.control.faults({"kind": "drop_after", "method": "POST", "path": line, "times": 1})
    ward.run()
    assert ward.datasets() == []


class TaskTimeoutError(BaseException):
    """What Ansible raises in the middle of a task."""


@pytest.mark.parametrize("ended", ["killed", "timeout", "interrupt"])
@pytest.mark.parametrize("pause", [1, 3])
def test_stopped_in_the_middle(ward: Ward, ended: str, pause: int) -> None:
    """Nobody waits any more; the datasets go all the same."""
    alive = True
    ward.without("crawl")
    there: list[int] = []

    def end(number: int) -> None:
        nonlocal alive
        if number == pause:
            there.append(len(ward.datasets()))
            alive = False
            if ended != "killed":
                raise TaskTimeoutError if ended == "timeout" else KeyboardInterrupt

    ward.each_pause = end
    if ended == "killed":
        result = ward.run(lifeline=Lifeline(checks=[lambda: alive]))
        assert result["msg"].startswith("Ansible no longer waits for the result.")
        assert result["failed"] is True
    else:
        with pytest.raises((TaskTimeoutError, KeyboardInterrupt)):
            ward.run()
    assert there[0] >= 1
    assert ward.datasets() == []
    assert ward.control.state("files") == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("place", ["waiting", "removing"])
def test_ended_by_a_signal(ward: Ward, monkeypatch: pytest.MonkeyPatch, number: int, place: str) -> None:
    """The datasets go first, and then the signal has its effect. Another one in the meantime changes nothing."""
    seen: list[int] = []
    sent: list[int] = []
    before = {each: signal.signal(each, lambda n, frame: seen.append(n)) for each in SIGNALS}

    def end(*unused: Any) -> None:
        if not sent:
            sent.append(number)
            os.kill(os.getpid(), number)

    def delete(client: Any, dataset: Any) -> None:
        os.kill(os.getpid(), number)  # with no effect any more
        assert seen == []
        delete_dataset(client, dataset)

    if place == "waiting":
        ward.each_pause = end
        monkeypatch.setattr(throwaway, "delete_dataset", delete)
    else:
        monkeypatch.setattr(throwaway, "delete_file", end)
    try:
        with pytest.raises(Ended):
            ward.run()
        assert seen == [number]
    finally:
        for each, old in before.items():
            signal.signal(each, old)
    assert ward.datasets() == []


def test_what_a_killed_run_left_is_found(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name, and only if no other run can still use it."""
    with monkeypatch.context() as patch:
        patch.setattr(throwaway.Throwaways, "remove", lambda throwaways: None)
        ward.run()
    left = ward.datasets()
    assert [name.rpartition("-")[2] for name in left] == ["main", "copy"]
    # Another run may still use them.
    result = ward.run()
    assert (result["changed"], ward.datasets()) == (False, left)
    hour = 3600 * 1_000_000
    ward.control.sql("UPDATE datasets SET created_at = created_at - ?", [hour + 60_000_000])
    ward.sent()
    preview = ward.run(check_mode=True)
    assert [line for line in ward.sent() if not only_reads(*line.split())] == []
    assert preview["changed"] is True
    assert sorted(change["name"] for change in preview["plan"]) == sorted(left)
    assert ward.datasets() == left
    result = ward.run()
    assert (result["changed"], result["plan"], result["diff"]) == (True, preview["plan"], preview["diff"])
    assert result["summary"] == {"delete": 2, "unchanged": 0}
    assert ward.datasets() == []
    assert ward.control.state("files") == []


HEX = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("name", "tracking_id", "chunks"),
    [
        ("trieve-doctor", "trieve-doctor", 0),
        (f"trieve-doctor-{HEX}", f"trieve-doctor-{HEX}", 0),
        (f"trieve-doctor-{HEX}-main-2", f"trieve-doctor-{HEX}-main-2", 0),
        (f"my trieve-doctor-{HEX}-main", f"my trieve-doctor-{HEX}-main", 0),
        (f"trieve-doctor-{HEX[1:]}-main", f"trieve-doctor-{HEX[1:]}-main", 0),
        (f"trieve-doctor-{HEX}-main", None, 0),
        ("Documentation", f"trieve-doctor-{HEX}-main", 0),
        (f"trieve-doctor-{HEX}-main", f"trieve-doctor-{HEX}-main", 21),
    ],
)
def test_nothing_else_is_deleted(ward: Ward, name: str, tracking_id: str | None, chunks: int) -> None:
    docs = Docs(ward.sandbox, ward.connection, "docs")
    ward.control.sql(
        "UPDATE datasets SET name = ?, tracking_id = ?, created_at = created_at - ?", [name, tracking_id, 10**12]
    )
    ward.control.sql("UPDATE dataset_usage_counts SET chunk_count = ? WHERE dataset_id = ?", [chunks, docs.id])
    result = ward.run()
    assert (result["changed"], ward.datasets()) == (False, [name])


# -- for people ----------------------------------------------------------------------------------------------------


def test_the_report(ward: Ward) -> None:
    ward.without("crawl")
    lines = ward.run()["report"]
    assert lines[0] == f"Trieve at {ward.sandbox.url}: 16 of 18 components work, 1 missing, 1 unknown"
    assert "crawl worker              missing  crawls" in lines
    assert "Trieve server             ok       everything" in lines
    assert "not ready for: crawls" in lines
    assert max(map(len, lines)) <= 100
    assert "content of crawled pages (unknown): Cannot be tested without the crawl worker." in lines


def test_what_cannot_be_tested_is_said_once(ward: Ward) -> None:
    component("database")(ward)
    lines = ward.run()["report"]
    assert len([line for line in lines if "Cannot be tested without PostgreSQL." in line]) == 1
