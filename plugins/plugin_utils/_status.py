# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The status of an organization as one document, from what modules have returned. All formats show this document."""

from __future__ import annotations

import math
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.ages import to_timestamp
from ansible_collections.community.trieve.plugins.module_utils._core.values import counted

Document = dict[str, t.Any]

UNFINISHED = 60 * 60
"""Seconds after which a crawl that has not finished is a problem."""

SETTLED = 10 * 60
"""Seconds after the start of a crawl within which its chunks may still be on their way."""

LOWEST_COVERAGE = 95
"""Percentage of pages below which coverage is a problem."""

ERROR, WARNING = "error", "warning"

_UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def status_document(
    status: t.Mapping[str, t.Any],
    coverage: t.Iterable[t.Mapping[str, t.Any]] = (),
    doctor: t.Mapping[str, t.Any] | None = None,
    title: str = "Trieve",
) -> Document:
    """The document.

    :param status: RV(status) of trieve_status_info
    :param coverage: results of trieve_crawl_coverage_info, also failed ones, with their C(item) if they come from a loop
    :param doctor: result of trieve_doctor, also a failed one
    """
    now = to_timestamp(status["read_at"]) or 0.0
    problems: list[dict[str, t.Any]] = []
    components = list((doctor or {}).get("components") or ())
    for one in components:
        if one["status"] == "missing":
            words = " ".join(filter(None, (one.get("reason"), one.get("advice"))))
            optional = one.get("affects") == ["analytics"]
            problems.append(
                _problem(WARNING if optional else ERROR, None, None, f"Component {one['name']} is missing. {words}")
            )
    if doctor and not components and doctor.get("msg"):
        problems.append(_problem(WARNING, None, None, f"The server could not be diagnosed: {doctor['msg']}"))
    by_site = _by_site(coverage)
    used: set[tuple[str, str]] = set()
    datasets = []
    for dataset in status["datasets"]:
        label = dataset["tracking_id"] or dataset["id"]
        crawls = []
        for crawl in dataset["crawls"]:
            keys = {(name, _plain(crawl["site_url"])) for name in (dataset["tracking_id"], dataset["id"]) if name}
            found = next((by_site[key] for key in sorted(keys) if key in by_site), None) if crawl["newest"] else None
            used |= keys
            crawls.append(_crawl(crawl, found, now))
        for crawl in crawls:
            problems += [_problem(level, label, crawl["site_url"], words) for level, words in _of_crawl(crawl)]
        datasets.append({**dataset, "label": label, "crawls": crawls})
    for (name, site_url), result in by_site.items():
        if (name, site_url) not in used:
            problems.append(
                _problem(WARNING, name, site_url, f"The dataset has no crawl of this URL. {_words(result)}")
            )
    every = [crawl for dataset in datasets for crawl in dataset["crawls"]]
    return {
        "title": title,
        "organization_id": status["organization_id"],
        "read_at": f"{status['read_at']}Z",
        "summary": {
            "datasets": len(datasets),
            "crawls": len(every),
            "chunks": sum(dataset["chunks"] or 0 for dataset in datasets),
            "stale_chunks": sum(crawl["chunks"]["stale"] or 0 for crawl in every),
            "errors": sum(problem["severity"] == ERROR for problem in problems),
            "warnings": sum(problem["severity"] == WARNING for problem in problems),
        },
        "problems": sorted(problems, key=lambda problem: problem["severity"] != ERROR),
        "datasets": datasets,
        "components": components,
        "ready": dict((doctor or {}).get("ready") or {}),
    }


def _problem(severity: str, dataset: str | None, site_url: str | None, text: str) -> dict[str, t.Any]:
    return {"severity": severity, "dataset": dataset, "site_url": site_url, "text": text.strip()}


def _by_site(results: t.Iterable[t.Mapping[str, t.Any]]) -> dict[tuple[str, str], t.Mapping[str, t.Any]]:
    """The results by dataset and URL. A failed result has both in its item only."""
    found = {}
    for result in results:
        place = result.get("coverage") or result.get("item") or {}
        if place.get("dataset") and place.get("site_url"):
            found[place["dataset"], _plain(place["site_url"])] = result
    return found


