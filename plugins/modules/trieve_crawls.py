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
  - Brings the crawls of a dataset to what a list says, in one task - one listing, and then only the requests that change
    something, on several connections at a time.
  - Each entry of the list is compared and replaced as M(community.trieve.trieve_crawl) does it. Entries and crawls are matched
    so that as many crawls as possible are as asked already; the others are matched by address and kind, the oldest first. So two
    crawls of one site with different paths can both be declared.
  - Nothing is deleted that the list of the dataset does not show.
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
    support: full
options:
  state:
    description:
      - V(present) makes sure that there are the crawls of O(crawls), and with O(prune=true) no others.
      - V(absent) deletes the crawls of O(crawl_ids) or O(site_urls).
    type: str
    choices: [present, absent]
    default: present
  crawls:
    description:
      - The crawls that are to be there. Required with O(state=present).
      - Options that an entry does not name keep their values, also where a crawl is replaced.
    type: list
    elements: dict
    suboptions:
      site_url:
        description:
          - The address to crawl. Every entry needs one. It is compared exactly as written.
          - It must be a full URL with V(http://) or V(https://), unless it is of a YouTube channel.
        type: str
      interval:
        description:
          - How often the site is crawled again. V(never) clears the interval.
        type: str
        choices: [daily, weekly, monthly, never]
      limit:
        description:
          - Most pages to crawl. Trieve takes 1000 if a crawl has none.
        type: int
      exclude_paths:
        description:
          - Patterns of paths that are left out. An empty list clears them; so it is with the other lists. The order does not matter.
        type: list
        elements: str
      include_paths:
        description:
          - Patterns of paths; only these are crawled. The order does not matter.
        type: list
        elements: str
      exclude_tags:
        description:
          - HTML tags, classes and ids whose content is left out. The order does not matter.
        type: list
        elements: str
      include_tags:
        description:
          - HTML tags, classes and ids; only their content is taken. The order does not matter.
        type: list
        elements: str
      boost_titles:
        description:
          - Whether titles count more in a search. Trieve does so if a crawl does not say.
        type: bool
      allow_external_links:
        description:
          - Whether links to other sites are followed. Needs O(crawls[].include_paths) with at least one path other than V(*) beside it.
          - Trieve does not follow them if a crawl does not say.
        type: bool
      ignore_sitemap:
        description:
          - Whether the site's map is left unread.
        type: bool
      heading_remove_strings:
        description:
          - Texts to remove from headings, one after the other.
        type: list
        elements: str
      body_remove_strings:
        description:
          - Texts to remove from bodies, one after the other.
        type: list
        elements: str
      tags:
        description:
          - Tags for each chunk of the crawl. The order does not matter.
        type: list
        elements: str
      webhook_urls:
        description:
          - Addresses that are sent each page. The one that Trieve adds for itself is no difference. The order does not matter.
          - Trieve sends its own webhook secret, the same for all tenants, to each of them.
        type: list
        elements: str
      add_chunks_to_dataset:
        description:
          - Whether the pages become chunks of the dataset. Trieve does so if a crawl does not say.
        type: bool
      scrape_options:
        description:
          - What is crawled, and how. Without it this is an ordinary crawl of a web site.
          - A suboption that is not given keeps its value.
        type: dict
        suboptions:
          type:
            description:
              - The kind of crawl. It is part of what a crawl is found by. V(firecrawl) is an ordinary crawl.
            type: str
            choices: [firecrawl, openapi, shopify, youtube]
            default: firecrawl
          openapi_schema_url:
            description:
              - The address of the OpenAPI document. A new crawl with O(crawls[].scrape_options.type=openapi) needs it.
            type: str
          openapi_tag:
            description:
              - The tag whose operations are taken. A new crawl with O(crawls[].scrape_options.type=openapi) needs it.
            type: str
          group_variants:
            description:
              - Whether the variants of a product are one group. Only with O(crawls[].scrape_options.type=shopify).
            type: bool
          tag_regexes:
            description:
              - Patterns of the product tags to keep. Only with O(crawls[].scrape_options.type=shopify).
            type: list
            elements: str
  duplicates:
    description:
      - What to do with crawls of a declared site and kind for which O(crawls) has no entry. Trieve starts a crawl for each request, so a lost
        answer or two runs at once leave a site that is crawled more than once.
      - V(warn) leaves them alone and names them in a warning, with their IDs and what to do about each.
      - V(remove) deletes those that are older than a declared crawl and equal to it in every option. A crawl that differs, for example one that
        could not be deleted after it was replaced, is named in a warning and stays, since it may be somebody else's; O(prune) deletes it.
      - V(keep) leaves them alone without a warning.
      - Crawls that O(prune) deletes are not affected. Two runs at once that both use V(remove) never delete both copies, since the newest stays.
      - Deleted duplicates count for O(max_deletions).
    type: str
    choices: [warn, remove, keep]
    default: warn
  prune:
    description:
      - Whether crawls that O(crawls) does not name are deleted.
    type: bool
    default: false
  prune_sites:
    description:
      - Patterns of addresses with V(*), V(?) and V([...]), as a shell knows them. Only crawls of such addresses are pruned.
      - Needs O(prune=true). Without it every crawl of the dataset may be pruned.
    type: list
    elements: str
  allow_empty:
    description:
      - Whether O(crawls) may be empty together with O(prune=true). Otherwise that is refused, since a variable that came out empty
        must not wipe a dataset.
    type: bool
    default: false
  max_deletions:
    description:
      - Most crawls that may be deleted, as a number such as V(10), or as a percentage of the crawls in scope such as V(25%).
        If there are more, the task fails before it writes anything.
      - In scope are the crawls that may be pruned, and with O(state=absent) all crawls of the dataset.
      - The old crawl that goes when a crawl is replaced is not counted.
    type: str
  crawl_ids:
    description:
      - The ids of crawls to delete. Only with O(state=absent). The task warns if the list
        of the dataset does not show an ID; other datasets are not searched.
      - A V(null) or an empty text is left out with a warning in check mode, where an earlier task would have created the crawl, and refused otherwise.
    type: list
    elements: raw
  site_urls:
    description:
      - Addresses, exactly as written, whose crawls are deleted, whatever their kind. Only with O(state=absent).
      - The task warns of crawls whose address differs only by a final slash, by case or by Unicode composition.
    type: list
    elements: str
  concurrency:
    description:
      - How many requests are under way at a time, each on a connection of its own. At most 32.
    type: int
    default: 8
notes:
  - If some of the changes cannot be made, the others are made and reported, and the next run does the rest. Where the server is gone
    or refuses the key, nothing more is tried after the first failure.
  - If the task's C(timeout) ends it, the changes made until then are reported, where the task runs in process.
seealso:
  - module: community.trieve.trieve_crawl
  - module: community.trieve.trieve_crawl_info
"""

EXAMPLES = r"""
- name: These crawls and no others
  community.trieve.trieve_crawls:
    organization_id: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
    dataset: docs
    crawls:
      - site_url: https://docs.example.com
        interval: daily
        include_paths: [/guide/*]
      - site_url: https://docs.example.com
        interval: weekly
        include_paths: [/reference/*]
      - site_url: https://www.youtube.com/@example
        scrape_options:
          type: youtube
    prune: true
    max_deletions: 25%

- name: Crawl each site once, whatever an interrupted run left behind
  community.trieve.trieve_crawls:
    dataset: docs
    crawls:
      - site_url: https://docs.example.com
    duplicates: remove

- name: Our part of a dataset that several teams share
  community.trieve.trieve_crawls:
    dataset: docs
    crawls: "{{ team_crawls }}"
    prune: true
    prune_sites:
      - https://team.example.com/*

- name: What failed goes
  community.trieve.trieve_crawls:
    dataset: docs
    state: absent
    crawl_ids: "{{ failed.crawls | map(attribute='id') }}"
"""

RETURN = r"""
crawls:
  description:
    - The crawls of the dataset after the task, or in check mode as they would be - first those of the list, in its order.
    - After a failure, as far as they are known.
  returned: success
  type: list
  elements: dict
  contains: &crawl
    id:
      description: The crawl's id. A replaced crawl has a new one.
      type: str
      sample: 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    site_url:
      description: The address.
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
      description: The interval in seconds, or V(null).
      type: int
      sample: 86400
    limit:
      description: Most pages to crawl; V(null) stands for 1000.
      type: int
      sample: 500
    exclude_paths:
      description: As the option O(crawls[].exclude_paths).
      type: list
      elements: str
    include_paths:
      description: As the option O(crawls[].include_paths).
      type: list
      elements: str
    exclude_tags:
      description: As the option O(crawls[].exclude_tags).
      type: list
      elements: str
    include_tags:
      description: As the option O(crawls[].include_tags).
      type: list
      elements: str
    boost_titles:
      description: As the option O(crawls[].boost_titles); V(null) stands for V(true).
      type: bool
    allow_external_links:
      description: As the option O(crawls[].allow_external_links); V(null) stands for V(false).
      type: bool
    ignore_sitemap:
      description: As the option O(crawls[].ignore_sitemap).
      type: bool
    heading_remove_strings:
      description: As the option O(crawls[].heading_remove_strings).
      type: list
      elements: str
    body_remove_strings:
      description: As the option O(crawls[].body_remove_strings).
      type: list
      elements: str
    tags:
      description: As the option O(crawls[].tags).
      type: list
      elements: str
    webhook_urls:
      description: As the option O(crawls[].webhook_urls), without the address that the server adds.
      type: list
      elements: str
    add_chunks_to_dataset:
      description: As the option O(crawls[].add_chunks_to_dataset); V(null) stands for V(true).
      type: bool
    scrape_options:
      description: The options of an OpenAPI or Shopify crawl; V(null) for other kinds.
      type: dict
    created_at:
      description: When the crawl was created, in UTC without a zone.
      type: str
      sample: "2025-09-12T08:15:30.123456"
    next_crawl_at:
      description: When it is crawled next, in UTC without a zone; V(null) without an interval.
      type: str
      sample: "2025-09-13T08:15:30.123456"
created:
  description: The crawls that were created, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains: *crawl
updated:
  description: The crawls that were created in the place of others, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains:
    replaced_crawl_id:
      description: The id of the crawl that was replaced. The other keys are those of RV(created).
      type: str
      sample: 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
deleted:
  description: The crawls that were deleted, or in check mode would be.
  returned: success, and failure after a change
  type: list
  elements: dict
  contains: *crawl
unchanged:
  description: How many crawls of the list were as asked; with O(state=absent) how many crawls stay.
  returned: success, and failure after a change
  type: int
  sample: 998
failures:
  description: What could not be done.
  returned: failure of a change
  type: list
  elements: dict
  contains:
    crawl:
      description: Address, kind, and the id of the crawl that is there.
      type: str
      sample: https://docs.example.com (firecrawl) 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    msg:
      description: What happened.
      type: str
    error:
      description: What the server answered, as RV(error).
      type: dict
unconfirmed:
  description:
    - The crawls of declared sites that appeared while a creation failed whose answer was lost. This task most likely created them;
      the next run uses them.
  returned: failure of a creation that may have succeeded
  type: list
  elements: dict
  contains: *crawl
not_tried:
  description: What was not begun, each crawl with its address, kind, and the id of the crawl that is there.
  returned: failure of a change
  type: list
  elements: str
error:
  description: What the server answered, for C(rescue) and C(failed_when).
  returned: failure of a request
  type: dict
  contains:
    message:
      description: Trieve's own words.
      type: str
      sample: Unauthorized
    method:
      description: The request's verb.
      type: str
      sample: DELETE
    url:
      description: The request's address.
      type: str
      sample: https://api.trieve.ai/api/crawl/1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11
    status:
      description: The HTTP status, or V(null) where there was no answer.
      type: int
      sample: 401
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.lists import (
    PRUNE_OPTIONS,
    check_deletions,
    check_list,
    in_scope,
)
from ansible_collections.community.trieve.plugins.module_utils._core.plan import Plan
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, error_at, run
from ansible_collections.community.trieve.plugins.module_utils._crawl.api import list_crawls
from ansible_collections.community.trieve.plugins.module_utils._crawl.duplicates import duplicates_of_list
from ansible_collections.community.trieve.plugins.module_utils._crawl.matching import match
from ansible_collections.community.trieve.plugins.module_utils._crawl.model import Crawl, normalized
from ansible_collections.community.trieve.plugins.module_utils._crawl.near_misses import (
    warn_of_near_misses,
    warn_of_unknown_ids,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.options import (
    CRAWL_OPTIONS,
    DUPLICATES_OPTION,
    KINDS,
    DesiredCrawl,
    parse_options,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.plan import (
    Entry,
    change_crawl,
    plan_list,
    remove_crawl,
)
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient, as_uuid


def plan_present(task: Task, client: TrieveClient) -> Plan:
    """Create and replace the declared crawls; with C(prune), delete the others."""
    params = task.params
    check_list(params, "crawls", "prune_sites")
    desired_crawls = _parse_crawls(params["crawls"])
    dataset = named_dataset(task, client)
    crawls = list_crawls(task, client, dataset, must_exist=True)
    warn_of_near_misses(task, crawls, desired_crawls)
    pairs, others = match(desired_crawls, crawls)
    declared: list[Entry] = []
    for number, (desired, current) in enumerate(pairs):
        with error_at(f"crawls[{number}]"):
            declared.append((desired, current, change_crawl(client, dataset, current, desired)))
    to_prune = [crawl for crawl in others if params["prune"] and in_scope(crawl["site_url"], params["prune_sites"])]
    duplicates = duplicates_of_list(
        task,
        [(current, change is not None) for _desired, current, change in declared],
        _without(others, to_prune),
    )
    to_delete = [*to_prune, *duplicates]
    removed = {crawl["id"] for crawl in duplicates}
    scope = [crawl for crawl in crawls if in_scope(crawl["site_url"], params["prune_sites"]) or crawl["id"] in removed]
    check_deletions(params["max_deletions"], len(to_delete), len(scope), "crawls")
    deleted: list[Entry] = [(None, crawl, remove_crawl(client, dataset, crawl)) for crawl in to_delete]
    return plan_list(task, client, dataset, [*declared, *deleted], _without(others, to_delete))


def _parse_crawls(crawls: t.Sequence[t.Mapping[str, t.Any]]) -> list[DesiredCrawl]:
    """The entries of the list, each checked."""
    entries: list[DesiredCrawl] = []
    seen: dict[str, int] = {}
    for number, options in enumerate(crawls):
        with error_at(f"crawls[{number}]"):
            desired = parse_options(options)
            same = seen.setdefault(repr(sorted({**desired, **normalized(desired)}.items())), number)
            if same != number:
                raise TaskFailed(
                    f"{desired['site_url']} is declared with the same options as crawls[{same}]. Remove one of the two."
                )
        entries.append(desired)
    return entries


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
    to_keep = _without(crawls, to_delete)
    known = {crawl["id"] for crawl in crawls}
    warn_of_unknown_ids(task, dataset, [crawl_id for crawl_id in crawl_ids if crawl_id not in known])
    every_kind = [{"site_url": site_url, "kind": kind} for site_url in site_urls for kind in KINDS]
    warn_of_near_misses(task, to_keep, every_kind)
    check_deletions(params["max_deletions"], len(to_delete), len(crawls), "crawls")
    deleted: list[Entry] = [(None, crawl, remove_crawl(client, dataset, crawl)) for crawl in to_delete]
    return plan_list(task, client, dataset, deleted, to_keep, unchanged=len(to_keep))


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


def _without(crawls: t.Iterable[Crawl], removed: t.Iterable[Crawl]) -> list[Crawl]:
    ids = {crawl["id"] for crawl in removed}
    return [crawl for crawl in crawls if crawl["id"] not in ids]


DEFINITION = Definition(
    dict(
        **DATASET_OPTION,
        crawls=dict(type="list", elements="dict", options=CRAWL_OPTIONS),
        **PRUNE_OPTIONS,
        **DUPLICATES_OPTION,
        prune_sites=dict(type="list", elements="str"),
        crawl_ids=dict(type="list", elements="raw"),  # not str: cores before 2.19 refuse the null of a preview
        site_urls=dict(type="list", elements="str"),
    ),
    states={"present": plan_present, "absent": plan_absent},
    only_with={
        **dict.fromkeys(("crawls", "prune", "prune_sites", "allow_empty", "duplicates"), ("present",)),
        **dict.fromkeys(("crawl_ids", "site_urls"), ("absent",)),
    },
)


def main() -> None:
    run(DEFINITION)


if __name__ == "__main__":
    main()
