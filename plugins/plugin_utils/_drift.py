# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drift is a plan read the other way round: what a run would change is what has drifted, by object and field."""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.mask import readable
from ansible_collections.community.trieve.plugins.module_utils._core.values import counted, equal, without_secrets

from ._junit import document, not_passed, passed
from ._markdown import cell, cut, harmless, masked_pair, one_line
from ._plan_documents import NOT_SHOWN, Result, label, left_alone_lines

Row = dict[str, t.Any]

MISSING, THERE = "(missing)", "(there)"
DECLARED, NOT_DECLARED = "(declared)", "(not declared)"

HIDDEN = "(not shown)"

_NOT_STATE = (NOT_SHOWN, "api_key_ids", "superseded_api_key_ids")
"""Fields of a change that tell what a run would do beside changing what can be compared."""

_WRITE_ONLY = ("scopes", "expires_at", "default_params", "stop_tokens")
"""Fields that the server does not return. Where it has something, it is in C(before)."""

_HIDDEN_STATE = "public_dataset.extra_params.apiKey"
"""The one secret that Trieve returns, so that it is compared. The others are only written."""

_NEW = ("create", "clone", "invite")
_GONE = ("delete", "remove")


def drift_rows(result: Result) -> list[Row]:
    """One row for each field that differs, and one for each object that is missing or not declared.

    :param result: of a preview
    """
    changes = list(result.get("plan") or ())
    missing = {change["name"] for change in changes if change["kind"] == "dataset" and change["action"] in _NEW}
    rows: list[Row] = []
    for change in without_secrets(changes):
        if change.get("dataset") not in missing or change["kind"] in (
            "dataset",
            "api_key",
        ):  # the dataset's row tells it
            rows += _of_change(change)
    for thing in result.get("undeclared") or ():
        rows.append(_row({"action": "delete", **thing}, None, THERE, NOT_DECLARED))
    return rows


def _row(thing: Result, field: str | None, before: t.Any, after: t.Any) -> Row:
    before, after = masked_pair(before, after)
    return {
        "object": readable(label(thing)),
        "kind": thing["kind"],
        "dataset": thing.get("dataset"),
        "key": thing["name"],
        "id": thing.get("id"),
        "action": thing["action"],
        "field": field,
        "before": before,
        "after": after,
    }


def _of_change(change: Result) -> t.Iterator[Row]:
    if change["action"] in _NEW:
        yield _row(change, None, MISSING, DECLARED)
    elif change["action"] in _GONE:
        yield _row(change, None, THERE, NOT_DECLARED)
    else:
        for field in change.get("fields") or ():
            if field["name"] not in _NOT_STATE and not (field["name"] in _WRITE_ONLY and field["before"] is None):
                yield from _fields(change, field["name"], field["before"], field["after"])
            elif field["name"] == NOT_SHOWN and _HIDDEN_STATE in (field["after"] or ()):
                yield _row(change, _HIDDEN_STATE, HIDDEN, HIDDEN)


def _fields(change: Result, field: str, before: t.Any, after: t.Any) -> t.Iterator[Row]:
    """The innermost fields that differ; a list is one field."""
    if equal(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*after, *(key for key in before if key not in after)]:
            yield from _fields(change, f"{field}.{key}", before.get(key), after.get(key))
    else:
        yield _row(change, field, before, after)


# -- reports -----------------------------------------------------------------------------------------------------------


def drift_summary(result: Result | None) -> str:
    """One sentence about drift.

    :param result: of a preview; C(None) if drift could not be determined
    """
    return _summary(None if result is None else drift_rows(result))


def _summary(rows: t.Sequence[Row] | None) -> str:
    if rows is None:
        return "Drift could not be determined: the run did not get far enough."
    if not rows:
        return "No drift: Trieve matches the state file."
    return f"Drift found: {counted(len(rows), 'difference')} between Trieve and the state file."


def drift_json(result: Result | None) -> str:
    """The rows for programs, with what came of the run."""
    rows = None if result is None else drift_rows(result)
    status = "unknown" if rows is None else "drifted" if rows else "in_sync"
    left_alone = list((result or {}).get("left_alone") or ())
    report = {"status": status, "summary": _summary(rows), "differences": rows or [], "left_alone": left_alone}
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def drift_markdown(result: Result | None) -> str:
    """The rows as a table in Markdown, also readable as it is. Long values are cut to where they differ."""
    rows = None if result is None else drift_rows(result)
    text = f"# Drift\n\n{_summary(rows)}\n"
    notes = [harmless(f"\n{words[0].upper()}{words[1:]}.") for words in left_alone_lines(result or {})]
    if not rows:
        return "\n".join([text.rstrip("\n"), *notes, ""])
    cells = [["object", "field", "Trieve has", "declared"], *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    lines = [f"| {' | '.join(map(str.ljust, line, widths))} |" for line in cells]
    lines.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
    return "\n".join([text, *map(harmless, lines), *notes, ""])


def _cells(row: Row) -> list[str]:
    thing = re.sub(r"([\\`*_\[\]<>|&@#])", r"\\\1", row["object"])
    if row["field"] is None:
        return [thing, "", row["before"], row["after"]]
    before, after = cut(one_line(row["before"]), one_line(row["after"]))
    return [thing, cell(row["field"]), cell(before), cell(after)]


# -- JUnit -------------------------------------------------------------------------------------------------------------


def drift_junit(result: Result | None) -> str:
    """Drift as JUnit XML: one test case an object, which fails if the object has drifted.

    Objects without drift are named by C(objects) of the result if the module returns them; otherwise one test case counts them.
    """
    if result is None:
        cases = [not_passed("trieve.drift", "Drift", "error", "unknown", _summary(None), _summary(None))]
    else:
        cases = [*_drifted(drift_rows(result)), *_in_sync(result)]
    return document("community.trieve.drift", cases)


def _drifted(rows: t.Sequence[Row]) -> t.Iterator[str]:
    by_object: dict[tuple[str, t.Any], list[Row]] = {}
    for row in rows:
        by_object.setdefault((row["object"], row["id"]), []).append(row)
    for (thing, id), found in by_object.items():
        lines = [_words(row) for row in found]
        yield not_passed(
            f"trieve.{found[0]['kind']}", _with_id(thing, id), "failure", found[0]["action"], lines[0], "\n".join(lines)
        )


def _words(row: Row) -> str:
    if row["field"] is None:
        return "Declared, but missing in Trieve" if row["before"] == MISSING else "In Trieve, but not declared"
    before, after = cut(one_line(row["before"]), one_line(row["after"]))
    return f"{row['field']}: Trieve has {before}; declared {after}"


def _in_sync(result: Result) -> t.Iterator[str]:
    if result.get("objects") is not None:
        for thing in result["objects"]:
            if thing["state"] in ("unchanged", "kept"):
                yield passed(f"trieve.{thing['kind']}", _with_id(label(thing), thing.get("id")))
        return
    unchanged = (result.get("summary") or {}).get("unchanged", 0)
    if unchanged:
        words = f"{counted(unchanged, 'object')} without drift"
        yield passed("trieve", words)


def _with_id(name: str, id: t.Any) -> str:
    """The name of a test case. There can be several crawls of one site."""
    return name if id is None else f"{name} [{id}]"


FORMATS: dict[str, t.Callable[[t.Any], str]] = {
    "markdown": drift_markdown,
    "json": drift_json,
    "junit": drift_junit,
    "summary": drift_summary,
}
"""How a report can be written."""
