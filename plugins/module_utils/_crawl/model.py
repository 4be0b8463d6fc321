# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A crawl: the server's object, as a result, compared with what is declared, and as a request.

A crawl has two forms. The server's is a row with its options nested in C(crawl_options), which is also what a request has. The
other is flat and named like the options of the modules: C(Crawl) is a whole one, a C(DesiredCrawl) has what is declared of it.
"""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.values import equal
from .freshness import last_finished
from .generation import TAGGED_KINDS, generation_in, new_generation, without_generation
from .options import INTERVALS, KINDS, MANAGED, SCRAPE_SUBOPTIONS, DesiredCrawl, check_external_links

STATUSES = ("Pending", "Processed", "Completed", "Failed")

# Two lists of these with the same members are the same; the strings to remove are applied one after the other.
_SETS = ("include_paths", "exclude_paths", "include_tags", "exclude_tags", "tags", "webhook_urls")
_SEQUENCES = ("heading_remove_strings", "body_remove_strings")
TEXT_LISTS = _SETS + _SEQUENCES

_DEFAULTS: dict[str, t.Any] = {
    "interval": "never",
    "boost_titles": True,
    "allow_external_links": False,
    "add_chunks_to_dataset": True,
    "limit": 1000,
    **{name: [] for name in TEXT_LISTS},
}
"""What the server does with null (docs/server.md 3.3); a missing list does what an empty one does."""

_OWN_WEBHOOK = "/api/file/html_page"


class Crawl(dict[str, t.Any]):
    """A crawl as results have it. Not to be changed.

    :ivar own_webhook: the URL that the server itself added to C(webhook_urls), which the crawl does not show
    :ivar generation: the tag that only its own chunks have, which C(tags) does not show; None if it was not created by the collection
    """

    own_webhook: str | None = None
    generation: str | None = None


def to_result(row: t.Mapping[str, t.Any]) -> Crawl:
    """The crawl of the server's row, without its Firecrawl job, which changes, and the server's secret."""
    options = row["crawl_options"]
    kind = row["crawl_type"]
    seconds: t.Any = (row.get("interval") or {}).get("secs")
    suboptions = SCRAPE_SUBOPTIONS.get(kind, ())
    scrape = options.get("scrape_options") or {}
    webhook_urls = list(options.get("webhook_urls") or [])
    own_webhook = None
    # The server appends a webhook of its own if pages become chunks (docs/server.md 3.3).
    if webhook_urls and webhook_urls[-1].endswith(_OWN_WEBHOOK) and options.get("add_chunks_to_dataset") is not False:
        own_webhook = webhook_urls.pop()
    crawl = Crawl(
        {
            "id": row["id"],
            "site_url": row["url"],
            "kind": kind,
            "status": row["status"],
            **{name: options.get(name) for name in MANAGED},
            "interval": INTERVALS.get(seconds, options.get("interval")),
            "interval_seconds": seconds,
            "webhook_urls": webhook_urls,
            "tags": without_generation(options.get("tags")),
            "scrape_options": {"type": kind, **{name: scrape.get(name) for name in suboptions}} if suboptions else None,
            "created_at": row.get("created_at"),
            "next_crawl_at": row.get("next_crawl_at"),
        }
    )
    crawl.own_webhook = own_webhook
    crawl.generation = generation_in(options.get("tags"))
    return crawl


# -- what a crawl is found by --------------------------------------------------------------------------------------


def place(crawl: Crawl | DesiredCrawl) -> tuple[str, str]:
    """The URL, exactly as written, and the kind."""
    return crawl["site_url"], crawl["kind"]


def name_of(crawl: Crawl | DesiredCrawl) -> str:
    """The crawl as a message names it."""
    return f"{crawl['site_url']} ({crawl['kind']})"


def newest_first(crawls: t.Iterable[Crawl]) -> list[Crawl]:
    """The crawls in an order that is the same for each run that reads them, also where the server has none."""
    return sorted(crawls, key=age, reverse=True)


def age(crawl: Crawl) -> tuple[str, str]:
    """Sorts crawls from the oldest to the newest.

    Trailing zeros are left out of a time, so the texts sort as the times do. The ID decides between equal times.
    """
    return str(crawl["created_at"] or ""), crawl["id"]


# -- compared ------------------------------------------------------------------------------------------------------


def actual(crawl: Crawl, desired: DesiredCrawl) -> dict[str, t.Any]:
    """The crawl's values of the declared options, comparable with C(normalized)."""
    found = {name: normalize(name, _value(crawl, name)) for name in _compared(desired)}
    webhook_urls = _with_own_webhook(crawl)
    if set(desired.get("webhook_urls") or ()) == set(webhook_urls):
        found["webhook_urls"] = normalize("webhook_urls", webhook_urls)  # the user names the server's own one, too
    return {name: found[name] for name in _compared(desired)}


