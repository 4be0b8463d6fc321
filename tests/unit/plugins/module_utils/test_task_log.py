# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AnsibleModule writes into the system's log before the module's own function runs."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.trieve.plugins.module_utils._core import task as _task

PAGE_KEY = "tr-Vd8nB3xRm6Kc1TzWq4Yh9PsLf7Gj2JaO"


def logged(**params: Any) -> list[str]:
    """The lines for these options."""
    lines: list[str] = []
    made: Any = _task._module_class(_task.Definition({}))
    module = made.__new__(made)  # its __init__ would read the options from the standard input
    module.params = {"url": "https://trieve.example.com", **params}
    module.argument_spec, module.aliases, module.no_log_values = {}, {}, set()
    module._name = "trieve_dataset"
    module.log = lambda msg, log_args=None: lines.append(f"{msg} {log_args}")
    module._log_invocation()
    return lines


def test_the_options_are_logged() -> None:
    (line,) = logged(tracking_id="docs")
    assert "docs" in line


def test_no_secret_of_a_free_dictionary() -> None:
    (line,) = logged(public_dataset={"enabled": True, "extra_params": {"brandName": "Example", "apiKey": PAGE_KEY}})
    assert PAGE_KEY not in line
    assert "Example" in line


def test_no_credentials_of_an_address() -> None:
    (line,) = logged(url="https://someone:oddPassw0rd-7Q@trieve.example.com")
    assert "oddPassw0rd-7Q" not in line


def test_nothing_that_the_log_cannot_take() -> None:
    """Ansible would fail with "embedded null character" before our own words could name the option."""
    assert logged(name="do\0cs") == []
