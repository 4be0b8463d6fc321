# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several crawls of one site: which of them are duplicates, what is said of them, and what a lost answer left behind.

Trieve starts a crawl for each request, so a lost answer, a refused deletion or two runs at once leave a site crawled twice.
Shared by C(trieve_crawl) and C(trieve_crawls).
"""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.task import Task, attempt
from .._core.values import equal
from ..trieve import TrieveClient, TrieveError
from .model import Crawl, Given, list_crawls

DUPLICATES_OPTION: dict[str, t.Any] = dict(
    duplicates=dict(type="str", choices=["warn", "remove", "keep"], default="warn"),
)

_SHOWN = 10
"""Most crawls that one message names."""


def newest_first(crawls: t.Iterable[Crawl]) -> list[Crawl]:
    """The crawls in an order that is the same for each run that reads them, also where the server has none."""
    return sorted(crawls, key=Crawl.age, reverse=True)


def differences(one: Crawl, other: Crawl, ignored: t.Container[str] = ()) -> list[str]:
    """The names of the options in which two crawls differ, but for those that are ignored."""
    mine, theirs = one.every_option(), other.every_option()
    return [
        name for name in sorted({*mine, *theirs}) if name not in ignored and not equal(mine.get(name), theirs.get(name))
    ]


def is_duplicate(other: Crawl, kept: Crawl, replaced: bool, ignored: t.Container[str] = ()) -> bool:
    """Whether a crawl may be removed because another one stays.

    Only the older of two goes, so that two runs at once, which may see different ones, never remove both.

    :param replaced: whether the one that stays is about to be replaced, and so will be the newest
    :param ignored: options in which the two may differ
    """
    return (replaced or other.age() < kept.age()) and not differences(kept, other, ignored)


def warn_of_others(
    task: Task, kept: Crawl, others: t.Iterable[Crawl], removable: t.Callable[[Crawl], bool], advice: str
) -> None:
    """Warn of the crawls that are of the same site and kind as one that is declared, unless they are to be kept.

    :param removable: whether C(duplicates=remove) would delete it
    :param advice: what to do about one that would stay
    """
    if task.params["duplicates"] == "keep":
        return
    alike: dict[tuple[str, bool], list[Crawl]] = {}
    for other in others:
        names = differences(kept, other)
        alike.setdefault((", ".join(names), removable(other)), []).append(other)
    for (different, goes), crawls in alike.items():
        what = f"differs in {different}" if different else "has the same options"
        todo = "Set duplicates: remove to delete it" if goes else advice
        task.warn(
            f"{_counted(crawls)} of {kept.site_url} ({kept.kind}) exists beside crawl {kept.id} and {what}:"
            f" the site is crawled more than once. {todo}, or set duplicates: keep to accept it."
        )


def warn_of_new(task: Task, made: t.Iterable[Crawl], after: t.Iterable[Crawl], known: t.Container[str]) -> None:
    """Warn of the crawls that another client created while this task created its own.

    :param made: what this task created
    :param after: the list that was read after that
    :param known: the IDs of what was there before and of what this task created
    """
    mine = {(crawl.site_url, crawl.kind): crawl for crawl in made}
    for crawl in after:
        own = mine.get((crawl.site_url, crawl.kind))
        if not own or crawl.id in known:
            continue
        names = differences(own, crawl)
        todo = (
            f"It differs in {', '.join(names)}. Delete the one that is not wanted by its ID."
            if names
            else f"It has the same options. With duplicates: remove, the next run deletes the older one, {min((own, crawl), key=Crawl.age).id}."
        )
        task.warn(
            f"Another client created crawl {crawl.id} of {crawl.site_url} ({crawl.kind}) while this task created {own.id}. {todo}"
        )


def in_doubt(status: int | None) -> bool:
    """Whether a creation that failed with this status may have been carried out all the same.

    No answer, one that cannot be read, and 5xx or 408, after which the server keeps the row (docs/server.md 3.4).
    """
    return status is None or status < 300 or status == 408 or status >= 500


class Unconfirmed:
    """What is there after a creation of which nobody knows whether it was carried out.

    :ivar found: the crawls of the wanted sites that were not there before
    :ivar words: a sentence or two about them, for the failure
    """

    def __init__(
        self,
        task: Task,
        client: TrieveClient,
        dataset: str,
        entries: t.Iterable[Given],
        known: t.Container[str],
    ) -> None:
        places = {(given["site_url"], given["kind"]) for given in entries}
        crawls, unread = attempt(list_crawls, task, client, dataset, True)
        self.found = [
            crawl for crawl in crawls or () if crawl.id not in known and (crawl.site_url, crawl.kind) in places
        ]
        if unread:
            self.words = "The list could not be read after it, so it is unknown whether a crawl was created. The next run finds it if so."
        elif self.found:
            names = _listed(f"{crawl.id} of {crawl.site_url} ({crawl.kind})" for crawl in self.found)
            self.words = (
                f"The list now has {names}, which this task did not find before and most likely created."
                " Run the task again: it uses what is there and names what is left over."
            )
        else:
            self.words = (
                "The list has no new crawl of the site. If the server is still working on the request, one may appear later;"
                " the next run creates the crawl, and a later one names a duplicate."
            )


def failed_creation(
    task: Task,
    client: TrieveClient,
    dataset: str,
    given: Given,
    known: t.Container[str],
    error: TrieveError | TaskFailed,
) -> TrieveError | TaskFailed:
    """The failure of a task whose only creation failed, with what is there if that is in doubt."""
    if not in_doubt(error.status):
        return error
    there = Unconfirmed(task, client, dataset, [given], known)
    return TaskFailed(
        f"{error} {there.words}",
        error=error.as_result(),
        changed=bool(there.found),
        crawls=[crawl.result() for crawl in there.found],
    )


def _counted(crawls: t.Sequence[Crawl]) -> str:
    return f"{'Crawl' if len(crawls) == 1 else 'Each of the crawls'} {_listed(crawl.id for crawl in crawls)}"


def _listed(names: t.Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more
