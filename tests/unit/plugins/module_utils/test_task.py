# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Definitions, what a task says, and the one place that fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils import _session as _http
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import (
    Definition,
    Task,
    error_at,
    error_context,
)
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, TrieveError

from ...conftest import KEY
from ...packed import packed
from ...scripted import Answer, Scripted
from ...tasks import play

ERROR = TrieveError("GET http://trieve/api/x: HTTP 500: no.", "no", "GET", "http://trieve/api/x", 500)


def task(check_mode: bool = False) -> Task:
    """A task without options."""
    return Task({}, check_mode)


# -- states and their options -------------------------------------------------------------------------------------------------

OPTIONS = {"size": dict(type="int"), "wait": dict(type="bool", default=False), "name": dict(type="str")}
STATES = Definition(
    OPTIONS,
    states={
        "present": lambda task, client: {"planned": "present"},
        "absent": lambda task, client: {"planned": "absent"},
    },
    only_with={"size": ("present",), "wait": ("present",), "name": ("absent",)},
)


@pytest.mark.parametrize(
    ("options", "planned"),
    [
        ({}, "present"),
        ({"size": 1, "wait": True}, "present"),
        ({"state": "absent", "name": "a", "wait": False}, "absent"),
    ],
)
def test_each_state_has_its_function(options: dict[str, Any], planned: str) -> None:
    assert play(STATES, api_key=KEY, **options)["planned"] == planned


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "a"}, "name cannot be used with state: present, only with state: absent. Remove it from the task."),
        (
            {"state": "absent", "size": 0, "wait": True},
            "size and wait cannot be used with state: absent, only with state: present. Remove them from the task.",
        ),
    ],
)
def test_options_of_another_state_are_refused(options: dict[str, Any], words: str) -> None:
    result = play(STATES, api_key=KEY, **options)
    assert (result["failed"], result["changed"], result["msg"]) == (True, False, words)


# -- what a task says ---------------------------------------------------------------------------------------------------------


def test_what_an_earlier_task_may_create() -> None:
    run, preview = task(), task(check_mode=True)
    with pytest.raises(TaskFailed, match="it is missing"):
        run.missing_prerequisite("it is missing", "it is missing yet")
    preview.missing_prerequisite("it is missing", "it is missing yet")
    assert (run.warnings, preview.warnings) == ([], ["it is missing yet"])


def test_a_warning_is_given_once() -> None:
    one = task()
    for text in ("a", "b", "a"):
        one.warn(text)
    assert one.warnings == ["a", "b"]


def test_an_error_with_what_the_user_should_know() -> None:
    with pytest.raises(TaskFailed) as raised, error_context("It was half done.", changed=True, crawl="new"):
        raise ERROR
    assert str(raised.value) == "It was half done. GET http://trieve/api/x: HTTP 500: no."
    assert raised.value.results == {"changed": True, "crawl": "new", "error": ERROR.as_result()}


def test_a_failure_keeps_what_was_done_before_it() -> None:
    with pytest.raises(TaskFailed) as raised, error_context("It was half done.", changed=True, crawl="new"):
        raise TaskFailed("The dataset is gone.", crawl="newer")
    assert str(raised.value) == "It was half done. The dataset is gone."
    assert raised.value.results == {"changed": True, "crawl": "newer"}


def test_the_place_of_a_failure() -> None:
    with pytest.raises(TaskFailed, match=r"^crawls\[3\]: limit is 0") as raised, error_at("crawls[3]"):
        raise TaskFailed("limit is 0", limit=0)
    assert raised.value.results == {"limit": 0}


# -- execute and run ------------------------------------------------------------------------------------------------------------

LEAK = "sk-Zq7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6QaE"


def failing(error: Exception) -> Definition:
    """A module that fails so."""

    def function(task: Task, client: TrieveClient) -> dict[str, Any]:
        raise error

    return Definition({}, planner=function)


def returning(**result: Any) -> Definition:
    """A module that returns this."""
    return Definition({}, planner=lambda task, client: result)


FAILURES: list[tuple[Exception, dict[str, Any]]] = [
    (TaskFailed("It cannot be."), {"changed": False, "msg": "It cannot be."}),
    (
        TaskFailed("It cannot be.", changed=True, crawl={"id": 1}),
        {"changed": True, "msg": "It cannot be.", "crawl": {"id": 1}},
    ),
    (ERROR, {"changed": False, "msg": str(ERROR), "error": ERROR.as_result()}),
]


