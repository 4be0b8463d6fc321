# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about files."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._dataset.api import UNKNOWN_DATASET
from ..trieve import PAGE, Stopped, TrieveClient, TrieveError, segment
from .model import FILE_SHAPE, record_of
from .source import DesiredFile, Upload

_LONGEST_LIST = 64 * PAGE

_SERVER_LIMIT = 310
"""Seconds to wait for the answer to an upload. The server gives up after 300 (docs/server.md 1.6)."""

LONGEST_TTL = 604_800
"""Seconds that a signed URL can be valid."""


def list_files(client: TrieveClient, dataset: str) -> list[dict[str, t.Any]] | None:
    """All files of the dataset with their groups, the oldest first; None if there is no such dataset.

    In one request with a page above their number: the server sends the same page for each cursor (docs/server.md 8).

    :raises TaskFailed: there are too many
    """
    size = PAGE
    while size <= _LONGEST_LIST:
        rows = client.get(
            "/api/dataset/scroll_files",
            list,
            dataset=dataset,
            params={"page_size": size},
            within="file_with_chunk_groups",
            shape=FILE_SHAPE,
            expected_errors=UNKNOWN_DATASET,
        )
        if rows is None or len(rows) < size:
            return None if rows is None else sorted(rows, key=lambda row: (row["created_at"] or "", row["id"]))
        size *= 2
    raise TaskFailed(f"Dataset {dataset!r} has {_LONGEST_LIST} or more files, which exceeds what the collection reads.")


def queue_lengths(client: TrieveClient, dataset: str) -> dict[str, int]:
    """How many messages of the dataset no worker has taken yet: C(file_queue_length) and C(chunk_queue_length)."""
    shape = {"chunk_queue_length": int, "file_queue_length": int}
    return client.get("/api/dataset/get_dataset_queue_lengths", dict, dataset=dataset, shape=shape)


def upload_file(
    client: TrieveClient,
    dataset: str,
    desired: DesiredFile,
    rest: t.Mapping[str, t.Any],
    known: t.Container[str],
    sent: t.Callable[[int], None],
) -> str:
    """Upload a file, and return its ID. The upload is never repeated: the server stores each one.

    If its answer was lost, the list of files tells whether it has arrived.

    :param rest: the body without the content
    :param known: IDs of files that were there before
    :param sent: called with the bytes that were sent
    :raises TaskFailed: the file has changed since it was compared
    """
    body = Upload(desired, rest, sent)
    try:
        row = client.patient(_SERVER_LIMIT).post(
            "/api/file", dict, body, dataset=dataset, within="file_metadata", shape={"id": str}
        )
    except Stopped:
        raise
    except TrieveError as failed:
        if body.fault:
            raise TaskFailed(body.fault) from failed
        if failed.status and 300 <= failed.status < 500 and failed.status != 408:
            raise  # refused
        found = _arrived(client, dataset, desired, known)
        if not found:
            raise
        return found
    return row["id"]


def _arrived(client: TrieveClient, dataset: str, desired: DesiredFile, known: t.Container[str]) -> str | None:
    """The ID of a file that was uploaded although there was no answer; None if there is none, or no list either."""
    wanted = {"group_tracking_id": desired.group_tracking_id, "sha256": desired.sha256}
    try:
        rows = list_files(client, dataset) or []
    except TrieveError:  # the failure of the upload is the one to report
        return None
    own = ((row["id"], record_of(row.get("metadata"))) for row in rows if row["id"] not in known)
    return next((file_id for file_id, record in own if {name: record.get(name) for name in wanted} == wanted), None)


def delete_file(client: TrieveClient, dataset: str, file_id: str) -> None:
    """Delete a file that the list of the dataset contains. Its groups and chunks stay.

    Not with C(delete_chunks): the server removes the stored object before it finds out that there is no group (docs/server.md 8).
    """
    client.delete(
        f"/api/file/{segment(file_id)}",
        dataset=dataset,
        params={"delete_chunks": "false"},
        expected_errors={(404, "File with specified id not found"): None},
    )


def signed_url(client: TrieveClient, dataset: str, file_id: str, seconds: int) -> str | None:
    """A URL from which anyone can download a file; None if it no longer exists."""
    row = client.get(
        f"/api/file/{segment(file_id)}",
        dict,
        dataset=dataset,
        params={"ttl": seconds},
        shape={"s3_url": str},
        expected_errors={(404, "File with specified id not found"): {"s3_url": None}},
    )
    return row["s3_url"]
