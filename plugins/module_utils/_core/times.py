# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times that are sent to the server. It misreads some forms without an error, so it is sent one form only (docs/server.md 5.3)."""

from __future__ import annotations

import datetime
import re

from .failure import TaskFailed

_FORM = re.compile(
    r"""
    (?P<year>\d{4}) (?P<dash>-?) (?P<month>\d\d) (?P=dash) (?P<day>\d\d)
    (?: [T\ ] (?P<hour>[01]\d|2[0-3])
        (?: (?P<colon>:?) (?P<minute>\d\d) (?: (?P=colon) (?P<second>\d\d) (?: [.,]\d+ )? )? )?
        (?: \ ? (?: (?P<utc>Z) | (?P<zone_hour>[+-](?:[01]\d|2[0-3])) (?: :? (?P<zone_minute>[0-5]\d) )? ) )?
    )?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def to_utc(text: str, option: str, consequence: str = "") -> str:
    """The time in UTC, to the second, in the form that the server is sure to read.

    :param text: a calendar date in ISO 8601, alone or with a time, with or without separators. Without a zone it is in UTC; a
        date alone is its first second
    :param option: the option's name
    :param consequence: a sentence about what the server would do with a text that it cannot read
    :raises TaskFailed: it is no such date and time
    """
    found = _FORM.fullmatch(text.strip())
    try:
        if found:
            return _utc({name: value or "00" for name, value in found.groupdict().items()})
    except (ValueError, OverflowError):  # no such day or time, or beyond the year 9999
        pass
    raise TaskFailed(
        f"{option} {text!r} is not a date and time in ISO 8601.{consequence} Write it as 2030-01-31T12:00:00Z or 2030-01-31."
    )


def _utc(part: dict[str, str]) -> str:
    zone = "+00" if part["zone_hour"] == "00" else part["zone_hour"]
    when = datetime.datetime.fromisoformat(  # Python 3.9 reads this form only
        f"{part['year']}-{part['month']}-{part['day']}T{part['hour']}:{part['minute']}:{part['second']}{zone}:{part['zone_minute']}"
    )
    return when.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat() + "Z"
