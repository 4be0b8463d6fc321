# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chunks of a list of crawls. Several crawls may have one URL, whose chunks are looked at once."""

from __future__ import annotations

import typing as t

from .._core.plan import Plan
from .._core.task import Task
from .._crawl.generation import TAGGED_KINDS
from .._crawl.model import Crawl
from .._crawl.options import DesiredCrawl, Policy, refuse_untagged
from .._crawl.plan import Compared, Entry, plan_list, remove_crawl, without
from ..trieve import TrieveClient
from .plan import ChunkPlanner, SiteChunks
from .shared_paths import warn_of_shared_paths


def chunks_of_list(
    planner: ChunkPlanner,
    declared: t.Sequence[tuple[Entry, Policy]],
    to_delete: t.Sequence[Crawl],
    with_their_chunks: t.Sequence[Crawl],
    gone: t.Iterable[str] = (),
) -> list[SiteChunks]:
    """What becomes of the chunks of each URL of which something is to be said.

    :param declared: what is declared, with its policy
    :param to_delete: all crawls that the plan deletes
    :param with_their_chunks: those of them whose chunks go, too
    :param gone: URLs whose chunks go although their crawls may be gone already
    """
    going = {crawl["id"] for crawl in to_delete}
    syncing: dict[str, list[tuple[Entry, Policy]]] = {}
    left: dict[str, list[Crawl]] = {}
    for entry, policy in declared:
        declared_crawl, current, change = entry
        desired = t.cast(DesiredCrawl, declared_crawl)  # only entries that are deleted have none
        if policy.chunks == "sync":
            syncing.setdefault(desired["site_url"], []).append((entry, policy))
        elif current and change and desired["kind"] in TAGGED_KINDS:
            left.setdefault(desired["site_url"], []).append(current)
    delete: dict[str, list[Crawl]] = {address: [] for address in gone}
    for crawl in with_their_chunks:
        refuse_untagged(crawl["kind"])
        delete.setdefault(crawl["site_url"], []).append(crawl)
    for crawl in to_delete:
        if crawl["site_url"] not in delete and crawl["kind"] in TAGGED_KINDS:
            left.setdefault(crawl["site_url"], []).append(crawl)
    if not syncing and not delete and not left:
        return []
    planner.count_ahead()
    sites = [_sync(planner, address, entries, going) for address, entries in syncing.items()]
    sites += [planner.delete(address, crawls) for address, crawls in delete.items() if address not in syncing]
    rest = {address: crawls for address, crawls in left.items() if address not in syncing and address not in delete}
    return [*sites, *planner.keep(rest).values()]


def _sync(
    planner: ChunkPlanner, address: str, entries: t.Sequence[tuple[Entry, Policy]], going: t.Container[str]
) -> SiteChunks:
    if any(change or not current for (_desired, current, change), _policy in entries):
        stay = [current for (_desired, current, change), _policy in entries if current and not change]
        return planner.sync_later(address, stay)
    own = [(current, policy) for (_desired, current, _change), policy in entries if current]
    return planner.sync(address, own, going)


def plan_with_chunks(
    task: Task,
    client: TrieveClient,
    dataset: str,
    crawls: t.Sequence[Crawl],
    compared: Compared,
    delete: bool,
    allow_shared_paths: bool,
    name: str | None = None,
) -> Plan:
    """The plan of a list of declared crawls, of those beside it that are deleted, and of their chunks.

    :param crawls: those of the dataset, as the server lists them
    :param delete: whether the chunks of crawls that are pruned go, too
    :param allow_shared_paths: whether there is no warning of several hosts in the dataset
    :param name: the dataset as the user knows it, by default C(dataset)
    """
    if not allow_shared_paths:
        changing = [desired for desired, _current, change in compared.declared if change and desired]
        declared = [desired for desired, _current, _change in compared.declared if desired]
        warn_of_shared_paths(task, client, dataset, [*declared, *compared.to_keep], changing, name)
    with_their_chunks = without(compared.to_delete, compared.duplicates) if delete else []
    sites = chunks_of_list(
        ChunkPlanner(task, client, dataset, crawls),
        list(zip(compared.declared, compared.policies)),
        compared.to_delete,
        with_their_chunks,
    )
    deleted = _deletions(client, dataset, compared.to_delete, with_their_chunks, sites)
    return _with_chunks(plan_list(task, client, dataset, [*compared.declared, *deleted], compared.to_keep), sites)


def plan_deletions(
    task: Task,
    client: TrieveClient,
    dataset: str,
    crawls: t.Sequence[Crawl],
    to_delete: t.Sequence[Crawl],
    delete: bool,
    addresses: t.Iterable[str] = (),
) -> Plan:
    """The plan of crawls that are deleted, and of their chunks.

    :param crawls: those of the dataset, as the server lists them
    :param delete: whether the chunks go, too
    :param addresses: URLs whose chunks then go although their crawls may be gone already
    """
    with_their_chunks = to_delete if delete else []
    planner = ChunkPlanner(task, client, dataset, crawls)
    sites = chunks_of_list(planner, [], to_delete, with_their_chunks, addresses if delete else ())
    deleted = _deletions(client, dataset, to_delete, with_their_chunks, sites)
    to_keep = without(crawls, to_delete)
    return _with_chunks(plan_list(task, client, dataset, deleted, to_keep, unchanged=len(to_keep)), sites)


def _deletions(
    client: TrieveClient,
    dataset: str,
    to_delete: t.Iterable[Crawl],
    with_their_chunks: t.Iterable[Crawl],
    sites: t.Iterable[SiteChunks],
) -> list[Entry]:
    going = {crawl["id"] for crawl in with_their_chunks}
    removals = {site.address: site.change for site in sites}
    return [
        (
            None,
            crawl,
            remove_crawl(client, dataset, crawl, removals.get(crawl["site_url"]) if crawl["id"] in going else None),
        )
        for crawl in to_delete
    ]


def _with_chunks(plan: Plan, sites: t.Sequence[SiteChunks]) -> Plan:
    """The plan of the crawls together with the changes of their chunks."""
    lists = plan.result
    plan.changes += [site.change for site in sites if site.change]
    plan.changes.sort(key=lambda change: change.phase)  # in the order in which they are made
    plan.result = lambda: {**lists(), "chunks": [site.to_result() for site in sites]}
    return plan
