# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a definition as the module would: options validated by its own spec, then its function against a server."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, execute


def task_of(definition: Definition, check_mode: bool = False, **options: Any) -> Task:
    """A task with these options, validated and completed by the definition's spec.

    :raises AssertionError: if the spec refuses them, with its words
    """
    validation = ArgumentSpecValidator(definition.argument_spec, **definition.rules).validate(options)
    assert not validation.error_messages, validation.error_messages
    return Task(validation.validated_parameters, check_mode)


def play(definition: Definition, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    """The result of a task, its warnings included."""
    task = task_of(definition, check_mode, **options)
    return played(definition, task)


def played(definition: Definition, task: Task) -> dict[str, Any]:
    """The result of a task that was made before."""
    result = execute(definition, task)
    if task.warnings:
        result["warnings"] = task.warnings
    return result
