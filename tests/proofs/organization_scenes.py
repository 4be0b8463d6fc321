# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys, members, invitations and the organization itself as scenes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from .options import flat, nested
from .scenes import ChunkGroup, ChunkGroups, Crawl, Crawls, Dataset, Scene, Values

_PERSON = "jo@example.com"
_STRANGER = "new@example.com"
_WITH_MAIL = {"app_url": "https://app.example.com", "redirect_uri": "https://app.example.com/welcome"}


class ApiKey(Scene):
    """A key. It cannot be changed, so a difference makes a new one in its place."""

    module = "trieve_api_key"
    named: ClassVar[Values] = {"name": "reader", "rotate": "on_difference"}
    roles = ("read", "admin", "owner")

    def prepare(self) -> None:
        self.datasets = {name: self.tenant.dataset(name) for name in ("one", "two")}

    def create(self, held: Values) -> None:
        role = self.roles.index(held.get("role", "read"))
        dataset_ids = [self.datasets[name] for name in held.get("dataset_ids", ())]
        body = {"name": "reader", "role": role, "dataset_ids": dataset_ids or None}
        self.tenant.call("POST", "/api/organization/api_key", body)

    def row(self) -> dict[str, Any]:
        """The newest key: the one whose place it takes is not proven to be superseded."""
        return self.tenant.rows("organization_api_keys")[-1]

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        parsed = {name: json.loads(row[name] or "null") for name in ("dataset_ids", "scopes", "default_params")}
        values = {name: row[name] for name in ("role", "expires_at")}
        return {**values, **parsed, "(name)": row["name"], "(datasets)": self.datasets}

    def poke(self, place: str, value: Any) -> None:
        column = place.partition(".")[0]
        stored = json.dumps(value) if column in ("dataset_ids", "scopes", "default_params") else value
        self.update("organization_api_keys", self.row()["id"], **{column: stored})

    def remove(self) -> None:
        """All of its generations."""
        self.control.sql("DELETE FROM organization_api_keys WHERE organization_id = ?", [self.tenant.id])

    def told(self, side: Mapping[str, Any]) -> dict[str, Any]:
        """Without the ids of the keys, one of which takes the other's place."""
        return {name: value for name, value in side.items() if name not in ("api_key_ids", "superseded_api_key_ids")}


class Member(Scene):
    """A member of the organization."""

    module = "trieve_user"
    named: ClassVar[Values] = {"email": _PERSON}
    roles = ("user", "admin", "owner")
    table = "user_organizations"

    def create(self, held: Values) -> None:
        self.user_id = self.tenant.member(_PERSON, self.roles.index(held.get("role", "user")), held.get("scopes"))

    def row(self) -> dict[str, Any]:
        return self.only(self.table, user_id=self.user_id)

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        return {"role": row["role"], "scopes": json.loads(row["scopes"] or "null")}

    def poke(self, place: str, value: Any) -> None:
        self.update(self.table, self.row()["id"], **{place: json.dumps(value) if place == "scopes" else value})

    def remove(self) -> None:
        self.delete(self.table)


class Invitation(Member):
    """An invitation. It cannot be changed, so a difference makes a new one in its place."""

    module = "trieve_invitation"
    named: ClassVar[Values] = {"email": _STRANGER, **_WITH_MAIL}
    table = "invitations"

    def create(self, held: Values) -> None:
        body = {"email": _STRANGER, "user_role": self.roles.index(held.get("role", "user")), **_WITH_MAIL}
        self.tenant.call("POST", "/api/invitation", {**body, "scopes": held.get("scopes")})

    def row(self) -> dict[str, Any]:
        return self.only(self.table, organization_id=self.tenant.id)

    def told(self, side: Mapping[str, Any]) -> dict[str, Any]:
        """Without what stands in the mail only."""
        return {name: value for name, value in side.items() if name not in _WITH_MAIL}


class Organization(Scene):
    """The organization of the key."""

    module = "trieve_organization"
    named: ClassVar[Values] = {"find_by": "id"}

    def create(self, held: Values) -> None:
        values = nested(held)
        partner = {name.upper(): value for name, value in values.get("partner_configuration", {}).items()}
        # A read shows defaults for what is not stored, and a change stores them: so somebody has changed it before.
        shown = self.tenant.call("GET", f"/api/organization/{self.tenant.id}")["organization"]["partner_configuration"]
        body = {"name": values.get("name", "default"), "partner_configuration": {**shown, **partner}}
        self.tenant.call("PUT", "/api/organization", body)

    def row(self) -> dict[str, Any]:
        return self.only("organizations", id=self.tenant.id)

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        partner = json.loads(row["partner_configuration"]).items()
        return {"name": row["name"], **{f"partner_configuration.{name.lower()}": value for name, value in partner}}

    def poke(self, place: str, value: Any) -> None:
        row = self.row()
        if place == "name":
            self.update("organizations", row["id"], name=value)
            return
        partner = {**json.loads(row["partner_configuration"]), place.partition(".")[2].upper(): value}
        self.update("organizations", row["id"], partner_configuration=json.dumps(partner))

    def remove(self) -> None:
        self.delete("organizations")

    def told(self, side: Mapping[str, Any]) -> dict[str, Any]:
        return dict(flat(side, "", ("partner_configuration",)))


SCENES: dict[str, type[Scene]] = {
    scene.module: scene
    for scene in (ApiKey, ChunkGroup, ChunkGroups, Crawl, Crawls, Dataset, Invitation, Member, Organization)
}
"""The scene of each module that changes something."""
