# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The change that a request is, if it does not only read."""

from __future__ import annotations

from .._core.plan import Change
from .._core.task import Task
from ..trieve import TrieveClient
from .api import send_request
from .model import NO_ANSWER, Request


def send_change(task: Task, client: TrieveClient, request: Request) -> Change:
    """The change that sends a request. What it changes at the server is not known, so the diff shows the request."""
    return Change(
        "send",
        "request",
        request.name,
        lambda: send_request(task, client, request),
        dataset=request.dataset,
        after={"request": request.to_result()},
        predicted=NO_ANSWER,
    )
