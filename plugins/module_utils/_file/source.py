# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the content of files comes from, and how it is sent: in pieces, so that the memory does not grow with the file."""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import io
import json
import os
import typing as t
import unicodedata
from urllib.parse import quote

from .._chunk_group.options import check_tracking_id
from .._core.failure import TaskFailed
from .._core.parallel import PROGRESS_EVERY
from .._core.task import Task, error_at
from .._core.values import unsendable
from .options import LARGEST_REST, UPLOAD_OPTIONS, Values, parse_values, without_pdf_options

_LARGEST_REQUEST = 134_200_000
"""Bytes that the server takes (docs/server.md 1.3)."""

LARGEST_FILE = (_LARGEST_REQUEST - LARGEST_REST) // 4 * 3
"""Bytes of a file, of which base64 makes a third more."""

_BLOCK = 3 * 64 * 1024
"""Bytes that are read at a time; a multiple of three, so that the base64 of the blocks is that of the whole."""


class DesiredFile(t.NamedTuple):
    """A declared file.

    :param path: None if the content is given
    :param content: empty if the path is given
    :param place: the file as a message names it
    """

    group_tracking_id: str
    path: str | None
    content: bytes
    size: int
    sha256: str
    values: Values
    place: str

    def open(self) -> t.IO[bytes]:
        """The content."""
        return open(self.path, "rb") if self.path else io.BytesIO(self.content)

    def contains(self, text: bytes) -> bool:
        """Whether a text is in the content."""
        with self.open() as file:
            last = b""
            for block in iter(lambda: file.read(_BLOCK), b""):
                if text in last + block:
                    return True
                last = block[-len(text) :]
        return False


# -- what is declared ----------------------------------------------------------------------------------------------


def read_files(task: Task) -> list[DesiredFile]:
    """The declared files, with a digest of the content of each.

    :raises TaskFailed: names the entry, and what is wrong with it
    """
    params = task.params
    defaults = {name: value for name, value in (params["defaults"] or {}).items() if value is not None}
    found = _entries(params, defaults) if params["files"] is not None else _folder(params, defaults)
    last = task.clock()
    files: list[DesiredFile] = []
    seen: dict[str, str] = {}
    for place, options in found:
        with error_at(place):
            desired = _parse(options, place)
            first = seen.setdefault(desired.group_tracking_id, place)
            if first != place:
                raise TaskFailed(
                    f"group_tracking_id {desired.group_tracking_id!r} is declared twice, the first time by {first}."
                )
        files.append(desired)
        if task.clock() - last >= PROGRESS_EVERY:
            last = task.clock()
            task.progress(f"Reading files: {len(files)} done")
    return files


Entry = tuple[str, dict[str, t.Any]]
"""A file as a message names it, and its options."""


def _entries(params: t.Mapping[str, t.Any], defaults: t.Mapping[str, t.Any]) -> t.Iterator[Entry]:
    for number, options in enumerate(params["files"]):
        given = {name: value for name, value in options.items() if value is not None}
        name = given.get("file_name") or os.path.basename(given.get("path", ""))
        yield f"files[{number}]", {**without_pdf_options(defaults, name), **given}


def _folder(params: t.Mapping[str, t.Any], defaults: t.Mapping[str, t.Any]) -> t.Iterator[Entry]:
    folder: str = params["folder"]
    if not os.path.isdir(folder):
        raise TaskFailed(f"folder {folder} is not a directory. Set folder to the directory with the files.")
    count = 0
    for relative in sorted(_walk(folder)):
        if not _is_included(relative, params["include"], params["exclude"]):
            continue
        count += 1
        path = os.path.join(folder, *relative.split("/"))
        # macOS decomposes characters in names, and the ID must be the same wherever the task runs.
        name = unicodedata.normalize("NFC", relative)
        if os.path.islink(path):
            raise TaskFailed(
                f"{path} is a symbolic link, which is not followed. Replace it by the file, or exclude it."
            )
        options: dict[str, t.Any] = {"path": path, "group_tracking_id": (params["prefix"] or "") + name}
        if params["base_url"]:
            options["link"] = f"{params['base_url'].rstrip('/')}/{quote(name, safe='/', errors='surrogatepass')}"
        yield path, {**without_pdf_options(defaults, name), **options}
    if not count and not params["allow_empty"]:
        raise TaskFailed(
            f"No file in folder {folder} matches include and exclude. Files whose path has a part that begins with a dot are left"
            " out. If this is intended, set allow_empty: true."
        )


def _walk(folder: str) -> t.Iterator[str]:
    """The paths of all files below a folder, relative to it, with slashes. Hidden ones are left out."""

    def fail(error: OSError) -> None:
        raise TaskFailed(f"{error.filename} cannot be read: {error.strerror}.")

    for here, folders, names in os.walk(folder, onerror=fail):
        # A link to a folder is among the folders, and would not be noticed.
        names += [name for name in folders if os.path.islink(os.path.join(here, name))]
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith("."):
                yield os.path.relpath(os.path.join(here, name), folder).replace(os.sep, "/")


