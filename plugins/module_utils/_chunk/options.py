# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that a chunk is declared with, and what is wrong with them."""

from __future__ import annotations

import re
import typing as t

from .._core.failure import TaskFailed
from .._core.near import did_you_mean
from .._core.times import to_utc
from .._core.values import unsendable

_POINT = dict(lat=dict(type="float", required=True), lon=dict(type="float", required=True))

CHUNK_OPTIONS: dict[str, t.Any] = dict(
    tracking_id=dict(type="str"),
    chunk_html=dict(type="str"),
    link=dict(type="str"),
    tag_set=dict(type="list", elements="str"),
    group_tracking_ids=dict(type="list", elements="str"),
    metadata=dict(type="dict"),
    num_value=dict(type="float"),
    weight=dict(type="float"),
    time_stamp=dict(type="str"),
    location=dict(type="dict", options=_POINT),
    image_urls=dict(type="list", elements="str"),
    semantic_content=dict(type="str"),
    fulltext_content=dict(type="str"),
    convert_html_to_text=dict(type="bool"),
    split_avg=dict(type="bool"),
    fulltext_boost=dict(
        type="dict",
        options=dict(phrase=dict(type="str", required=True), boost_factor=dict(type="float", required=True)),
    ),
    semantic_boost=dict(
        type="dict",
        options=dict(phrase=dict(type="str", required=True), distance_factor=dict(type="float", required=True)),
    ),
)
"""Of an entry of C(trieve_chunks)."""

MANAGED = (
    "chunk_html",
    "link",
    "tag_set",
    "group_tracking_ids",
    "metadata",
    "num_value",
    "weight",
    "time_stamp",
    "location",
    "image_urls",
)
"""Options that are compared with the server's chunk."""

WRITE_ONLY = tuple(name for name in CHUNK_OPTIONS if name not in (*MANAGED, "tracking_id"))
"""Options that the server never shows: sent whenever a chunk is written, never compared."""

LARGEST_TEXT = 10 * 1024 * 1024
"""Characters of a chunk. The server takes a request of 134,200,000 bytes, and embeds only the beginning of a text."""

MOST_TAGS = 10_000

DesiredChunk = dict[str, t.Any]
"""What a user declares: C(tracking_id), and the options that are set."""

_ZONE = re.compile(r"[T\ ].*(Z|[+-]\d\d(:?\d\d)?)\s*$", re.IGNORECASE)


def parse_options(options: t.Mapping[str, t.Any]) -> DesiredChunk:
    """The declared chunk, after the checks that need no server.

    :raises TaskFailed: names the option that the server would refuse, drop or misread
    """
    desired = {name: options[name] for name in CHUNK_OPTIONS if options.get(name) is not None}
    _check_tracking_id(desired.get("tracking_id"))
    wrong = unsendable(desired)
    if wrong:
        raise TaskFailed(f"{wrong}.")
    text = desired.get("chunk_html")
    if text is None or not _has_text(text):
        raise TaskFailed(
            "chunk_html is missing or contains no text. Trieve accepts such a chunk and never stores it. Set chunk_html to the content."
        )
    if len(text) > LARGEST_TEXT:
        raise TaskFailed(
            f"chunk_html has {len(text)} characters. The limit is {LARGEST_TEXT}. Split it into several chunks."
        )
    for name in ("tag_set", "group_tracking_ids"):
        if len(desired.get(name, ())) > MOST_TAGS:
            raise TaskFailed(f"{name} has {len(desired[name])} entries. The limit is {MOST_TAGS}.")
        if not all(desired.get(name, ())):
            raise TaskFailed(f"{name} contains an empty entry. Remove it.")
    if "time_stamp" in desired:
        desired["time_stamp"] = time_with_zone(desired["time_stamp"])
    return desired


def _check_tracking_id(tracking_id: t.Any) -> None:
    if not tracking_id or not str(tracking_id).strip():
        raise TaskFailed("tracking_id is missing or empty. Every chunk needs one, since it is found by it.")
    if tracking_id == "update":
        raise TaskFailed(
            "tracking_id 'update' cannot be used: Trieve can neither read nor delete such a chunk. Choose another one."
        )


def _has_text(html: str) -> bool:
    """Whether something is left of a text without its tags."""
    return bool(re.sub(r"<[^>]*>", "", html).strip())


def time_with_zone(text: str) -> str:
    """A time in UTC. One without a zone would depend on the server's own zone, and a date alone on the time of day."""
    if not _ZONE.search(text):
        raise TaskFailed(
            f"time_stamp {text!r} has no time zone. Trieve would read it in its own zone, and complete a date with the current time."
            " Write it as 2030-01-31T12:00:00Z."
        )
    return to_utc(text, "time_stamp")


# -- entries of a file, which no argument spec has seen ------------------------------------------------------------

_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "a string"),
    "float": ((int, float), "a number"),
    "bool": ((bool,), "true or false"),
    "dict": ((dict,), "an object"),
    "list": ((list,), "a list of strings"),
}


def check_entry(entry: t.Any, spec: t.Mapping[str, t.Any], name: str = "") -> dict[str, t.Any]:
    """An entry of a file, whose values have the types of the options.

    :param spec: the options that it may have
    :param name: the option that the entry is the value of, followed by a dot
    :raises TaskFailed: names the key that is unknown or has another type
    """
    if not isinstance(entry, dict):
        raise TaskFailed("It is not an object. Each entry must be an object with tracking_id and chunk_html.")
    for key, value in entry.items():
        if key not in spec:
            raise TaskFailed(f"{name}{key} is unknown.{did_you_mean(str(key), spec)} Keys are {', '.join(spec)}.")
        if value is None:
            continue
        types, words = _KINDS[spec[key]["type"]]
        right = isinstance(value, types) and (bool in types or not isinstance(value, bool))
        if not right or (isinstance(value, list) and not all(isinstance(item, str) for item in value)):
            raise TaskFailed(f"{name}{key} must be {words}.")
        if "options" in spec[key]:
            check_entry(value, spec[key]["options"], f"{name}{key}.")
    missing = [key for key, option in spec.items() if option.get("required") and entry.get(key) is None]
    if missing:
        raise TaskFailed(f"{name}{missing[0]} is missing.")
    return entry
