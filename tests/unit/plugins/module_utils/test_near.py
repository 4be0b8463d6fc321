# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that look alike."""

from __future__ import annotations

import unicodedata

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.near import did_you_mean, near, twin

COMPOSED = unicodedata.normalize("NFC", "café")
DECOMPOSED = unicodedata.normalize("NFD", "café")


@pytest.mark.parametrize(
    ("name", "names", "expected"),
    [
        ("Docs", ["guide", "docs"], "docs"),
        ("dosc", ["guide", "docs-2", None, "docs"], "docs"),
        ("STRASSE", ["straße"], "straße"),
        (DECOMPOSED, [COMPOSED], COMPOSED),
        (COMPOSED.upper(), [DECOMPOSED], DECOMPOSED),
        ("docs ", ["docs"], "docs"),
        ("docs", ["Docs", "docs"], None),
        ("docs", ["guide", "", None], None),
        ("docs", [], None),
    ],
)
def test_near(name: str, names: list[str | None], expected: str | None) -> None:
    assert near(name, names) == expected
    assert did_you_mean(name, names) == (f" Did you mean {expected!r}?" if expected else "")


@pytest.mark.parametrize(
    ("name", "names", "expected"),
    [
        (COMPOSED, ["cafe", DECOMPOSED], DECOMPOSED),
        ("docs", ["docs", "DOCS"], "DOCS"),
        ("docs", ["docs", "dosc", None], None),
    ],
)
def test_twin(name: str, names: list[str | None], expected: str | None) -> None:
    assert twin(name, names) == expected