def _is_included(path: str, include: t.Sequence[str] | None, exclude: t.Sequence[str] | None) -> bool:
    def fits(pattern: str) -> bool:
        return fnmatch.fnmatchcase(path if "/" in pattern else path.rpartition("/")[2], pattern)

    return (include is None or any(map(fits, include))) and not any(map(fits, exclude or ()))


def _parse(options: t.Mapping[str, t.Any], place: str) -> DesiredFile:
    tracking_id = _tracking_id(options.get("group_tracking_id"))
    path, content = options.get("path"), options.get("content")
    if (path is None) == (content is None):
        wrong = "are missing" if path is None else "cannot be used together"
        raise TaskFailed(f"path and content {wrong}. Set one of them.")
    name = options.get("file_name") or os.path.basename(path or "")
    if not name:
        raise TaskFailed("file_name is missing. It is required with content. Its suffix tells the kind of the file.")
    values = parse_values({key: options.get(key) for key in UPLOAD_OPTIONS}, name)
    wrong_text = unsendable({"content": content} if path is None else {"path": path})
    if wrong_text:
        raise TaskFailed(f"{wrong_text}.")
    data = content.encode("utf-8") if isinstance(content, str) else b""
    if path is not None and not os.path.isfile(path):
        raise TaskFailed(f"{path} is not a file." if os.path.exists(path) else f"File {path} not found.")
    desired = DesiredFile(tracking_id, path, data, 0, "", values, place)
    try:
        size, sha256 = _measure(desired)
    except OSError as failed:
        raise TaskFailed(f"{path} cannot be read: {failed.strerror}.") from failed
    if not size:
        raise TaskFailed("The file is empty. Trieve would accept it and make no chunk of it. Exclude it, or fill it.")
    if size > LARGEST_FILE:
        raise TaskFailed(
            f"The file has {size} bytes or more. The limit of Trieve's API is {LARGEST_FILE} bytes. Split it."
        )
    return desired._replace(size=size, sha256=sha256)


def _tracking_id(given: str | None) -> str:
    if not given or not given.strip():
        raise TaskFailed("group_tracking_id is missing or empty. Every file needs one, since it is found by it.")
    wrong = unsendable({"group_tracking_id": given})
    if wrong:
        raise TaskFailed(f"{wrong}.")
    return check_tracking_id(given)


def _measure(desired: DesiredFile) -> tuple[int, str]:
    """Size and SHA-256 of a file. A file that is too large is not read to its end."""
    digest, size = hashlib.sha256(), 0
    with desired.open() as file:
        for block in iter(lambda: file.read(_BLOCK), b""):
            digest.update(block)
            size += len(block)
            if size > LARGEST_FILE:
                break
    return size, digest.hexdigest()


# -- what is sent --------------------------------------------------------------------------------------------------


class Upload:
    """The JSON of an upload as a stream: the content is read, encoded and sent piece by piece.

    :param desired: the file
    :param rest: all keys of the request but the content
    :param sent: called with the bytes of the content that were sent
    """

    def __init__(
        self, desired: DesiredFile, rest: t.Mapping[str, t.Any], sent: t.Callable[[int], None] = lambda size: None
    ) -> None:
        self._desired = desired
        self._head = b'{"base64_file":"'
        self._tail = b'",' + json.dumps(rest, ensure_ascii=False, allow_nan=False).encode("utf-8")[1:]
        self._sent = sent
        self.fault = ""
        """What is wrong with the file. The request was then not sent to its end, so that the server has not carried it out."""
        self.seek(0)

    def __len__(self) -> int:
        return len(self._head) + -(-self._desired.size // 3) * 4 + len(self._tail)

    def __iter__(self) -> t.Iterator[bytes]:
        return iter(lambda: self.read(_BLOCK), b"")

    def tell(self) -> int:
        """How much has been read."""
        return self._position

    def seek(self, position: int, whence: int = 0) -> int:
        """Begin again, before a request is repeated."""
        if position or whence:
            raise OSError("An upload can only be read from its beginning.")
        self._position = 0
        self._buffer = b""
        self._pieces = self._encoded()
        return 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        parts, length = [self._buffer], len(self._buffer)
        while size < 0 or length < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            parts.append(piece)
            length += len(piece)
        data = b"".join(parts)
        end = length if size < 0 else size
        self._buffer = data[end:]
        self._position += len(data[:end])
        return data[:end]

    def _encoded(self) -> t.Iterator[bytes]:
        yield self._head
        digest, size = hashlib.sha256(), 0
        try:
            with self._desired.open() as file:
                for block in iter(lambda: file.read(_BLOCK), b""):
                    digest.update(block)
                    size += len(block)
                    if size > self._desired.size:
                        break
                    yield base64.b64encode(block)
                    self._sent(size)
        except OSError as failed:
            self.fault = f"{self._desired.path} cannot be read: {failed.strerror}."
            raise
        if digest.hexdigest() != self._desired.sha256:
            self.fault = f"{self._desired.path} was changed while the task ran. Run the task again."
            raise OSError(self.fault)
        yield self._tail
