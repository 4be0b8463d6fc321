# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judgements in a file: which results are relevant to which query."""

from __future__ import annotations

import json
import os
import typing as t

from .._core.failure import TaskFailed
from .expectations import IDENTITIES, LARGEST_GRADE, Expected, SearchTest, comparable_link, parse_expected
from .options import QUERY_OPTIONS, parse_query

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes."""

_KEYS = ("query", "name", "grade", *IDENTITIES)


def read_judgements(path: str, queries: str | None, defaults: t.Mapping[str, t.Any]) -> list[SearchTest]:
    """The tests of a file. Their results are measured only: no single one of them can fail.

    :param path: JSON Lines, each with C(query), one of C(IDENTITIES) and maybe C(grade) and C(name); or qrels of TREC, if C(queries) is set
    :param queries: for qrels, a file with the ID of a query, a tab and its text on each line
    :param defaults: of C(QUERY_OPTIONS)
    :raises TaskFailed: a file cannot be read; names the line
    """
    rows = _qrels(path, queries) if queries else _json_lines(path)
    found: dict[str, tuple[str, list[Expected]]] = {}
    for line, name, query, expected in rows:
        known, judged = found.setdefault(name, (query, []))
        if known != query:
            raise TaskFailed(f"{path}:{line}: name {name!r} has two queries, {known!r} and {query!r}.")
        if expected:
            judged.append(expected)
    tests = []
    for name, (query, judged) in found.items():
        search = parse_query({**{option: defaults[option] for option in QUERY_OPTIONS}, "query": query}, f"{path}: ")
        if judged:
            tests.append(SearchTest(name, search, judged, [], 0))
    if not tests:
        raise TaskFailed(f"{path} contains no relevant result, so there is nothing to test.")
    return tests


Row = tuple[int, str, str, t.Optional[Expected]]


def _json_lines(path: str) -> t.Iterator[Row]:
    for number, text in _lines(path):
        place = f"{path}:{number}"
        try:
            row = json.loads(text)
        except ValueError as error:
            column = getattr(error, "colno", 1)
            raise TaskFailed(
                f"{place}:{column}: not valid JSON. Each line must be a JSON object with query and link."
            ) from error
        if not isinstance(row, dict):
            raise TaskFailed(f'{place}: not a JSON object. Write {{"query": ..., "link": ...}}.')
        unknown = [name for name in row if name not in _KEYS]
        if unknown:
            raise TaskFailed(f"{place}: unknown key {unknown[0]!r}. Keys are {', '.join(_KEYS)}.")
        texts = [name for name in ("query", "name", *IDENTITIES) if not isinstance(row.get(name, ""), str)]
        if texts or not row.get("query"):
            raise TaskFailed(f"{place}: {texts[0] if texts else 'query'} must be a string that is not empty.")
        grade = _grade(row.get("grade", 1), place)
        options = {**dict.fromkeys(IDENTITIES), **row, "within": None, "grade": max(grade, 1)}
        expected = parse_expected(options, 1, place)._replace(within=None)
        yield number, row.get("name") or row["query"], row["query"], expected if grade else None


def _qrels(path: str, queries: str) -> t.Iterator[Row]:
    texts = {}
    for number, text in _lines(queries):
        name, tab, query = text.partition("\t")
        if not tab or not query.strip():
            raise TaskFailed(f"{queries}:{number}: not a query. Each line must be an ID, a tab and the query.")
        texts[name.strip()] = query.strip()
    for number, text in _lines(path):
        place = f"{path}:{number}"
        parts = text.split()
        if len(parts) != 4:
            raise TaskFailed(f"{place}: not a line of qrels. It must have four columns: query ID, 0, document, grade.")
        name, _iteration, document, grade_text = parts
        if name not in texts:
            raise TaskFailed(f"{place}: query {name!r} not found in {queries}.")
        grade = _grade(int(grade_text) if grade_text.lstrip("-").isdigit() else grade_text, place)
        identity = "link" if "://" in document else "tracking_id"
        value = comparable_link(document) if identity == "link" else document
        yield number, name, texts[name], Expected(identity, value, None, grade) if grade else None


def _grade(value: t.Any, place: str) -> int:
    """A grade, 0 for what is not relevant."""
    if isinstance(value, bool) or not isinstance(value, int) or value > LARGEST_GRADE:
        raise TaskFailed(f"{place}: grade {value!r} must be an integer up to {LARGEST_GRADE}. 0 means not relevant.")
    return max(value, 0)


def _lines(path: str) -> t.Iterator[tuple[int, str]]:
    """The lines of a file that are not blank, with their numbers."""
    try:
        size = os.path.getsize(path)
        if size > LARGEST_FILE:
            raise TaskFailed(f"{path} has {size} bytes. The limit is {LARGEST_FILE}.")
        with open(path, encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not valid UTF-8"
        raise TaskFailed(f"{path} cannot be read: {reason}.") from error
