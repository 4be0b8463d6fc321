# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose key it is, which dataset and organization the headers name, and what the caller may do (docs/server.md 2)."""

from __future__ import annotations

from ..formats.errors import bad_request, forbidden, not_found, unauthorized
from ..formats.ids import key_hash, parse_uuid
from ..store.database import Row, unpack
from ..store.machine import Machine
from .access import OWNER, READ, Access, Caller, Membership, header, key_of, scope_matches
from .call import Call
from .default_params import apply_default_params


class Doorkeeper:
    """The middleware in front of the router."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.store = machine.store

    def admit(self, call: Call, route: str) -> None:
        """Resolve headers and key into the call's access.

        :param route: ``METHOD /path``, what scopes are compared with.
        :raises Refusal: 404 or 400 for headers that name nothing, also to anonymous callers; 401 and 403 for
            a key that is kept away from the dataset, the organization or the route.
        """
        dataset_name = header(call.headers, b"tr-dataset", b"x-dataset")
        organization_name = header(call.headers, b"tr-organization", b"x-organization")
        access = call.access
        key = key_of(call.headers)
        if self.machine.is_down("database") and any(one is not None for one in (key, dataset_name, organization_name)):
            raise bad_request("Could not get database connection")
        if key is not None:
            access.looked_up = True
            access.caller = self.caller(key, dataset_name, organization_name, call.now() // 1000)
            if access.caller is not None and access.caller.default_params is not None:
                apply_default_params(call, access.caller.default_params)
        if dataset_name is not None:
            access.dataset = self.dataset(dataset_name, organization_name)
            access.organization = self.store.one(
                "SELECT * FROM organizations WHERE id = ?", access.dataset["organization_id"]
            )
        elif organization_name is not None:
            access.organization = self.organization(organization_name)
        if access.organization is not None:
            access.looked_up = True
            if access.caller is not None:
                self.enter(access, access.caller, access.organization["id"], route)

    def dataset(self, name: str, organization_name: str | None) -> Row:
        """The dataset of TR-Dataset: an id, or a tracking id together with TR-Organization."""
        dataset_id = parse_uuid(name)
        if dataset_id:
            row = self.store.one("SELECT * FROM datasets WHERE id = ? AND deleted = 0", dataset_id)
        else:
            if organization_name is None:
                raise bad_request("Using Dataset Tracking IDs requires providing the TR-Organization header")
            organization_id = parse_uuid(organization_name)
            if organization_id is None:
                raise bad_request("Could not convert Organization to UUID")
            row = self.store.one(
                "SELECT * FROM datasets WHERE organization_id = ? AND tracking_id = ? AND deleted = 0",
                organization_id,
                name,
            )
        if row is None:
            raise not_found("Could not find dataset")
        return row

    def organization(self, name: str) -> Row:
        """The organization of TR-Organization."""
        organization_id = parse_uuid(name)
        if organization_id is None:
            raise bad_request("Could not convert Organization to UUID")
        row = self.store.one("SELECT * FROM organizations WHERE id = ? AND deleted = 0", organization_id)
        if row is None:
            raise not_found("Organization not found")
        return row

    def caller(self, key: str, dataset_name: str | None, organization_name: str | None, now: int) -> Caller | None:
        """Whose key it is; None for an unknown or expired one."""
        hashed = key_hash(key)
        if key == ("" if self.machine.settings.admin_key_unset else self.machine.admin_key):
            owner = self.owner_by_header(dataset_name, organization_name)
            if owner:
                owner.key_hash = hashed
                return owner
        row = self.store.one(
            "SELECT k.* FROM organization_api_keys k JOIN organizations o ON o.id = k.organization_id"
            " WHERE k.hash = ? AND o.deleted = 0 AND (k.expires_at IS NULL OR k.expires_at >= ?)",
            hashed,
            now,
        )
        if row is not None:
            membership = Membership(row["organization_id"], row["role"], unpack(row["scopes"]))
            return Caller(None, [membership], hashed, unpack(row["dataset_ids"]), unpack(row["default_params"]))
        row = self.store.one("SELECT * FROM user_api_keys WHERE hash = ?", hashed)
        if row is None:
            return None
        caller = self.user(row["user_id"], hashed)
        if row["role"] == READ:
            for membership in caller.memberships:
                membership.role = READ
        return caller

    def owner_by_header(self, dataset_name: str | None, organization_name: str | None) -> Caller | None:
        """The owner that the server's own key acts as, for the organization that the headers name."""
        organization_ids = []
        if organization_name is not None:
            organization_ids.append(parse_uuid(organization_name))
        if dataset_name is not None and (dataset_id := parse_uuid(dataset_name)):
            organization_ids.append(
                self.store.value("SELECT organization_id FROM datasets WHERE id = ? AND deleted = 0", dataset_id)
            )
        for organization_id in filter(None, organization_ids):
            row = self.store.one(
                "SELECT m.* FROM user_organizations m JOIN organizations o ON o.id = m.organization_id"
                " WHERE m.organization_id = ? AND m.role = 2 AND o.deleted = 0 ORDER BY m.created_at LIMIT 1",
                organization_id,
            )
            if row is not None:
                return Caller(row["user_id"], [Membership(organization_id, OWNER, unpack(row["scopes"]))])
        return None

    def user(self, user_id: str, hashed: str = "") -> Caller:
        """A user with all memberships in organizations that are not deleted."""
        rows = self.store.all(
            "SELECT m.* FROM user_organizations m JOIN organizations o ON o.id = m.organization_id"
            " WHERE m.user_id = ? AND o.deleted = 0 ORDER BY m.created_at",
            user_id,
        )
        memberships = [Membership(row["organization_id"], row["role"], unpack(row["scopes"])) for row in rows]
        return Caller(user_id, memberships, hashed)

    def enter(self, access: Access, caller: Caller, organization_id: str, route: str) -> None:
        """Find the caller's role in the organization of the headers."""
        dataset = access.dataset
        membership = caller.in_organization(organization_id)
        if membership is None:
            raise unauthorized() if dataset is not None and caller.user_id is None else forbidden()
        if dataset is not None and caller.dataset_ids and dataset["id"] not in caller.dataset_ids:
            raise unauthorized()
        access.role = membership.role
        if membership.scopes is not None:
            if not scope_matches(membership.scopes, route):
                raise forbidden()
            access.role = OWNER
