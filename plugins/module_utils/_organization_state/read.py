# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading what a state is compared with, on several connections."""

from __future__ import annotations

import typing as t

from .._api_key.api import list_api_keys
from .._api_key.model import ApiKey
from .._chunk_group.api import list_groups
from .._chunk_group.model import Group
from .._chunk_group.origin import origins
from .._core.parallel import run_parallel
from .._core.task import Task
from .._crawl.api import list_crawls
from .._crawl.model import Crawl
from .._dataset.api import list_datasets, read_configuration
from .._dataset.model import Dataset
from .._invitation.api import list_invitations
from .._invitation.model import Invitation
from .._organization.api import find_by_id
from .._organization.model import Organization
from .._user.api import list_members
from .._user.model import Member
from ..trieve import TrieveClient
from .model import DeclaredDataset, DeclaredState


class Present(t.NamedTuple):
    """A declared dataset as it is.

    :param declared: what is declared
    :param dataset: None if it will be created
    :param moves: whether it still has the tracking ID that C(moved_from) names
    """

    declared: DeclaredDataset
    dataset: Dataset | None
    moves: bool

    @property
    def address(self) -> str:
        """What requests name it by: its ID, or the tracking ID that it will be created with."""
        return self.dataset.id if self.dataset else self.declared.tracking_id


class Found:
    """What the organization has of the parts that are managed; the rest is empty.

    :param task: the task
    :param client: its client
    :param parts: some of C(PARTS)
    """

    def __init__(self, task: Task, client: TrieveClient, parts: t.Container[str]) -> None:
        self._task = task
        self._client = client
        self._parts = parts
        self.datasets: list[Dataset] = []
        self.present: list[Present] = []
        self.undeclared: list[Dataset] = []
        """The datasets that nobody declares. Those of C(read_more) have their configuration."""
        self.crawls: dict[str, list[Crawl]] = {}
        """By the ID of the dataset, like C(chunk_groups)."""
        self.chunk_groups: dict[str, list[Group]] = {}
        self.origins: dict[str, str] = {}
        """By the ID of each undeclared group that a crawl or a file made."""
        self.api_keys: list[ApiKey] = []
        self.members: list[Member] = []
        self.invitations: list[Invitation] = []
        self.organization: Organization | None = None

    def read_datasets(self, state: DeclaredState, names: t.Container[str] | None) -> None:
        """Read the list of datasets, and find the declared ones in it.

        :param names: the tracking IDs of those that are looked at; None for all
        """
        self.datasets = list_datasets(self._client)
        by_name: dict[str, Dataset] = {dataset.tracking_id: dataset for dataset in self.datasets if dataset.tracking_id}
        taken: set[str] = set()
        for declared in state.datasets or ():
            current = by_name.get(declared.tracking_id)
            former = by_name.get(declared.moved_from or "")
            moves = current is None and former is not None
            current = current or former
            if current:
                taken.add(current.id)
            if names is None or declared.tracking_id in names:
                self.present.append(Present(declared, current, moves))
        if state.datasets is not None:
            self.undeclared = [dataset for dataset in self.datasets if dataset.id not in taken]

    def read_more(self, state: DeclaredState, to_prune: t.Iterable[Dataset]) -> None:
        """Read what is in the datasets and in the organization, on several connections.

        :param to_prune: the undeclared datasets whose configuration is needed
        """
        jobs = [*self._jobs(state), *(self._configuration(dataset) for dataset in to_prune)]

        def work(job: t.Callable[[], None]) -> bool:
            job()
            return True

        concurrency = self._task.params["concurrency"]
        run_parallel(self._task, jobs, work, concurrency, "Reading")
        if state.prune.mode("chunk_groups") != "none":
            self.origins = origins(self._task, self._client, self._undeclared_groups(state), concurrency)

    def _undeclared_groups(self, state: DeclaredState) -> dict[str, list[Group]]:
        """The groups that a run would report or delete, by dataset."""
        prune = state.prune
        return {
            present.dataset.id: [
                group
                for group in self.chunk_groups.get(present.dataset.id, ())
                if group["tracking_id"] not in (present.declared.chunk_groups or ())
                and prune.has_in_scope(group["tracking_id"])
                and not prune.keeps("chunk_groups", group["tracking_id"])
            ]
            for present in self.present
            if present.dataset
        }

    def _jobs(self, state: DeclaredState) -> t.Iterator[t.Callable[[], None]]:
        """The longest first."""
        for present in self.present:
            if present.dataset and present.declared.chunk_groups is not None:
                yield self._groups(present.dataset)
        for present in self.present:
            if present.dataset and present.declared.crawls is not None:
                yield self._crawls(present.dataset)
        task, client, parts = self._task, self._client, self._parts
        if "api_keys" in parts and state.api_keys is not None:
            yield lambda: self.api_keys.extend(list_api_keys(task, client, must_exist=True))
        if ("users" in parts and state.users is not None) or ("invitations" in parts and state.invitations is not None):
            yield lambda: self.members.extend(list_members(task, client, must_exist=True))
            yield lambda: self.invitations.extend(list_invitations(task, client, must_exist=True))
        if "organization" in parts and state.organization:
            yield self._organization
        for present in self.present:
            if present.dataset and (present.moves or not _is_name_only(present.declared)):
                yield self._configuration(present.dataset)

    def _groups(self, dataset: Dataset) -> t.Callable[[], None]:
        def read() -> None:
            self.chunk_groups[dataset.id] = list_groups(self._task, self._client, dataset.id, must_exist=True)

        return read

    def _crawls(self, dataset: Dataset) -> t.Callable[[], None]:
        def read() -> None:
            self.crawls[dataset.id] = list_crawls(self._task, self._client, dataset.id, must_exist=True)

        return read

    def _configuration(self, dataset: Dataset) -> t.Callable[[], None]:
        def read() -> None:
            read_configuration(self._client, dataset)

        return read

    def _organization(self) -> None:
        self.organization = find_by_id(self._task, self._client, must_exist=True)


def _is_name_only(declared: DeclaredDataset) -> bool:
    """Whether nothing of a dataset is declared but its tracking ID, so that its configuration is not needed."""
    compared = declared.compared
    return compared is not None and not (compared.configuration or compared.write_only or compared.identity.name)
