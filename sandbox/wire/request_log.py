# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of requests that tests count. Keys and secrets never get into it."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from typing import Any

from ..calls.access import key_of

# What every HTTP client sends; anything else is listed by name.
ORDINARY = frozenset(
    (b"host", b"user-agent", b"accept", b"accept-encoding", b"connection", b"content-length", b"content-type")
    + (b"authorization", b"x-api-key", b"tr-dataset", b"x-dataset", b"tr-organization", b"x-organization")
)
SECRET_KEYS = frozenset(
    ("llm_api_key", "reranker_api_key", "api_key", "apikey", "webhook_secret", "stripe_secret", "password", "token")
)
HIDDEN = "<hidden>"


def without_secrets(value: Any) -> Any:
    """A body with the values of secret keys replaced."""
    if isinstance(value, dict):
        return {k: HIDDEN if k.lower() in SECRET_KEYS and v else without_secrets(v) for k, v in value.items()}
    return [without_secrets(item) for item in value] if isinstance(value, list) else value


class RequestLog:
    """The newest requests, up to a limit, and counters that have none."""

    def __init__(self, limit: int) -> None:
        self.entries: deque[dict[str, Any]] = deque(maxlen=limit)
        self.clear()

    def clear(self) -> None:
        """Forget all requests and set the counters to zero."""
        self.entries.clear()
        self.requests = self.swallowed = self.panics = self.faults = 0
        self.connections: set[int] = set()

    def counters(self) -> dict[str, int]:
        """The counters."""
        return {
            "requests": self.requests,
            "swallowed": self.swallowed,
            "panics": self.panics,
            "faults": self.faults,
            "connections": len(self.connections),
        }

    def add(self, scope: Any, headers: dict[bytes, bytes], body: bytes | None, connection: int) -> dict[str, Any]:
        """Note a request; its status is filled in when it is answered.

        :param body: None where bodies are not kept.
        """
        self.requests += 1
        self.connections.add(connection)
        key = key_of(headers)
        extra = [name.decode("latin-1") for name, _unused in scope["headers"] if name not in ORDINARY]
        entry = {
            "n": self.requests,
            "method": scope["method"],
            "path": scope["raw_path"].decode("latin-1"),
            "query": scope["query_string"].decode("latin-1"),
            "status": None,
            "key": None if key is None else hashlib.sha256(key.encode()).hexdigest()[:12],
            "dataset": _text(headers, b"tr-dataset") or _text(headers, b"x-dataset"),
            "organization": _text(headers, b"tr-organization") or _text(headers, b"x-organization"),
            "user_agent": _text(headers, b"user-agent"),
            "connection": connection,
            "extra_headers": extra,
            "body": _parsed(body) if body else None,
        }
        self.entries.append(entry)
        return entry


def _text(headers: dict[bytes, bytes], name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def _parsed(body: bytes) -> Any:
    try:
        return without_secrets(json.loads(body))
    except ValueError:
        return None
