# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a definition as a packed module does: AnsibleModule reads the options and writes the result."""

from __future__ import annotations

import contextlib
import importlib
import json
from typing import Any
from unittest import mock

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings

from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, run

_INTERNAL = "ansible.module_utils._internal"


def packed(definition: Definition, capsys: pytest.CaptureFixture[str], **options: Any) -> dict[str, Any]:
    """What the module prints. Options of Ansible's own begin with `_ansible_`."""
    warnings._global_warnings.clear()
    capsys.readouterr()
    newer = hasattr(basic, "_ANSIBLE_PROFILE")  # from core 2.19 on
    own = {"_ansible_tracebacks_for": ["error"]} if newer else {}
    with contextlib.ExitStack() as stack:
        arguments = json.dumps({"ANSIBLE_MODULE_ARGS": {**own, **options}}).encode()
        stack.enter_context(mock.patch.object(basic, "_ANSIBLE_ARGS", arguments))
        if newer:
            stack.enter_context(mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy"))
            # Once another test has imported something of the controller's, warnings and tracebacks would go to its display.
            internal, traceback = (importlib.import_module(f"{_INTERNAL}{name}") for name in ("", "._traceback"))
            stack.enter_context(mock.patch.object(internal, "is_controller", False))
            modules_own = traceback._is_module_traceback_enabled
            stack.enter_context(mock.patch.object(traceback, "_is_traceback_enabled", modules_own))
        ended = stack.enter_context(pytest.raises(SystemExit))
        run(definition)
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert ended.value.code == (1 if result.get("failed") else 0)
    return result
