# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request that a user describes, and its answer."""

from __future__ import annotations

import typing as t

Answer = dict[str, t.Any]
"""The answer as results have it."""

NO_ANSWER: Answer = {"status": None, "json": None, "text": None}
"""The result of a request that was not sent."""


class Request(t.NamedTuple):
    """A request.

    :param path: from C(/api) on, escaped
    :param query: without parameters that are null
    :param dataset: the value of its header C(TR-Dataset)
    :param reads: whether it changes nothing
    :param statuses: those that are no failure
    """

    method: str
    path: str
    query: dict[str, t.Any]
    body: t.Any
    dataset: str | None
    reads: bool
    statuses: t.Container[int]

    @property
    def name(self) -> str:
        """The request as a person reads it."""
        return f"{self.method} {self.path}"

    def to_result(self) -> dict[str, t.Any]:
        """The parts that are set, for the diff."""
        parts = {
            "method": self.method,
            "path": self.path,
            "query": self.query or None,
            "body": self.body,
            "dataset": self.dataset,
        }
        return {name: value for name, value in parts.items() if value is not None}
