# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Chunks in a file, read as a stream where its format allows it."""

from __future__ import annotations

import csv
import json
import os
import typing as t

from .._core.failure import TaskFailed
from .._core.near import did_you_mean
from .options import CHUNK_OPTIONS, DesiredChunk, check_entry, parse_options

FORMATS = ("jsonl", "csv", "yaml")

_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".yml": "yaml", ".yaml": "yaml", ".json": "yaml"}

LARGEST_YAML = 64 * 1024 * 1024
"""Bytes. A YAML file is in memory as a whole, several times its size."""

LONGEST_LINE = 32 * 1024 * 1024
"""Characters of a line of JSON Lines, or of a cell of CSV."""

LISTS = ";"
"""Separates the entries of a list in a cell of CSV."""


def read_chunks(path: str, kind: str | None) -> t.Iterator[DesiredChunk]:
    """The chunks of a file, each checked.

    :param kind: one of C(FORMATS); by default what the name of the file says
    :raises TaskFailed: the file cannot be read, or an entry is wrong; names the line, and the column where that is known
    """
    kind = kind or _SUFFIXES.get(os.path.splitext(path)[1].lower())
    if not kind:
        raise TaskFailed(
            f"The name of {path} does not tell its format. Set format to {', '.join(FORMATS[:-1])} or {FORMATS[-1]}."
        )
    reader = {"jsonl": _json_lines, "csv": _csv, "yaml": _yaml}[kind]
    try:
        for place, entry in reader(path):
            try:
                yield parse_options(check_entry(entry, CHUNK_OPTIONS))
            except TaskFailed as failure:
                raise TaskFailed(f"{path}:{place}: {failure}") from failure
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not valid UTF-8"
        raise TaskFailed(f"{path} cannot be read: {reason}.") from error


def _json_lines(path: str) -> t.Iterator[tuple[str, t.Any]]:
    with open(path, encoding="utf-8-sig") as file:
        number = 0
        while True:
            line = file.readline(LONGEST_LINE)
            number += 1
            if not line:
                return
            if len(line) >= LONGEST_LINE:
                raise TaskFailed(f"{path}:{number}: the line is longer than {LONGEST_LINE} characters.")
            if line.strip():
                yield str(number), _json(line, f"{path}:{number}")


def _json(text: str, place: str) -> t.Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise TaskFailed(f"{place}:{error.colno}: not valid JSON: {error.msg}.") from error
    except RecursionError as error:
        raise TaskFailed(f"{place}: nested too deeply.") from error


def _csv(path: str) -> t.Iterator[tuple[str, t.Any]]:
    csv.field_size_limit(LONGEST_LINE)
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, strict=True)
        try:
            head = next(rows, [])
            columns = _columns(head, path)
            for cells in rows:
                place = str(rows.line_num)
                if not cells:
                    continue
                if len(cells) != len(head):
                    raise TaskFailed(f"{path}:{place}: {len(cells)} cells, but the first line has {len(head)}.")
                yield place, _entry(columns, cells, f"{path}:{place}")
        except csv.Error as error:
            raise TaskFailed(f"{path}:{rows.line_num}: not valid CSV: {error}.") from error


def _columns(head: t.Sequence[str], path: str) -> list[tuple[str, str]]:
    """Option and key of each column; the key is that of C(metadata.NAME) or C(location.lat)."""
    found = []
    for name in head:
        option, _dot, key = name.partition(".")
        if option not in CHUNK_OPTIONS or (CHUNK_OPTIONS[option]["type"] == "dict") != bool(key):
            known = [one for one, spec in CHUNK_OPTIONS.items() if spec["type"] != "dict"]
            raise TaskFailed(
                f"{path}:1: column {name!r} is unknown.{did_you_mean(name, known)}"
                f" Columns are {', '.join(known)}, location.lat, location.lon and metadata.NAME."
            )
        found.append((option, key))
    if len(set(found)) != len(found):
        raise TaskFailed(f"{path}:1: a column occurs twice.")
    return found


def _entry(columns: t.Sequence[tuple[str, str]], cells: t.Sequence[str], place: str) -> dict[str, t.Any]:
    """An entry from a row. An empty cell is an option that is not set."""
    entry: dict[str, t.Any] = {}
    for (option, key), text in zip(columns, cells):
        if text == "":
            continue
        kind = CHUNK_OPTIONS[option]["type"]
        if key:
            inner = CHUNK_OPTIONS[option].get("options", {}).get(key, {"type": "str"})["type"]
            entry.setdefault(option, {})[key] = _cell(inner, text, f"{place}: {option}.{key}")
        else:
            entry[option] = _cell(kind, text, f"{place}: {option}")
    return entry


def _cell(kind: str, text: str, place: str) -> t.Any:
    if kind == "list":
        return [part.strip() for part in text.split(LISTS) if part.strip()]
    if kind == "float":
        try:
            return float(text)
        except ValueError as error:
            raise TaskFailed(f"{place} {text!r} must be a number.") from error
    if kind == "bool":
        if text.lower() not in ("true", "false"):
            raise TaskFailed(f"{place} {text!r} must be true or false.")
        return text.lower() == "true"
    return text


def _yaml(path: str) -> t.Iterator[tuple[str, t.Any]]:
    size = os.path.getsize(path)
    if size > LARGEST_YAML:
        raise TaskFailed(
            f"{path} has {size} bytes. The limit for YAML is {LARGEST_YAML}. Use JSON Lines, which is read line by line."
        )
    try:
        import yaml  # only ansible-core requires it, so a managed host may lack it
    except ImportError as error:
        raise TaskFailed(
            f"{path} cannot be read: the Python of this host has no PyYAML. Install it, or use JSON Lines."
        ) from error
    with open(path, encoding="utf-8-sig") as file:
        try:
            node = yaml.compose(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            file.seek(0)
            entries = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
            raise TaskFailed(
                f"{path}{place}: not valid YAML: {getattr(error, 'problem', None) or 'syntax error'}."
            ) from error
    if not isinstance(entries, list):
        raise TaskFailed(f"{path}: not a list. Write a list of chunks, each with tracking_id and chunk_html.")
    for inner, entry in zip(node.value if node else (), entries):
        yield str(inner.start_mark.line + 1), entry
