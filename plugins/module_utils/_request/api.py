# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending a request that a user describes."""

from __future__ import annotations

from .._core.task import Task
from .._dataset.api import UNKNOWN_DATASET, without_dataset
from ..trieve import TrieveClient, TrieveError
from .model import NO_ANSWER, Answer, Request


def send_request(task: Task, client: TrieveClient, request: Request) -> Answer:
    """Send the request and return the answer. In check mode there is none from a dataset that an earlier task would have created.

    :raises TrieveError: the status is not an expected one
    """
    try:
        status, value, text = client.request_any(
            request.method,
            request.path,
            statuses=request.statuses,
            body=request.body,
            dataset=request.dataset,
            params=request.query,
            safe=request.reads or request.method == "DELETE",
        )
    except TrieveError as error:
        if not request.dataset or not _is_unknown_dataset(error):
            raise
        without_dataset(task, client, request.dataset, must_exist=True)
        return NO_ANSWER
    return {"status": status, "json": value, "text": text}


def _is_unknown_dataset(error: TrieveError) -> bool:
    return any(error.status == status and words in str(error) for status, words in UNKNOWN_DATASET)
