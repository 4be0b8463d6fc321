# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of every plugin are played: each task in check mode and then for real, all of them in one run of Ansible.

Each plugin has a world of its own (worlds.py). Its examples follow each other as they are written. A task that changes
nothing proves little, so the tasks that do are the rule, and the exceptions are listed with their reason.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.play import Played, Stage, tool
from tests.integration.server import NAMES, Server
from tests.integration.warm import warm
from tests.meta.collection import PLUGINS, constant, documented

from .worlds import BEFORE, FILES, VARIABLES, World, world

PREVIEW = "Preview: "

TASKS = [(kind, name) for kind, name in documented() if kind != "inventory"]

READERS = ("_info", "_doctor", "_status", "_test")
"""How the names of modules end that never report a change."""

UNCHANGED = {
    ("trieve_crawl", "Crawl again after a failure, and wait up to an hour"): "the crawl has not failed",
    (
        "trieve_crawl",
        "Crawl the site again every week from a scheduled job, and remove what is no longer there",
    ): "it has just been crawled, and all of it is there",
    ("trieve_crawl", "Crawl the site once, whatever an interrupted run left behind"): "there is only one",
    ("trieve_crawls", "Crawl each site once, whatever an interrupted run left behind"): "there is only one",
    ("trieve_crawls", "Delete the crawls that failed"): "the first example has deleted it",
    ("trieve_organization_state", "Apply two of the datasets"): "the tasks before have done it",
    ("trieve_organization_state", "Apply everything except the datasets"): "the file declares nothing else",
    ("trieve_organization_state", "Show how the organization differs from its state"): "it has just been applied",
    ("trieve_user", "Make Ann an admin as soon as she accepts"): "the invitation is open",
    ("trieve_dataset", "Clear a dataset and wait until it is empty"): "the clone has no chunks",
    ("trieve_dataset", "Delete a dataset with all its chunks"): "the task before has deleted it",
    ("trieve_request", "Rename a topic, and never report a change"): "its name says so",
}
"""Examples that change nothing here, and why."""

DIFFERENT = {
    (
        "trieve_dataset",
        "Clear a dataset and wait until it is empty",
    ): "the preview cannot read the clone, which the run before it has made",
}
"""Examples whose preview says something else than the run, and why."""

FAILING = {
    ("trieve_organization_state", "Perform the approved plan or nothing"): "approved",
}
"""Examples that fail on purpose, and their words."""


def examples(kind: str, name: str) -> str:
    """The text of a plugin's examples."""
    folder = "modules" if kind == "module" else kind
    return constant(PLUGINS / folder / f"{name}.py", "EXAMPLES")


def with_previews(tasks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each task in check mode and then as it is. A failure is noted, and the next one is played."""
    for given in tasks:
        task = {**given, "no_log": False}  # a failure has to say why
        is_include = any("include_" in key for key in task)
        if not is_include:
            yield {**task, "name": f"{PREVIEW}{task['name']}", "check_mode": True, "ignore_errors": True}
        yield {**task, "ignore_errors": True}


def host(kind: str, name: str) -> str:
    """The name of the host on which a plugin's examples are played."""
    return f"{kind}-{name}"


def play_of(kind: str, name: str, given: World) -> dict[str, Any]:
    """A play of a plugin's examples in its world."""
    tasks = BEFORE.get(name, "") + examples(kind, name)
    return {
        "name": name,
        "hosts": host(kind, name),
        "gather_facts": False,
        "environment": given.environment,
        "vars": {**VARIABLES, **given.variables},
        "tasks": list(with_previews(yaml.safe_load(given.text(tasks)))),
    }


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """All examples, played once."""
    folder = tmp_path_factory.mktemp("examples")
    for file, text in FILES.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text)
    (folder / "password").write_text(VARIABLES["vault_password"])
    with ExitStack() as stack:
        # A lookup does not see the environment of its play, so its world is that of the whole run.
        lookups = stack.enter_context(world(folder, "trieve_search"))
        url, api_key, organization_id = (lookups.environment[name] for name in NAMES)
        server = Server(url, api_key, organization_id, None)
        cold = Stage(server, tmp_path_factory.mktemp("plays"), version("ansible-core"))
        stage = replace(cold, warm=stack.enter_context(warm(cold.environment(cold.folder))))
        plays = [
            play_of(kind, name, lookups if kind == "lookup" else stack.enter_context(world(folder, name)))
            for kind, name in TASKS
        ]
        playbook = folder / "playbook.yml"
        playbook.write_text(yaml.safe_dump(plays, sort_keys=False))
        return stage.play(
            playbook,
            "--vault-password-file",
            str(folder / "password"),
            verbosity=0,
            hosts={host(kind, name): {} for kind, name in TASKS},
            deprecations=None,
        )