@pytest.mark.parametrize(("error", "expected"), FAILURES)
def test_a_failure(error: Exception, expected: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert play(failing(error), api_key=KEY) == {"failed": True, **expected}
    shown = packed(failing(error), capsys, api_key=KEY)
    assert {name: shown[name] for name in ("failed", *expected)} == {"failed": True, **expected}


def test_a_bug_is_a_failure_that_asks_to_be_reported(capsys: pytest.CaptureFixture[str]) -> None:
    bug = ZeroDivisionError(f"with {KEY} in it")
    words = "An error in the collection itself, please report it: ZeroDivisionError: with {} in it"
    result = play(failing(bug), api_key=KEY)
    assert (result["failed"], result["changed"], result["msg"]) == (True, False, words.format(KEY))
    assert "Traceback" in result["exception"]
    assert "in function" in result["exception"]
    shown = packed(failing(bug), capsys, api_key=KEY)
    assert shown["msg"] == words.format("********")
    assert "Traceback" in str(shown["exception"])
    assert KEY not in str(shown)


def test_a_bug_in_the_middle_reports_what_was_done() -> None:
    def function(task: Task, client: TrieveClient) -> dict[str, Any]:
        task.partial = lambda: {"changed": True, "created": ["x"], "msg": "half of it"}
        raise ZeroDivisionError

    result = play(Definition({}, planner=function), api_key=KEY)
    assert (result["failed"], result["changed"], result["created"]) == (True, True, ["x"])
    assert "please report it" in result["msg"]


def test_no_connection_no_function() -> None:
    result = play(failing(ZeroDivisionError()))
    assert result["msg"].startswith("api_key is missing or empty")


def test_without_requests(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(_http, "IMPORT_ERROR", "Traceback: no module named requests")
    for result in (play(returning(), api_key=KEY), packed(returning(), capsys, api_key=KEY)):
        assert result["failed"] is True
        assert "requests" in result["msg"]
        assert "no module named requests" in str(result["exception"])


def test_everything_can_be_imported_without_requests() -> None:
    program = """
import sys
sys.modules["requests"] = sys.modules["urllib3"] = None
from ansible_collections.community.trieve.plugins.module_utils._core.task import Task, execute
from ansible_collections.community.trieve.plugins.modules.trieve_crawl import DEFINITION
print(execute(DEFINITION, Task({}))["msg"])
"""
    collections = Path(_http.__file__).parents[5]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(collections), *sys.path])}
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert "Failed to import the required Python library (requests)" in ended.stdout, ended.stderr


LEAKING: dict[str, Any] = {
    "changed": True,
    "dataset": {
        "name": "docs",
        "LLM_API_KEY": LEAK,
        "server_configuration": {"RERANKER_API_KEY": LEAK, "apiKey": LEAK},
    },
    "crawls": [{"id": 1, "webhook_metadata": {"webhook_secret": LEAK}}, {"id": 2, "Webhook_Secret": LEAK}],
    "diff": {"before": {"public_dataset": {"api_key": LEAK, "enabled": True}}, "after": ({"llm_api_key": LEAK},)},
    "api_key": {"id": "x", "name": "ci"},
}
STRIPPED = {
    "changed": True,
    "dataset": {"name": "docs", "server_configuration": {}},
    "crawls": [{"id": 1}, {"id": 2}],
    "diff": {"before": {"public_dataset": {"enabled": True}}, "after": [{}]},
    "api_key": {"id": "x", "name": "ci"},
}


def test_secrets_are_dropped_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert play(returning(**LEAKING), api_key=KEY) == STRIPPED
    assert play(failing(TaskFailed("no", **LEAKING)), api_key=KEY) == {"failed": True, "msg": "no", **STRIPPED}
    shown = packed(returning(**LEAKING), capsys, api_key=KEY)
    assert {name: shown[name] for name in STRIPPED} == STRIPPED


@pytest.mark.parametrize("logged", [True, False])
def test_what_the_module_masks(capsys: pytest.CaptureFixture[str], logged: bool) -> None:
    given = {
        "api_key": f" {KEY}\n",
        "extra_headers": {"X-Door": "oddHeader-5Vt9"},
        "url": "http://someone:oddPassw0rd-7Q@trieve.example.com",
        "_ansible_no_log": not logged,
    }
    secrets = (KEY, "oddHeader-5Vt9", "oddPassw0rd-7Q")
    definition = Definition({}, planner=lambda task, client: {"echo": "never reached"})
    result = packed(definition, capsys, **given)
    assert result["failed"] is True
    assert "credentials" in result["msg"]
    assert not [secret for secret in secrets if secret in str(result)]

    def function(task: Task, client: TrieveClient) -> dict[str, Any]:
        task.warn(" ".join(secrets))
        return {"changed": True, "name": secrets[1], "diff": {"before": secrets[0], "after": secrets[1]}}

    given["url"] = "http://trieve.example.com"
    result = packed(Definition({}, planner=function), capsys, **given)
    assert result["changed"] is True
    assert result.pop("name") == secrets[1], "data is as it is"
    assert not [secret for secret in secrets[:2] if secret in str(result)]


def test_a_server_that_repeats_the_key(serve: Callable[..., Scripted], capsys: pytest.CaptureFixture[str]) -> None:
    odd = "MASTER-key-5Vt9-of-no-known-form"
    server = serve(Answer(400, f'{{"message": "bad key {odd}"}}'.encode()))

    def function(task: Task, client: TrieveClient) -> dict[str, Any]:
        return {"answer": client.get("/api/x", dict)}

    result = packed(Definition({}, planner=function), capsys, api_key=f"Bearer {odd}", url=server.url)
    assert "bad key ********" in result["msg"]
    assert odd not in str(result)


def test_the_module_warns_and_knows_check_mode(capsys: pytest.CaptureFixture[str]) -> None:
    def function(task: Task, client: TrieveClient) -> dict[str, Any]:
        task.warn("look out")
        return {"changed": False, "check": task.check_mode}

    for check_mode in (False, True):
        result = packed(Definition({}, planner=function), capsys, api_key=KEY, _ansible_check_mode=check_mode)
        assert result["check"] is check_mode
        assert "look out" in str(result["warnings"])


def test_the_module_knows_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    result = packed(returning(), capsys, api_key=KEY, api_kee="x")
    assert result["failed"] is True
    assert "Unsupported parameters" in result["msg"]
    assert "api_kee" in result["msg"]


def test_the_key_that_was_issued_is_the_results_key_only() -> None:
    def function(task: Task, client: TrieveClient) -> dict[str, Any]:
        task.new_secrets["ci"] = LEAK
        task.warn(f"made {LEAK}")
        raise TaskFailed(f"but {LEAK}", answer={"x": LEAK})

    result = play(Definition({}, planner=function), api_key=KEY)
    assert result.pop("key") == LEAK
    assert LEAK not in str(result)
    assert result["failed"] is True
