# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a key expires: the forms of a date that the server reads, and those that it takes for "never".

Trieve reads them with the library dateparser 0.2.1, its zone here being UTC.
"""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Plays
from .wire import Answer

READ = [
    "2020-01-01T00:00:00Z",
    "2020-01-01T00:00:00z",
    "2020-01-01T00:00:00.123Z",
    "2020-01-01T00:00:00+02:00",
    "2020-01-01 00:00:00",
    "2020-01-01 00:00:00 UTC",
    "2020-01-01 00:00:00Z",
    "2020-01-01 00:00:00+00",
    "2020-01-01 00:00:00+02:00",
    "2020-01-01 00:00:00.5",
    "2020-01-01 00:00",
    "Wed, 01 Jan 2020 00:00:00 GMT",
    "1577836800",
    "1577836800000",
    "2020-01-01",
    "2020/01/01",
    "01/02/2020",
    "1/2/20",
    "Jan 2, 2020",
    "2 Jan 2020",
]
NEVER = [
    "2020-01-01T00:00:00",
    "2020-01-01T00:00:00.000",
    "2020-01-01T00:00:00.000000",
    "2020-01-01T00:00",
    "2020-01-01T00:00Z",
    "20200101",
    "20200101T000000Z",
    "2020",
    "2020-1-1",
    "2020-01-01Z",
    "2020-01-01 Z",
    "",
    "now",
    "tomorrow",
    " 2020-01-01T00:00:00Z",
]


@pytest.fixture(scope="module")
def dataset(plays: Plays) -> Any:
    """The id of a dataset to read with a new key."""
    return plays.send("POST", "/api/dataset", {}, {"dataset_name": "expiry"}).body["id"]


def use(plays: Plays, dataset: str, expires_at: str) -> Answer:
    """What a new admin key that expires then may read."""
    body = {"name": "expiry", "role": 1, "expires_at": expires_at}
    key = plays.send("POST", "/api/organization/api_key", {}, body).body["api_key"]
    return plays.send("GET", "/api/crawl", {"Authorization": key, "TR-Dataset": dataset})


@pytest.mark.parametrize("text", READ)
def test_a_date_in_the_past_is_read(plays: Plays, dataset: str, text: str) -> None:
    """The key is unknown from the beginning."""
    assert use(plays, dataset, text).status == 401


@pytest.mark.parametrize("text", NEVER)
def test_what_cannot_be_read_never_comes(plays: Plays, dataset: str, text: str) -> None:
    """The key is good for ever, and nobody says so."""
    assert use(plays, dataset, text).status == 200


def test_a_date_to_come_is_no_reason_to_refuse(plays: Plays, dataset: str) -> None:
    """Until then the key works."""
    assert use(plays, dataset, "2999-01-01T00:00:00Z").status == 200
