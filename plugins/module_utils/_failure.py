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
