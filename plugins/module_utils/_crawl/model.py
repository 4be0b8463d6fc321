# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A crawl: its options, how the server's object reads as a result, and when it is as asked.

Shared by C(trieve_crawl), C(trieve_crawl_info) and C(trieve_crawls).
"""

from __future__ import annotations

import re
import typing as t
import unicodedata

from .._core.failure import TaskFailed
from .._core.options import between
from .._core.task import Task
from .._dataset.options import UNKNOWN_DATASET, without_dataset
from ..trieve import TrieveClient, segment

KINDS = ("firecrawl", "openapi", "shopify", "youtube")
"""C(crawl_type) in the server's words; the first is the ordinary crawl, which it does not take as a type."""

STATUSES = ("Pending", "Processed", "Completed", "Failed")

INTERVALS = {86400: "daily", 604800: "weekly", 2592000: "monthly"}
"""Seconds to the server's word (crawl_operator.rs; docs/server.md 3.2)."""

SCRAPE_SUBOPTIONS: dict[str, tuple[str, ...]] = {
    "firecrawl": (),
    "openapi": ("openapi_schema_url", "openapi_tag"),
    "shopify": ("group_variants", "tag_regexes"),
    "youtube": (),
}

# Two lists of these with the same members are the same; the strings to remove are applied one after the other.
_SETS = ("include_paths", "exclude_paths", "include_tags", "exclude_tags", "tags", "webhook_urls")
_SEQUENCES = ("heading_remove_strings", "body_remove_strings")
_DEFAULTS: dict[str, t.Any] = {
    "boost_titles": True,
    "allow_external_links": False,
    "add_chunks_to_dataset": True,
    "limit": 1000,
    **{name: [] for name in _SETS + _SEQUENCES},
}
"""What the server does with null (docs/server.md 3.3); a list that is not there does what an empty one does."""

_LARGEST_LIMIT = 2**31 - 1

_OWN_WEBHOOK = "/api/file/html_page"

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
"""The options that a crawl is declared with; also the entries of C(trieve_crawls)."""

MANAGED = tuple(name for name in CRAWL_OPTIONS if name not in ("site_url", "scrape_options"))

Given = dict[str, t.Any]
"""What a user declared of a crawl: C(site_url), C(kind) and the options that were given, with suboptions beside them."""

_TEXTS = (type(None), [str])
_SHAPE: dict[str, t.Any] = {
    **dict.fromkeys(("id", "url", "status", "crawl_type"), str),
    "interval": (type(None), {"secs": int}),
    "crawl_options": {
        **dict.fromkeys(_SETS + _SEQUENCES, _TEXTS),
        "interval": (type(None), str),
        "scrape_options": (type(None), {"tag_regexes": _TEXTS}),
    },
}


class Crawl:
    """A crawl as the server holds it.

    :param row: an item of the server's list, or its answer to a creation
    """

    def __init__(self, row: t.Mapping[str, t.Any]) -> None:
        self.id: str = row["id"]
        self.site_url: str = row["url"]
        self.kind: str = row["crawl_type"]
        self.status: str = row["status"]
        self.created_at = str(row.get("created_at") or "")
        self.row = row
        self._options: t.Mapping[str, t.Any] = row["crawl_options"]
        self._result: dict[str, t.Any] | None = None

    def result(self) -> dict[str, t.Any]:
        """Flat and named like the options, without its Firecrawl job (which changes) and the server's secret.

        Always the same dictionary, since it is asked for several times of each of thousands. Not to be changed.
        """
        if self._result is None:
            self._result = self._flat()
        return self._result

    def _flat(self) -> dict[str, t.Any]:
        seconds: t.Any = (self.row.get("interval") or {}).get("secs")
        suboptions = SCRAPE_SUBOPTIONS.get(self.kind, ())
        scrape = self._options.get("scrape_options") or {}
        return {
            "id": self.id,
            "site_url": self.site_url,
            "kind": self.kind,
            "status": self.status,
            **{name: self._options.get(name) for name in MANAGED},
            "interval": INTERVALS.get(seconds, self._options.get("interval")),
            "interval_seconds": seconds,
            "webhook_urls": self._own_webhook_taken_out(),
            "scrape_options": {"type": self.kind, **{name: scrape.get(name) for name in suboptions}}
            if suboptions
            else None,
            "created_at": self.row.get("created_at"),
            "next_crawl_at": self.row.get("next_crawl_at"),
        }

    def is_of(self, given: Given) -> bool:
        """Whether it is a crawl of this site, exactly as written, and of this kind."""
        return self.site_url == given["site_url"] and self.kind == given["kind"]

    def view(self, given: Given) -> dict[str, t.Any]:
        """What it holds of the given options, in the form that C(wanted) brings them to."""
        known = {**self.result(), **(self._options.get("scrape_options") or {})}
        webhook_urls = self._options.get("webhook_urls") or []
        if set(given.get("webhook_urls", ())) == set(webhook_urls):
            known["webhook_urls"] = webhook_urls  # the user names the server's own one, too
        return {name: normal(name, known.get(name)) for name in wanted(given)}

    def views(self, names: t.Iterable[str]) -> list[dict[str, t.Any]]:
        """Each C(view) that it can have of entries with these options: it depends on whether they name the server's webhook."""
        probe = dict.fromkeys(names)
        if "webhook_urls" not in probe:
            return [self.view(probe)]
        return [self.view({**probe, "webhook_urls": urls}) for urls in ([], self._options.get("webhook_urls") or [])]

    def age(self) -> tuple[str, str]:
        """Sorts crawls from the oldest to the newest, in the same order for everybody who reads the list.

        Digits that are left out of a time are zeros, so the texts sort as the times do. The ID decides between equal times.
        """
        return self.created_at, self.id

    def every_option(self) -> dict[str, t.Any]:
        """All options in their normal form, whoever declared them: two crawls of a site with equal ones do the same."""
        known = {**self.result(), **(self._options.get("scrape_options") or {})}
        known["interval"] = known["interval"] or known["interval_seconds"]
        return {name: normal(name, known.get(name)) for name in (*MANAGED, *SCRAPE_SUBOPTIONS.get(self.kind, ()))}

    def _own_webhook_taken_out(self) -> list[str]:
        """The server appends a webhook of its own unless it is to leave the chunks out (docs/server.md 3.3)."""
        urls = list(self._options.get("webhook_urls") or [])
        if urls and urls[-1].endswith(_OWN_WEBHOOK) and self._options.get("add_chunks_to_dataset") is not False:
            urls.pop()
        return urls

    def body(self) -> dict[str, t.Any]:
        """The options to create it with once more: less what the server added, and less what is not set."""
        options = {name: self._options.get(name) for name in MANAGED}
        options["webhook_urls"] = self._own_webhook_taken_out() or None
        scrape = self._options.get("scrape_options") or {}
        options["scrape_options"] = {name: value for name, value in scrape.items() if value is not None} or None
        return {name: value for name, value in options.items() if value is not None}


