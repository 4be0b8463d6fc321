# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes that bring a crawl to what is declared, or delete it."""

from __future__ import annotations

import functools
import time
import typing as t

from .._core.failure import TaskFailed
from .._core.lists import list_plan
from .._core.plan import DELETIONS, Change, Plan
from .._core.task import Task, error_at, error_context
from ..trieve import TrieveClient
from .api import create_crawl, delete_crawl, list_crawls
from .duplicates import duplicates_of_list, warn_of_concurrent
from .freshness import recrawls
from .matching import match
from .model import STATUSES, Crawl, actual, after_write, matches, name_of, normalized, to_request, with_generation
from .near_misses import warn_of_near_misses
from .options import DesiredCrawl, Policy, parse_options, parse_policy
from .unconfirmed import explain_lost_creations

_CHUNKS_STAY = {
    "keep": "the chunks of the old crawl stay",
    "sync": "chunks that it does not write are removed when it is done",
}


def change_crawl(
    client: TrieveClient,
    dataset: str,
    current: Crawl | None,
    desired: DesiredCrawl,
    recrawl: bool = False,
    chunks: str = "keep",
) -> Change | None:
    """The change that creates or replaces a crawl; None if it matches.

    :param recrawl: replace it even if it matches
    :param chunks: what happens to the chunks that the new crawl does not write: C(keep) or C(sync)
    :raises TaskFailed: the server would refuse the declared options together with those of the current crawl
    """
    if current and not recrawl and matches(current, desired):
        return None
    request = with_generation(desired["kind"], to_request(desired, current), current)
    predicted = after_write(desired, request)
    after = normalized(desired)
    if current is None:
        return Change(
            "create",
            "crawl",
            name_of(desired),
            functools.partial(create_crawl, client, dataset, request),
            dataset=dataset,
            after={"site_url": desired["site_url"], "kind": desired["kind"], **after},
            predicted=predicted,
        )

    def replace() -> Crawl:
        new = create_crawl(client, dataset, request)
        change.half_done(new)
        with error_context(
            f"The new crawl {new['id']} was created, but the old one {current['id']} could not be deleted. Delete it with"
            f" community.trieve.trieve_crawl, state: absent, crawl_id: {current['id']}."
        ):
            delete_crawl(client, dataset, current)
        return new

    before = actual(current, desired)
    if recrawl:
        before, after = {**before, "status": current["status"]}, {**after, "status": STATUSES[0]}
    change = Change(
        "replace",
        "crawl",
        name_of(current),
        replace,
        id=current["id"],
        dataset=dataset,
        before=before,
        after=after,
        predicted=predicted,
        effect=f"the site is crawled again, and {_CHUNKS_STAY[chunks]}",
    )
    return change


def remove_crawl(client: TrieveClient, dataset: str, crawl: Crawl, after: Change | None = None) -> Change:
    """The change that deletes a crawl that was read from the dataset.

    :param after: the change that removes its chunks, without which the crawl stays: the next run must find it again
    """

    change = Change(
        "delete",
        "crawl",
        f"{name_of(crawl)} {crawl['id']}",  # a site may have several
        functools.partial(delete_crawl, client, dataset, crawl),
        id=crawl["id"],
        dataset=dataset,
        before={name: crawl[name] for name in ("id", "site_url", "kind")},
        effect="its chunks are removed before" if after else "its chunks stay",
        phase=DELETIONS + 1 if after else DELETIONS,
    )
    if after:
        change.requires.append(after)
    return change


Entry = tuple[t.Optional[DesiredCrawl], t.Optional[Crawl], t.Optional[Change]]
"""What is declared, None for a crawl to delete; what exists, None if it is created; and the change, None if there is none."""


class Compared(t.NamedTuple):
    """A list of declared crawls compared with those of the dataset."""

    declared: list[Entry]
    to_delete: list[Crawl]
    to_keep: list[Crawl]
    """The crawls that no entry is about."""
    duplicates: list[Crawl]
    """Those of C(to_delete) that are deleted as duplicates."""
    policies: list[Policy]
    """Of each declared crawl."""


def _entry(number: int) -> str:
    return f"crawls[{number}]"


def parse_list(crawls: t.Iterable[t.Mapping[str, t.Any]], place: t.Callable[[int], str] = _entry) -> list[DesiredCrawl]:
    """The entries of a list of crawls, each checked.

    :param place: an entry as a message names it
    :raises TaskFailed: an entry cannot be created, or occurs twice
    """
    entries: list[DesiredCrawl] = []
    seen: dict[str, int] = {}
    for number, options in enumerate(crawls):
        with error_at(place(number)):
            desired = parse_options(options)
            same = seen.setdefault(repr(sorted({**desired, **normalized(desired)}.items())), number)
            if same != number:
                raise TaskFailed(
                    f"{desired['site_url']} is declared with the same options as crawls[{same}]. Remove one of the two."
                )
        entries.append(desired)
    return entries


