# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that a crawl is declared with, and what is wrong with them."""

from __future__ import annotations

import re
import typing as t

from .._core.failure import TaskFailed
from .._core.options import between

KINDS = ("firecrawl", "openapi", "shopify", "youtube")
"""C(crawl_type) in the server's words; the first is the ordinary crawl, which it does not take as a type."""

INTERVALS = {86400: "daily", 604800: "weekly", 2592000: "monthly"}
"""Seconds to the server's word (crawl_operator.rs; docs/server.md 3.2)."""

SCRAPE_SUBOPTIONS: dict[str, tuple[str, ...]] = {
    "firecrawl": (),
    "openapi": ("openapi_schema_url", "openapi_tag"),
    "shopify": ("group_variants", "tag_regexes"),
    "youtube": (),
}

CRAWL_OPTIONS: dict[str, t.Any] = dict(
    site_url=dict(type="str"),
    interval=dict(type="str", choices=[*INTERVALS.values(), "never"]),
    limit=dict(type="int"),
    exclude_paths=dict(type="list", elements="str"),
    include_paths=dict(type="list", elements="str"),
    exclude_tags=dict(type="list", elements="str"),
    include_tags=dict(type="list", elements="str"),
    boost_titles=dict(type="bool"),
    allow_external_links=dict(type="bool"),
    ignore_sitemap=dict(type="bool"),
    heading_remove_strings=dict(type="list", elements="str"),
    body_remove_strings=dict(type="list", elements="str"),
    tags=dict(type="list", elements="str"),
    webhook_urls=dict(type="list", elements="str"),
    add_chunks_to_dataset=dict(type="bool"),
    scrape_options=dict(
        type="dict",
        options=dict(
            type=dict(type="str", choices=list(KINDS), default=KINDS[0]),
            openapi_schema_url=dict(type="str"),
            openapi_tag=dict(type="str"),
            group_variants=dict(type="bool"),
            tag_regexes=dict(type="list", elements="str"),
        ),
    ),
)
"""Of C(trieve_crawl), and of an entry of C(trieve_crawls)."""

MANAGED = tuple(name for name in CRAWL_OPTIONS if name not in ("site_url", "scrape_options"))
"""Options that are compared with the server's crawl, without the suboptions of C(scrape_options)."""

DUPLICATES_OPTION: dict[str, t.Any] = dict(
    duplicates=dict(type="str", choices=["warn", "remove", "keep"], default="warn"),
)

DesiredCrawl = dict[str, t.Any]
"""What a user declares: C(site_url), C(kind), and the options and suboptions that are set, side by side."""

_LARGEST_LIMIT = 2**31 - 1


def parse_options(options: t.Mapping[str, t.Any]) -> DesiredCrawl:
    """The declared crawl, after the checks that need no server.

    :param options: a task's options, or an entry of a list
    :raises TaskFailed: names the option that the server would refuse or misunderstand
    """
    desired = parse_place(options)
    _check_scheme(desired)
    desired.update({name: options[name] for name in MANAGED if options[name] is not None})
    for name, value in (options["scrape_options"] or {}).items():
        if name == "type" or value is None:
            continue
        if name not in SCRAPE_SUBOPTIONS[desired["kind"]]:
            raise TaskFailed(
                f"scrape_options.{name} cannot be used with a crawl of type {desired['kind']}. Remove it, or set scrape_options.type."
            )
        desired[name] = value
    if "limit" in desired:
        between(desired, "limit", 1, _LARGEST_LIMIT)
    check_external_links(desired)
    return desired


def parse_place(options: t.Mapping[str, t.Any]) -> DesiredCrawl:
    """The URL and kind that a crawl is found by.

    :raises TaskFailed: the URL is missing, or no crawl can have it
    """
    site_url = options["site_url"]
    if site_url is None:  # not required_if: that would hide the name of a misspelt option
        raise TaskFailed("site_url is missing. Set it to the URL to crawl.")
    if not site_url or site_url != site_url.strip() or any(char in site_url for char in "\r\n\t"):
        raise TaskFailed(
            f"site_url {site_url!r} is not a valid URL: it is empty, has surrounding spaces, or contains a tab or a line break."
        )
    return {"site_url": site_url, "kind": (options["scrape_options"] or {}).get("type") or KINDS[0]}


def _check_scheme(desired: DesiredCrawl) -> None:
    """Refuse a URL that Firecrawl or the shop crawler cannot open. A YouTube channel may be named in other ways."""
    site_url = desired["site_url"]
    if desired["kind"] == "youtube" or re.match(r"https?://[^/?#]", site_url, re.IGNORECASE):
        return
    has_scheme = re.match(r"[a-z][a-z0-9+.-]*:/", site_url, re.IGNORECASE)
    example = "https://docs.example.com" if has_scheme else f"https://{site_url.lstrip('/')}"
    raise TaskFailed(
        f"site_url {site_url!r} does not start with http:// or https:// and a host. Set the full URL, for example {example}."
    )


def check_external_links(options: t.Mapping[str, t.Any]) -> None:
    """Refuse external links without a limit, as the server does.

    :param options: what is declared, or what is to be sent
    """
    if options.get("allow_external_links") and all(path == "*" for path in options.get("include_paths") or ()):
        raise TaskFailed(
            "allow_external_links needs include_paths with at least one path other than '*', because Trieve does not follow"
            " external links without a limit. Set include_paths, or set allow_external_links: false."
        )
