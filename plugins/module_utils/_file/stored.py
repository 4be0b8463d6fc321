# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is of a file beyond its row. It counts as stored only if it has a group, and chunks unless it shall have none."""

from __future__ import annotations

import typing as t

from .._chunk.api import by_tracking_ids
from .._chunk.model import Chunk
from ..trieve import TrieveClient
from .found import Found, Row, ids_of
from .groups import first_chunk_in
from .model import chunk_ids, is_error_page, record_of
from .source import DesiredFile

STORED, NO_FILE, NO_GROUP, NO_CHUNK, OTHER_CHUNK, ERROR_PAGE = range(6)
"""What there is of a file."""


def states_of(
    client: TrieveClient, dataset: str, declared: t.Iterable[DesiredFile], found: t.Mapping[str, Found]
) -> dict[str, int]:
    """What there is of each file, by its group tracking ID.

    :param found: the rows and groups of each
    """
    states: dict[str, int] = {}
    looked: list[DesiredFile] = []
    for desired in declared:
        name = desired.group_tracking_id
        files = found[name].files
        if not files:
            states[name] = NO_FILE
        elif not found[name].groups:
            states[name] = NO_GROUP
        elif _makes_chunks(desired, files[0]):
            looked.append(desired)
        else:
            states[name] = STORED
    ids = [one for desired in looked for one in chunk_ids(desired.group_tracking_id)]
    chunks = by_tracking_ids(client, dataset, ids) if ids else {}
    for desired in looked:
        name = desired.group_tracking_id
        own = [chunks[one] for one in chunk_ids(name) if one in chunks]
        if not own:
            first = first_chunk_in(client, dataset, ids_of(found[name].groups))
            own = [first] if first else []
        states[name] = _state_of(own, desired)
    return states


def _makes_chunks(desired: DesiredFile, row: Row) -> bool:
    """Whether a file shall have chunks, by what is declared, or else by what it was uploaded with."""
    options = record_of(row.get("metadata")).get("options")
    known = options if isinstance(options, dict) else {}
    return desired.values.get("create_chunks", known.get("create_chunks", True)) is not False


def _state_of(chunks: t.Sequence[Chunk], desired: DesiredFile) -> int:
    """What a file's first chunks say about it."""
    if not chunks:
        return NO_CHUNK
    if any(record_of(chunk.get("metadata")).get("sha256") != desired.sha256 for chunk in chunks):
        return OTHER_CHUNK
    return ERROR_PAGE if any(is_error_page(chunk, desired) for chunk in chunks) else STORED


def is_waiting(state: int, lengths: t.Mapping[str, int]) -> bool:
    """Whether the work on a file may still be queued."""
    return (state == NO_GROUP and lengths["file_queue_length"] > 0) or (
        state == NO_CHUNK and lengths["chunk_queue_length"] > 0
    )


def reasons_of(names: t.Sequence[str], states: t.Mapping[str, int], lengths: t.Mapping[str, int]) -> str:
    """Which component is probably missing, by what there is of the files (docs/server.md 14).

    :param lengths: as of C(queue_lengths)
    """
    reasons: dict[str, None] = {}
    for name in names:
        state = states[name]
        if state == NO_FILE:
            reason = "A file is not listed any more: another client deleted it."
        elif state == NO_GROUP and lengths["file_queue_length"]:
            reason = "The file worker is missing or busy: its queue is not empty."
        elif state == NO_GROUP:
            reason = "The file worker took the file and made no group: it cannot read the object storage."
        elif state == NO_CHUNK and lengths["chunk_queue_length"]:
            reason = "The ingestion worker is missing or busy: its queue is not empty."
        elif state == NO_CHUNK:
            reason = (
                "There is a group but no chunk: Tika or an embedding server is missing, or the file contains no text. To store a file"
                " without text, set create_chunks: false."
            )
        elif state == OTHER_CHUNK:
            reason = "The chunks are of another upload of the same file, which was still in work."
        else:
            reason = "Tika could not convert the file, and Trieve stored its error page as the content."
        reasons[reason] = None
    return " ".join(reasons)
