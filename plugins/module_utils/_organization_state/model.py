# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A declared state, parsed: what each object is compared with and created with."""

from __future__ import annotations

import typing as t

from .._api_key.options import DesiredKey
from .._chunk_group.options import DesiredGroup
from .._core.lists import in_scope
from .._crawl.options import DesiredCrawl, Policy
from .._dataset.options import DesiredDataset
from .._invitation.options import DesiredInvitation
from .._organization.options import DesiredOrganization
from .._user.options import DesiredUser


class DeclaredDataset:
    """A declared dataset.

    :param place: the entry as a message names it
    :param tracking_id: its tracking ID
    """

    def __init__(self, place: str, tracking_id: str) -> None:
        self.place = place
        self.tracking_id = tracking_id
        self.moved_from: str | None = None
        self.created: DesiredDataset | None = None
        """What it is created with."""
        self.compared: DesiredDataset | None = None
        """What it is compared with: without the ignored fields."""
        self.chunk_groups: dict[str, DesiredGroup] | None = None
        self.new_chunk_groups: dict[str, DesiredGroup] = {}
        """What the groups are created with."""
        self.crawls: list[DesiredCrawl] | None = None
        self.new_crawls: list[DesiredCrawl] = []
        """What the crawls are created with."""
        self.policies: list[Policy] = []
        """When each of the crawls is started again, and what happens to its chunks."""
        self.allow_shared_paths = False


class DeclaredKey(t.NamedTuple):
    """A declared API key."""

    place: str
    desired: DesiredKey
    rotation: dict[str, t.Any]


class DeclaredUser(t.NamedTuple):
    """A declared member."""

    place: str
    desired: DesiredUser
    pending: str
    force: bool


class DeclaredInvitation(t.NamedTuple):
    """A declared invitation."""

    place: str
    desired: DesiredInvitation


class Prune:
    """What is done with undeclared objects.

    :param options: of C(PRUNE_SPEC)
    """

    def __init__(self, options: t.Mapping[str, t.Any]) -> None:
        self._options = options
        self.prefix: str = options["tracking_id_prefix"] or ""
        self.allow_empty: bool = options["allow_empty"]
        self.max_deletions: str | None = options["max_deletions"]
        self.force: bool = options["force"]
        self._keep: t.Mapping[str, list[str] | None] = options["keep"] or {}

    def mode(self, kind: str) -> str:
        """C(none), C(report) or C(delete).

        :param kind: one of C(PRUNED)
        """
        mode: str = self._options[kind]
        return mode

    def has_in_scope(self, tracking_id: str | None) -> bool:
        """Whether the prefix does not except an object with this tracking ID."""
        return not self.prefix or bool(tracking_id and tracking_id.startswith(self.prefix))

    def keeps(self, kind: str, name: str | None) -> bool:
        """Whether a pattern excepts an undeclared object.

        :param name: what the patterns of this kind are about; None for an object without it
        """
        patterns = self._keep.get(kind)
        return bool(patterns) and in_scope(name or "", patterns)


class DeclaredState:
    """A whole state. A list that is not declared is None."""

    def __init__(self) -> None:
        self.organization: DesiredOrganization | None = None
        self.users: list[DeclaredUser] | None = None
        self.invitations: list[DeclaredInvitation] | None = None
        self.datasets: list[DeclaredDataset] | None = None
        self.api_keys: list[DeclaredKey] | None = None
        self.prune: Prune