def _plain(url: str) -> str:
    return url.rstrip("/")


def _words(result: t.Mapping[str, t.Any]) -> str:
    coverage = result.get("coverage")
    if coverage:
        return f"Coverage is {coverage['percent']:g} %."
    return f"Coverage could not be determined: {result.get('msg') or 'no result'}"


def _crawl(crawl: t.Mapping[str, t.Any], found: t.Mapping[str, t.Any] | None, now: float) -> dict[str, t.Any]:
    completed, created = to_timestamp(crawl["last_completed_at"]), to_timestamp(crawl["created_at"])
    finished = crawl["status"] in ("Completed", "Failed")
    return {
        **crawl,
        "age_seconds": _seconds(now, completed),
        "unfinished_seconds": 0 if finished else _seconds(now, created),
        "coverage": (found or {}).get("coverage"),
        "coverage_error": _words(found) if found is not None and not found.get("coverage") else None,
    }


def _seconds(now: float, then: float | None) -> int | None:
    """The seconds between two times. The clocks of two machines differ, so they may be negative."""
    return None if then is None else max(0, math.floor(now - then))


def _of_crawl(crawl: t.Mapping[str, t.Any]) -> t.Iterator[tuple[str, str]]:
    """Severity and words of each problem of a crawl."""
    if crawl["duplicate"]:
        yield (
            WARNING,
            "A newer crawl of the dataset has the same URL and options. See the option duplicates of trieve_crawls.",
        )
        return
    age, chunks, coverage = crawl["age_seconds"], crawl["chunks"], crawl["coverage"]
    unfinished = crawl["unfinished_seconds"] or 0
    if crawl["status"] == "Failed":
        yield ERROR, "The crawl failed. Trieve does not store the reason. See the log of its crawl worker."
    if unfinished > UNFINISHED:
        hint = "The crawl worker may not be running. Test it with community.trieve.trieve_doctor."
        yield (
            ERROR,
            f"The crawl has not finished after {age_words(unfinished)}. Its status is {crawl['status']}. {hint}",
        )
    if crawl["status"] == "Completed" and chunks["of_site"] == 0 and (age or 0) > SETTLED:
        yield ERROR, "The crawl has completed, but the dataset has no chunks of the site."
    interval = crawl["interval_seconds"]
    if interval and age is not None and age > interval:
        hint = "On a self-hosted server, schedule a task with recrawl: overdue."
        yield (
            WARNING,
            f"The interval is {crawl['interval'] or age_words(interval)}, but the site was last crawled {age_words(age)} ago. {hint}",
        )
    if chunks["stale"]:
        yield WARNING, f"{counted(chunks['stale'], 'chunk')} of earlier crawls can still be found."
    if coverage and coverage["percent"] < LOWEST_COVERAGE:
        yield (
            WARNING,
            (
                f"Coverage is {coverage['percent']:g} %: {coverage['missing_count']} of {counted(coverage['expected'], 'page')} cannot be found."
            ),
        )
    if crawl["coverage_error"]:
        yield WARNING, crawl["coverage_error"]


def age_words(seconds: float | None) -> str:
    """A duration in its two largest units."""
    if seconds is None:
        return "unknown"
    left = int(seconds)
    words: list[str] = []
    for unit, size in _UNITS:
        if left >= size or (unit == "s" and not words):
            words.append(f"{left // size} {unit}")
            left %= size
        elif words:
            break
        if len(words) == 2:
            break
    return " ".join(words)


def summary_line(document: Document) -> str:
    """One sentence about the document."""
    summary = document["summary"]
    found = ", ".join(counted(summary[f"{name}s"], name) for name in ("error", "warning") if summary[f"{name}s"])
    return (
        f"{counted(summary['datasets'], 'dataset')}, {counted(summary['crawls'], 'crawl')}, {counted(summary['chunks'], 'chunk')}:"
        f" {found or 'no problems'}."
    )
