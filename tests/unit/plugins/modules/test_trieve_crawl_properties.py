# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""For any two sets of options: the server holds the first overlaid with the second, and a second run only reads."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ...one_crawl import Site

TEXTS = st.lists(st.sampled_from(["/a", "/b", "*", "ü", " c "]), max_size=3)
URLS = st.lists(st.sampled_from(["https://a.example.com", "https://b.example.com/api/file/html_page"]), max_size=3)
OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "interval": st.sampled_from(["daily", "weekly", "monthly", "never"]),
    "limit": st.sampled_from([1, 1000, 2**31 - 1]),
    "boost_titles": st.booleans(),
    "ignore_sitemap": st.booleans(),
    "add_chunks_to_dataset": st.booleans(),
    "webhook_urls": URLS,
    **dict.fromkeys(("exclude_paths", "include_paths", "exclude_tags", "include_tags", "tags"), TEXTS),
    **dict.fromkeys(("heading_remove_strings", "body_remove_strings"), TEXTS),
}
SUBOPTIONS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "firecrawl": {},
    "youtube": {},
    "shopify": {"group_variants": st.booleans(), "tag_regexes": TEXTS},
    "openapi": {"openapi_schema_url": st.sampled_from(["u", "v"]), "openapi_tag": st.sampled_from(["s", "t"])},
}
SETS = ("exclude_paths", "include_paths", "exclude_tags", "include_tags", "tags", "webhook_urls")
SAME_AS_NOTHING: dict[str, Any] = {
    "interval": "never",
    "limit": 1000,
    "boost_titles": True,
    "add_chunks_to_dataset": True,
    **{name: [] for name in (*SETS, "heading_remove_strings", "body_remove_strings")},
}

Options = dict[str, Any]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Options, Options]:
    """Two sets of options of one kind, the first complete enough to create a crawl with."""
    kind = draw(st.sampled_from(list(SUBOPTIONS)))
    sub = SUBOPTIONS[kind]
    needed = sub if kind == "openapi" else {}
    first = draw(st.fixed_dictionaries({}, optional=OPTIONS))
    second = draw(st.fixed_dictionaries({}, optional=OPTIONS))
    first["scrape_options"] = {"type": kind, **draw(st.fixed_dictionaries(needed, optional={} if needed else sub))}
    second["scrape_options"] = {"type": kind, **draw(st.fixed_dictionaries({}, optional=sub))}
    return first, second


def effect(options: Options) -> Options:
    """What the server does with these options: sets in order, and nothing that is its default."""
    shown = {}
    for name, value in options.items():
        if name == "site_url":
            continue
        if name == "scrape_options":
            if value["type"] != "firecrawl":
                shown[name] = value
            continue
        normal = sorted(set(value)) if name in SETS else value
        if normal != SAME_AS_NOTHING.get(name):
            shown[name] = normal
    return shown


def overlaid(first: Options, second: Options) -> Options:
    """The first options with the second ones over them, suboptions, too."""
    return {**first, **second, "scrape_options": {**first["scrape_options"], **second["scrape_options"]}}


@settings(max_examples=50)
@given(pairs())
def test_an_overlay_that_stays(site: Site, both: tuple[Options, Options]) -> None:
    site.sandbox.control.sql("DELETE FROM crawls")
    first, second = both
    created = site.run(**first)["crawl"]["id"]
    assert effect(site.options(created)) == effect(first)
    result = site.thrice(**second)
    expected = overlaid(first, second)
    (crawl_id,) = site.ids()
    assert effect(site.options(crawl_id)) == effect(expected)
    assert (crawl_id != created) is result["changed"] is (effect(expected) != effect(first))
    assert site.run(**expected)["changed"] is False
