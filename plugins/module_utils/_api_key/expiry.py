# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moments in ISO 8601. The server takes a form that it cannot read for "never", so it is sent one only (docs/server.md 5.3)."""

from __future__ import annotations

import calendar
import datetime
import re

from .._core.failure import TaskFailed

_DATE = r"""
    (?P<year>\d{4}) (?:
        (?P<dash>-?) (?P<month>\d\d) (?P=dash) (?P<day>\d\d)
      | -?W(?P<week>\d\d) -?(?P<weekday>[1-7])
      | -?(?P<ordinal>\d{3})
    )"""
_TIME = r"""
    (?P<hour>\d\d) (?: (?P<colon>:?) (?P<minute>\d\d) (?: (?P=colon) (?P<second>\d\d) )? )? (?P<fraction>[.,]\d{1,12})?"""
_ZONE = r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)"
_MOMENT = re.compile(rf"{_DATE} (?: [T\ ] {_TIME} (?:\ ?{_ZONE})? )?", re.VERBOSE | re.IGNORECASE | re.ASCII)

_EPOCH = datetime.date(1970, 1, 1).toordinal()
_DAY = 86400
_LAST_DAY = datetime.date.max.toordinal()


class Moment:
    """A moment as a person wrote it; its C(seconds) since 1970 are None if the text names none.

    :param text: ISO 8601: a calendar, week or ordinal date, alone or with a time, with or without separators. Without a
        zone it is in UTC, a date alone is its first second
    """

    def __init__(self, text: str) -> None:
        found = _MOMENT.fullmatch(text.strip())
        self.seconds: int | None = _seconds(found.groupdict()) if found else None

    @property
    def utc(self) -> str:
        """The one form that is sure to be understood: with seconds and C(Z)."""
        days, rest = divmod(self.seconds or 0, _DAY)
        date = datetime.date.fromordinal(days + _EPOCH).isoformat()
        return f"{date}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}Z"


def moment(text: str, option: str) -> Moment:
    """The moment that an option names.

    :raises TaskFailed: it names none
    """
    found = Moment(text)
    if found.seconds is None:
        raise TaskFailed(
            f"{option} {text!r} is no date and time in ISO 8601, such as 2030-01-31T12:00:00Z."
            " Trieve would take it for 'never', so it is not sent."
        )
    return found


def _seconds(parts: dict[str, str | None]) -> int | None:
    """Seconds since 1970 in UTC, a fraction cut off; None for a day or a time that does not exist."""
    day, time, zone = _day(parts), _time(parts), _offset(parts["zone"])
    if day is None or time is None or zone is None:
        return None
    seconds = (day - _EPOCH) * _DAY + time - zone
    return seconds if 1 <= seconds // _DAY + _EPOCH <= _LAST_DAY else None


def _day(parts: dict[str, str | None]) -> int | None:
    """The day's number, counted from 0001-01-01 as 1."""
    year = int(parts["year"] or 0)
    if year < 1:
        return None
    if parts["week"]:
        week = int(parts["week"])
        last_week = datetime.date(year, 12, 28).isocalendar()[1]
        if not 1 <= week <= last_week:
            return None
        monday_of_first = datetime.date(year, 1, 4).toordinal() - datetime.date(year, 1, 4).weekday()
        return monday_of_first + (week - 1) * 7 + int(parts["weekday"] or 1) - 1
    if parts["ordinal"]:
        number = int(parts["ordinal"])
        return (
            datetime.date(year, 1, 1).toordinal() + number - 1 if 1 <= number <= 365 + calendar.isleap(year) else None
        )
    month, day = int(parts["month"] or 0), int(parts["day"] or 0)
    if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return datetime.date(year, month, day).toordinal()


def _time(parts: dict[str, str | None]) -> int | None:
    """Seconds since midnight. 24:00 is the midnight that follows; a 60th second is a leap second."""
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    unit = 1 if parts["second"] else 60 if parts["minute"] else 3600
    digits = (parts["fraction"] or ".0")[1:]
    fraction = int(digits) * unit // 10 ** len(digits)
    seconds = hour * 3600 + minute * 60 + second + fraction
    return seconds if hour <= 24 and minute <= 59 and second <= 60 and (hour < 24 or seconds == _DAY) else None


def _offset(zone: str | None) -> int | None:
    """Seconds east of UTC."""
    if not zone or zone in "Zz":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 23 or minutes > 59:
        return None
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)
