# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exception of a task that cannot do what it was asked for."""

from __future__ import annotations

import typing as t


class TaskFailed(Exception):
    """The task fails with these words.

    :param words: what happened, where, and what to do
    :param results: further keys of the failed result
    """

    def __init__(self, words: str, **results: t.Any) -> None:
        super().__init__(words)
        self.results = results

    @property
    def status(self) -> int | None:
        """The HTTP status of the answer behind it, None if there is none."""
        return (self.as_result() or {}).get("status")

    def as_result(self) -> dict[str, t.Any] | None:
        """What the failed task returns as C(error): the server's error behind it, if there is one."""
        return self.results.get("error")
