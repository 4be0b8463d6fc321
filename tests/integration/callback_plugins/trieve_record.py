# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes what each task returned as JSON lines, for the tests to compare.

One line for each result and each item of a loop. The text of a result is what any callback sees: after Ansible has
censored it.
"""

from __future__ import annotations

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: trieve_record
type: notification
short_description: Writes what each task returned as JSON lines
description:
  - The file is named by the variable E(TRIEVE_TEST_RECORD).
requirements: []
"""


class CallbackModule(CallbackBase):
    """The plugin."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "trieve_record"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, event, result):
        task = result._task
        line = {
            "event": event,
            "host": result._host.get_name(),
            "task": task.get_name(),
            "action": task.action,
            "resolved_action": task.resolved_action,
            "check_mode": task.check_mode,
            "tags": sorted(task.tags),
            "result": result._result,
        }
        with open(os.environ["TRIEVE_TEST_RECORD"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=repr, sort_keys=True) + "\n")

    def v2_runner_on_ok(self, result):
        self._write("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._write("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result):
        self._write("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._write("unreachable", result)

    def v2_runner_retry(self, result):
        self._write("retry", result)

    def v2_runner_item_on_ok(self, result):
        self._write("item ok", result)

    def v2_runner_item_on_failed(self, result):
        self._write("item failed", result)

    def v2_runner_item_on_skipped(self, result):
        self._write("item skipped", result)

    def v2_runner_on_async_ok(self, result):
        self._write("async ok", result)

    def v2_runner_on_async_failed(self, result):
        self._write("async failed", result)