def results(played: Played, kind: str, name: str) -> dict[str, dict[str, Any]]:
    """The event of each task of a plugin's examples, by the task's name."""
    ends = ("ok", "failed", "ignored", "skipped")
    return {
        event["task"]: event for event in played.events if event["host"] == host(kind, name) and event["event"] in ends
    }


@pytest.mark.parametrize(("kind", "name"), TASKS)
def test_examples(played: Played, kind: str, name: str) -> None:
    """Each is played without a failure, in check mode and for real, and changes what its preview has shown."""
    found = results(played, kind, name)
    faults = []
    for task in yaml.safe_load(examples(kind, name)):
        title = task["name"]
        if any("include_" in key for key in task):
            continue
        preview, run = (found.get(start + title) for start in (PREVIEW, ""))
        if preview is None or run is None:
            faults.append(f"{title!r} was not played")
            continue
        expected = FAILING.get((name, title))
        for event, words in ((preview, f"{PREVIEW}{title}"), (run, title)):
            message = str(event["result"].get("msg"))
            if event["event"] in ("failed", "ignored") and not (expected and expected in message):
                faults.append(f"{words}: {message}")
        if expected and run["event"] == "ok":
            faults.append(f"{title!r} does not fail")
        faults += differences(name, title, preview, run)
    assert not faults, "\n".join(faults)


def differences(name: str, title: str, preview: dict[str, Any], run: dict[str, Any]) -> Iterator[str]:
    """What a preview and its run say differently, and whether the run is worth reading."""
    if not str(run["resolved_action"]).startswith("community.trieve.") or run["event"] != "ok":
        return
    said = [event["result"].get("changed") for event in (preview, run)]
    if said[0] != said[1] and (name, title) not in DIFFERENT:
        yield f"{title!r}: the preview says changed={said[0]}, the run {said[1]}"
    options = run["result"].get("invocation", {}).get("module_args", {})
    reads = run["action"].endswith(READERS) or options.get("method") == "GET" or options.get("read")
    if not reads and said[1] is not True and (name, title) not in UNCHANGED:
        yield f"{title!r} changes nothing. Prepare a world in which it does, or name it in UNCHANGED."


def test_no_exception_is_left_over() -> None:
    """The lists name examples that are there."""
    titles = {(name, task["name"]) for kind, name in TASKS for task in yaml.safe_load(examples(kind, name))}
    assert {*UNCHANGED, *DIFFERENT, *FAILING} <= titles


@pytest.mark.parametrize("name", [name for kind, name in documented() if kind == "inventory"])
def test_inventories(name: str, tmp_path: Path) -> None:
    """Each example of an inventory plugin is a file that ansible-inventory reads."""
    token = tmp_path / "trieve"
    with world(tmp_path) as given:
        token.write_text(given.environment["TRIEVE_API_KEY"])
        stage = Stage(Server("http://127.0.0.1:9", "unused", "unused", None), tmp_path, version("ansible-core"))
        environment = {**stage.environment(tmp_path), **given.environment}
        texts = given.text(examples("inventory", name)).replace("/run/secrets/trieve", str(token))
        for text in yaml.safe_load(texts):
            file = tmp_path / "trieve.yml"
            file.write_text(yaml.safe_dump(text))
            command = [tool("ansible-inventory"), "-i", str(file), "--list"]
            ran = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
            assert ran.returncode == 0, ran.stderr
            assert "WARNING" not in ran.stderr, ran.stderr
            assert len(json.loads(ran.stdout)["_meta"]["hostvars"]) == (2 if "filters" not in text else 0)
