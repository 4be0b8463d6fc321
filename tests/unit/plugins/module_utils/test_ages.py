# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.ages import parse_age, to_timestamp
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed


@pytest.mark.parametrize(
    ("text", "seconds"), [("7d", 604800), ("12h", 43200), ("30min", 1800), (" 1d ", 86400), ("007d", 604800)]
)
def test_an_age_in_days_hours_or_minutes(text: str, seconds: int) -> None:
    assert parse_age(text, "max_age") == seconds


@pytest.mark.parametrize(
    "text", ["", "7", "d", "7 d", "7days", "7w", "0d", "-1d", "1.5h", "7D", "7m", "1d12h", "٧d", "9" * 7 + "d"]
)
def test_anything_else_is_refused_with_the_option_and_examples(text: str) -> None:
    with pytest.raises(TaskFailed, match="^max_age .* is not an age.*7d, 12h or 30min"):
        parse_age(text, "max_age")


@pytest.mark.parametrize(
    "text", ["2026-01-02T03:04:05", "2026-01-02T03:04:05.123456", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.1+00:00"]
)
def test_a_time_of_the_server_is_in_utc(text: str) -> None:
    assert to_timestamp(text) == 1767323045


@pytest.mark.parametrize(
    "text", [None, "", "now", "2026-13-02T03:04:05", "2026-01-02 03:04:05", "2026-01-02T03:04:05+02:00"]
)
def test_what_is_not_such_a_time_has_no_timestamp(text: str | None) -> None:
    assert to_timestamp(text) is None
