# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids and keys: how they are made, read and kept."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import uuid

from blake3 import blake3

NIL = "00000000-0000-0000-0000-000000000000"
_LETTERS = string.ascii_letters + string.digits

_UUID = re.compile(
    r"(?:urn:uuid:)?(?P<dashed>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?P<plain>[0-9a-f]{32})"
    r"|\{(?P<braced>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}",
    re.IGNORECASE,
)


def parse_uuid(text: str) -> str | None:
    """An id in any spelling that the server accepts, as lowercase with hyphens; None if it is none."""
    match = _UUID.fullmatch(text)
    if not match:
        return None
    plain = (match["dashed"] or match["plain"] or match["braced"]).replace("-", "").lower()
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def new_key() -> str:
    """A random API key of the form that the server gives out."""
    return "tr-" + "".join(secrets.choice(_LETTERS) for _unused in range(32))


def key_hash(key: str) -> str:
    """The text under which a key is stored."""
    return hashlib.sha256(key.encode()).hexdigest()


def text_hash(text: str) -> str:
    """The server's hash of a text: BLAKE3, as 64 hexadecimal digits."""
    return blake3(text.encode()).hexdigest()


def new_id() -> str:
    """A random id."""
    return str(uuid.uuid4())
