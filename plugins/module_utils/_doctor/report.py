# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A diagnosis for people: a table for the terminal, and the message of a failure."""

from __future__ import annotations

import textwrap
import typing as t

from .model import BY_NAME, CAPABILITIES, MISSING, OK, UNKNOWN

_WIDTH = 100


def report_lines(url: str, found: t.Mapping[str, t.Any]) -> list[str]:
    """A table of the components, and under it what is missing, what is not known and what to do.

    :param found: the results C(components) and C(ready)
    """
    components = found["components"]
    lines = [_summary(url, components), ""]
    width = max(len(_title(one)) for one in components)
    lines.append(f"{'component':<{width}}  status   needed for")
    for one in components:
        needed = "everything" if len(one["affects"]) == len(CAPABILITIES) else ", ".join(one["affects"])
        lines.append(f"{_title(one):<{width}}  {one['status']:<7}  {needed}")
    for titles, words in _explanations(components):
        lines += ["", *textwrap.wrap(f"{titles}: {words}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False)]
    lines.append("")
    for words, value in (("ready for", True), ("not ready for", False), ("not known", None)):
        names = [name for name, ready in found["ready"].items() if ready is value]
        if names:
            lines.append(f"{words + ':':<14} {', '.join(names)}")
    return lines


def _explanations(components: t.Sequence[t.Mapping[str, t.Any]]) -> list[tuple[str, str]]:
    """What is to be said of components that are missing, and then of those that are not known, together if it is the same."""
    found: dict[tuple[str, str], list[str]] = {}
    for status in (MISSING, UNKNOWN):
        for one in components:
            if one["status"] == status:
                words = " ".join(filter(None, (one["reason"], one["advice"])))
                found.setdefault((status, words), []).append(_title(one))
    return [(f"{', '.join(titles)} ({status})", words) for (status, words), titles in found.items()]


def _title(component: t.Mapping[str, t.Any]) -> str:
    return BY_NAME[component["name"]].title


def _summary(url: str, components: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    counts = {status: sum(one["status"] == status for one in components) for status in (OK, MISSING, UNKNOWN)}
    words = [f"{counts[OK]} of {len(components)} components work"]
    words += [f"{counts[status]} {status}" for status in (MISSING, UNKNOWN) if counts[status]]
    return f"Trieve at {url}: {', '.join(words)}"


def required_words(
    url: str,
    lacking: t.Sequence[str],
    ready: t.Mapping[str, bool | None],
    reasons: t.Sequence[t.Mapping[str, t.Any]],
) -> str:
    """The message of a task whose requirements are not met.

    :param lacking: the required capabilities that do not work or may not work
    :param reasons: the components that are the cause
    """
    broken = [name for name in lacking if ready[name] is False]
    unsure = [name for name in lacking if ready[name] is None]
    words = []
    if broken:
        words.append(f"Trieve at {url} is not ready for {', '.join(broken)}.")
    if unsure:
        words.append(f"Whether Trieve at {url} is ready for {', '.join(unsure)} could not be determined.")
    # What is unknown because something else is missing needs no words of its own.
    shown = [one for one in reasons if one["status"] == MISSING] if broken else list(reasons)
    for one in shown:
        reason = f"{_title(one)}: {one['reason']}"
        words += [reason[0].upper() + reason[1:], *([one["advice"]] if one["advice"] else [])]
    return " ".join(words)
