# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file: the server's object, as a result, and compared with what is declared."""

from __future__ import annotations

import re
import typing as t

from .._chunk.model import Chunk
from .._chunk.model import normalize as normalize_of_chunks
from .._core.values import equal
from .._response import Complete
from .options import DIGESTED, OWN, READABLE, RECORDED, Values, recorded
from .source import DesiredFile

File = dict[str, t.Any]
"""A file as results have it."""

FILE_SHAPE = Complete(
    id=str,
    file_name=str,
    link=(type(None), str),
    tag_set=(type(None), [(type(None), str)]),
    metadata=object,
    time_stamp=(type(None), str),
    created_at=(type(None), str),
    chunk_groups=(
        type(None),
        [Complete(id=str, tracking_id=(type(None), str), description=(type(None), str), metadata=object)],
    ),
)
"""What is compared, kept by a replacement, or decides what belongs together."""

_NAMES = (
    "id",
    "file_name",
    "size",
    "link",
    "tag_set",
    "metadata",
    "time_stamp",
    "dataset_id",
    "created_at",
    "updated_at",
)

_DEFAULTS: dict[str, t.Any] = {
    "create_chunks": True,
    "rebalance_chunks": True,
    "target_splits_per_chunk": 20,
    "split_avg": False,
    "split_delimiters": [],
}
"""What the server does for an option that an upload leaves out (docs/server.md 8)."""

_ERROR_PAGE = re.compile(r"\s*(<[^>]*>\s*)*Error [45]\d\d(?!\d).{0,200}?HTTP ERROR [45]\d\d(?!\d)", re.DOTALL)
"""What Tika answers if it cannot convert a file. Trieve does not look at its status, and stores this page as the content."""


def to_result(row: t.Mapping[str, t.Any]) -> File:
    """The server's file, with its groups and what this collection has recorded of it."""
    record = record_of(row.get("metadata"))
    groups = groups_of(row)
    return {
        **{name: row.get(name) for name in _NAMES},
        "group_tracking_id": record.get("group_tracking_id")
        or next((group["tracking_id"] for group in groups if group["tracking_id"]), None),
        "sha256": record.get("sha256"),
        "groups": [{name: group.get(name) for name in ("id", "tracking_id", "name")} for group in groups],
    }


def groups_of(row: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """The groups of a file, each once: one that the worker made in several tries is listed as often."""
    return list({group["id"]: group for group in row.get("chunk_groups") or ()}.values())


def record_of(metadata: t.Any) -> dict[str, t.Any]:
    """What this collection has recorded in the metadata of a file, or of a chunk of it; empty if the file is not its own."""
    record = metadata.get(OWN) if isinstance(metadata, dict) else None
    is_own = isinstance(record, dict) and all(
        isinstance(record.get(key), str) for key in ("group_tracking_id", "sha256")
    )
    return record if is_own else {}  # type: ignore[return-value]


def actual(row: t.Mapping[str, t.Any], desired: DesiredFile) -> dict[str, t.Any]:
    """The file's values of the declared options, comparable with C(normalized)."""
    record = record_of(row.get("metadata"))
    options = record.get("options")
    known = {**_DEFAULTS, **(options if isinstance(options, dict) else {})}
    metadata = row.get("metadata")
    values: dict[str, t.Any] = {
        **{name: row.get(name) for name in READABLE},
        "metadata": without_record(metadata),
        "description": next((group.get("description") for group in groups_of(row)), None),
    }
    return {
        "sha256": record.get("sha256"),
        **{name: normalize(name, values[name]) for name in READABLE if name in desired.values},
        **{name: known.get(name) for name in RECORDED if name in desired.values},
    }


def normalized(desired: DesiredFile) -> dict[str, t.Any]:
    """The declared options in the form that C(actual) gives a file's own."""
    values = desired.values
    return {
        "sha256": desired.sha256,
        **{name: normalize(name, values[name]) for name in READABLE if name in values},
        **{name: recorded(name, values[name]) for name in RECORDED if name in values},
    }


def without_record(metadata: t.Any) -> t.Any:
    """Metadata as its owner declares it."""
    return {key: value for key, value in metadata.items() if key != OWN} if isinstance(metadata, dict) else metadata


def normalize(name: str, value: t.Any) -> t.Any:
    """The form in which two values of an option are equal if the server does the same with them."""
    if name == "tag_set":
        return normalize_of_chunks(name, [tag for tag in value or () if tag])
    if name == "description":
        return value or ""
    return normalize_of_chunks(name, value)


def differences(row: t.Mapping[str, t.Any], desired: DesiredFile) -> list[str]:
    """The names of the declared values that a file does not have."""
    before, after = actual(row, desired), normalized(desired)
    return [name for name, value in after.items() if not equal(before[name], value)]


def to_upload(desired: DesiredFile, row: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    """The body of an upload without the content. A file that replaces another one keeps what is not declared.

    :param row: the file that is replaced
    """
    kept = _kept(row) if row else {}
    values: Values = {**kept, **desired.values}
    options = {name: recorded(name, values[name]) for name in RECORDED if name in values}
    record = {"group_tracking_id": desired.group_tracking_id, "sha256": desired.sha256}
    metadata = {**values.get("metadata", {}), OWN: {**record, **({"options": options} if options else {})}}
    return {**values, "metadata": metadata, "group_tracking_id": desired.group_tracking_id}


def _kept(row: t.Mapping[str, t.Any]) -> Values:
    values = {name: row[name] for name in ("link", "tag_set") if row.get(name)}
    metadata = without_record(row.get("metadata"))
    if isinstance(metadata, dict) and metadata:
        values["metadata"] = metadata
    if row.get("time_stamp"):
        values["time_stamp"] = f"{row['time_stamp'].rstrip('Z')}Z"
    description = next((group.get("description") for group in groups_of(row)), None)
    if description:
        values["description"] = description
    options = record_of(row.get("metadata")).get("options")
    known = options if isinstance(options, dict) else {}
    return {**values, **{name: known[name] for name in RECORDED if name in known and name not in DIGESTED}}


def chunk_ids(tracking_id: str) -> list[str]:
    """Tracking IDs of which the first chunk of a file has one.

    The file's own with split_avg, else numbered from 0, or by pages from 1, or by the headings of pages (docs/server.md 8).
    """
    return [tracking_id, f"{tracking_id}|0", f"{tracking_id}|1", f"{tracking_id}|1-0"]


def is_error_page(chunk: Chunk, desired: DesiredFile) -> bool:
    """Whether the chunk is not the content of the file, but what Tika answered instead."""
    return bool(_ERROR_PAGE.match(chunk.get("chunk_html") or "")) and not desired.contains(b"HTTP ERROR ")