def parse_policies(crawls: t.Iterable[t.Mapping[str, t.Any]], place: t.Callable[[int], str] = _entry) -> list[Policy]:
    """The policy of each entry of a list of crawls.

    :param place: an entry as a message names it
    """
    policies = []
    for number, options in enumerate(crawls):
        with error_at(place(number)):
            policies.append(parse_policy(options))
    return policies


def compare_list(
    task: Task,
    client: TrieveClient,
    dataset: str,
    crawls: t.Sequence[Crawl],
    entries: t.Sequence[DesiredCrawl],
    prunes: t.Callable[[Crawl], bool],
    created: t.Sequence[DesiredCrawl] | None = None,
    place: t.Callable[[int], str] = _entry,
    policies: t.Sequence[Policy] | None = None,
) -> Compared:
    """The changes that bring a dataset's crawls to a list, and the crawls beside it.

    :param crawls: those of the dataset, as the server lists them
    :param entries: what the crawls are compared with
    :param prunes: whether an undeclared crawl is deleted
    :param created: what a crawl that does not exist yet is created with, if that is more than it is compared with
    :param place: an entry as a message names it
    :param policies: of each entry, from C(parse_policies); without them, crawls are not started again and chunks stay
    :raises TaskFailed: the server would refuse an entry
    """
    policies = list(policies) if policies is not None else [Policy() for _entry in entries]
    now = time.time()
    warn_of_near_misses(task, crawls, entries)
    pairs, others = match(entries, crawls)
    declared: list[Entry] = []
    for number, (compared, current) in enumerate(pairs):
        desired = created[number] if created and not current else compared
        with error_at(place(number)):
            again = recrawls(policies[number], current, now)
            change = change_crawl(client, dataset, current, desired, again, policies[number].chunks)
            declared.append((desired, current, change))
    to_prune = [crawl for crawl in others if prunes(crawl)]
    duplicates = duplicates_of_list(
        task,
        [(current, change is not None) for _desired, current, change in declared],
        without(others, to_prune),
    )
    to_delete = [*to_prune, *duplicates]
    return Compared(declared, to_delete, without(others, to_delete), duplicates, policies)


def without(crawls: t.Iterable[Crawl], removed: t.Iterable[Crawl]) -> list[Crawl]:
    """The crawls that are not among the removed ones."""
    ids = {crawl["id"] for crawl in removed}
    return [crawl for crawl in crawls if crawl["id"] not in ids]


def plan_list(
    task: Task,
    client: TrieveClient,
    dataset: str,
    entries: t.Sequence[Entry],
    to_keep: t.Sequence[Crawl],
    unchanged: int | None = None,
) -> Plan:
    """The plan of a list of crawls.

    :param to_keep: the crawls of the dataset that no entry is about
    :param unchanged: as in C(list_plan)
    """
    currents = [(current, change) for _desired, current, change in entries]
    plan = list_plan("crawls", currents, to_keep, task.params["concurrency"], unchanged)
    lists = plan.result
    crawls = [*to_keep, *(current for current, _change in currents if current)]
    replaced = {id(change): current["id"] for current, change in currents if change and current}

    def result() -> dict[str, t.Any]:
        done = [change for change in plan.changes if change.action == "replace" and change.state == "done"]
        updated = [{**change.value, "replaced_crawl_id": replaced[id(change)]} for change in done]
        return {**lists(), "updated": updated}

    plan.result = result
    changing = [desired for desired, _current, change in entries if desired and change]
    plan.explain = explain_lost_creations(task, client, dataset, plan.changes, changing, crawls)
    plan.afterwards = look_afterwards(
        task, client, dataset, plan.changes, crawls, "The changes were made, but the list could not be read after them."
    )
    return plan


def look_afterwards(
    task: Task,
    client: TrieveClient,
    dataset: str,
    changes: t.Iterable[Change],
    crawls: t.Iterable[Crawl],
    unread: str,
) -> t.Callable[[dict[str, t.Any]], dict[str, t.Any]]:
    """The function of a plan that warns of crawls that another client created while the plan created its own.

    :param changes: all changes of the plan
    :param crawls: the crawls of the dataset before the plan
    :param unread: the failure if the list cannot be read
    """

    def afterwards(result: dict[str, t.Any]) -> dict[str, t.Any]:
        created = [change.value for change in changes if change.action in ("create", "replace")]
        if created and task.params["duplicates"] != "keep":
            with error_context(unread, **result):
                after = list_crawls(task, client, dataset, must_exist=True)
            warn_of_concurrent(task, created, after, {crawl["id"] for crawl in [*crawls, *created]})
        return result

    return afterwards
