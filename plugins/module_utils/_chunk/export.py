# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of a dataset as files: one JSON object a line, in the form that C(trieve_chunks) and C(trieve_chunk_groups) take.

Lines are sorted by tracking ID and keys by name, so the same content gives the same bytes on every server.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
import typing as t

from .._chunk_group.model import Group, normalize
from .._chunk_group.options import check_tracking_id
from .._core.failure import TaskFailed
from .._core.plan import Change
from .._core.task import Task, error_at
from .._core.values import unsendable
from ..trieve import TrieveClient
from .api import READ, groups_of, scroll
from .batches import Spool
from .model import NIL, Chunk, Groups
from .options import CHUNK_OPTIONS, check_entry, parse_options

CHUNKS, GROUPS, MANIFEST = "chunks.jsonl", "groups.jsonl", "manifest.json"

FORMAT = 1
"""Version of the files, in the manifest."""

MODE = 0o600

_OPTIONAL = ("link", "num_value", "weight", "location", "image_urls")

Lines = t.Callable[[], t.Iterator[bytes]]
"""The lines of a file, as often as they are needed."""


class Content:
    """The chunks, groups and memberships of a dataset, read once. Chunks are kept in a temporary file."""

    def __init__(self, task: Task, client: TrieveClient, dataset: str, groups: t.Sequence[Group]) -> None:
        self._dataset = dataset
        self._spool = Spool()
        self._places: list[tuple[str, int]] = []
        self.dataset_id: str | None = None
        self.memberships = 0
        self.chunks_without_tracking_id: list[str] = []
        """Derived tracking IDs."""
        self.groups_without_tracking_id: list[str] = []
        self._groups = sorted((self._group(group) for group in groups), key=lambda entry: entry["tracking_id"])
        some: list[Chunk] = []
        for chunk in scroll(client, dataset, None):
            some.append(chunk)
            if len(some) == READ:
                self._add(client, some)
                some = []
                task.progress(f"{len(self._places)} chunks read")
        self._add(client, some)
        self._places.sort()
        self.chunks_without_tracking_id.sort()
        self._refuse_duplicates()

    def _add(self, client: TrieveClient, chunks: t.Sequence[Chunk]) -> None:
        if not chunks:
            return
        if chunks[0]["id"] == NIL:
            raise TaskFailed(
                f"Dataset {self._dataset!r} keeps its chunks in the vector store only (option qdrant_only), so they have no IDs and"
                " cannot be exported."
            )
        groups = groups_of(client, self._dataset, [chunk["id"] for chunk in chunks])
        for chunk in chunks:
            entry = self._chunk(chunk, groups.get(chunk["id"], []))
            self.memberships += len(entry["group_tracking_ids"])
            self._places.append((entry["tracking_id"], self._spool.add(entry)))

    def _chunk(self, chunk: Chunk, groups: Groups) -> dict[str, t.Any]:
        """A chunk as C(trieve_chunks) takes it."""
        self.dataset_id = chunk["dataset_id"] or self.dataset_id
        tracking_id = chunk["tracking_id"]
        if not tracking_id or not tracking_id.strip() or tracking_id == "update":  # which trieve_chunks refuses
            tracking_id = f"chunk-{chunk['id']}"
            self.chunks_without_tracking_id.append(tracking_id)
        entry = {
            "tracking_id": tracking_id,
            "chunk_html": chunk["chunk_html"],
            "tag_set": sorted({tag for tag in chunk["tag_set"] or () if tag}),
            "group_tracking_ids": sorted(one["tracking_id"] or f"group-{one['id']}" for one in groups),
            "metadata": {} if chunk["metadata"] is None else chunk["metadata"],
            **{name: chunk[name] for name in _OPTIONAL if chunk[name] not in (None, [])},
        }
        if chunk["time_stamp"]:
            entry["time_stamp"] = f"{chunk['time_stamp'].rstrip('Z')}Z"  # the server's own has no zone and is in UTC
        with error_at(
            f"Chunk {chunk['id']} cannot be exported, because an import would refuse it. Change or delete it"
        ):
            parse_options(check_entry(entry, CHUNK_OPTIONS))
        return entry

    def _group(self, group: Group) -> dict[str, t.Any]:
        """A group as an entry of C(trieve_chunk_groups)."""
        self.dataset_id = group["dataset_id"] or self.dataset_id
        tracking_id = group["tracking_id"]
        if not tracking_id:
            tracking_id = f"group-{group['id']}"
            self.groups_without_tracking_id.append(tracking_id)
        values = {name: normalize(name, group[name]) for name in ("name", "description", "metadata", "tag_set")}
        with error_at(
            f"Group {group['id']} cannot be exported, because an import would refuse it. Change or delete it"
        ):
            check_tracking_id(tracking_id)
            wrong = unsendable(values)
            if wrong or not isinstance(values["metadata"], dict):
                raise TaskFailed(f"{wrong or 'metadata is not an object'}.")
        return {"tracking_id": tracking_id, **values}

    def _refuse_duplicates(self) -> None:
        """A derived tracking ID may exist already, if an export was imported into the dataset that it came from."""
        names = [name for name, _place in self._places]
        for name, following in zip(names, names[1:]):
            if name == following:
                raise TaskFailed(
                    f"Two chunks of dataset {self._dataset!r} have the tracking ID {name!r} in an export. Another client changed them"
                    " concurrently, or one of them has no tracking ID and the other was imported from an export of it. Delete one"
                    " of them, or run the task again."
                )

    def counts(self) -> dict[str, int]:
        """What an import must lead to."""
        return {
            "chunks": len(self._places),
            "groups": len(self._groups),
            "memberships": self.memberships,
            "chunks_without_tracking_id": len(self.chunks_without_tracking_id),
            "groups_without_tracking_id": len(self.groups_without_tracking_id),
        }

    def chunk_lines(self) -> t.Iterator[bytes]:
        """The lines of the file with the chunks."""
        return (_line(self._spool.get(place)) for _name, place in self._places)

    def group_lines(self) -> t.Iterator[bytes]:
        """The lines of the file with the groups."""
        return map(_line, self._groups)


