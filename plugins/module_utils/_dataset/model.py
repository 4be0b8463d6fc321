# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dataset: the server's object, and as a result. Its configuration is compared in C(configuration.py)."""

from __future__ import annotations

import typing as t

from . import configuration
from .configuration import Config
from .configuration_values import has_been_written_to

_UNFINISHED = " (clone without its secrets)"


def unfinished_name(name: str) -> str:
    """The name of a clone until its secrets and stop tokens are written.

    The update that writes them also sets the final name, so the name shows whether they have been written. Nothing else does: a
    clone has the traces of its source's updates.
    """
    return name + _UNFINISHED


class Dataset:
    """The server's dataset.

    :param row: the dataset of an entry of the organization's list, or the response to a creation or an update
    :param chunk_count: the number of its chunks
    :param stored: the server's configuration, if it is not in the row
    """

    def __init__(self, row: t.Mapping[str, t.Any], chunk_count: int | None, stored: Config | None = None) -> None:
        self.row = row
        self.id: str = row["id"]
        self.name: str = row["name"]
        self.tracking_id: str | None = row.get("tracking_id")
        self.chunk_count = chunk_count
        self.configuration: Config | None = stored or row.get("server_configuration")

    @property
    def label(self) -> str:
        """The dataset as a message names it."""
        return f"{self.tracking_id or self.name!r} ({self.id})"

    @property
    def stored(self) -> Config:
        """The server's configuration; empty if it has not been read."""
        return self.configuration or {}

    def to_result(self) -> dict[str, t.Any]:
        """The dataset as results have it: flat, and with the configuration if that has been read."""
        return {
            "id": self.id,
            "name": self.name,
            "tracking_id": self.tracking_id,
            "organization_id": self.row.get("organization_id"),
            "created_at": self.row.get("created_at"),
            "updated_at": self.row.get("updated_at"),
            "chunk_count": self.chunk_count,
            **({} if self.configuration is None else configuration.to_result(self.configuration)),
        }

    @property
    def is_unfinished_clone(self) -> bool:
        """Whether it was cloned by a task that ended before it wrote the secrets and stop tokens."""
        return self.name.endswith(_UNFINISHED)

    @property
    def finished_name(self) -> str:
        """Its name without the mark of an unfinished clone."""
        return self.name[: -len(_UNFINISHED)] if self.is_unfinished_clone else self.name

    def cannot_have_secrets(self) -> bool:
        """Whether its configuration, which must have been read, shows that no secret was written since its creation."""
        return self.is_unfinished_clone or not has_been_written_to(self.stored.get("PUBLIC_DATASET"))


def new_dataset(name: str, tracking_id: str | None, organization_id: str | None, stored: Config) -> Dataset:
    """A dataset as it will be after its creation, as far as that can be known before."""
    row = {
        "id": None,
        "name": name,
        "tracking_id": tracking_id,
        "organization_id": organization_id or "",
        "server_configuration": stored,
    }
    return Dataset(row, 0)
