# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has drifted, by object and field, out of the results of a preview; and that as a table for people."""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.plan import kind_words
from ansible_collections.community.trieve.plugins.module_utils._core.values import counted, equal

Result = t.Mapping[str, t.Any]
Row = dict[str, t.Any]

RESULTS = ("datasets", "chunk_groups", "crawls", "api_keys")

MISSING, THERE = "(missing)", "(there)"
DECLARED, NOT_DECLARED = "(declared)", "(not declared)"

HIDDEN = "(not shown)"

_NOT_STATE = ("not_shown", "api_key_ids")
"""Keys of a diff that say what a run would do beside changing what can be compared."""

_HIDDEN_STATE = "public_dataset.extra_params.apiKey"
"""The one secret that Trieve shows, so that it is compared. The others are only said to be written."""

_ID = re.compile(r" [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")

_SHOWN = 60
"""Characters of a value in the table."""

_IN_FRONT = 15
"""Characters in front of the first difference, where both values begin alike."""


def drift_rows(results: t.Mapping[str, Result], undeclared: t.Iterable[Result]) -> list[Row]:
    """One row for each field that differs, and one for each object that is missing or not declared.

    :param results: registered loops by C(RESULTS), of which the items have been previewed
    :param undeclared: C(kind), C(dataset), C(name) and C(id) each
    """
    by_kind = {kind: list((results.get(kind) or {}).get("results") or ()) for kind in RESULTS}
    rows: list[Row] = []
    missing = set()
    tracking_ids = {}
    for result in by_kind["datasets"]:
        tracking_id = result["item"]["tracking_id"]
        tracking_ids[(result.get("dataset") or {}).get("id")] = tracking_id
        if any(action in ("create", "clone") for action, *_rest in _changes(result)):
            missing.add(tracking_id)
        rows += _of_object(f"dataset {tracking_id}", result)
    for kind, word in (("chunk_groups", "chunk group"), ("crawls", "crawl")):
        for result in by_kind[kind]:
            if result["item"]["tracking_id"] not in missing:  # its row says it
                rows += _of_list(word, f"of dataset {result['item']['tracking_id']}", result)
    for result in by_kind["api_keys"]:
        rows += [_with_names(row, tracking_ids) for row in _of_object(f"API key {result['item']['name']}", result)]
    kinds = {crawl["id"]: crawl["kind"] for result in by_kind["crawls"] for crawl in result.get("crawls") or ()}
    return rows + [_row(_undeclared(thing, kinds), None, THERE, NOT_DECLARED) for thing in undeclared]


def _row(thing: str, field: str | None, before: t.Any, after: t.Any) -> Row:
    return {"object": thing, "field": field, "before": before, "after": after}


def _changes(result: Result) -> list[tuple[str, str, Result | None, Result | None]]:
    """Action, name, and the values before and after of each change that a run would make; None for what does not exist."""
    return [
        (
            change["action"],
            change["name"],
            None if change["action"] in ("create", "clone") else entry["before"],
            None if change["action"] == "delete" else entry["after"],
        )
        for change, entry in zip(result.get("plan") or (), result.get("diff") or ())
    ]


def _of_object(thing: str, result: Result) -> t.Iterator[Row]:
    for action, _name, before, after in _changes(result):
        if action != "delete":  # of a superseded key, which is no state
            yield from _compared(thing, before, after)


def _of_list(word: str, place: str, result: Result) -> t.Iterator[Row]:
    for _action, name, before, after in _changes(result):
        yield from _compared(f"{word} {_ID.sub('', name)} {place}", before, after)


def _compared(thing: str, before: Result | None, after: Result | None) -> t.Iterator[Row]:
    if before is None:
        yield _row(thing, None, MISSING, DECLARED)
    elif after is None:
        yield _row(thing, None, THERE, NOT_DECLARED)
    else:
        for name in after:
            if name in before and name not in _NOT_STATE:  # the others cannot be read
                yield from _fields(thing, name, before[name], after[name])
        if _HIDDEN_STATE in after.get("not_shown", ()):
            yield _row(thing, _HIDDEN_STATE, HIDDEN, HIDDEN)


