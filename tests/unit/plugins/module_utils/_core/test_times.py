# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times in ISO 8601: read in several forms, sent in one."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.times import to_utc

UTC = datetime.timezone.utc
ZONES = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(
    lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes))
)
MOMENTS = st.datetimes(datetime.datetime(1000, 1, 2), datetime.datetime(9999, 12, 30), timezones=ZONES)


def sent(when: datetime.datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@given(MOMENTS, st.sampled_from(["T", "t", " "]), st.sampled_from(["auto", "seconds", "milliseconds", "microseconds"]))
def test_what_python_writes(when: datetime.datetime, separator: str, precision: str) -> None:
    assert to_utc(when.isoformat(separator, precision), "expires_at") == sent(when)


@given(MOMENTS)
def test_without_separators(when: datetime.datetime) -> None:
    assert to_utc(when.strftime("%Y%m%dT%H%M%S%z"), "expires_at") == sent(when)


@given(MOMENTS)
def test_without_a_zone_it_is_in_utc(when: datetime.datetime) -> None:
    plain = when.replace(tzinfo=None)
    assert to_utc(plain.isoformat(), "expires_at") == sent(when.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2030-01-31", "2030-01-31T00:00:00Z"),
        ("20300131", "2030-01-31T00:00:00Z"),
        ("2030-01-31T12", "2030-01-31T12:00:00Z"),
        ("2030-01-31T12+02", "2030-01-31T10:00:00Z"),
        ("20300131T1230+0030", "2030-01-31T12:00:00Z"),
        ("2030-01-31T12:30:59,5Z", "2030-01-31T12:30:59Z"),
        ("2030-01-31T12:30Z", "2030-01-31T12:30:00Z"),
        ("2030-01-31T12:30:59.999Z", "2030-01-31T12:30:59Z"),
        ("2030-01-31 12:00:00 +05:30", "2030-01-31T06:30:00Z"),
        ("  2030-01-31T12:00:00z\n", "2030-01-31T12:00:00Z"),
        ("0999-01-01", "0999-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_forms(text: str, utc: str) -> None:
    assert to_utc(text, "expires_at") == utc


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "never",
        "2030",
        "2030-01",
        "2030-1-1",
        "2030-0101",
        "203001-01",
        "2030-13-01",
        "2030-02-29",
        "2030-00-01",
        "2030-W05-4",
        "2030-031",
        "2030-01-31T12:30,5Z",
        "2030-01-31T24:00Z",
        "2016-12-31T23:59:60Z",
    ]
    + [
        "2030-01-00",
        "2030-366",
        "2030-000",
        "2030-W53-1",
        "2030-W00-1",
        "2030-W01-0",
        "2030-W01-8",
        "0000-01-01",
        "1893456000",
    ]
    + [
        "2030-01-01T",
        "2030-01-01T25:00Z",
        "2030-01-01T24:01Z",
        "2030-01-01T12:60Z",
        "2030-01-01T12:00:61Z",
        "2030-01-01T1:00Z",
    ]
    + [
        "2030-01-01T12:0000Z",
        "2030-01-01T12:00+24:00",
        "2030-01-01T12:00+05:",
        "2030-01-01T12:00+01:60",
        "2030-01-01T12:00 UTC",
        "2030-01-01Z",
    ]
    + [
        "2030-01-01T12:00:00.Z",
        "9999-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+01:00",
        "２０３０-01-01",
        "2030-01-01T12:00:00Zx",
    ],
)
def test_what_is_no_moment_is_refused_by_name(text: str) -> None:
    with pytest.raises(TaskFailed, match="^expires_at ") as refused:
        to_utc(text, "expires_at")
    assert repr(text) in str(refused.value)