def actual_forms(crawl: Crawl, names: t.Iterable[str]) -> list[dict[str, t.Any]]:
    """Each C(actual) that the crawl can have for these options: it depends on whether they name the server's webhook."""
    probe: DesiredCrawl = dict.fromkeys(names)
    if "webhook_urls" not in probe:
        return [actual(crawl, probe)]
    return [actual(crawl, {**probe, "webhook_urls": urls}) for urls in ([], _with_own_webhook(crawl))]


def normalized(desired: DesiredCrawl) -> dict[str, t.Any]:
    """The declared options in the form that C(actual) gives a crawl's own."""
    return {name: normalize(name, desired[name]) for name in _compared(desired)}


def matches(crawl: Crawl, desired: DesiredCrawl) -> bool:
    """Whether a crawl of the declared site and kind has all the declared options."""
    return equal(actual(crawl, desired), normalized(desired))


def every_option(crawl: Crawl) -> dict[str, t.Any]:
    """All options in their normal form, whoever declared them: two crawls of a site with equal ones do the same."""
    names = (*MANAGED, *SCRAPE_SUBOPTIONS.get(crawl["kind"], ()))
    known = {name: normalize(name, _value(crawl, name)) for name in names}
    return {**known, "interval": normalize("interval", crawl["interval"] or crawl["interval_seconds"])}


def normalize(name: str, value: t.Any) -> t.Any:
    """The form in which two values of an option are equal if the server does the same with them."""
    if value is None:
        return _DEFAULTS.get(name)
    if name in _SETS:
        return sorted(set(value))
    return value


def _compared(desired: DesiredCrawl) -> list[str]:
    return [name for name in desired if name not in ("site_url", "kind")]


def _value(crawl: Crawl, name: str) -> t.Any:
    return crawl[name] if name in MANAGED else (crawl["scrape_options"] or {}).get(name)


def _with_own_webhook(crawl: Crawl) -> list[str]:
    own_webhook = [crawl.own_webhook] if crawl.own_webhook else []
    return [*crawl["webhook_urls"], *own_webhook]


# -- as sent -------------------------------------------------------------------------------------------------------


def to_request(desired: DesiredCrawl, current: Crawl | None) -> dict[str, t.Any]:
    """The options to create a crawl with: those of the crawl that it replaces, overlaid with the declared ones.

    :raises TaskFailed: the server would refuse the two together
    """
    kind = desired["kind"]
    suboptions = SCRAPE_SUBOPTIONS[kind]
    merged = {**(_declarable(current) if current else {}), **desired}
    options = {name: merged[name] for name in ("site_url", *MANAGED) if name in merged}
    if options.get("interval") == "never":
        del options["interval"]
    if kind == "openapi":
        for name in suboptions:
            if name not in merged:
                raise TaskFailed(f"scrape_options.{name} is missing. It is required for a new crawl of type openapi.")
    if kind != KINDS[0]:
        options["scrape_options"] = {"type": kind, **{name: merged[name] for name in suboptions if name in merged}}
    check_external_links(options)
    return options


def with_generation(kind: str, request: dict[str, t.Any], current: Crawl | None) -> dict[str, t.Any]:
    """The options of C(to_request) with a tag for the chunks of just this crawl, if its kind writes the tags of each crawl."""
    if kind not in TAGGED_KINDS or request.get("add_chunks_to_dataset") is False:
        return request
    generation = new_generation(last_finished(current) if current else None)
    # First, since the server looks up the operation of an OpenAPI crawl by the last tag (docs/server.md 3.9).
    return {**request, "tags": [generation, *(request.get("tags") or ())]}


def _declarable(crawl: Crawl) -> DesiredCrawl:
    """The declaration that would create the crawl once more, with what is set."""
    names = (*MANAGED, *SCRAPE_SUBOPTIONS.get(crawl["kind"], ()))
    values = {name: _value(crawl, name) for name in names}
    values["webhook_urls"] = crawl["webhook_urls"] or None
    return {name: value for name, value in values.items() if value is not None}


def after_write(desired: DesiredCrawl, request: t.Mapping[str, t.Any]) -> Crawl:
    """The crawl after its creation with this request, as far as that can be known before it."""
    seconds = {word: secs for secs, word in INTERVALS.items()}.get(request.get("interval", ""))
    return to_result(
        {
            "id": None,
            "url": desired["site_url"],
            "crawl_type": desired["kind"],
            "status": STATUSES[0],
            "interval": {"secs": seconds} if seconds else None,
            "crawl_options": request,
        }
    )
