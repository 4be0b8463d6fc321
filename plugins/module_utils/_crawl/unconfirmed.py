# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a creation left behind whose answer was lost."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.plan import Change
from .._core.task import Task
from ..trieve import TrieveClient, TrieveError
from .api import list_crawls
from .model import Crawl, name_of, place
from .near_misses import listed
from .options import DesiredCrawl


def explain_lost_creations(
    task: Task,
    client: TrieveClient,
    dataset: str,
    changes: t.Sequence[Change],
    entries: t.Iterable[DesiredCrawl],
    crawls: t.Iterable[Crawl],
) -> t.Callable[[TaskFailed], TaskFailed]:
    """The function of a plan that adds to a failure which crawls appeared, if a creation may have succeeded all the same.

    :param changes: all changes of the plan
    :param entries: the declared crawls that the plan creates or replaces
    :param crawls: the crawls of the dataset before the plan
    """

    def explain(failure: TaskFailed) -> TaskFailed:
        if not any(_in_doubt(change) for change in changes):
            return failure
        known = {
            crawl["id"]
            for crawl in [*crawls, *(change.value for change in changes if change.kind == "crawl" and change.value)]
        }
        places = {place(desired) for desired in entries}
        try:
            after = list_crawls(task, client, dataset, must_exist=True)
        except (TrieveError, TaskFailed):
            found, words = (
                [],
                (
                    "The list of crawls could not be read afterwards, so it is unknown whether a crawl was created."
                    " If one was created, the next run finds it."
                ),
            )
        else:
            found = [crawl for crawl in after if crawl["id"] not in known and place(crawl) in places]
            words = _words(found)
        results = {
            **failure.results,
            "changed": failure.results.get("changed", False) or bool(found),
            "crawls": [*failure.results.get("crawls", ()), *found],
            "unconfirmed": found,
        }
        return TaskFailed(f"{failure} {words}", **results)

    return explain


def _in_doubt(change: Change) -> bool:
    """Whether the change is a creation that may have been carried out although it failed.

    No answer, one that cannot be read, and 5xx or 408, after which the server keeps the row (docs/server.md 3.4).
    """
    error = change.error.as_result() if change.error and change.kind == "crawl" else None
    if not error or error["method"] != "POST":
        return False
    status = error["status"]
    return status is None or status < 300 or status == 408 or status >= 500


def _words(found: t.Sequence[Crawl]) -> str:
    if found:
        names = listed(f"{crawl['id']} of {name_of(crawl)}" for crawl in found)
        return (
            f"The list now has {names}, which this task did not find before and most likely created."
            " Run the task again: it uses what exists and names what is left over."
        )
    return (
        "The list has no new crawl of the site. If the server is still processing the request, one may appear later;"
        " the next run creates the crawl, and a later one names a duplicate."
    )
