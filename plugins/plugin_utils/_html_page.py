# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report as one HTML file: no script, nothing to load, light and dark, and as readable on a phone as on a desk."""

from __future__ import annotations

import html
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.mask import readable

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


def page(title: str, body: t.Iterable[str]) -> str:
    """The file.

    :param body: its parts as HTML; empty ones are left out
    """
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f'<link rel="icon" href="data:,">\n<title>{text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n'
        + "\n".join(filter(None, body))
        + "\n</body>\n</html>\n"
    )


def text(value: t.Any) -> str:
    """A text of the server, or of a user, as text."""
    return html.escape(readable("" if value is None else str(value)), quote=True)


def bar_chart(words: str, *parts: tuple[str, float]) -> str:
    """A bar from 0 to 100, with parts of a class and a width each from the left.

    :param words: what a screen reader says
    """
    rects, start = ['<rect class="track" width="100" height="6"/>'], 0.0
    for name, width in parts:
        width = min(max(width, 0.0), 100 - start)
        rects.append(f'<rect class="{name}" x="{start:.2f}" width="{width:.2f}" height="6"/>')
        start += width
    return f'<svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{text(words)}">{"".join(rects)}</svg>'
