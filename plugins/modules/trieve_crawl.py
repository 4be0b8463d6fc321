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
    chunks of the old crawl stay in the dataset.
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
      - With O(recrawl=always), each run starts a new crawl.
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
    type: str
    choices: [never, on_failure, always]
    default: never
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
    dataset: docs
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
    dataset: docs
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

- name: Stop crawling the blog
  community.trieve.trieve_crawl:
    dataset: docs
    site_url: https://blog.example.com
    state: absent

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
    include_paths:
      description: See the option O(include_paths).
      type: list
      elements: str
    exclude_tags:
      description: See the option O(exclude_tags).
      type: list
      elements: str
    include_tags:
      description: See the option O(include_tags).
      type: list
      elements: str
    boost_titles:
      description: See the option O(boost_titles). V(null) means V(true).
      type: bool
    allow_external_links:
      description: See the option O(allow_external_links). V(null) means V(false).
      type: bool
    ignore_sitemap:
      description: See the option O(ignore_sitemap).
      type: bool
    heading_remove_strings:
      description: See the option O(heading_remove_strings).
      type: list
      elements: str
    body_remove_strings:
      description: See the option O(body_remove_strings).
      type: list
      elements: str
    tags:
      description: See the option O(tags).
      type: list
      elements: str
    webhook_urls:
      description: See the option O(webhook_urls). Does not contain the URL that Trieve adds for itself.
      type: list
      elements: str
    add_chunks_to_dataset:
      description: See the option O(add_chunks_to_dataset). V(null) means V(true).
      type: bool
    scrape_options:
      description: Options of an OpenAPI or Shopify crawl. V(null) for other kinds.
      type: dict
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

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.options import between
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import (
    LONGEST_WAIT,
    Definition,
    Task,
    run,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.api import list_crawls
from ansible_collections.community.trieve.plugins.module_utils._crawl.duplicates import is_duplicate, warn_of_others
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
    DesiredCrawl,
    parse_options,
    parse_place,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.plan import (
    change_crawl,
    look_afterwards,
    remove_crawl,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.unconfirmed import explain_lost_creations
from ansible_collections.community.trieve.plugins.module_utils._crawl.wait import wait_until_done
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, as_uuid

_ADVICE = "Delete it by its ID with state: absent, declare both with community.trieve.trieve_crawls"


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Create or replace the crawl, and delete its duplicates on request."""
    params = task.params
    desired = parse_options(params)
    between(params, "wait_timeout", 1, LONGEST_WAIT)
    dataset = named_dataset(task, client)
    crawls = list_crawls(task, client, dataset, must_exist=True)
    same = newest_first(crawl for crawl in crawls if place(crawl) == place(desired))
    warn_of_near_misses(task, crawls, [desired])
    current = _current(task, same, desired)
    change = change_crawl(
        client, dataset, current, desired, current is not None and _recrawls(params["recrawl"], current)
    )
    duplicates = _duplicates(task, same, current, desired, change is not None) if current else []
    removals = [(crawl, remove_crawl(client, dataset, crawl)) for crawl in duplicates]
    changes = [*([change] if change else []), *(removal for _crawl, removal in removals)]

    def result() -> dict[str, t.Any]:
        made = change is not None and change.state in ("done", "half done")
        replaced = current is not None and change is not None and change.state == "done"
        return {
            "crawl": change.value if change and made else current,
            "replaced_crawl_id": current["id"] if current and replaced else None,
            "removed_duplicates": [crawl for crawl, removal in removals if removal.state == "done"],
        }

    def afterwards(result: dict[str, t.Any]) -> dict[str, t.Any]:
        new = [change] if change else []
        unread = f"Crawl {result['crawl']['id']} was created, but the list could not be read after it."
        result = look_afterwards(task, client, dataset, new, same, unread)(result)
        return {**result, "crawl": wait_until_done(task, client, dataset, result)} if params["wait"] else result

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


def _recrawls(recrawl: str, crawl: Crawl) -> bool:
    return recrawl == "always" or (recrawl == "on_failure" and crawl["status"] == "Failed")


def plan_absent(task: Task, client: TrieveClient) -> Plan:
    """Delete the crawl with an ID, or all crawls of a site and kind."""
    _check_absent(task.params)
    dataset = named_dataset(task, client)
    found = _to_delete(task, client, dataset)
    removals = [(crawl, remove_crawl(client, dataset, crawl)) for crawl in found]

    def result() -> dict[str, t.Any]:
        return {"crawls": [crawl for crawl, removal in removals if removal.state == "done"]}

    return Plan(
        [removal for _crawl, removal in removals],
        result,
        unchanged=0 if found else 1,
        one=True,
        explain=lambda failure: TaskFailed(str(failure), **{**result(), **failure.results}),
    )


def _check_absent(params: dict[str, t.Any]) -> None:
    """Refuse suboptions that do not say what to delete."""
    scrape = params["scrape_options"] or {}
    refused = [f"scrape_options.{name}" for name, value in scrape.items() if name != "type" and value is not None]
    if params["crawl_id"] is not None and scrape:
        refused.append("scrape_options")
    if refused:
        raise TaskFailed(
            f"{' and '.join(refused)} cannot be used to delete a crawl. Set crawl_id, or site_url and scrape_options.type."
        )


def _to_delete(task: Task, client: TrieveClient, dataset: str) -> list[Crawl]:
    params = task.params
    if params["site_url"] is not None:
        desired = parse_place(params)
        crawls = list_crawls(task, client, dataset, must_exist=False)
        found = [crawl for crawl in crawls if place(crawl) == place(desired)]
        warn_of_near_misses(task, crawls, [desired], other_kinds=not found)
        return found
    if not params["crawl_id"]:
        task.missing_prerequisite(
            "crawl_id is empty and site_url is missing. Set one of them to the crawl to delete.",
            "crawl_id is empty, as expected if an earlier task would create the crawl. The preview deletes nothing.",
        )
        return []
    crawl_id = as_uuid(params["crawl_id"])
    if not crawl_id:
        raise TaskFailed(
            f"crawl_id {params['crawl_id']!r} is not a valid UUID. Set it to an ID from community.trieve.trieve_crawl_info."
        )
    found = [crawl for crawl in list_crawls(task, client, dataset, must_exist=False) if crawl["id"] == crawl_id]
    if not found:
        warn_of_unknown_ids(task, dataset, [crawl_id])
    return found


DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        **CRAWL_OPTIONS,
        **DUPLICATES_OPTION,
        crawl_id=dict(type="str"),
        recrawl=dict(type="str", choices=["never", "on_failure", "always"], default="never"),
        wait=dict(type="bool", default=False),
        wait_timeout=dict(type="int", default=600),
    ),
    states={"present": plan_present, "absent": plan_absent},
    only_with={
        **dict.fromkeys((*MANAGED, "wait", "recrawl", "duplicates"), ("present",)),
        "crawl_id": ("absent",),
    },
    mutually_exclusive=[("crawl_id", "site_url")],
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
