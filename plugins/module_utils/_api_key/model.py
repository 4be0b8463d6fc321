# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An API key: the server's object, as a result, and compared with what is declared."""

from __future__ import annotations

import typing as t

from .options import MANAGED, ROLES, DesiredKey

ApiKey = dict[str, t.Any]
"""A key as results have it, named like the options. Empty C(dataset_ids) stand for all datasets."""


def to_result(row: t.Mapping[str, t.Any]) -> ApiKey:
    """The server's key, as its list has it."""
    role = row["role"]
    return {
        "id": row["id"],
        "name": row["name"],
        "role": ROLES[role] if 0 <= role < len(ROLES) else str(role),
        "dataset_ids": sorted(row.get("dataset_ids") or []),
        "organization_id": row.get("organization_id"),
        "created_at": row["created_at"],
        "updated_at": row.get("updated_at"),
    }


def actual(key: ApiKey, desired: DesiredKey) -> dict[str, t.Any]:
    """The key's values of the declared options, as far as they can be read."""
    return {name: key[name] for name in MANAGED if name in desired}


def normalized(desired: DesiredKey) -> dict[str, t.Any]:
    """The declared options in the form that C(actual) gives a key's own."""
    return {name: desired[name] for name in MANAGED if name in desired}


def to_request(desired: DesiredKey, current: ApiKey | None) -> dict[str, t.Any]:
    """The body of a creation: the readable values of the key that the new one follows, overlaid with the declared options."""
    body: dict[str, t.Any] = {"role": current["role"]} if current else {}
    if current and current["dataset_ids"]:
        body["dataset_ids"] = current["dataset_ids"]
    body.update(desired)
    return {**body, "role": ROLES.index(body["role"])} if "role" in body else body


def is_created_by(key: ApiKey, body: t.Mapping[str, t.Any]) -> bool:
    """Whether the key has what a creation with this body gives it, as far as that can be read."""
    expected = (body["name"], ROLES[body["role"]], sorted(body.get("dataset_ids", ())))
    return (key["name"], key["role"], key["dataset_ids"]) == expected


def after_write(organization_id: str | None, body: t.Mapping[str, t.Any]) -> ApiKey:
    """The key as it is after a creation with this body, as far as that can be known before it."""
    return {
        "id": None,
        "name": body["name"],
        "role": ROLES[body["role"]] if "role" in body else None,
        "dataset_ids": body.get("dataset_ids", []),
        "organization_id": organization_id,
        "created_at": None,
        "updated_at": None,
    }


def described(keys: t.Iterable[ApiKey]) -> str:
    """The keys as a message tells keys of the same name apart."""
    return ", ".join(f"{key['id']} ({key['role']}, created at {key['created_at']})" for key in keys)
