# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several crawls of one site: which of them are duplicates, and the warnings of those that stay.

Trieve starts a crawl for each request, so a lost answer, a refused deletion or two concurrent runs leave a site crawled twice.
"""

from __future__ import annotations

import collections
import typing as t

from .._core.task import Task
from .._core.values import equal
from .model import Crawl, age, every_option, name_of, place
from .near_misses import listed

_ADVICE = "Declare it, delete it by its ID with state: absent, delete it with prune: true"


def differences(one: Crawl, other: Crawl, ignored: t.Container[str] = ()) -> list[str]:
    """The names of the options in which two crawls differ, except for those that are ignored."""
    mine, theirs = every_option(one), every_option(other)
    return [
        name for name in sorted({*mine, *theirs}) if name not in ignored and not equal(mine.get(name), theirs.get(name))
    ]


def is_duplicate(other: Crawl, kept: Crawl, replaced: bool, ignored: t.Container[str] = ()) -> bool:
    """Whether a crawl may be deleted because another one stays.

    Only the older of two is deleted, so two concurrent runs, which may see different ones, never delete both.

    :param replaced: whether the one that stays is about to be replaced, and so becomes the newest
    :param ignored: options in which the two may differ
    """
    return (replaced or age(other) < age(kept)) and not differences(kept, other, ignored)


def duplicates_of_list(
    task: Task, declared: t.Iterable[tuple[Crawl | None, bool]], others: t.Iterable[Crawl]
) -> list[Crawl]:
    """The crawls beside those of a list that are deleted as duplicates. Warns of those that stay.

    Unlike a single crawl, a list may share a site with another team, so only a crawl with all the same options is a duplicate.

    :param declared: for each entry of the list, its crawl if it exists, and whether that is replaced
    :param others: the crawls that match no entry and are not pruned
    """
    beside: dict[tuple[str, str], list[Crawl]] = collections.defaultdict(list)
    for crawl in others:
        beside[place(crawl)].append(crawl)
    kept: dict[tuple[str, str], list[tuple[Crawl, bool]]] = collections.defaultdict(list)
    for current, replaced in declared:
        if current and place(current) in beside:
            kept[place(current)].append((current, replaced))
    to_delete: list[Crawl] = []
    for where, crawls in kept.items():
        alike: dict[str, list[Crawl]] = collections.defaultdict(list)
        for crawl in beside[where]:
            alike[key(every_option(crawl))].append(crawl)
        for current, replaced in crawls:
            same = alike.pop(key(every_option(current)), [])
            duplicates = [crawl for crawl in same if is_duplicate(crawl, current, replaced)]
            if task.params["duplicates"] == "remove":
                to_delete += duplicates
            else:
                warn_of_others(task, current, duplicates, lambda crawl: True, _ADVICE)
        rest = [crawl for group in alike.values() for crawl in group]
        warn_of_others(task, crawls[0][0], rest, lambda crawl: False, _ADVICE)
    return to_delete


def key(values: t.Mapping[str, t.Any]) -> str:
    """Equal for two sets of comparable values that are equal."""
    return repr(sorted(values.items()))


def warn_of_others(
    task: Task, kept: Crawl, others: t.Iterable[Crawl], removable: t.Callable[[Crawl], bool], advice: str
) -> None:
    """Warn of the crawls of the same site and kind as a declared one, unless the task accepts them.

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
        which = f"{'Crawl' if len(crawls) == 1 else 'Each of the crawls'} {listed(crawl['id'] for crawl in crawls)}"
        what = f"differs in {different}" if different else "has the same options"
        todo = "Set duplicates: remove to delete it" if goes else advice
        task.warn(
            f"{which} of {name_of(kept)} exists beside crawl {kept['id']} and {what}:"
            f" the site is crawled more than once. {todo}, or set duplicates: keep to accept it."
        )


def warn_of_concurrent(
    task: Task, created: t.Iterable[Crawl], after: t.Iterable[Crawl], known: t.Container[str]
) -> None:
    """Warn of the crawls that another client created while this task created its own.

    :param created: what this task created
    :param after: the list that was read after that
    :param known: the IDs of what existed before and of what this task created
    """
    mine = {place(crawl): crawl for crawl in created}
    for crawl in after:
        own = mine.get(place(crawl))
        if not own or crawl["id"] in known:
            continue
        names = differences(own, crawl)
        todo = (
            f"It differs in {', '.join(names)}. Delete the undesired one by its ID."
            if names
            else f"It has the same options. With duplicates: remove, the next run deletes the older one, {min((own, crawl), key=age)['id']}."
        )
        task.warn(
            f"Another client created crawl {crawl['id']} of {name_of(crawl)} while this task created {own['id']}. {todo}"
        )
