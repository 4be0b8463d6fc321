# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guides show is what their commands print."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from tools import cores

from .blocks import GUIDES
from .guides import PLAYED, comparable, matches, play

NEWEST = cores.CORES[-1].version


@pytest.mark.skipif(
    not version("ansible-core").startswith(f"{NEWEST}."), reason=f"outputs are those of ansible-core {NEWEST}"
)
@pytest.mark.parametrize("guide", PLAYED)
def test_guide(guide: str) -> None:
    """A reader who does what the guide says sees what it shows. `make outputs` writes it anew."""
    faults = play(GUIDES / f"{guide}.rst").faults
    assert not faults, "\n".join(faults)


def test_outputs_are_compared() -> None:
    first, second = "9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1", "0f3f5c9e-5a0e-4d63-9d3c-6a1e6f0f7a52"
    assert comparable(f"{first} {second} {first}") == comparable(f"{second} {first} {second} ")
    assert matches("one\n...\nfour", "one\ntwo\nthree\nfour")
    assert not matches("one\n...\nfive", "one\ntwo\nthree\nfour")
    assert not matches("two\n...\nfour", "one\ntwo\nthree\nfour")
    assert not matches("one", "one\ntwo")
    assert matches("one\n...", "one\ntwo\nthree")
    assert matches("...\nthree", "one\ntwo\nthree")
    assert not matches("...\nthree", "one\ntwo\nthree four")
    assert matches("ok=... changed=0 ...\nend", "ok=2 changed=0 failed=0\nend")
    assert not matches("ok=... changed=0 ...\nend", "ok=2 changed=1 failed=0\nend")
    assert matches(f"created {first}\n...", f"created {second}\nmore")
