# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dates that the server understands (trieve-api.md 2.2 and 5.3)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from .clock import EPOCH


def parse_date(text: str, now: int) -> int | None:
    """A date as microseconds since 1970, or None where the server does not understand it.

    :param now: microseconds; a form without a time of day takes the one of now.
    """
    match = re.fullmatch(
        r"(\d{4})-(\d\d)-(\d\d)([Tt ])(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|z| ?UTC|[+-]\d\d:?(?:\d\d)?)?", text
    )
    if match:
        year, month, day, separator, hour, minute, second, fraction, zone = match.groups()
        if separator != " " and (zone is None or second is None):
            return None
        return _at(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), fraction, zone)
    match = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", text)
    if match:
        return _day(*map(int, match.groups()), now)
    return None


def _day(year: int, month: int, day: int, now: int) -> int | None:
    midnight = _at(year, month, day, 0, 0, 0, None, None)
    return None if midnight is None else midnight + now % 86_400_000_000


def _at(
    year: int, month: int, day: int, hour: int, minute: int, second: int, fraction: str | None, zone: str | None
) -> int | None:
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None
    offset = timedelta()
    if zone and zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0)) * (-1 if zone[0] == "-" else 1)
    micros = int(float(fraction) * 1_000_000) if fraction else 0
    return (moment - offset - EPOCH) // timedelta(microseconds=1) + micros
