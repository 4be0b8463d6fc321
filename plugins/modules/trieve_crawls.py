#!/usr/bin/python
# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trieve_crawls
short_description: Manage the crawls of a Trieve dataset as one list
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Create, replace and delete the crawls of a dataset so that they match a list, in one task. The task reads the dataset's list once and
    then sends only the requests that change something, on several connections.
  - Each entry of the list is compared and replaced as M(community.trieve.trieve_crawl) does it. Entries and crawls are matched
    so that as many crawls as possible stay unchanged. The others are matched by URL and kind, the oldest first. So two
    crawls of one site with different paths can both be declared.
  - The module only deletes crawls that the dataset's list shows.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.dataset
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
      - With O(crawls[].recrawl=always), each run starts a new crawl. With O(crawls[].recrawl=overdue), a run does so when the crawl is too old.
options:
  state:
    description:
      - V(present) ensures the crawls of O(crawls) exist, and with O(prune=true) no others.
      - V(absent) deletes the crawls of O(crawl_ids) and O(site_urls).
    type: str
    choices: [present, absent]
    default: present
  crawls:
    description:
      - The crawls to manage. Required with O(state=present).
      - Options that an entry omits keep their values, also if the crawl is replaced.
    type: list
    elements: dict
    suboptions:
      site_url:
        description:
          - URL to crawl. Every entry needs one. It is compared exactly as written.
          - It must be a full URL with V(http://) or V(https://), unless it is a crawl of a YouTube channel.
        type: str
      interval:
        description:
          - How often Trieve is to crawl the site again. V(never) clears the interval.
          - This has no effect on most self-hosted servers. It requires Trieve's cron program, which the published deployments do not contain,
            and no worker reads what that program queues. Use O(crawls[].recrawl=overdue) in a scheduled task instead.
        type: str
        choices: [daily, weekly, monthly, never]
      limit:
        description:
          - Maximum number of pages to crawl. Trieve defaults to 1000.
        type: int
      exclude_paths:
        description:
          - Patterns of paths to exclude. An empty list clears them, as with all other lists. The order does not matter.
        type: list
        elements: str
      include_paths:
        description:
          - Patterns of paths to crawl. All other paths are ignored. The order does not matter.
        type: list
        elements: str
      exclude_tags:
        description:
          - HTML tags, classes and IDs whose content is ignored. The order does not matter.
        type: list
        elements: str
      include_tags:
        description:
          - HTML tags, classes and IDs whose content is used. All other content is ignored. The order does not matter.
        type: list
        elements: str
      boost_titles:
        description:
          - Whether titles rank higher in searches. Trieve defaults to V(true).
        type: bool
      allow_external_links:
        description:
          - Whether to follow links to other sites. Requires O(crawls[].include_paths) with at least one path other than V(*).
          - Trieve defaults to V(false).
        type: bool
      ignore_sitemap:
        description:
          - Whether to ignore the site's sitemap.
        type: bool
      heading_remove_strings:
        description:
          - Texts to remove from headings, in this order.
        type: list
        elements: str
      body_remove_strings:
        description:
          - Texts to remove from bodies, in this order.
        type: list
        elements: str
      tags:
        description:
          - Tags to add to each chunk of the crawl. The order does not matter.
        type: list
        elements: str
      webhook_urls:
        description:
          - URLs that receive each page. The URL that Trieve adds for itself is ignored in comparisons. The order does not matter.
          - Trieve sends its own webhook secret, which is the same for all tenants, to each URL.
        type: list
        elements: str
      add_chunks_to_dataset:
        description:
          - Whether to add the pages to the dataset as chunks. Trieve defaults to V(true).
        type: bool
      scrape_options:
        description:
          - Kind of the crawl, and the options of this kind. Without it, the crawl is an ordinary crawl of a web site.
          - Omitted suboptions keep their values.
        type: dict
        suboptions:
          type:
            description:
              - Kind of the crawl. A crawl is identified by its URL and kind. V(firecrawl) is an ordinary crawl of a web site.
            type: str
            choices: [firecrawl, openapi, shopify, youtube]
            default: firecrawl
          openapi_schema_url:
            description:
              - URL of the OpenAPI document. Required for a new crawl with O(crawls[].scrape_options.type=openapi).
            type: str
          openapi_tag:
            description:
              - Tag of the operations to crawl. Required for a new crawl with O(crawls[].scrape_options.type=openapi).
            type: str
          group_variants:
            description:
              - Whether the variants of a product form one group. Only with O(crawls[].scrape_options.type=shopify).
            type: bool
          tag_regexes:
            description:
              - Patterns of the product tags to keep. Only with O(crawls[].scrape_options.type=shopify).
            type: list
            elements: str
      recrawl:
        description:
          - When to replace a crawl that matches, so that the site is crawled again.
          - V(never), the default, does not replace it. V(on_failure) replaces it if its status is C(Failed). V(always) replaces it with each
            run, so the task is always changed.
          - V(overdue) replaces it if the last crawl of the site that was completed was started more than O(crawls[].max_age) ago. If the
            crawl failed, the one before it counts, and if none is known, it is replaced. A crawl that is not done is replaced when it is
            older than O(crawls[].max_age) itself. A scheduled task with V(overdue) crawls a site regularly, which O(crawls[].interval)
            does not do on a server without Trieve's cron program.
        type: str
        choices: [never, on_failure, always, overdue]
      max_age:
        description:
          - Age at which O(crawls[].recrawl=overdue) starts the crawl again, such as V(7d), V(12h) or V(30min). Required with O(crawls[].recrawl=overdue).
        type: str
      chunks:
        description:
          - What happens to chunks of the site that no crawl writes any more. V(keep), which the module defaults to, keeps them.
          - V(sync) removes the chunks of the URL that its newest crawl did not write. A crawl that was just started is not done, so the next run
            of the task removes them. O(crawls[].expect) limits what is removed. See O(community.trieve.trieve_crawl#module:chunks).
        type: str
        choices: [keep, sync]
      expect:
        description:
          - What the crawl must bring before O(crawls[].chunks=sync) removes anything. Otherwise the task fails and removes nothing, so that a site that is down
            for a moment does not empty the index.
          - A crawl that wrote no chunks never removes any, unless O(crawls[].expect.min_chunks) is V(0).
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
  chunks:
    description:
      - What happens to the chunks of crawls that are deleted, by O(prune) or with O(state=absent). V(keep) keeps them, and RV(chunks) has their
        number. V(delete) removes them before the crawl is deleted. See O(community.trieve.trieve_crawl#module:chunks).
      - With O(state=absent) and O(site_urls), chunks are removed also if their crawl was deleted before.
      - For chunks of crawls that stay, set O(crawls[].chunks).
    type: str
    choices: [keep, delete]
    default: keep
  allow_shared_paths:
    description:
      - Whether crawls of several hosts may share the dataset without a warning. Trieve identifies a chunk by path and heading, not by host, so
        pages with the same path and heading overwrite each other, and the site that is crawled last has the chunk.
      - Without it, a task that crawls a site into a dataset with crawls of other hosts warns, and counts the chunks that one site has taken over
        from another. Only with O(state=present).
    type: bool
    default: false
  duplicates:
    description:
      - What to do with crawls of a declared site and kind for which O(crawls) has no entry. Trieve starts a crawl for each request, so a lost
        response or two concurrent runs result in a site that is crawled more than once.
      - V(warn) keeps them, and warns with their IDs and what to do about each.
      - V(remove) deletes those that are older than a declared crawl and equal to it in every option. A crawl that differs, for example one that
        could not be deleted after it was replaced, stays, with a warning, because another team may have created it. O(prune) deletes it.
      - V(keep) keeps them without a warning.
      - Crawls that O(prune) deletes are not affected. Two concurrent runs that both use V(remove) never delete both copies, because the
        newest one stays.
      - Deleted duplicates count towards O(max_deletions). Only with O(state=present).
    type: str
    choices: [warn, remove, keep]
    default: warn
  prune:
    description:
      - Whether to delete crawls that O(crawls) does not declare.
    type: bool
    default: false
  prune_sites:
    description:
      - Shell-style patterns of URLs with V(*), V(?) and V([...]). Only crawls of matching URLs are pruned.
      - Requires O(prune=true). Without it, every undeclared crawl of the dataset is pruned.
    type: list
    elements: str
  allow_empty:
    description:
      - Whether O(crawls) may be empty together with O(prune=true). Otherwise the task fails, because a variable that is empty by mistake
        must not delete all crawls of a dataset.
    type: bool
    default: false
  max_deletions:
    description:
      - Maximum number of crawls to delete, as a number such as V(10), or as a percentage of the crawls in scope such as V(25%).
        If more would be deleted, the task fails before it writes anything.
      - The crawls in scope are those that may be pruned, and with O(state=absent) all crawls of the dataset.
      - The old crawl of a replacement is not counted.
    type: str
  crawl_ids:
    description:
      - IDs of the crawls to delete. Only with O(state=absent). The task warns if the dataset's list does not show an ID. Other datasets
        are not searched.
      - V(null) or an empty text is ignored with a warning in check mode, where an earlier task would create the crawl. Otherwise the task
        fails.
    type: list
    elements: raw
  site_urls:
    description:
      - URLs, exactly as written, of the sites whose crawls are deleted, whatever their kind. Only with O(state=absent).
      - The task warns of crawls whose URL differs only by a final slash, case or Unicode composition.
    type: list
    elements: str
  concurrency:
    description:
      - Maximum number of concurrent requests, each on its own connection, between 1 and 32.
    type: int
    default: 8
notes:
  - If some of the changes fail, the others are made and reported, and the next run does the rest. If the server is unreachable
    or refuses the API key, the task stops after the first failure.
  - If the task's C(timeout) ends it, the changes made until then are reported, provided the task runs in process.
seealso:
  - module: community.trieve.trieve_crawl
  - module: community.trieve.trieve_crawl_info
"""

EXAMPLES = r"""
- name: Manage all crawls of a dataset
  community.trieve.trieve_crawls:
    organization_id: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    dataset: docs
    crawls:
      - site_url: https://docs.example.com
        interval: daily
        limit: 500
        include_paths: [/guide/*]
        tags: [guide]
      - site_url: https://docs.example.com
        interval: weekly
        include_paths: [/reference/*]
        exclude_paths: [/reference/v1/*]
      - site_url: https://www.youtube.com/@example
        scrape_options:
          type: youtube
    prune: true
    max_deletions: 25%

- name: Manage crawls with every option
  community.trieve.trieve_crawls:
    dataset: docs
    concurrency: 4
    allow_shared_paths: true  # no page of one site has the path and heading of another site's
    crawls:
      - site_url: https://blog.example.com
        include_paths: [/articles/*]
        allow_external_links: true
        ignore_sitemap: true
        include_tags: [article]
        exclude_tags: [nav, .advertisement]
        heading_remove_strings: ["Blog: "]
        body_remove_strings: ["Share this article"]
        boost_titles: false
      - site_url: https://status.example.com
        webhook_urls: [https://hooks.example.com/pages]
        add_chunks_to_dataset: false
      - site_url: https://api.example.com
        scrape_options:
          type: openapi
          openapi_schema_url: https://api.example.com/openapi.json
          openapi_tag: public
      - site_url: https://shop.example.com
        scrape_options:
          type: shopify
          group_variants: false
          tag_regexes: ["^garden"]

- name: Crawl each site once, whatever an interrupted run left behind
  community.trieve.trieve_crawls:
    dataset: docs
    crawls:
      - site_url: https://docs.example.com
    duplicates: remove

- name: Manage one team's crawls in a shared dataset
  community.trieve.trieve_crawls:
    dataset: docs
    crawls: "{{ team_crawls }}"
    prune: true
    allow_empty: true
    prune_sites:
      - https://team.example.com/*

- name: Delete the crawls that failed
  community.trieve.trieve_crawls:
    dataset: docs
    state: absent
    crawl_ids: "{{ failed.crawls | map(attribute='id') }}"

- name: Crawl two sites again every week from a scheduled job, and remove what is no longer there
  community.trieve.trieve_crawls:
    dataset: docs
    allow_shared_paths: true  # as above
    crawls:
      - site_url: https://docs.example.com
        recrawl: overdue
        max_age: 7d
        chunks: sync
        expect:
          min_chunks: 200
          min_pages: 50
          max_lost: 10%
      - site_url: https://api.example.com
        recrawl: overdue
        max_age: 7d
        chunks: sync

- name: Delete all crawls of two sites with their pages
  community.trieve.trieve_crawls:
    dataset: docs
    state: absent
    site_urls:
      - https://blog.example.com
      - https://status.example.com
    chunks: delete
"""

RETURN = r"""
crawls:
  description:
    - The crawls of the dataset after the task, or in check mode as predicted. Those of the list come first, in its order.
    - After a failure, as far as they are known.
  returned: success
  type: list
  elements: dict
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
      description: See the option O(crawls[].exclude_paths).
      type: list
      elements: str
      sample: [/blog/*]
    include_paths:
      description: See the option O(crawls[].include_paths).
      type: list
      elements: str
      sample: [/guide/*]
    exclude_tags:
      description: See the option O(crawls[].exclude_tags).
      type: list
      elements: str
      sample: [nav, .cookie-banner]
    include_tags:
      description: See the option O(crawls[].include_tags).
      type: list
      elements: str
      sample: [main]
    boost_titles:
      description: See the option O(crawls[].boost_titles). V(null) means V(true).
      type: bool
      sample: true
    allow_external_links:
      description: See the option O(crawls[].allow_external_links). V(null) means V(false).
      type: bool
      sample: false
    ignore_sitemap:
      description: See the option O(crawls[].ignore_sitemap).
      type: bool
      sample: false
    heading_remove_strings:
      description: See the option O(crawls[].heading_remove_strings).
      type: list
      elements: str
      sample: ["#"]
    body_remove_strings:
      description: See the option O(crawls[].body_remove_strings).
      type: list
      elements: str
      sample: [Edit this page]
    tags:
      description: See the option O(crawls[].tags).
      type: list
      elements: str
      sample: [docs]
    webhook_urls:
      description: See the option O(crawls[].webhook_urls). Does not contain the URL that Trieve adds for itself.
      type: list
      elements: str
      sample: ["https://hooks.example.com/trieve"]
    add_chunks_to_dataset:
      description: See the option O(crawls[].add_chunks_to_dataset). V(null) means V(true).
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
created:
  description: The crawls that were created, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains: *crawl
updated:
  description: The crawls that were created to replace others, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains:
    replaced_crawl_id:
      description: ID of the crawl that was replaced. The other keys are those of RV(created).
      type: str
      sample: 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
deleted:
  description: The crawls that were deleted, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains: *crawl
unchanged:
  description: Number of crawls of the list that match already. With O(state=absent), the number of crawls that stay.
  returned: success, and failure after a change
  type: int
  sample: 998
failures:
  description: The changes that failed.
  returned: failure of a change
  type: list
  elements: dict
  contains:
    crawl:
      description: URL and kind of the crawl, and its ID if it was to be deleted.
      type: str
      sample: https://docs.example.com (firecrawl) 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    msg:
      description: What happened.
      type: str
      sample: "POST https://trieve.example.com/api/crawl: HTTP 400: Could not crawl site: Internal Server Error: Error sending request to firecrawl."
    error:
      description: The server's error, as RV(error).
      type: dict
      sample:
        message: "Could not crawl site: Internal Server Error: Error sending request to firecrawl"
        method: POST
        url: https://trieve.example.com/api/crawl
        status: 400
chunks:
  description:
    - The chunks of each URL whose crawls are replaced or deleted, or whose chunks are to be removed.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains:
    site_url:
      description: URL of the crawl.
      type: str
      sample: https://docs.example.com
    of_site:
      description:
        - Number of chunks that crawls of this URL wrote. V(null) if the API key may not read it. Unless chunks are removed, this also counts
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
    - The crawls of declared sites that appeared while a creation failed whose response was lost. This task most likely created them.
      The next run uses them.
  returned: failure of a creation that may have succeeded
  type: list
  elements: dict
  contains: *crawl
not_tried:
  description: The changes that were not started, each with the crawl's URL and kind, and its ID if it was to be deleted.
  returned: failure of a change
  type: list
  elements: str
  sample: ["https://blog.example.com (firecrawl)"]
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


from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.lists import (
    PRUNE_OPTIONS,
    check_deletions,
    check_list,
    in_scope,
)
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils._crawl.api import list_crawls
from ansible_collections.community.trieve.plugins.module_utils._crawl.near_misses import (
    warn_of_near_misses,
    warn_of_unknown_ids,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.options import (
    DUPLICATES_OPTION,
    ENTRY_OPTIONS,
    KINDS,
    SHARED_PATHS_OPTION,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.plan import (
    compare_list,
    parse_list,
    parse_policies,
    without,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl_chunks.lists import (
    plan_deletions,
    plan_with_chunks,
)
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, as_uuid


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Create and replace the declared crawls; with C(prune), delete the others."""
    params = task.params
    check_list(params, "crawls", "prune_sites")
    if params["chunks"] == "delete" and not params["prune"]:
        raise TaskFailed(
            "chunks: delete applies to crawls that are deleted. Set prune: true, or chunks: sync in the entries of crawls."
        )
    entries, policies = parse_list(params["crawls"]), parse_policies(params["crawls"])
    dataset = named_dataset(task, client)
    crawls = list_crawls(task, client, dataset, must_exist=True)
    compared = compare_list(
        task,
        client,
        dataset,
        crawls,
        entries,
        lambda crawl: params["prune"] and in_scope(crawl["site_url"], params["prune_sites"]),
        policies=policies,
    )
    removed = {crawl["id"] for crawl in compared.duplicates}
    scope = [crawl for crawl in crawls if in_scope(crawl["site_url"], params["prune_sites"]) or crawl["id"] in removed]
    check_deletions(params["max_deletions"], len(compared.to_delete), len(scope), "crawls")
    return plan_with_chunks(
        task, client, dataset, crawls, compared, params["chunks"] == "delete", params["allow_shared_paths"]
    )


def plan_absent(task: Task, client: TrieveClient) -> Plan:
    """Delete the crawls with the given IDs, and all crawls of the given sites."""
    params = task.params
    if params["crawl_ids"] is None and params["site_urls"] is None:
        raise TaskFailed("crawl_ids and site_urls are missing. Set at least one of them with state: absent.")
    check_list(params, "site_urls" if params["crawl_ids"] is None else "crawl_ids")
    crawl_ids = _parse_ids(task)
    dataset = named_dataset(task, client)
    crawls = list_crawls(task, client, dataset, must_exist=False)
    site_urls = set(params["site_urls"] or ())
    to_delete = [crawl for crawl in crawls if crawl["id"] in crawl_ids or crawl["site_url"] in site_urls]
    to_keep = without(crawls, to_delete)
    known = {crawl["id"] for crawl in crawls}
    warn_of_unknown_ids(task, dataset, [crawl_id for crawl_id in crawl_ids if crawl_id not in known])
    every_kind = [{"site_url": site_url, "kind": kind} for site_url in site_urls for kind in KINDS]
    warn_of_near_misses(task, to_keep, every_kind)
    check_deletions(params["max_deletions"], len(to_delete), len(crawls), "crawls")
    return plan_deletions(task, client, dataset, crawls, to_delete, params["chunks"] == "delete", sorted(site_urls))


def _parse_ids(task: Task) -> dict[str, None]:
    """The valid IDs of C(crawl_ids), in its order."""
    crawl_ids: dict[str, None] = {}
    for number, crawl_id in enumerate(task.params["crawl_ids"] or ()):
        known = as_uuid(str(crawl_id))
        if known:
            crawl_ids[known] = None
        elif crawl_id not in (None, "", "None"):
            raise TaskFailed(
                f"crawl_ids[{number}] {crawl_id!r} is not a valid UUID. Set it to an ID from community.trieve.trieve_crawl_info."
            )
        else:
            task.missing_prerequisite(
                f"crawl_ids[{number}] is empty. Set it to the ID of a crawl, or remove it.",
                f"crawl_ids[{number}] is empty, as expected if an earlier task would create the crawl. The preview ignores it.",
            )
    return crawl_ids


DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        crawls=dict(type="list", elements="dict", options=ENTRY_OPTIONS),
        **PRUNE_OPTIONS,
        **DUPLICATES_OPTION,
        **SHARED_PATHS_OPTION,
        chunks=dict(type="str", choices=["keep", "delete"], default="keep"),
        prune_sites=dict(type="list", elements="str"),
        crawl_ids=dict(type="list", elements="raw"),  # not str: cores before 2.19 refuse the null of a preview
        site_urls=dict(type="list", elements="str"),
    ),
    states={"present": plan_present, "absent": plan_absent},
    only_with={
        **dict.fromkeys(
            ("crawls", "prune", "prune_sites", "allow_empty", "duplicates", "allow_shared_paths"), ("present",)
        ),
        **dict.fromkeys(("crawl_ids", "site_urls"), ("absent",)),
    },
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