def declared(options: t.Mapping[str, t.Any]) -> Given:
    """The given options of a crawl, flat, after the checks that need no server.

    :param options: a task's options or an entry of a list
    :raises TaskFailed: what the server would not take, or would take for something else, by name
    """
    given = site_and_kind(options)
    _check_scheme(given)
    given.update({name: options[name] for name in MANAGED if options[name] is not None})
    for name, value in (options["scrape_options"] or {}).items():
        if name == "type" or value is None:
            continue
        if name not in SCRAPE_SUBOPTIONS[given["kind"]]:
            raise TaskFailed(f"scrape_options.{name} does not belong to a crawl of type {given['kind']}.")
        given[name] = value
    if "limit" in given:
        between(given, "limit", 1, _LARGEST_LIMIT)
    _check_external_links(given)
    return given


def site_and_kind(options: t.Mapping[str, t.Any]) -> Given:
    """What a crawl is found by. Options as in C(declared)."""
    site_url = options["site_url"]
    if site_url is None:  # not required_if: that would hide the name of a misspelt option
        raise TaskFailed("site_url is missing. Give the address to crawl.")
    if not site_url or site_url != site_url.strip() or any(char in site_url for char in "\r\n\t"):
        raise TaskFailed(
            f"site_url {site_url!r} is no address: it is empty, or has a blank or a line break around or in it."
        )
    return {"site_url": site_url, "kind": (options["scrape_options"] or {}).get("type") or KINDS[0]}


def _check_scheme(given: Given) -> None:
    """Refuse an address that Firecrawl or the shop crawler cannot open. A channel may be named in other ways."""
    site_url = given["site_url"]
    if given["kind"] == "youtube" or re.match(r"https?://[^/?#]", site_url, re.IGNORECASE):
        return
    has_scheme = re.match(r"[a-z][a-z0-9+.-]*:/", site_url, re.IGNORECASE)
    example = "https://docs.example.com" if has_scheme else f"https://{site_url.lstrip('/')}"
    raise TaskFailed(
        f"site_url {site_url!r} does not start with http:// or https:// and a host. Write the full URL, for example {example}."
    )


def _check_external_links(options: t.Mapping[str, t.Any]) -> None:
    if options.get("allow_external_links") and all(path == "*" for path in options.get("include_paths") or ()):
        raise TaskFailed(
            "allow_external_links needs include_paths with at least one path other than '*' beside it:"
            " Trieve does not follow external links without a limit."
        )


def normal(name: str, value: t.Any) -> t.Any:
    """The form in which two values of an option are equal if the server does the same with them."""
    if value is None:
        return "never" if name == "interval" else _DEFAULTS.get(name)
    if name in _SETS:
        return sorted(set(value))
    return value


def wanted(given: Given) -> dict[str, t.Any]:
    """The given options in the form that C(Crawl.view) brings a crawl's own to: the two are compared, and are the diff."""
    return {name: normal(name, value) for name, value in given.items() if name not in ("site_url", "kind")}


