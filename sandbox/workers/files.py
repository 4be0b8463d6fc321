# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file worker, and the Tika that the sandbox plays (docs/server.md 8)."""

from __future__ import annotations

import html
import itertools
import math
import re
from html.parser import HTMLParser
from typing import Any

from ..store.database import pack, unpack
from ..store.machine import Machine
from . import ingestion

TRIES = 3
LONGEST_CHUNK = 10_000
TIKA_ERROR = "<html><head><title>Error 500</title></head><body><h2>HTTP ERROR 500</h2></body></html>"
_SENTENCE_ENDS = [".", "?", "\\n"]


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def tika(text: str) -> str:
    """A file as HTML: HTML as it is, anything else as one paragraph, nothing for an empty file."""
    if not text or text.lstrip().startswith("<"):
        return text
    return f"<p>{html.escape(text, quote=False)}</p>"


def _document(machine: Machine, text: str) -> str:
    """What Tika makes of a file. The worker does not look at the status of its answer."""
    if machine.is_down("tika"):
        return ""
    return TIKA_ERROR if machine.state_of("tika") == "error" else tika(text)


def chunk_texts(document: str, delimiters: list[str] | None, rebalance: bool, target: int) -> list[str]:
    """The text of some HTML cut into groups of sentences.

    :param target: sentences in a chunk; with ``rebalance`` the first ones take the remainder.
    """
    parser = _Text()
    parser.feed(document)
    parser.close()
    text = "".join(parser.parts)
    ends = "|".join(map(re.escape, filter(None, delimiters or ()))) or "|".join(map(re.escape, _SENTENCE_ENDS))
    splits = [part for part in re.findall(f"(?s:.*?(?:{ends})|.+\\Z)", text) if len(part.encode()) > 2]
    if len(splits) < target or target < 1:
        return _without_giants(["".join(splits)])
    sizes: list[int] = []
    left, remainder = len(splits), len(splits) % target
    per_group = math.ceil(remainder / (len(splits) // target))
    while rebalance and remainder > 0:
        sizes.append(min(target + min(remainder, per_group), left))
        left -= sizes[-1]
        remainder -= per_group
    while left > 0:
        sizes.append(min(target, left))
        left -= sizes[-1]
    rest = iter(splits)
    return _without_giants(["".join(itertools.islice(rest, size)) for size in sizes])


def _without_giants(texts: list[str]) -> list[str]:
    found = []
    for text in texts:
        size = math.ceil(len(text) / max(math.ceil(len(text) / LONGEST_CHUNK), 1)) if len(text) >= LONGEST_CHUNK else 0
        found += [text[start : start + size] for start in range(0, len(text), size)] if size else [text]
    return [text for text in found if text]


def split_file(machine: Machine, dataset_id: str, payload: dict[str, Any]) -> None:
    """Make the file's group, and queue its chunks; a file that Tika makes nothing of is tried three times."""
    store = machine.store
    row = store.one("SELECT * FROM files WHERE id = ?", payload["file_id"])
    if row is None or machine.state_of("object_storage") != "ok":
        return
    document = _document(machine, payload["text"])
    wanted = payload["create_chunks"]
    for _try in range(1 if document or not wanted else TRIES):
        group_id = _make_group(machine, dataset_id, payload, row["file_name"])
        store.run("INSERT OR IGNORE INTO file_groups (file_id, group_id) VALUES (?, ?)", row["id"], group_id)
    if not wanted or not document:
        return
    tracking_id = payload["group_tracking_id"]
    if payload["split_avg"]:
        texts = [(tracking_id, document)]
    else:
        parts = chunk_texts(
            document, payload["split_delimiters"], payload["rebalance_chunks"], payload["target_splits_per_chunk"]
        )
        texts = [(None if tracking_id is None else f"{tracking_id}|{at}", part) for at, part in enumerate(parts)]
    fields = {"link": row["link"], "time_stamp": row["time_stamp"], "metadata": unpack(row["metadata"])}
    chunks = [
        ingestion.message_chunk({**fields, "chunk_html": text}, one, unpack(row["tag_set"]), group_ids=[group_id])
        for one, text in texts
    ]
    ingestion.publish_batches(machine, dataset_id, chunks)


def _make_group(machine: Machine, dataset_id: str, payload: dict[str, Any], name: str) -> str:
    """Always an upsert: a second file resets what the first has set."""
    group_id = ingestion.make_group(machine, dataset_id, payload["group_tracking_id"], name)
    machine.store.run(
        "UPDATE chunk_groups SET name = ?, description = ?, tag_set = ?, metadata = '{}', updated_at = ? WHERE id = ?",
        name,
        payload["description"] or "",
        pack(payload["tag_set"] or []),
        machine.clock.now() // 1000,
        group_id,
    )
    return group_id


HANDLERS = {"split_file": split_file}