def _line(entry: t.Mapping[str, t.Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def digest(lines: Lines) -> str:
    """The SHA-256 of a file with these lines."""
    found = hashlib.sha256()
    for line in lines():
        found.update(line)
    return found.hexdigest()


def check_folder(folder: str) -> None:
    """Refuse a folder in which the files cannot be written.

    :raises TaskFailed: one of the paths is a link, or not what it should be
    """
    parent = os.path.dirname(folder)
    if os.path.lexists(folder) and (os.path.islink(folder) or not os.path.isdir(folder)):
        raise TaskFailed(f"{folder} is a symbolic link or not a directory. Set path to a directory itself.")
    if not os.path.isdir(parent):
        raise TaskFailed(f"Directory {parent} not found. Create it, or set path to another directory.")
    for name in (CHUNKS, GROUPS, MANIFEST):
        file = os.path.join(folder, name)
        if os.path.lexists(file) and not stat.S_ISREG(os.lstat(file).st_mode):
            raise TaskFailed(f"{file} is a symbolic link or not a file, so it is not replaced. Remove it.")


def write_manifest(folder: str, manifest: t.Mapping[str, t.Any]) -> Change | None:
    """The change that writes the manifest: after the other files, so that it never vouches for older ones."""
    text = f"{json.dumps(manifest, indent=2)}\n".encode()
    return write_file(folder, MANIFEST, lambda: iter([text]), manifest)


def write_file(folder: str, name: str, lines: Lines, manifest: t.Mapping[str, t.Any] | None = None) -> Change | None:
    """The change that writes a file; None if it has these lines already.

    :param manifest: what the file contains, if it is the manifest, for the diff
    :raises TaskFailed: the existing file cannot be read
    """
    file = os.path.join(folder, name)
    try:
        before = _properties(file)
    except OSError as error:
        raise TaskFailed(f"{file} cannot be read: {error.strerror}.") from error
    after: dict[str, t.Any] = {"sha256": digest(lines), "mode": f"{MODE:04o}"}
    if before == after:
        return None
    if manifest:
        after = {**manifest, "mode": after["mode"]}

    def write() -> str:
        try:
            _write(folder, file, lines)
        except OSError as error:
            raise TaskFailed(f"{file} cannot be written: {error.strerror}. The file is as it was.") from error
        return file

    return Change(
        "update" if before else "create",
        "file",
        file,
        write,
        before=before,
        after=after,
        predicted=file,
        phase=int(bool(manifest)),
    )


def _properties(file: str) -> dict[str, str]:
    """What is compared of a file; empty if it does not exist."""
    if not os.path.lexists(file):
        return {}
    found = hashlib.sha256()
    with open(file, "rb") as stream:
        for block in iter(lambda: stream.read(1024 * 1024), b""):
            found.update(block)
        mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
    return {"sha256": found.hexdigest(), "mode": f"{mode:04o}"}


def _write(folder: str, file: str, lines: Lines) -> None:
    """Replace a file as a whole, so that nobody ever reads a part of it."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".trieve-", dir=folder)  # with mode 0600
    try:
        with open(handle, "wb") as stream:
            stream.writelines(lines())
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, file)
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)
