# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A diagnosis from its first request to its result."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.lifeline import orderly_end
from .._core.plan import Plan
from .._core.task import Task, error_context
from .._dataset.api import list_datasets
from ..trieve import Stopped, TrieveClient, TrieveError
from .checks import Canaries, probe, reach
from .model import MISSING, UNKNOWN, Diagnosis
from .report import report_lines, required_words
from .throwaway import Throwaways, is_throwaway, remove_abandoned

_ALL_SEARCHES = {"SEMANTIC_ENABLED": True, "FULLTEXT_ENABLED": True, "BM25_ENABLED": True}


def diagnose(task: Task, client: TrieveClient, crawl_url: str, wait: int) -> Plan:
    """The plan of a diagnosis. It deletes what earlier ones left behind; the tests follow after that.

    :raises TrieveError: the server refuses the key or the organization
    """
    diagnosis = Diagnosis()
    datasets = list_datasets(client) if reach(client, diagnosis) else []
    existing = [dataset for dataset in datasets if not is_throwaway(dataset)]
    if existing:
        # Without Redis nothing can be created and deleted again.
        probe(client, diagnosis, existing[0], only=("redis",))
    can_write = diagnosis.works("database") and diagnosis.status("redis") != MISSING
    changes = remove_abandoned(client, datasets) if can_write else []

    def previewed(result: dict[str, t.Any]) -> dict[str, t.Any]:
        if existing:
            probe(client, diagnosis, existing[0])
        diagnosis.close(
            "Not tested in check mode, because that takes requests that write."
            if existing
            else "Not tested in check mode, because the organization has no dataset to read."
        )
        return _outcome(task, client, diagnosis, result, must_know=False)

    def afterwards(result: dict[str, t.Any]) -> dict[str, t.Any]:
        throwaways = Throwaways(task, client)
        task.partial = lambda: {
            **_results(client, diagnosis, result, throwaways.left()),
            "msg": "The diagnosis was not finished. Raise the timeout of the task.",
        }
        with orderly_end():
            try:
                try:
                    if can_write:
                        _examine(task, client, diagnosis, throwaways, crawl_url, wait)
                    elif existing:
                        probe(client, diagnosis, existing[0])
                finally:
                    throwaways.remove()
            finally:  # again, if the first time was interrupted
                throwaways.remove()
        diagnosis.close("Not tested.")
        return _outcome(task, client, diagnosis, result, must_know=True, left=throwaways.left())

    return Plan(changes, dict, previewed=previewed, afterwards=afterwards)


def _examine(
    task: Task, client: TrieveClient, diagnosis: Diagnosis, throwaways: Throwaways, crawl_url: str, wait: int
) -> None:
    """Test all components in datasets of its own."""
    try:
        dataset = throwaways.create("main", _ALL_SEARCHES)
        probe(client, diagnosis, dataset)
        if diagnosis.status("redis") == MISSING:
            return
        broken = {
            "SEMANTIC_ENABLED": diagnosis.works("embedding_server"),
            "FULLTEXT_ENABLED": diagnosis.works("splade_server"),
        }
        if not all(broken.values()):  # so that the other components can be tested without these servers
            dataset = throwaways.create("work", {**_ALL_SEARCHES, **broken})
    except Stopped:
        raise
    except TrieveError as error:
        if error.status in (401, 403):
            with error_context(
                "A diagnosis requires the API key of an owner, because it creates a dataset for its tests."
            ):
                raise
        diagnosis.close(f"Not tested, because no dataset could be created for the tests. {error}")
        return
    canaries = Canaries(task, client, diagnosis, throwaways, dataset, crawl_url, wait)
    canaries.run()
    if not crawl_url:
        for name in ("firecrawl", "crawl_worker", "crawl_pages"):
            diagnosis.note(name, UNKNOWN, "Not tested, because crawl_url is empty.")
    if diagnosis.is_open("delete_worker"):
        throwaways.remove()
        if not throwaways.left():
            canaries.wait_for_deletion()


def _results(
    client: TrieveClient, diagnosis: Diagnosis, result: dict[str, t.Any], left: t.Sequence[str]
) -> dict[str, t.Any]:
    found = diagnosis.to_result()
    return {**result, **found, "left_behind": list(left), "report": report_lines(client.url, found)}


def _outcome(
    task: Task,
    client: TrieveClient,
    diagnosis: Diagnosis,
    result: dict[str, t.Any],
    must_know: bool,
    left: t.Sequence[str] = (),
) -> dict[str, t.Any]:
    """The result of the task.

    :param must_know: whether a capability that is required must be known to work, and not only not known to be missing
    :raises TaskFailed: a capability that is required does not work
    """
    results = _results(client, diagnosis, result, left)
    required = [name for name in task.params["require"] or () if results["ready"][name] is not True]
    lacking = [name for name in required if must_know or results["ready"][name] is False]
    if lacking:
        reasons = [
            component
            for component in results["components"]
            if set(lacking) & set(component["affects"])
            and (component["status"] == MISSING or (must_know and component["status"] == UNKNOWN))
        ]
        raise TaskFailed(required_words(client.url, lacking, results["ready"], reasons), **results)
    return results
