# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A status document as one HTML file."""

from __future__ import annotations

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.values import counted
from ansible_collections.community.trieve.plugins.module_utils._web import split_url
from ansible_collections.community.trieve.plugins.plugin_utils._html_page import bar_chart, page, text
from ansible_collections.community.trieve.plugins.plugin_utils._status import ERROR, Document, age_words

SHOWN = 20
"""Missing pages that are listed for a crawl."""


def as_html(document: Document) -> str:
    """The page."""
    title = f"Status of {document['title']}"
    body = [
        f"<h1>{text(title)}</h1>",
        f'<p class="soft">Organization {text(document["organization_id"])}, read at {text(document["read_at"])}</p>',
        _numbers(document["summary"]),
        _problems(document["problems"]),
        _sizes(document["datasets"]),
        *map(_dataset, document["datasets"]),
        _components(document["components"], document["ready"]),
    ]
    return page(title, body)


def _link(url: str) -> str:
    """A URL that can be followed, if it is one of the web."""
    if split_url(url) is None:
        return text(url)
    return f'<a href="{text(url)}" rel="noopener noreferrer">{text(url)}</a>'


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"


def _numbers(summary: t.Mapping[str, int]) -> str:
    names = {"datasets": "datasets", "crawls": "crawls", "chunks": "chunks", "stale_chunks": "stale chunks"}
    cards = [f'<div class="card"><b>{summary[name]:,}</b>{words}</div>' for name, words in names.items()]
    for name in ("errors", "warnings"):
        state = ("error" if name == "errors" else "warning") if summary[name] else "ok"
        cards.append(f'<div class="card"><b class="state {state}">{summary[name]:,}</b>{name}</div>')
    return f'<div class="numbers">{"".join(cards)}</div>'


def _problems(problems: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    if not problems:
        return '<p class="state ok">No problems found.</p>'
    items = []
    for one in problems:
        state = "error" if one["severity"] == ERROR else "warning"
        place = ", ".join(filter(None, (one["dataset"] and f"dataset {one['dataset']}", one["site_url"])))
        head = f'<span class="state {state}">{state.capitalize()}</span> <span class="soft">{text(place)}</span>'
        items.append(f'<li class="card {state}">{head}<p>{text(one["text"])}</p></li>')
    return f'<h2>Needs attention</h2><ul class="problems">{"".join(items)}</ul>'


def _sizes(datasets: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """A chart of the chunks of each dataset."""
    if len(datasets) < 2:
        return ""
    largest = max((dataset["chunks"] or 0) for dataset in datasets) or 1
    rows = []
    for dataset in sorted(datasets, key=lambda one: -(one["chunks"] or 0)):
        count = dataset["chunks"] or 0
        label = f'<span>{text(dataset["label"])}</span><span class="value">{_number(dataset["chunks"])}</span>'
        words = f"{dataset['label']}: {counted(count, 'chunk')}"
        rows.append(f'<div class="label">{label}</div>{bar_chart(words, ("bar", 100 * count / largest))}')
    return f'<h2>Chunks</h2><div class="card">{"".join(rows)}</div>'


def _dataset(dataset: t.Mapping[str, t.Any]) -> str:
    name = f" · {text(dataset['name'])}" if dataset["name"] != dataset["label"] else ""
    head = f'<h2>Dataset {text(dataset["label"])}</h2><p class="soft">{_number(dataset["chunks"])} chunks{name}</p>'
    if not dataset["crawls"]:
        return f'{head}<p class="soft">No crawls.</p>'
    return f'{head}<div class="cards">{"".join(map(_crawl, dataset["crawls"]))}</div>'


def _crawl(crawl: t.Mapping[str, t.Any]) -> str:
    state = {"Completed": "ok", "Failed": "error"}.get(crawl["status"], "warning")
    chunks = crawl["chunks"]
    rows = {
        "Status": f'<span class="state {state}">{text(crawl["status"])}</span>'
        + (" (duplicate)" if crawl["duplicate"] else ""),
        "Kind": text(crawl["kind"]),
        "Age": text(age_words(crawl["age_seconds"])),
        "Interval": text(crawl["interval"] or "none"),
    }
    if crawl["unfinished_seconds"]:
        rows["Running for"] = text(age_words(crawl["unfinished_seconds"]))
    if chunks["of_site"] is not None:
        rows["Chunks"] = _number(chunks["of_site"])
        rows["Stale"] = _number(chunks["stale"])
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows.items())
    parts = [f"<h3>{_link(crawl['site_url'])}</h3>", f"<dl>{listed}</dl>"]
    if chunks["of_site"] and chunks["stale"] is not None:
        stale = 100 * chunks["stale"] / chunks["of_site"]
        current = chunks["of_site"] - chunks["stale"]
        label = f'<span>Current chunks: {current:,} of {chunks["of_site"]:,}</span><span class="value">{100 - stale:.3g} %</span>'
        parts.append(f'<div class="label">{label}</div>')
        words = f"{chunks['stale']} of {counted(chunks['of_site'], 'chunk')} are stale"
        parts.append(bar_chart(words, ("bar", 100 - stale), ("stale", stale)))
    parts.append(_coverage(crawl))
    return f'<article class="card">{"".join(parts)}</article>'


def _coverage(crawl: t.Mapping[str, t.Any]) -> str:
    coverage = crawl["coverage"]
    if not coverage:
        return f'<p class="soft">{text(crawl["coverage_error"])}</p>' if crawl["coverage_error"] else ""
    words = f"{coverage['found']} of {counted(coverage['expected'], 'page')}"
    label = f'<span>Coverage: {words}</span><span class="value">{coverage["percent"]:g} %</span>'
    parts = [f'<div class="label">{label}</div>', bar_chart(f"{words} can be found", ("bar", coverage["percent"]))]
    if coverage["missing_count"]:
        items = "".join(f"<li>{_link(url)}</li>" for url in coverage["missing"][:SHOWN])
        more = coverage["missing_count"] - min(SHOWN, len(coverage["missing"]))
        items += f"<li>and {more:,} more</li>" if more else ""
        parts.append(f"<details><summary>Missing pages</summary><ul>{items}</ul></details>")
    return "".join(parts)


def _components(components: t.Sequence[t.Mapping[str, t.Any]], ready: t.Mapping[str, t.Any]) -> str:
    if not components:
        return ""
    items = []
    for one in components:
        state = {"ok": "ok", "missing": "error"}.get(one["status"], "soft")
        reason = (
            f'<p class="soft">{text(one["reason"])}</p>' if one.get("reason") and one["status"] == "missing" else ""
        )
        name = text(one["name"].replace("_", " "))
        items.append(
            f'<li class="label"><span>{name}{reason}</span><span class="state {state}">{text(one["status"])}</span></li>'
        )
    words = [
        f"{label}: {text(', '.join(name for name, value in ready.items() if value is wanted))}."
        for label, wanted in (("Ready for", True), ("Not ready for", False), ("Not tested", None))
        if any(value is wanted for value in ready.values())
    ]
    return (
        f'<h2>Components of the server</h2><p class="soft">{" ".join(words)}</p><ul class="card">{"".join(items)}</ul>'
    )
