# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plain values for a module: the same as a packed module reads from JSON."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCALARS, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_as_json(value: Any) -> None:
    assert native(value) == json.loads(json.dumps(value))


@pytest.mark.parametrize(
    ("key", "text"),
    [(2024, "2024"), (True, "true"), (None, "null"), (1.5, "1.5"), (datetime.date(2024, 1, 2), "2024-01-02")],
)
def test_keys_are_texts(key: Any, text: str) -> None:
    assert native({"metadata": [{key: 1}]}) == {"metadata": [{text: 1}]}
