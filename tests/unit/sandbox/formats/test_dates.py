# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which dates the server understands. One that it does not makes a key that never expires."""

from __future__ import annotations

import pytest

from sandbox.formats.dates import parse_date

SECOND = 1_000_000
NEW_YEAR = 1_577_836_800 * SECOND
NOON = 12 * 3600 * SECOND
NOW = NEW_YEAR + 400 * 24 * 3600 * SECOND + NOON
"""Noon of a day in 2021."""


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-01T00:00:00Z",
        "2020-01-01T00:00:00z",
        "2020-01-01T00:00:00.000Z",
        "2020-01-01T02:00:00+02:00",
        "2020-01-01 00:00:00",
        "2020-01-01 00:00:00 UTC",
        "2020-01-01 00:00:00Z",
        "2020-01-01 00:00:00+00",
        "2020-01-01 02:00:00+02:00",
        "2020-01-01 00:00:00.0",
        "2020-01-01 00:00",
        "Wed, 01 Jan 2020 00:00:00 GMT",
        "2019-12-31 16:00:00 PST",
        "2020-01-01 12:00:00 AM",
        "1577836800",
        "1577836800000",
        "1577836800000000000",
    ],
)
def test_a_moment(text: str) -> None:
    """Forms with a time of day."""
    assert parse_date(text, NOW) == NEW_YEAR


@pytest.mark.parametrize("text", ["2020-01-01", "2020/01/01", "01/01/2020", "1/1/20", "Jan 1, 2020", "1 Jan 2020"])
def test_a_day_takes_the_time_of_now(text: str) -> None:
    """A bare date is another moment at each call."""
    assert parse_date(text, NOW) == NEW_YEAR + NOON
    assert parse_date(text, NOW + SECOND) == NEW_YEAR + NOON + SECOND


def test_a_time_takes_the_day_of_now() -> None:
    """A bare time is today's."""
    assert parse_date("12:00", NOW + SECOND) == NOW


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-01T00:00:00",
        "2020-01-01T00:00:00.000000",
        "2020-01-01T00:00",
        "2020-01-01T00:00Z",
        "20200101T000000Z",
        "20200101",
        "2020",
        "2020-1-1",
        "2020-01-01Z",
        "2020-01-01 Z",
        "2020-13-01",
        "2020-01-01 25:00",
        "",
        "now",
        "tomorrow",
        " 2020-01-01T00:00:00Z",
        "157783680000",
    ],
)
def test_no_date(text: str) -> None:
    """Forms that look like dates and are ignored."""
    assert parse_date(text, NOW) is None
