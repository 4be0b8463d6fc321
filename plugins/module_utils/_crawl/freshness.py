# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a crawl that matches is started again.

Trieve keeps no time of a crawl's end. What can be trusted is C(created_at): only a new crawl reads the site again, since nothing
reads what Trieve's cron program queues (docs/server.md 3.8). C(next_crawl_at) moves without any crawl.
"""

from __future__ import annotations

import typing as t

from .._core.ages import to_timestamp
from .generation import finished_in

if t.TYPE_CHECKING:
    from .model import Crawl
    from .options import Policy


def last_finished(crawl: Crawl) -> str | None:
    """When the last crawl of the site that was completed had been started, as far as that is known."""
    if crawl["status"] == "Completed":
        return crawl["created_at"]
    return finished_in(crawl.generation)


def recrawls(policy: Policy, crawl: Crawl | None, now: float) -> bool:
    """Whether a crawl is to be started again although it has all declared options.

    :param now: seconds since 1970
    """
    if crawl is None:
        return False
    if policy.recrawl == "always":
        return True
    if policy.recrawl == "on_failure":
        return bool(crawl["status"] == "Failed")
    if policy.recrawl == "overdue" and policy.max_age is not None:
        return _is_overdue(crawl, policy.max_age, now)
    return False


def _is_overdue(crawl: Crawl, max_age: int, now: float) -> bool:
    """A failed crawl has not finished, so the one before it counts. One that is under way is overdue once it takes that long itself."""
    if crawl["status"] == "Failed":
        time = to_timestamp(finished_in(crawl.generation))
        return time is None or now - time > max_age
    time = to_timestamp(crawl["created_at"])
    return time is not None and now - time > max_age
