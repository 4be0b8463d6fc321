# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dates that the server understands, for a key's expiry and for times of chunks and files (docs/server.md 2.2).

The forms are those of the Rust library dateparser 0.2.1. What it does not know is silently ignored for an
expiry, refused for a chunk, and 1970 for a file.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from .clock import EPOCH

DAY = 86_400_000_000
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_ZONES = {"edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8}
_DATE = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
_HALF = r"\s*(?P<half>am|pm|AM|PM)?"
_FRACTION = r"(?P<fraction>\.\d{1,9})?"
_ZONE = r"\s*(?P<zone>[a-zA-Z]{3,6}|[+-]\d\d(?::?\d\d)?)"
_MONTH = r"(?P<month>[a-zA-Z]{3,9})"
_WEEKDAY, _MAIL_ZONE = r"[A-Z][a-z]{2},", r"(?P<zone>[a-zA-Z]{2,3}|[+-]\d{4})"
_FORMS = [
    re.compile(form)
    for form in (
        # RFC 3339, the only form with a T, and only with seconds and a zone
        rf"{_DATE}[Tt ](?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?P<fraction>\.\d+)?(?P<zone>[Zz]|[+-]\d\d:\d\d)",
        # RFC 2822
        rf"(?:{_WEEKDAY}\s+)?(?P<day>\d{{1,2}})\s+{_MONTH}\s+(?P<year>\d{{4}})\s+{_TIME}\s+{_MAIL_ZONE}",
        rf"{_DATE}\s+{_TIME}{_FRACTION}{_HALF}",
        rf"{_DATE}\s+{_TIME}{_FRACTION}{_ZONE}",
        _DATE,
        rf"{_DATE}{_ZONE}",
        rf"{_TIME}{_HALF}",
        rf"{_TIME}{_HALF}\s+(?P<zone>[a-zA-Z]{{3,6}}|[+-]\d\d:?\d\d)",
        rf"(?P<year>\d{{4}})-{_MONTH}-(?P<day>\d\d)",
        rf"{_MONTH}\s+(?P<day>\d{{1,2}})\s*(?:at)?\s+{_TIME}{_HALF}",
        rf"{_MONTH}\.?\s+(?P<day>\d{{1,2}}),\s+(?P<year>\d{{4}}),?\s+{_TIME}{_HALF}(?:{_ZONE})?",
        rf"{_MONTH}\.?\s+(?P<day>\d{{1,2}}),\s+(?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}})\s+{_MONTH}\s+(?P<year>\d{{4}}),?\s+{_TIME}{_FRACTION}{_HALF}",
        rf"(?P<day>\d{{1,2}})\s+{_MONTH}\s+(?P<year>\d{{4}})",
        rf"(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}}|\d\d)\s+{_TIME}{_FRACTION}{_HALF}",
        r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d\d)",
        rf"(?P<year>\d{{4}})/(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})\s+{_TIME}{_HALF}",
        r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
        r"(?P<month>\d\d?)\.(?P<day>\d\d?)\.(?P<year>\d{4}|\d\d)",
        r"(?P<year>\d{4})\.(?P<month>\d\d?)\.(?P<day>\d\d?)",
        rf"(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)\s+{_TIME}",
        r"(?P<year>\d{4})年(?P<month>\d\d)月(?P<day>\d\d)日(?:(?P<hour>\d\d)时(?P<minute>\d\d)分(?P<second>\d\d)秒)?",
    )
]
_UNIX = {10: 1_000_000, 13: 1_000}


def parse_date(text: str, now: int) -> int | None:
    """A date as microseconds since 1970, or None where the server does not understand it.

    :param now: microseconds; a form without a time of day takes the one of now, and one without a date its day.
    """
    if text.isascii() and text.isdigit():
        if len(text) == 19:
            return int(text) // 1000
        return int(text) * _UNIX[len(text)] if len(text) in _UNIX else None
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            return _moment(match.groupdict(), now)
    return None


def _moment(parts: dict[str, str | None], now: int) -> int | None:
    today = EPOCH + timedelta(microseconds=now)
    offset = _offset(parts.get("zone"))
    try:
        year, month = _year(parts.get("year"), today.year), _month(parts.get("month"), today.month)
        day = datetime(year, month, int(parts.get("day") or today.day), tzinfo=timezone.utc)
        if parts.get("hour") is None:
            time = now % DAY
        else:
            clock = day.replace(
                hour=_hour(int(parts["hour"] or 0), parts.get("half")),
                minute=int(parts["minute"] or 0),
                second=int(parts.get("second") or 0),
            )
            time = (clock - day) // timedelta(microseconds=1) + int(float(parts.get("fraction") or 0) * 1_000_000)
    except ValueError:
        return None
    return (day - EPOCH) // timedelta(microseconds=1) + time - offset


def _year(text: str | None, this: int) -> int:
    if text is None:
        return this
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _month(text: str | None, this: int) -> int:
    if text is None:
        return this
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("an hour of twelve")
    return hour % 12 + (12 if half.lower() == "pm" else 0)


def _offset(zone: str | None) -> int:
    """Microseconds east of Greenwich; names that are not known count as Greenwich."""
    if zone is None or zone[0] not in "+-":
        return _NAMED_ZONES.get((zone or "").lower(), 0) * DAY // 24
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return minutes * 60_000_000 * (-1 if zone[0] == "-" else 1)
