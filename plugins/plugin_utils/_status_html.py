# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A status document as one HTML file: no script, nothing to load, light and dark, and as readable on a phone as on a desk."""

from __future__ import annotations

import html
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.mask import readable
from ansible_collections.community.trieve.plugins.module_utils._core.values import counted
from ansible_collections.community.trieve.plugins.module_utils._web import split_url
from ansible_collections.community.trieve.plugins.plugin_utils._status import ERROR, Document, age_words

SHOWN = 20
"""Missing pages that are listed for a crawl."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Nothing is loaded and nothing runs, even if a text of the server got past the escaping."""

_STYLE = """
:root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --text: #1c2128; --soft: #57606a; --line: #d8dee4;
  --bar: #2f6fdb; --track: #e4e8ed; --ok: #1a7f37; --warning: #8a5a00; --error: #c11c28; --stale: #bf8700 }
@media (prefers-color-scheme: dark) { :root { --page: #14171c; --card: #1d2229; --text: #e6e9ed; --soft: #9aa4b0; --line: #343b45;
  --bar: #6ea8fe; --track: #323944; --ok: #56d364; --warning: #e3b341; --error: #ff7b72; --stale: #d29922 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.5rem; margin: .5rem 0 0 } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem } h3 { font-size: 1rem; margin: 0 0 .5rem }
a { color: inherit } p { margin: .25rem 0 } .soft { color: var(--soft); font-size: .875rem }
ul { list-style: none; margin: 0; padding: 0 }
.cards { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)) }
.numbers { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); margin: 1rem 0 }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem }
.numbers b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums }
.problems .card { border-left: .3rem solid var(--warning); margin-bottom: .5rem } .problems .card.error { border-left-color: var(--error) }
.state { font-weight: 600 } .state.ok { color: var(--ok) } .state.warning { color: var(--warning) } .state.error { color: var(--error) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .75rem; margin: .5rem 0 } dt { color: var(--soft) } dd { margin: 0 }
dd, .value { font-variant-numeric: tabular-nums }
svg { display: block; width: 100%; height: .6rem; border-radius: .3rem; margin: .15rem 0 .5rem }
svg .track { fill: var(--track) } svg .bar { fill: var(--bar) } svg .stale { fill: var(--stale) }
.label { display: flex; justify-content: space-between; gap: 1rem } .label .value, .label > .state { white-space: nowrap }
details summary { cursor: pointer; color: var(--soft) }
"""


def as_html(document: Document) -> str:
    """The page."""
    title = f"Status of {document['title']}"
    body = [
        f"<h1>{_text(title)}</h1>",
        f'<p class="soft">Organization {_text(document["organization_id"])}, read at {_text(document["read_at"])}</p>',
        _numbers(document["summary"]),
        _problems(document["problems"]),
        _sizes(document["datasets"]),
        *map(_dataset, document["datasets"]),
        _components(document["components"], document["ready"]),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f'<link rel="icon" href="data:,">\n<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n'
        + "\n".join(filter(None, body))
        + "\n</body>\n</html>\n"
    )


def _text(value: t.Any) -> str:
    """A text of the server, or of a user, as text."""
    return html.escape(readable("" if value is None else str(value)), quote=True)


def _link(url: str) -> str:
    """A URL that can be followed, if it is one of the web."""
    if split_url(url) is None:
        return _text(url)
    return f'<a href="{_text(url)}" rel="noopener noreferrer">{_text(url)}</a>'


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"


def _bar(words: str, *parts: tuple[str, float]) -> str:
    """A bar from 0 to 100, with parts of a class and a width each from the left.

    :param words: what a screen reader says
    """
    rects, start = ['<rect class="track" width="100" height="6"/>'], 0.0
    for name, width in parts:
        width = min(max(width, 0.0), 100 - start)
        rects.append(f'<rect class="{name}" x="{start:.2f}" width="{width:.2f}" height="6"/>')
        start += width
    return f'<svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{_text(words)}">{"".join(rects)}</svg>'


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
        head = f'<span class="state {state}">{state.capitalize()}</span> <span class="soft">{_text(place)}</span>'
        items.append(f'<li class="card {state}">{head}<p>{_text(one["text"])}</p></li>')
    return f'<h2>Needs attention</h2><ul class="problems">{"".join(items)}</ul>'


def _sizes(datasets: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """A chart of the chunks of each dataset."""
    if len(datasets) < 2:
        return ""
    largest = max((dataset["chunks"] or 0) for dataset in datasets) or 1
    rows = []
    for dataset in sorted(datasets, key=lambda one: -(one["chunks"] or 0)):
        count = dataset["chunks"] or 0
        label = f'<span>{_text(dataset["label"])}</span><span class="value">{_number(dataset["chunks"])}</span>'
        words = f"{dataset['label']}: {counted(count, 'chunk')}"
        rows.append(f'<div class="label">{label}</div>{_bar(words, ("bar", 100 * count / largest))}')
    return f'<h2>Chunks</h2><div class="card">{"".join(rows)}</div>'


def _dataset(dataset: t.Mapping[str, t.Any]) -> str:
    name = f" · {_text(dataset['name'])}" if dataset["name"] != dataset["label"] else ""
    head = f'<h2>Dataset {_text(dataset["label"])}</h2><p class="soft">{_number(dataset["chunks"])} chunks{name}</p>'
    if not dataset["crawls"]:
        return f'{head}<p class="soft">No crawls.</p>'
    return f'{head}<div class="cards">{"".join(map(_crawl, dataset["crawls"]))}</div>'


def _crawl(crawl: t.Mapping[str, t.Any]) -> str:
    state = {"Completed": "ok", "Failed": "error"}.get(crawl["status"], "warning")
    chunks = crawl["chunks"]
    rows = {
        "Status": f'<span class="state {state}">{_text(crawl["status"])}</span>'
        + (" (duplicate)" if crawl["duplicate"] else ""),
        "Kind": _text(crawl["kind"]),
        "Age": _text(age_words(crawl["age_seconds"])),
        "Interval": _text(crawl["interval"] or "none"),
    }
    if crawl["unfinished_seconds"]:
        rows["Running for"] = _text(age_words(crawl["unfinished_seconds"]))
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
        parts.append(_bar(words, ("bar", 100 - stale), ("stale", stale)))
    parts.append(_coverage(crawl))
    return f'<article class="card">{"".join(parts)}</article>'


def _coverage(crawl: t.Mapping[str, t.Any]) -> str:
    coverage = crawl["coverage"]
    if not coverage:
        return f'<p class="soft">{_text(crawl["coverage_error"])}</p>' if crawl["coverage_error"] else ""
    words = f"{coverage['found']} of {counted(coverage['expected'], 'page')}"
    label = f'<span>Coverage: {words}</span><span class="value">{coverage["percent"]:g} %</span>'
    parts = [f'<div class="label">{label}</div>', _bar(f"{words} can be found", ("bar", coverage["percent"]))]
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
            f'<p class="soft">{_text(one["reason"])}</p>' if one.get("reason") and one["status"] == "missing" else ""
        )
        name = _text(one["name"].replace("_", " "))
        items.append(
            f'<li class="label"><span>{name}{reason}</span><span class="state {state}">{_text(one["status"])}</span></li>'
        )
    words = [
        f"{label}: {_text(', '.join(name for name, value in ready.items() if value is wanted))}."
        for label, wanted in (("Ready for", True), ("Not ready for", False), ("Not tested", None))
        if any(value is wanted for value in ready.values())
    ]
    return (
        f'<h2>Components of the server</h2><p class="soft">{" ".join(words)}</p><ul class="card">{"".join(items)}</ul>'
    )
