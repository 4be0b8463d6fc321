# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody who looks at the collection from outside notices that its modules have action plugins."""

from __future__ import annotations

import json
import subprocess

import pytest

from .conftest import Both
from .play import PLAYBOOKS, ROOT, Stage, tool

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("trieve_*.py"))


@pytest.mark.sandbox
def test_names(both: Both) -> None:
    """Short names, actions and names with templates: callbacks see the task's name and the module that it resolves to."""
    # Newer cores deprecate two of these forms.
    for run in both(PLAYBOOKS / "names.yml", dataset="runner", deprecations=None):
        assert {event["resolved_action"] for event in run.events} == {"community.trieve.trieve_crawl_info"}
        assert run.events[0]["task"] == "By its short name"
        assert run.events[-1]["task"] == "With a name of templates"
        assert run.arguments("As a local action")[0]["site_url"] == "https://c.example.com"


def test_ansible_doc(stage: Stage) -> None:
    """ansible-doc finds each module, and documentation, examples and results of it."""
    command = [tool("ansible-doc"), "--json", "--type", "module"]
    names = [f"community.trieve.{name}" for name in MODULES]
    ran = subprocess.run(
        [*command, *names], env=stage.environment(stage.folder), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert sorted(found) == names
    for name in names:
        assert found[name]["doc"]["short_description"]
        assert found[name]["examples"]
        assert found[name]["return"]
