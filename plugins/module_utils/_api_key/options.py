# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that an API key is declared with, and what is wrong with them."""

from __future__ import annotations

import typing as t

from .._core.ages import parse_age
from .._core.failure import TaskFailed
from .._core.scopes import checked_scopes
from .._core.times import to_utc
from .default_params import DEFAULT_PARAMS, parse_default_params

ROLES = ("read", "admin", "owner")
"""The number that the server has for a role is its index here."""

API_KEY_OPTIONS: dict[str, t.Any] = dict(
    name=dict(type="str"),
    role=dict(type="str", choices=list(ROLES)),
    dataset_ids=dict(type="list", elements="raw"),  # not str: cores before 2.19 refuse the null of a preview
    scopes=dict(type="list", elements="str"),
    expires_at=dict(type="str"),
    default_params=dict(type="dict", options=DEFAULT_PARAMS),
)
"""Of C(trieve_api_key)."""

ROTATION_OPTIONS: dict[str, t.Any] = dict(
    rotate=dict(type="str", choices=["never", "on_difference", "after", "always"], default="never"),
    max_age=dict(type="str"),
    keep_previous=dict(type="int", default=0),
    stored_id=dict(type="str"),
)
"""When a key is replaced by a new one, and which of its generations stay."""

MANAGED = ("role", "dataset_ids")
"""Options that are compared with the server's key."""

WRITE_ONLY = ("scopes", "expires_at", "default_params")
"""Options that the server never shows (docs/server.md 5.3): sent with a creation, never compared."""

DesiredKey = dict[str, t.Any]
"""What a user declares: C(name), and those of C(MANAGED) and C(WRITE_ONLY) that are set, in the form in which they are sent; the
role is a word."""


def parse_options(options: t.Mapping[str, t.Any]) -> DesiredKey:
    """The declared key, after the checks that need no server; C(dataset_ids) are as the user named them.

    :raises TaskFailed: names the option that the server would misunderstand
    """
    desired = {name: options[name] for name in API_KEY_OPTIONS if options[name] is not None}
    if not desired.get("name", "").strip():  # not required_if: that would hide the name of a misspelt option
        raise TaskFailed("name is missing or empty. Set it to the name of the key.")
    if "scopes" in desired:
        desired["scopes"] = checked_scopes(desired["scopes"])
    if "expires_at" in desired:
        never = " Trieve would create a key that never expires, so it is not sent."
        desired["expires_at"] = to_utc(desired["expires_at"], "expires_at", never)
    if "default_params" in desired:
        desired["default_params"] = parse_default_params(desired["default_params"])
    return desired


def parse_rotation(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The options of C(ROTATION_OPTIONS) as C(change_api_key) takes them.

    :raises TaskFailed: they contradict each other, or are out of range
    """
    if options["keep_previous"] < 0:
        raise TaskFailed(f"keep_previous is {options['keep_previous']}. It must be at least 0.")
    if options["rotate"] == "after" and options["max_age"] is None:
        raise TaskFailed("max_age is missing. It is required with rotate: after; set it to an age such as 30d.")
    if options["max_age"] is not None and options["rotate"] != "after":
        raise TaskFailed("max_age has no effect without rotate: after. Set rotate: after, or remove max_age.")
    age = None if options["max_age"] is None else parse_age(options["max_age"], "max_age")
    return {**{name: options[name] for name in ("rotate", "keep_previous", "stored_id")}, "max_age": age}
