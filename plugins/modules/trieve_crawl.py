#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_crawl
short_description: Manage one crawl of a Trieve dataset
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Create, replace or delete a crawl of a web site, an OpenAPI document, a Shopify shop or a YouTube channel.
  - A crawl is identified by its URL, exactly as written, and its kind. For deletion, it can also be identified by its ID.
  - Trieve cannot update a crawl. If a declared option differs, the module creates a new crawl with the options of the old one, overlaid
    with the declared ones, and then deletes the old one by its ID. The new crawl reads the whole site again and has a new ID. The
    chunks of the old crawl stay in the dataset, unless O(chunks) says otherwise.
  - Each crawl that the module creates has one more tag, which begins with C(community.trieve:generation:). Trieve adds it to the chunks, so
    that they can be told from those of other crawls. Results and comparisons do not contain it, but searches and tag lists of Trieve show it.
  - The module only deletes crawls that the dataset's list shows. Trieve itself deletes any tenant's crawl by its ID, and
    reports success for a crawl that never existed.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
  - community.trieve.crawl
  - community.trieve.attributes
  - community.trieve.attributes.actiongroup_trieve
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - With O(recrawl=always), each run starts a new crawl. With O(recrawl=overdue), a run does so when the crawl is too old.
options:
  state:
    description:
      - V(present) ensures the crawl exists as declared.
      - V(absent) deletes the crawl O(crawl_id), or every crawl of O(site_url) and its kind. The kind is O(scrape_options.type), which
        defaults to V(firecrawl). Set it to delete a crawl of another kind by its URL. Other options of a crawl cannot be used.
      - If V(absent) finds nothing to delete, the task is unchanged. It warns if a similar crawl exists, whose URL differs only by a final
        slash, case or Unicode composition, or whose kind differs.
    type: str
    choices: [present, absent]
    default: present
  crawl_id:
    description:
      - ID of the crawl to delete, in any spelling of a UUID. Only with O(state=absent), because a replaced crawl has a new ID.
      - If the dataset's list does not show the ID, the task is unchanged, sends only reads, and warns. The crawl may be deleted already
        or belong to another dataset. Other datasets are not searched.
      - In check mode, an empty value is taken as the ID of a crawl that an earlier task would create. The task is then
        unchanged, with a warning.
    type: str
  site_url:
    description:
      - URL to crawl. Required with O(state=present). It is compared exactly as written.
      - A new or changed crawl needs a full URL with V(http://) or V(https://), unless it is a crawl of a YouTube channel.
    type: str
  duplicates:
    description:
      - What to do with other crawls of the same site and kind. Trieve starts a crawl for each request, so a lost response, a deletion that
        failed after a replacement, or two concurrent runs result in a site that is crawled more than once.
      - V(warn) keeps them, and warns with their IDs and what to do about each.
      - V(remove) deletes those that are older than the crawl that stays and equal to it in every option that the task does not set. A crawl
        that differs in other options, or that is newer, stays, with a warning. If several crawls exist and none matches, the newest is
        replaced and the others are deleted, provided they are equal in the options that the task does not set. Otherwise the task fails.
      - V(keep) keeps them without a warning.
      - Two concurrent runs that both use V(remove) never delete both copies, because the newest one stays.
      - Only with O(state=present).
    type: str
    choices: [warn, remove, keep]
    default: warn
  recrawl:
    description:
      - When to replace a crawl that matches, so that the site is crawled again. Only with O(state=present).
      - V(never) does not replace it. V(on_failure) replaces it if its status is C(Failed). V(always) replaces it with each run, so the task
        is always changed.
      - V(overdue) replaces it if the last crawl of the site that was completed was started more than O(max_age) ago. If the crawl failed,
        the one before it counts, and if none is known, it is replaced. A crawl that is not done is replaced when it is older than O(max_age)
        itself. A scheduled task with V(overdue) crawls a site regularly, which O(interval) does not do on a server without Trieve's cron
        program.
    type: str
    choices: [never, on_failure, always, overdue]
    default: never
  max_age:
    description:
      - Age at which O(recrawl=overdue) starts the crawl again, such as V(7d), V(12h) or V(30min). Required with O(recrawl=overdue).
    type: str
  chunks:
    description:
      - What happens to chunks of the site that no crawl writes any more. Trieve itself never removes a chunk of a crawl, neither when the crawl
        is deleted nor when a later crawl no longer finds a page or a heading.
      - V(keep) keeps them. A task that replaces or deletes a crawl returns their number in RV(chunks).
      - V(delete) also removes the chunks of a crawl that is deleted. Only with O(state=absent). It removes the chunks whose crawl had this URL,
        also if the crawl itself was deleted before. Chunks that another site has taken over are kept, with a warning.
      - V(sync) removes the chunks of the URL that its newest crawl did not write. Only with O(state=present). With O(wait=true), the task removes
        them when the crawl is done and all of its chunks are in the dataset. Otherwise, a later run of the same task removes them, and
        until then RV(chunks.pending) is V(true). O(expect) limits what is removed.
      - Chunks are removed by their IDs, after a preview that shows their number and the first pages. Nothing is removed while another crawl
        of the same URL is not done or was not created by this collection, because its chunks cannot be told from old ones.
      - V(delete) and V(sync) cannot be used with Shopify and YouTube crawls, whose chunks do not tell which crawl wrote them.
    type: str
    choices: [keep, delete, sync]
    default: keep
  expect:
    description:
      - What the crawl must bring before O(chunks=sync) removes anything. Otherwise the task fails and removes nothing, so that a site that is down
        for a moment does not empty the index.
      - A crawl that wrote no chunks never removes any, unless O(expect.min_chunks) is V(0).
    type: dict
    suboptions:
      min_chunks:
        description:
          - Minimum number of chunks that the crawl wrote.
        type: int
      min_pages:
        description:
          - Minimum number of pages with chunks. To count them, the task reads all chunks of the crawl.
        type: int
      max_lost:
        description:
          - Maximum number of chunks to remove, as a number such as V(20), or as a percentage of the chunks of the site such as V(10%).
          - The module defaults to V(50%).
        type: str
  allow_shared_paths:
    description:
      - Whether crawls of several hosts may share the dataset without a warning. Trieve identifies a chunk by path and heading, not by host, so
        pages with the same path and heading overwrite each other, and the site that is crawled last has the chunk.
      - Without it, a task that crawls a site into a dataset with crawls of other hosts warns, and counts the chunks that one site has taken over
        from another. Only with O(state=present).
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the crawl is done. The task reads the list every 5 seconds. A crawl is done when two readings in a row show
        C(Completed), because Trieve reports that status once before it processes the pages.
      - If the task runs in process, it shows the status, with the number of pages so far, whenever the status changes and every 30 seconds.
      - If the crawl fails, the task fails. Only with O(state=present).
    type: bool
    default: false
  wait_timeout:
    description:
      - Maximum number of seconds to wait. If the crawl is not done by then, the task fails; the crawl keeps running. The message says
        whether it looks like a long crawl or like a missing crawl worker. M(community.trieve.trieve_doctor) tests the worker.
    type: int
    default: 600
seealso:
  - module: community.trieve.trieve_crawls
  - module: community.trieve.trieve_crawl_info
  - module: community.trieve.trieve_doctor
"""

EXAMPLES = r"""
- name: Crawl the documentation every day
  community.trieve.trieve_crawl:
    organization_id: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    dataset: docs
    site_url: https://docs.example.com
    interval: daily
    limit: 500
    exclude_paths:
      - /blog/*
    tags: [docs]

- name: Crawl the articles and the pages that they link to
  community.trieve.trieve_crawl:
    dataset: blog
    site_url: https://blog.example.com
    include_paths:
      - /articles/*
    allow_external_links: true
    ignore_sitemap: true
    include_tags: [article]
    exclude_tags: [nav, .advertisement]
    heading_remove_strings: ["Blog: "]
    body_remove_strings: ["Share this article"]
    boost_titles: false

- name: Send the pages to a webhook without adding them to the dataset
  community.trieve.trieve_crawl:
    dataset: docs
    site_url: https://status.example.com
    webhook_urls:
      - https://hooks.example.com/pages
    add_chunks_to_dataset: false

- name: Crawl an API by its OpenAPI document
  community.trieve.trieve_crawl:
    dataset: api
    site_url: https://api.example.com
    scrape_options:
      type: openapi
      openapi_schema_url: https://api.example.com/openapi.json
      openapi_tag: public

- name: Crawl a shop, with a separate chunk for each variant of a product
  community.trieve.trieve_crawl:
    dataset: shop
    site_url: https://shop.example.com
    scrape_options:
      type: shopify
      group_variants: false
      tag_regexes: ["^garden"]

- name: Crawl again after a failure, and wait up to an hour
  community.trieve.trieve_crawl:
    dataset: docs
    site_url: https://docs.example.com
    recrawl: on_failure
    wait: true
    wait_timeout: 3600

- name: Crawl the site again every week from a scheduled job, and remove what is no longer there
  community.trieve.trieve_crawl:
    dataset: docs
    site_url: https://docs.example.com
    recrawl: overdue
    max_age: 7d
    chunks: sync
    wait: true
    expect:
      min_chunks: 200
      min_pages: 50
      max_lost: 10%

- name: Crawl a second site into the same dataset, whose paths differ
  community.trieve.trieve_crawl:
    dataset: docs
    site_url: https://api.example.com
    allow_shared_paths: true

- name: Stop crawling the blog, and remove its pages
  community.trieve.trieve_crawl:
    dataset: blog
    site_url: https://blog.example.com
    state: absent
    chunks: delete

- name: Stop crawling the shop
  community.trieve.trieve_crawl:
    dataset: shop
    site_url: https://shop.example.com
    scrape_options:
      type: shopify
    state: absent

- name: Crawl the site once, whatever an interrupted run left behind
  community.trieve.trieve_crawl:
    dataset: docs
    site_url: https://docs.example.com
    limit: 500
    duplicates: remove

- name: Delete one crawl by its ID
  community.trieve.trieve_crawl:
    dataset: docs
    crawl_id: 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    state: absent
"""

RETURN = r"""
crawl:
  description:
    - The crawl after the task, or in check mode as predicted. Its C(id) is V(null) in check mode if it does not exist yet.
  returned: success and O(state=present)
  type: dict
  contains: &crawl
    id:
      description: ID of the crawl. A replaced crawl has a new ID.
      type: str
      sample: 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    site_url:
      description: URL of the site.
      type: str
      sample: https://docs.example.com
    kind:
      description: V(firecrawl) for an ordinary crawl, otherwise V(openapi), V(shopify) or V(youtube).
      type: str
      sample: firecrawl
    status:
      description: V(Pending), C(Processed n pages), V(Completed) or V(Failed).
      type: str
      sample: Completed
    interval:
      description: V(daily), V(weekly), V(monthly), or V(null) for a crawl that runs once.
      type: str
      sample: daily
    interval_seconds:
      description: Interval in seconds, or V(null).
      type: int
      sample: 86400
    limit:
      description: Maximum number of pages to crawl. V(null) means 1000.
      type: int
      sample: 500
    exclude_paths:
      description: See the option O(exclude_paths).
      type: list
      elements: str
      sample: [/blog/*]
    include_paths:
      description: See the option O(include_paths).
      type: list
      elements: str
      sample: [/guide/*]
    exclude_tags:
      description: See the option O(exclude_tags).
      type: list
      elements: str
      sample: [nav, .cookie-banner]
    include_tags:
      description: See the option O(include_tags).
      type: list
      elements: str
      sample: [main]
    boost_titles:
      description: See the option O(boost_titles). V(null) means V(true).
      type: bool
      sample: true
    allow_external_links:
      description: See the option O(allow_external_links). V(null) means V(false).
      type: bool
      sample: false
    ignore_sitemap:
      description: See the option O(ignore_sitemap).
      type: bool
      sample: false
    heading_remove_strings:
      description: See the option O(heading_remove_strings).
      type: list
      elements: str
      sample: ["#"]
    body_remove_strings:
      description: See the option O(body_remove_strings).
      type: list
      elements: str
      sample: [Edit this page]
    tags:
      description: See the option O(tags).
      type: list
      elements: str
      sample: [docs]
    webhook_urls:
      description: See the option O(webhook_urls). Does not contain the URL that Trieve adds for itself.
      type: list
      elements: str
      sample: ["https://hooks.example.com/trieve"]
    add_chunks_to_dataset:
      description: See the option O(add_chunks_to_dataset). V(null) means V(true).
      type: bool
      sample: true
    scrape_options:
      description: Options of an OpenAPI or Shopify crawl. V(null) for other kinds.
      type: dict
      sample: {"type": "openapi", "openapi_schema_url": "https://docs.example.com/openapi.json", "openapi_tag": "api"}
    created_at:
      description: Creation time, in UTC without a time zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    next_crawl_at:
      description: Time of the next crawl, in UTC without a time zone. V(null) without an interval.
      type: str
      sample: "2025-09-13T08:15:30.123456"
crawls:
  description:
    - The crawls that were deleted, or in check mode would be. Empty if there was none.
    - If a creation fails but may have succeeded, the crawls of the site that appeared meanwhile.
    - If several crawls of the site exist and none matches, these crawls.
  returned: success and O(state=absent), and the failures described
  type: list
  elements: dict
  contains: *crawl
removed_duplicates:
  description: The crawls that were deleted because of O(duplicates=remove), or in check mode would be.
  returned: success and O(state=present)
  type: list
  elements: dict
  contains: *crawl
replaced_crawl_id:
  description: ID of the crawl that was replaced, or in check mode would be; V(null) if none.
  returned: success and O(state=present)
  type: str
  sample: null
chunks:
  description:
    - The chunks of the site. V(null) if the task neither replaces nor deletes a crawl and O(chunks=keep).
  returned: success
  type: dict
  contains:
    site_url:
      description: URL of the crawl.
      type: str
      sample: https://docs.example.com
    of_site:
      description:
        - Number of chunks that crawls of this URL wrote. V(null) if the API key may not read it. With O(chunks=keep), this also counts
          chunks that another site has taken over since.
      type: int
      sample: 1204
    of_crawl:
      description: Number of chunks that the newest crawl wrote, before it is replaced. V(null) if it is not known.
      type: int
      sample: 1180
    stale:
      description: Number of chunks that the newest crawl did not write, before any is removed. V(null) if it is not known.
      type: int
      sample: 24
    taken_over:
      description: Number of chunks that another site has taken over, with O(chunks=delete). Otherwise V(null).
      type: int
      sample: 0
    removed:
      description: Number of chunks that were removed, or in check mode would be. In check mode V(0) if this depends on a crawl that is not done.
      type: int
      sample: 24
    links:
      description: The first pages of the chunks that are removed.
      type: list
      elements: str
      sample: ["https://docs.example.com/old"]
    pending:
      description: Whether stale chunks can only be removed by a later run, for example because the crawl is not done.
      type: bool
      sample: false
unconfirmed:
  description:
    - The crawls of the site that appeared while a creation failed whose response was lost. This task most likely created them.
      The next run uses them.
  returned: failure of a creation that may have succeeded
  type: list
  elements: dict
  contains: *crawl
plan:
  description: The changes that the task made, or in check mode would make. Empty if nothing changes.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: What is done, such as V(create), V(replace) or V(delete).
      type: str
      sample: replace
    kind:
      description: The kind of the object.
      type: str
      sample: crawl
    name:
      description: The name of the object.
      type: str
      sample: https://docs.example.com (firecrawl)
    id:
      description: The ID of the object, or V(null) if it does not exist yet.
      type: str
      sample: 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    dataset:
      description: The dataset that the object belongs to, as the task names it, or V(null).
      type: str
      sample: docs
    fields:
      description: The values that change, each with C(name), C(before) and C(after).
      type: list
      elements: dict
      sample: [{"name": "limit", "before": 100, "after": 500}]
summary:
  description: Number of changes by action, and of unchanged objects.
  returned: success
  type: dict
  sample: {"replace": 1, "unchanged": 0}
error:
  description: The server's error, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's error message.
      type: str
      sample: Unauthorized
    method:
      description: HTTP method of the request.
      type: str
      sample: DELETE
    url:
      description: URL of the request.
      type: str
      sample: https://trieve.example.com/api/crawl/1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    status:
      description: HTTP status, or V(null) if there was no response.
      type: int
      sample: 401
"""

import time
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.options import between
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Change, Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import (
    LONGEST_WAIT,
    Definition,
    Task,
    error_context,
    run,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.api import list_crawls
from ansible_collections.community.trieve.plugins.module_utils._crawl.duplicates import is_duplicate, warn_of_others
from ansible_collections.community.trieve.plugins.module_utils._crawl.freshness import recrawls
from ansible_collections.community.trieve.plugins.module_utils._crawl.generation import TAGGED_KINDS
from ansible_collections.community.trieve.plugins.module_utils._crawl.model import (
    Crawl,
    matches,
    name_of,
    newest_first,
    place,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.near_misses import (
    warn_of_near_misses,
    warn_of_unknown_ids,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.options import (
    CRAWL_OPTIONS,
    DUPLICATES_OPTION,
    MANAGED,
    POLICY_OPTIONS,
    SHARED_PATHS_OPTION,
    DesiredCrawl,
    Policy,
    parse_options,
    parse_place,
    parse_policy,
    refuse_untagged,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.plan import (
    change_crawl,
    look_afterwards,
    remove_crawl,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.unconfirmed import explain_lost_creations
from ansible_collections.community.trieve.plugins.module_utils._crawl.wait import wait_until_done
from ansible_collections.community.trieve.plugins.module_utils._crawl_chunks.plan import (
    NOT_DONE,
    ChunkPlanner,
    SiteChunks,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl_chunks.shared_paths import warn_of_shared_paths
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, as_uuid

_ADVICE = "Delete it by its ID with state: absent, declare both with community.trieve.trieve_crawls"


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Create or replace the crawl, and delete its duplicates on request."""
    params = task.params
    if params["chunks"] == "delete":
        raise TaskFailed(
            "chunks: delete can only be used with state: absent. Set chunks: sync to remove chunks that a crawl does not write."
        )
    desired, policy = parse_options(params), parse_policy(params)
    between(params, "wait_timeout", 1, LONGEST_WAIT)
    dataset = named_dataset(task, client)
    crawls = list_crawls(task, client, dataset, must_exist=True)
    same = newest_first(crawl for crawl in crawls if place(crawl) == place(desired))
    warn_of_near_misses(task, crawls, [desired])
    current = _current(task, same, desired)
    again = recrawls(policy, current, time.time())
    change = change_crawl(client, dataset, current, desired, again, policy.chunks)
    duplicates = _duplicates(task, same, current, desired, change is not None) if current else []
    removals = [(crawl, remove_crawl(client, dataset, crawl)) for crawl in duplicates]
    if change and not params["allow_shared_paths"]:
        warn_of_shared_paths(task, client, dataset, [*crawls, desired], [desired])
    waited: list[Crawl] = []

    def finish() -> Crawl:
        waited.append(wait_until_done(task, client, dataset, result()))
        return waited[0]

    planner = ChunkPlanner(task, client, dataset, crawls)
    going = {crawl["id"] for crawl in duplicates}
    chunks = _chunks(planner, desired["site_url"], policy, current, change, going, finish if params["wait"] else None)
    parts = [change, *(removal for _crawl, removal in removals), chunks.change if chunks else None]
    changes = [part for part in parts if part]

    def result() -> dict[str, t.Any]:
        made = change is not None and change.state in ("done", "half done")
        replaced = current is not None and change is not None and change.state == "done"
        return {
            "crawl": waited[0] if waited else change.value if change and made else current,
            "replaced_crawl_id": current["id"] if current and replaced else None,
            "removed_duplicates": [crawl for crawl, removal in removals if removal.state == "done"],
            "chunks": chunks.to_result() if chunks else None,
        }

    def afterwards(result: dict[str, t.Any]) -> dict[str, t.Any]:
        new = [change] if change else []
        unread = f"Crawl {result['crawl']['id']} was created, but the list could not be read after it."
        result = look_afterwards(task, client, dataset, new, same, unread)(result)
        if not params["wait"]:
            return result
        crawl = waited[0] if waited else wait_until_done(task, client, dataset, result)
        result = {**result, "crawl": crawl}
        if chunks and not chunks.change and policy.chunks == "sync" and chunks.pending == NOT_DONE:
            with error_context("The crawl is done.", **result):
                planner.look_afterwards(chunks, crawl, policy)
        left = planner.left_behind(crawl) if chunks and policy.chunks == "keep" else chunks
        return {**result, "chunks": left.to_result() if left else None}

    return Plan(
        changes,
        result,
        unchanged=0 if change else 1,
        one=True,
        explain=explain_lost_creations(task, client, dataset, changes, [desired], same),
        afterwards=afterwards,
    )


def _current(task: Task, same: list[Crawl], desired: DesiredCrawl) -> Crawl | None:
    """The crawl that the task is about: the newest that matches, or else the only one.

    :param same: the crawls of the site and kind, newest first
    """
    matching = [crawl for crawl in same if matches(crawl, desired)]
    if matching:
        return next((crawl for crawl in matching if crawl["status"] != "Failed"), matching[0])
    if len(same) < 2:
        return same[0] if same else None
    alike = all(is_duplicate(other, same[0], True, desired) for other in same[1:])
    if alike and task.params["duplicates"] == "remove":
        return same[0]
    advice = ", or set duplicates: remove to replace the newest and delete the others" if alike else ""
    raise TaskFailed(
        f"There are {len(same)} crawls of {name_of(desired)}, and none matches what is declared:"
        f" {', '.join(crawl['id'] for crawl in same)}. Delete all but one by crawl_id, or declare them all with trieve_crawls{advice}.",
        crawls=same,
    )


def _duplicates(task: Task, same: list[Crawl], current: Crawl, desired: DesiredCrawl, replaced: bool) -> list[Crawl]:
    """The other crawls of the site that are to be deleted. Warns of those that stay.

    They may differ in the options that the task sets: a replacement that could not delete the old crawl leaves such a one.
    """

    def removable(crawl: Crawl) -> bool:
        return is_duplicate(crawl, current, replaced, desired)

    others = [crawl for crawl in same if crawl is not current]
    removed = [crawl for crawl in others if task.params["duplicates"] == "remove" and removable(crawl)]
    warn_of_others(task, current, [crawl for crawl in others if crawl not in removed], removable, _ADVICE)
    return removed


def _chunks(
    planner: ChunkPlanner,
    site_url: str,
    policy: Policy,
    current: Crawl | None,
    change: Change | None,
    going: t.Container[str],
    finish: t.Callable[[], Crawl] | None,
) -> SiteChunks | None:
    """What becomes of the chunks of the site; None if nothing is to be said about them.

    :param change: creates or replaces the crawl
    :param going: IDs of the duplicates that are deleted
    :param finish: waits for the crawl; None if the task does not wait
    """
    if policy.chunks == "sync":
        if current and not change and (current["status"] == "Completed" or not finish):
            return planner.sync(site_url, [(current, policy)], going)
        return planner.sync_later(site_url, [current] if current and not change else [], policy, finish)
    if current and change and current["kind"] in TAGGED_KINDS:
        return planner.keep({site_url: [current]})[site_url]
    return None


def plan_absent(task: Task, client: TrieveClient) -> Plan:
    """Delete the crawl with an ID, or all crawls of a site and kind, and their chunks on request."""
    params = task.params
    _check_absent(params)
    dataset = named_dataset(task, client)
    found, crawls = _to_delete(task, client, dataset)
    site_url = params["site_url"] or (found[0]["site_url"] if found else None)
    planner = ChunkPlanner(task, client, dataset, crawls)
    chunks: SiteChunks | None = None
    if params["chunks"] == "delete" and site_url is not None:
        refuse_untagged(found[0]["kind"] if found else parse_place(params)["kind"])
        chunks = planner.delete(site_url, found)
    elif site_url is not None and found and found[0]["kind"] in TAGGED_KINDS:
        chunks = planner.keep({site_url: found})[site_url]
    first = chunks.change if chunks else None
    removals = [(crawl, remove_crawl(client, dataset, crawl, first)) for crawl in found]

    def result() -> dict[str, t.Any]:
        return {
            "crawls": [crawl for crawl, removal in removals if removal.state == "done"],
            "chunks": chunks.to_result() if chunks else None,
        }

    changes = [*([first] if first else []), *(removal for _crawl, removal in removals)]
    return Plan(
        changes,
        result,
        unchanged=0 if changes else 1,
        one=True,
        explain=lambda failure: TaskFailed(str(failure), **{**result(), **failure.results}),
    )


def _check_absent(params: dict[str, t.Any]) -> None:
    """Refuse options that do not say what to delete."""
    if params["chunks"] == "sync":
        raise TaskFailed(
            "chunks: sync can only be used with state: present. Set chunks: delete to remove the chunks of a deleted crawl."
        )
    scrape = params["scrape_options"] or {}
    refused = [f"scrape_options.{name}" for name, value in scrape.items() if name != "type" and value is not None]
    if params["crawl_id"] is not None and scrape:
        refused.append("scrape_options")
    if refused:
        raise TaskFailed(
            f"{' and '.join(refused)} cannot be used to delete a crawl. Set crawl_id, or site_url and scrape_options.type."
        )


def _to_delete(task: Task, client: TrieveClient, dataset: str) -> tuple[list[Crawl], list[Crawl]]:
    """The crawls to delete, and all crawls of the dataset."""
    params = task.params
    if params["site_url"] is not None:
        desired = parse_place(params)
        crawls = list_crawls(task, client, dataset, must_exist=False)
        found = [crawl for crawl in crawls if place(crawl) == place(desired)]
        warn_of_near_misses(task, crawls, [desired], other_kinds=not found)
        return found, crawls
    if not params["crawl_id"]:
        task.missing_prerequisite(
            "crawl_id is empty and site_url is missing. Set one of them to the crawl to delete.",
            "crawl_id is empty, as expected if an earlier task would create the crawl. The preview deletes nothing.",
        )
        return [], []
    crawl_id = as_uuid(params["crawl_id"])
    if not crawl_id:
        raise TaskFailed(
            f"crawl_id {params['crawl_id']!r} is not a valid UUID. Set it to an ID from community.trieve.trieve_crawl_info."
        )
    crawls = list_crawls(task, client, dataset, must_exist=False)
    found = [crawl for crawl in crawls if crawl["id"] == crawl_id]
    if not found:
        warn_of_unknown_ids(task, dataset, [crawl_id])
    return found, crawls


DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        **CRAWL_OPTIONS,
        **DUPLICATES_OPTION,
        crawl_id=dict(type="str"),
        **SHARED_PATHS_OPTION,
        **{name: option for name, option in POLICY_OPTIONS.items() if name not in ("chunks", "recrawl")},
        chunks=dict(type="str", choices=["keep", "delete", "sync"], default="keep"),
        recrawl=dict(type="str", choices=POLICY_OPTIONS["recrawl"]["choices"], default="never"),
        wait=dict(type="bool", default=False),
        wait_timeout=dict(type="int", default=600),
    ),
    states={"present": plan_present, "absent": plan_absent},
    only_with={
        **dict.fromkeys(
            (*MANAGED, "wait", "recrawl", "duplicates", "max_age", "expect", "allow_shared_paths"), ("present",)
        ),
        "crawl_id": ("absent",),
    },
    mutually_exclusive=[("crawl_id", "site_url")],
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