def new_body(given: Given, existing: Crawl | None) -> dict[str, t.Any]:
    """The options to create a crawl with: those of the crawl that it replaces, overlaid with the given ones.

    :raises TaskFailed: the two together are nothing that the server would take
    """
    options = existing.body() if existing else {}
    scrape = {**options.pop("scrape_options", {}), "type": given["kind"]}
    suboptions = SCRAPE_SUBOPTIONS[given["kind"]]
    scrape.update({name: given[name] for name in suboptions if name in given})
    options.update({name: value for name, value in given.items() if name in MANAGED})
    if options.get("interval") == "never":
        del options["interval"]
    if given["kind"] == "openapi":
        for name in suboptions:
            if scrape.get(name) is None:
                raise TaskFailed(f"scrape_options.{name} is missing: a new crawl of type openapi needs it.")
    if given["kind"] != KINDS[0]:
        options["scrape_options"] = scrape
    _check_external_links(options)
    return {"site_url": given["site_url"], **options}


def list_crawls(task: Task, client: TrieveClient, dataset: str, must_exist: bool) -> list[Crawl]:
    """All crawls of the dataset, newest first; none if C(without_dataset) lets its absence pass."""
    rows = client.list_all("/api/crawl", dataset=dataset, shape=_SHAPE, expected_errors=UNKNOWN_DATASET)
    if rows is None:
        without_dataset(task, client, dataset, must_exist)
        return []
    return [Crawl(row) for row in rows]


def create_crawl(client: TrieveClient, dataset: str, body: t.Mapping[str, t.Any]) -> Crawl:
    """Start a crawl. Each call starts another one."""
    return Crawl(client.post("/api/crawl", dict, {"crawl_options": body}, dataset=dataset, shape=_SHAPE))


def delete_crawl(client: TrieveClient, dataset: str, crawl: Crawl) -> None:
    """Delete a crawl that C(list_crawls) has shown: the server asks nobody whose it is (docs/server.md 3.7)."""
    client.delete(f"/api/crawl/{segment(crawl.id)}", dataset=dataset)


def predicted_crawl(given: Given, body: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The result that a creation with this body would have, as far as that can be known before it."""
    seconds = {word: secs for secs, word in INTERVALS.items()}.get(body.get("interval", ""))
    row = {
        "id": None,
        "url": given["site_url"],
        "crawl_type": given["kind"],
        "status": STATUSES[0],
        "interval": {"secs": seconds} if seconds else None,
        "crawl_options": body,
    }
    return Crawl(row).result()


def warn_of_near_misses(
    task: Task, crawls: t.Iterable[Crawl], entries: t.Iterable[Given], other_kinds: bool = False
) -> None:
    """Warn of each crawl that an entry just misses: by a final slash, by case or by how Unicode is composed.

    :param other_kinds: warn of crawls of another kind, too, for a task that found nothing to delete
    """
    declared_as: dict[str, set[tuple[str, str]]] = {}
    for given in entries:
        declared_as.setdefault(_near_form(given["site_url"]), set()).add((given["site_url"], given["kind"]))
    for crawl in crawls:
        near = declared_as.get(_near_form(crawl.site_url), set())
        if not near or (crawl.site_url, crawl.kind) in near:
            continue
        there = f"Crawl {crawl.id} is of {crawl.site_url} ({crawl.kind})"
        same_kind = sorted(site_url for site_url, kind in near if kind == crawl.kind)
        if same_kind:
            task.warn(f"{there}, {_difference(crawl.site_url, same_kind[0])} It is taken for another site.")
        elif other_kinds:
            task.warn(
                f"{there}, so it is of another kind than the one to delete and stays. To delete it, set state: absent and"
                f" crawl_id: {crawl.id}, or site_url: {crawl.site_url} and scrape_options.type: {crawl.kind}."
            )


def warn_of_unknown_ids(task: Task, dataset: str, crawl_ids: t.Iterable[str]) -> None:
    """Warn of IDs to delete that the list of the dataset does not show. Other datasets are not searched."""
    names = list(crawl_ids)
    if names:
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        what, they, are = ("Crawl", "it", "is") if len(names) == 1 else ("Crawls", "they", "are")
        task.warn(
            f"{what} {', '.join(names[:10])}{more} not found in dataset {dataset!r}, so {they} {are} not deleted."
            f" {they.capitalize()} may be deleted already or belong to another dataset; if so, set dataset to that one."
        )


def _near_form(site_url: str) -> str:
    """Equal for addresses that a person may take for the same."""
    return unicodedata.normalize("NFC", site_url).rstrip("/").lower()


def _difference(there: str, given: str) -> str:
    """How two addresses of one C(_near_form) differ."""
    if unicodedata.normalize("NFC", there) == unicodedata.normalize("NFC", given):
        return "which looks the same as the declared address, but composes its accented characters differently (Unicode NFC and NFD)."
    return f"which differs from {given} by a final slash or by case only."