def _fields(thing: str, field: str, before: t.Any, after: t.Any) -> t.Iterator[Row]:
    """The innermost fields that differ; a list is one field."""
    if equal(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*after, *(key for key in before if key not in after)]:
            yield from _fields(thing, f"{field}.{key}", before.get(key), after.get(key))
    else:
        yield _row(thing, field, before, after)


def _with_names(row: Row, tracking_ids: t.Mapping[t.Any, str]) -> Row:
    """The row of a key with the tracking ids of datasets in place of their ids."""
    if row["field"] != "dataset_ids":
        return row
    return {**row, **{side: [tracking_ids.get(one, one) for one in row[side]] for side in ("before", "after")}}


def _undeclared(thing: Result, kinds: t.Mapping[str, str]) -> str:
    name = f"{kind_words(thing['kind'])} {thing['name']}"
    if thing["kind"] == "crawl" and thing["id"] in kinds:
        name += f" ({kinds[thing['id']]})"
    return f"{name} of dataset {thing['dataset']}" if thing["kind"] in ("crawl", "chunk_group") else name


# -- for people ----------------------------------------------------------------------------------------------------


def drift_summary(rows: t.Sequence[Row] | None) -> str:
    """One sentence about the rows.

    :param rows: C(None) where drift could not be determined
    """
    if rows is None:
        return "Drift could not be determined: the run did not get far enough."
    if not rows:
        return "No drift: Trieve matches the state file."
    return f"Drift found: {counted(len(rows), 'difference')} between Trieve and the state file."


def drift_json(rows: t.Sequence[Row] | None) -> str:
    """The rows for programs, with what came of the run."""
    status = "unknown" if rows is None else "drifted" if rows else "in_sync"
    report = {"status": status, "summary": drift_summary(rows), "differences": rows or []}
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def drift_markdown(rows: t.Sequence[Row] | None) -> str:
    """The rows as a table in Markdown, also readable as it is. Long values are cut to where they differ."""
    text = f"# Drift\n\n{drift_summary(rows)}\n"
    if not rows:
        return text
    cells = [["object", "field", "Trieve has", "declared"], *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    lines = [f"| {' | '.join(map(str.ljust, line, widths))} |" for line in cells]
    lines.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
    return "\n".join([text, *lines, ""])


FORMATS: dict[str, t.Callable[[t.Sequence[Row] | None], str]] = {
    "markdown": drift_markdown,
    "json": drift_json,
    "summary": drift_summary,
}
"""How a report can be written."""


def _cells(row: Row) -> list[str]:
    thing = _escaped(_one_line(row["object"]))
    if row["field"] is None:
        return [thing, "", row["before"], row["after"]]
    before, after = _cut(_shown(row["before"]), _shown(row["after"]))
    return [thing, _code(_one_line(row["field"])), _code(before), _code(after)]


def _shown(value: t.Any) -> str:
    """A value on one line. A text is quoted where it could be taken for something else."""
    plain = isinstance(value, str) and value.strip() == value and value.isprintable() and value
    if (
        plain
        and value[0] not in '"[{'
        and value not in ("null", "true", "false")
        and not re.fullmatch(r"[-\d.]+", value)
    ):
        return str(value)
    return _one_line(json.dumps(value, ensure_ascii=False))


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


def _cut(one: str, other: str) -> tuple[str, str]:
    """Both values, shortened to the place where they begin to differ."""
    if max(len(one), len(other)) <= _SHOWN:
        return one, other
    same = next((at for at, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
    start = max(0, same - _IN_FRONT) if same > _SHOWN // 2 else 0
    return _window(one, start), _window(other, start)


def _window(text: str, start: int) -> str:
    head = "…" if start else ""
    return head + (text[start:] if len(text) - start <= _SHOWN else f"{text[start : start + _SHOWN - 1]}…")


def _code(text: str) -> str:
    """A code span of a table's cell: nothing in it is Markdown but the bar, and a backslash in front of it."""
    text = re.sub(r"(?<=\\)\|", "¦", text).replace("|", "\\|")
    if "`" not in text:
        return f"`{text}`"
    fence = "`" * (max(map(len, re.findall("`+", text))) + 1)
    return f"{fence} {text} {fence}"


def _escaped(text: str) -> str:
    """Plain text of a table's cell."""
    return re.sub(r"([\\`*\[\]<>|])", r"\\\1", text)
