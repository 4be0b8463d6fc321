# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that a crawl is declared with, and what is wrong with them."""

from __future__ import annotations

import re
import typing as t

from .._core.ages import parse_age
from .._core.failure import TaskFailed
from .._core.options import between
from .generation import TAGGED_KINDS, refuse_generation

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

_EXPECT: dict[str, t.Any] = dict(
    type="dict",
    options=dict(
        min_chunks=dict(type="int"),
        min_pages=dict(type="int"),
        max_lost=dict(type="str"),
    ),
)

POLICY_OPTIONS: dict[str, t.Any] = dict(
    chunks=dict(type="str", choices=["keep", "sync"]),
    expect=_EXPECT,
    recrawl=dict(type="str", choices=["never", "on_failure", "always", "overdue"]),
    max_age=dict(type="str"),
)
"""What a user wants beside the options of a crawl: none of it is kept by the server or compared. See C(Policy)."""

ENTRY_OPTIONS: dict[str, t.Any] = dict(**CRAWL_OPTIONS, **POLICY_OPTIONS)
"""The options of an entry of C(trieve_crawls)."""

SHARED_PATHS_OPTION: dict[str, t.Any] = dict(
    allow_shared_paths=dict(type="bool", default=False),
)

MOST_LOST = "50%"
"""Share of a site's chunks that C(chunks=sync) removes at most where the user sets no C(expect.max_lost)."""

DUPLICATES_OPTION: dict[str, t.Any] = dict(
    duplicates=dict(type="str", choices=["warn", "remove", "keep"], default="warn"),
)

DesiredCrawl = dict[str, t.Any]
"""What a user declares: C(site_url), C(kind), and the options and suboptions that are set, side by side."""

_LARGEST_LIMIT = 2**31 - 1


class Policy(t.NamedTuple):
    """When a crawl is started again, and what happens to chunks that it no longer writes.

    :ivar chunks: C(keep), C(sync) or C(delete)
    :ivar min_chunks: chunks that the crawl must have written before any is removed
    :ivar min_pages: pages that it must have written
    :ivar max_lost: percentage of the site's chunks, or number of them, that may be removed
    :ivar max_age: seconds; only with C(recrawl=overdue)
    """

    chunks: str = "keep"
    min_chunks: int | None = None
    min_pages: int | None = None
    max_lost: str = MOST_LOST
    recrawl: str = "never"
    max_age: int | None = None

    @property
    def has_minimum(self) -> bool:
        """Whether the user expects a number of chunks or pages."""
        return self.min_chunks is not None or self.min_pages is not None


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
    refuse_generation(desired.get("tags"))
    check_external_links(desired)
    return desired


def parse_policy(options: t.Mapping[str, t.Any]) -> Policy:
    """The policy of a declared crawl, after the checks that need no server.

    :param options: a task's options, or an entry of a list
    :raises TaskFailed: names the option that makes no sense
    """
    chunks, recrawl, age = options.get("chunks") or "keep", options.get("recrawl") or "never", options.get("max_age")
    if age is not None and recrawl != "overdue":
        raise TaskFailed("max_age can only be used with recrawl: overdue. Set recrawl: overdue, or remove max_age.")
    if age is None and recrawl == "overdue":
        raise TaskFailed("max_age is missing. Set it to the age at which a crawl is started again, such as 7d.")
    max_age = parse_age(age, "max_age") if age is not None else None
    expect = {name: value for name, value in (options.get("expect") or {}).items() if value is not None}
    if expect and chunks != "sync":
        raise TaskFailed(
            "expect can only be used with chunks: sync, which checks it before it removes chunks. Set chunks: sync, or remove expect."
        )
    for name in ("min_chunks", "min_pages"):
        if name in expect:
            between({f"expect.{name}": expect[name]}, f"expect.{name}", 0, _LARGEST_LIMIT)
    if "max_lost" in expect:
        share_of(0, expect["max_lost"])
    if chunks == "sync":
        _check_sync(options)
    return Policy(chunks, recrawl=recrawl, max_age=max_age, **expect)


def _check_sync(options: t.Mapping[str, t.Any]) -> None:
    """Refuse C(chunks=sync) of a crawl whose chunks do not tell which crawl wrote them last."""
    refuse_untagged((options["scrape_options"] or {}).get("type") or KINDS[0], "sync")
    if options["add_chunks_to_dataset"] is False:
        raise TaskFailed(
            "chunks: sync cannot be used with add_chunks_to_dataset: false, because such a crawl writes no chunks."
        )


def refuse_untagged(kind: str, chunks: str = "delete") -> None:
    """Refuse to remove chunks of a crawl that cannot be found by their tags (docs/server.md 3.9)."""
    if kind not in TAGGED_KINDS:
        raise TaskFailed(
            f"chunks: {chunks} cannot be used with a crawl of type {kind}, because its chunks do not tell which crawl wrote them. Set"
            " chunks: keep. To remove them, clear the dataset with community.trieve.trieve_dataset."
        )


def share_of(whole: int, most: str) -> int:
    """How many of a number of chunks C(expect.max_lost) allows to remove.

    :raises TaskFailed: it is neither a number nor a percentage
    """
    found = re.fullmatch(r"(\d{1,9})(%?)", most.strip())
    if not found or (found[2] and int(found[1]) > 100):
        raise TaskFailed(f"expect.max_lost {most!r} is neither a number of chunks nor a percentage such as 10%.")
    return whole * int(found[1]) // 100 if found[2] else int(found[1])


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
