# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ages as users write them, and the age of what the server created."""

from __future__ import annotations

import datetime
import re

from .failure import TaskFailed

_SECONDS = {"d": 24 * 60 * 60, "h": 60 * 60, "min": 60}

_FORM = re.compile(r"([0-9]{1,6})(d|h|min)")

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:00)?")


def parse_age(text: str, option: str) -> int:
    """The seconds of an age such as C(7d), C(12h) or C(30min).

    :param option: the option's name
    :raises TaskFailed: it is not an age, or not longer than nothing
    """
    found = _FORM.fullmatch(str(text).strip())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not seconds:
        raise TaskFailed(
            f"{option} {text!r} is not an age. Set it to a number of days, hours or minutes above 0, such as 7d, 12h or 30min."
        )
    return seconds


def to_timestamp(time: str | None) -> float | None:
    """The seconds since 1970 of a time as the server writes it, in UTC with or without a fraction and a zone; None if it is none."""
    found = _TIME.fullmatch(time or "")
    if not found:
        return None
    try:
        when = datetime.datetime.fromisoformat(found[1])
    except ValueError:
        return None
    return when.replace(tzinfo=datetime.timezone.utc).timestamp()
