# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan as a document: a sentence, a line for each change, Markdown for a pull request, JSON for programs.

All of them are made of what every module returns (C(plan) and C(summary)), and of C(fingerprint) and C(undeclared) if the module has them.
"""

from __future__ import annotations

import collections
import json
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.mask import readable
from ansible_collections.community.trieve.plugins.module_utils._core.plan import kind_words
from ansible_collections.community.trieve.plugins.module_utils._core.values import counted, without_secrets

from ._markdown import CELL, cell, code, cut, difference, folded, harmless, masked_pair, one_line, table

Result = t.Mapping[str, t.Any]
Entry = dict[str, t.Any]

_KEPT = ("update", "replace", "rotate")
"""Actions whose object is there before and after."""

_IN_THE_NAME = ("id", "kind", "name", "site_url", "tracking_id")
"""Fields that the name of a new or deleted object contains."""

VERSION = 1
"""Version of the format of C(plan.json). A new key does not change it."""

SCHEMA_ID = (
    "https://raw.githubusercontent.com/ansible-collections/community.trieve/main/docs/schemas/plan-1.schema.json"
)

ACTIONS = {
    "delete": "deleted",
    "remove": "removed",
    "clear": "cleared",
    "replace": "replaced",
    "rotate": "rotated",
    "update": "updated",
    "create": "created",
    "clone": "cloned",
    "invite": "invited",
    "send": "sent",
}
"""Every action with its past participle. What loses something comes first, so that a reviewer sees it first."""

_SUMMARY_ORDER = ("create", "clone", "invite", "send", "update", "replace", "rotate", "clear", "remove", "delete")

MOST_CHARACTERS = 60_000
"""Characters of the Markdown. A comment on GitHub may have 65,536."""

_MOST_NAMES = 20

_MOST_FAILURES = 10
"""Failures, and changes that were not tried, that the lines name."""

_NOTICE = 800
"""Characters that are kept for the sentences about what was left out."""

MOST_OF_A_VALUE = 4_000
"""Characters of one folded value."""

MARKER = "<!-- community.trieve plan -->"
"""First line of the Markdown, by which a pipeline finds its comment again. A browser does not show it."""

NOT_SHOWN = "not_shown"
"""The field of a change that names secrets which are written but cannot be compared."""


# -- data --------------------------------------------------------------------------------------------------------------


def document(result: Result) -> Entry:
    """The plan as C(plan.json) has it, without secrets."""
    return {
        "$schema": SCHEMA_ID,
        "version": VERSION,
        "fingerprint": result.get("fingerprint"),
        "summary": dict(result.get("summary") or {}),
        "plan": [_entry(change) for change in result.get("plan") or ()],
        "undeclared": [_entry(thing, fields=False) for thing in result.get("undeclared") or ()],
        "left_alone": [dict(some) for some in result.get("left_alone") or ()],
        "uncovered_secrets": list(result.get("uncovered_secrets") or ()),
    }


def _entry(change: Result, fields: bool = True) -> Entry:
    """A change, or an object that is not declared, in the order of keys of the schema."""
    names = ("action", "kind", "name", "id", "dataset") if fields else ("kind", "name", "id", "dataset")
    entry: Entry = {name: change.get(name) for name in names}
    entry["name"] = str(masked_pair(entry["name"], None)[0])
    if fields:
        entry["fields"] = [_field(field) for field in without_secrets(list(change.get("fields") or ()))]
        entry["fingerprint"] = change.get("fingerprint")
    return entry


def _field(field: Result) -> Entry:
    before, after = masked_pair(field.get("before"), field.get("after"))
    return {"name": field["name"], "before": before, "after": after}


def plan_json(result: Result) -> str:
    """The plan for programs."""
    return json.dumps(document(result), indent=2, ensure_ascii=False) + "\n"


# -- lines -------------------------------------------------------------------------------------------------------------


def label(thing: Result) -> str:
    """An object as a sentence names it."""
    of_dataset = f" of dataset {thing['dataset']}" if thing.get("dataset") and thing["kind"] != "dataset" else ""
    return f"{kind_words(thing['kind'])} {thing['name']}{of_dataset}"


def counts(summary: t.Mapping[str, int], verb: str = "to {}") -> str:
    """The numbers of changes: C(2 to create, 1 to delete, 196 unchanged).

    :param verb: C({}) for "to create", C({past}) for "created"
    """
    found = [
        f"{summary[action]} {verb.format(action, past=ACTIONS[action])}"
        for action in (*_SUMMARY_ORDER, *(name for name in summary if name not in ACTIONS and name != "unchanged"))
        if summary.get(action)
    ]
    return ", ".join([*(found or ["no changes"]), f"{summary.get('unchanged', 0)} unchanged"])


def plan_summary(result: Result) -> str:
    """One line about the plan: C(Plan: 2 to create, 1 to replace, 1 to delete, 196 unchanged)."""
    return f"Plan: {counts(result.get('summary') or {})}"


def plan_lines(result: Result, fields: bool = False) -> list[str]:
    """The summary, a line for each change, which names the fields of an update, and one for each undeclared object.

    Of a plan that is not the approved one, the lines tell what differs between the two. Of one that was performed in part, they tell what
    failed beside the first failure, which the message names, and what was not tried.

    :param fields: whether the lines contain values: of an update one below the other, of a new or deleted object beside its name
    """
    if "plan" not in result:  # the task failed before there was one, or while it was performed
        return _failed(result)
    lines = [plan_summary(result)]
    if result.get("approval"):
        return lines + list(_not_approved(result["approval"]))
    for change in document(result)["plan"]:
        lines += _with_values(change) if fields else [_line(change)]
    kept = [thing for thing in result.get("undeclared") or () if thing.get("kept")]
    lines += [
        readable(f"undeclared {label(thing)}") for thing in result.get("undeclared") or () if not thing.get("kept")
    ]
    lines += [readable(f"kept {label(thing)}") for thing in kept]
    return lines + left_alone_lines(result)


def _failed(result: Result) -> list[str]:
    """A line for each failure after the first, and for each change that was not tried, as far as they fit on a screen."""
    failures = [f"failed: {_failure(each)}" for each in list(result.get("failures") or ())[1:]]
    left = [f"not tried: {name}" for name in result.get("not_tried") or ()]
    shown = [*failures[:_MOST_FAILURES], *left[:_MOST_FAILURES]]
    more = len(failures) + len(left) - len(shown)
    return [readable(line) for line in shown] + ([f"and {more} more, see the result of the task"] if more else [])


def _failure(failure: Result) -> str:
    kind = next((key for key in failure if key not in ("dataset", "msg", "error")), "")
    thing = {"kind": kind, "name": failure.get(kind, ""), "dataset": failure.get("dataset")}
    return f"{label(thing)}: {one_line(failure.get('msg'))}"


def left_alone_lines(result: Result) -> list[str]:
    """A sentence for each dataset with undeclared objects that are left alone because of what made them."""
    return [readable(_left_alone(some)) for some in result.get("left_alone") or ()]


def _left_alone(some: Result) -> str:
    numbers = (
        (some["crawls"], "made by crawls"),
        (some["files"], "made by files"),
        (some["unknown"], "of unknown origin"),
    )
    parts = [(number, words) for number, words in numbers if number]
    groups = counted(sum(number for number, _words in parts), f"undeclared {kind_words(some['kind'])}")
    how = parts[0][1] if len(parts) == 1 else ", ".join(f"{number} {words}" for number, words in parts)
    return f"left alone: {groups} of dataset {some['dataset']} ({how})"


def _not_approved(approval: Result) -> t.Iterator[str]:
    """What differs between the plan that was approved and the one of now."""
    for change in approval.get("new") or ():
        yield f"not approved: {_line(change)}"
    for change in approval.get("gone") or ():
        yield f"approved, but not in the plan: {_line(change)}"
    for pair in approval.get("different") or ():
        yield f"different: {_line(pair['now'])}"
        entries = {when: _entry(pair[when]) for when in ("approved", "now")}
        names = list(dict.fromkeys(field["name"] for entry in entries.values() for field in entry["fields"]))
        for name in names:
            values = {
                when: next(
                    (" -> ".join(_shown_pair(field)) for field in entry["fields"] if field["name"] == name), "unchanged"
                )
                for when, entry in entries.items()
            }
            if values["approved"] != values["now"]:
                yield readable(f"    {name}: approved {values['approved']}; now {values['now']}")
    if approval.get("secrets_differ"):
        yield "Declared secrets are not the approved ones."


def _with_values(change: Result) -> list[str]:
    fields = [field for field in change["fields"] if field["name"] != NOT_SHOWN]
    secrets = [name for field in change["fields"] if field["name"] == NOT_SHOWN for name in field["after"] or ()]
    if change["action"] in _KEPT:
        lines = [readable(f"    {field['name']}: {' -> '.join(_shown_pair(field))}") for field in fields]
        return [_line({**change, "fields": []}), *lines, *(f"    {name}: (not shown)" for name in secrets)]
    values = [f"{field['name']}: {_shown_value(field)}" for field in fields if field["name"] not in _IN_THE_NAME]
    values += [f"{name}: (not shown)" for name in secrets]
    return [_line(change) + (readable(f" ({', '.join(values)})") if values else "")]


def _shown_pair(field: Result) -> tuple[str, str]:
    return cut(one_line(field["before"]), one_line(field["after"]))


def _shown_value(field: Result) -> str:
    return cut(one_line(field["before"] if field["after"] is None else field["after"]), "")[0]


def _line(change: Result) -> str:
    names = [field["name"] for field in change.get("fields") or () if field["name"] != NOT_SHOWN]
    shown = change["action"] in _KEPT and names
    return readable(f"{change['action']} {label(change)}{': ' + ', '.join(names) if shown else ''}")


# -- Markdown ----------------------------------------------------------------------------------------------------------


def plan_markdown(result: Result, limit: int = MOST_CHARACTERS) -> str:
    """The plan for a comment of a pull request: a table for each change, long values folded, changes that lose something first.

    :param limit: maximum number of characters. What does not fit is named in one line each, and then counted
    """
    plan = document(result)
    order = {action: number for number, action in enumerate(ACTIONS)}
    changes = sorted(plan["plan"], key=lambda change: order.get(change["action"], len(order)))
    head = [MARKER, f"**{plan_summary(plan)}**" if "plan" in result else "**There is no plan**", ""]
    if result.get("msg"):
        head += [f"This plan cannot be applied: {code(str(result['msg'])[:MOST_OF_A_VALUE])}", ""]
    elif plan["fingerprint"]:
        head += [f"Fingerprint: {code(plan['fingerprint'])}", ""]
    if plan["uncovered_secrets"]:
        secrets = ", ".join(map(code, plan["uncovered_secrets"][:_MOST_NAMES]))
        head += [f"The fingerprint does not cover {secrets}. Set TRIEVE_PLAN_KEY to cover secrets.", ""]
    text = "\n".join(head) + "\n"
    undeclared = _undeclared(plan["undeclared"])
    names = [harmless(f"- {_title(change)}\n") for change in changes]
    room = limit - len(text) - _NOTICE
    details = _details(changes, list(map(len, names)), room)
    left = room - sum(map(len, details))
    brief = _that_fit(names[len(details) :], left)
    left -= sum(map(len, brief))
    rest = changes[len(details) + len(brief) :]
    blocks = [text, *details]
    if brief:
        blocks.append(f"Without details, since the report would be too long (see the JSON file):\n\n{''.join(brief)}\n")
    if rest:
        blocks.append(f"Not listed, since the report would be too long (see the JSON file): {_numbers(rest)}.\n\n")
    if undeclared and len(undeclared) <= left:
        blocks.append(undeclared)
    elif undeclared:
        blocks.append(f"Undeclared and not listed (see the JSON file): {_numbers(plan['undeclared'], '')}.\n")
    notes = [_sentence(some) for some in plan["left_alone"][:_MOST_NAMES]]
    return "".join(blocks).rstrip("\n") + "\n" + "".join(notes)


def _details(changes: t.Sequence[Result], names: t.Sequence[int], room: int) -> list[str]:
    """The first changes with their details. The name of a change is worth more than the details of another one.

    :param names: characters of the line that names each change
    """
    shown: list[str] = []
    used, rest = 0, sum(names)
    for change, name in zip(changes, names):
        rest -= name
        block = harmless("\n".join(_block(change)) + "\n\n")
        if used + len(block) + min(rest, room // 2) > room:
            break
        shown.append(block)
        used += len(block)
    return shown


def _that_fit(lines: t.Sequence[str], room: int) -> list[str]:
    found: list[str] = []
    for line in lines:
        room -= len(line)
        if room < 0:
            break
        found.append(line)
    return found


def _title(change: Result) -> str:
    of_dataset = f" of dataset {code(change['dataset'])}" if change["dataset"] and change["kind"] != "dataset" else ""
    return f"{change['action'].capitalize()} {kind_words(change['kind'])} {code(change['name'])}{of_dataset}"


def _block(change: Result) -> list[str]:
    """A change: its title, a table of its short values, and its long ones folded below."""
    lines = [f"#### {_title(change)}", ""]
    rows, long = [], []
    created = not any(field["before"] is not None for field in change["fields"])
    gone = not any(field["after"] is not None for field in change["fields"])
    for field in change["fields"]:
        if field["name"] == NOT_SHOWN:
            rows += [[cell(name), "(not shown)", "(written)"] for name in field["after"] or ()]
            continue
        texts = [one_line(field[side]) for side in ("before", "after")]
        if any(len(text) > CELL for text in texts):
            long.append(field)
            rows.append([cell(field["name"]), *(_size(field[side]) for side in ("before", "after"))])
        else:
            rows.append(
                [
                    cell(field["name"]),
                    *("" if field[side] is None else cell(text) for side, text in zip(("before", "after"), texts)),
                ]
            )
    if rows:
        shown = [0, 2] if created else [0, 1] if gone else [0, 1, 2]
        head = ["field", "before", "after"]
        lines += [*table([head[at] for at in shown], [[row[at] for at in shown] for row in rows]), ""]
    for field in long:
        lines += [*_folded_field(field), ""]
    return lines[:-1]


def _size(value: t.Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{counted(len(text), 'character')}, see below"


def _folded_field(field: Result) -> list[str]:
    lines, left, shown = difference(field["before"], field["after"]), MOST_OF_A_VALUE, []
    for line in lines:
        if left <= 0:
            break
        shown.append(line if len(line) <= left else f"{line[:left]}…")
        left -= len(line) + 1
    cut = sum(len(line) + 1 for line in lines) - sum(len(line) + 1 for line in shown)
    if cut > 0:
        shown.append(f"… {counted(cut, 'more character')}, see the JSON file")
    return folded(field["name"], shown, "diff")


def _undeclared(things: t.Sequence[Result]) -> str:
    if not things:
        return ""
    lines = [harmless(f"- {_title({'action': '', **thing}).strip()}") for thing in things]
    return "\n".join(["#### Undeclared objects, which are only reported", "", *lines, ""])


def _sentence(some: Result) -> str:
    """The objects of a dataset that are left alone, as a paragraph."""
    words = _left_alone({**some, "dataset": code(some["dataset"])})
    return harmless(f"\n{words[0].upper()}{words[1:]}.\n")


def _numbers(things: t.Sequence[Result], verb: str = " to {}") -> str:
    found = collections.Counter((thing["kind"], thing.get("action", "")) for thing in things)
    return ", ".join(
        f"{counted(number, kind_words(kind))}{verb.format(action)}" for (kind, action), number in found.items()
    )


FORMATS: dict[str, t.Callable[[Result], t.Any]] = {
    "summary": plan_summary,
    "lines": plan_lines,
    "markdown": plan_markdown,
    "json": plan_json,
}
"""How a plan can be written."""
