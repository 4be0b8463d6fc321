# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One object at the sandbox: how it comes to be, what is stored of it, how it is changed behind everybody's back."""

from __future__ import annotations

import abc
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from tests.unit.crawls import without_generation
from tests.unit.tasks import play
from tests.unit.tenant import Tenant

from .options import definition, flat, nested, spec

Values = Mapping[str, Any]
"""Values of options by their places."""


class Scene(abc.ABC):
    """An object and tasks about it, as one module sees it.

    :param kind: the kind of object, where a module has several
    """

    module: ClassVar[str]
    named: ClassVar[Values] = {}
    """The options that every task of it has. An instance may have more of them in C(identity)."""

    def __init__(self, tenant: Tenant, kind: str = "") -> None:
        self.tenant = tenant
        self.control = tenant.control
        self.kind = kind
        self.identity = dict(self.named)
        self.prepare()

    def prepare(self) -> None:  # noqa: B027
        """Make what has to be there before the object."""

    @abc.abstractmethod
    def create(self, held: Values) -> None:
        """Let the object be there, through Trieve's own API, with these values of options and the server's defaults."""

    @abc.abstractmethod
    def row(self) -> dict[str, Any]:
        """The row of the object in the sandbox's database."""

    @abc.abstractmethod
    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        """What a row has of the options, by their places. What is in brackets is no option."""

    @abc.abstractmethod
    def poke(self, place: str, value: Any) -> None:
        """Change what is stored of an option, by SQL."""

    @abc.abstractmethod
    def remove(self) -> None:
        """Delete the object by SQL."""

    def raw(self) -> dict[str, Any]:
        """What is stored of the object."""
        return self.read(self.row())

    def told(self, side: Mapping[str, Any]) -> dict[str, Any]:
        """One side of a diff by the places of the options."""
        return dict(side)

    def options(self, given: Values) -> dict[str, Any]:
        """The options of a task."""
        return nested({**self.identity, **given})

    def run(self, given: Values, check_mode: bool = False, **others: Any) -> dict[str, Any]:
        """The result of a task with these values of options."""
        options = {**self.tenant.connection, **self.options(given), **others}
        return play(definition(self.module), check_mode, **options)

    def is_secret(self, place: str) -> bool:
        """Whether no result may show the option."""
        return bool(spec(self.module, place).get("no_log"))

    def writes(self) -> list[str]:
        """The requests since the last call that were no reads."""
        return self.tenant.writes()

    def only(self, table: str, **where: Any) -> dict[str, Any]:
        """The one row of a table with these values."""
        rows = [row for row in self.control.state(table) if all(row[key] == value for key, value in where.items())]
        (found,) = rows
        return dict(found)

    def update(self, table: str, row_id: str, **columns: Any) -> None:
        """Change columns of one row."""
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self.control.sql(f"UPDATE {table} SET {assignments} WHERE id = ?", [*columns.values(), row_id])

    def delete(self, table: str) -> None:
        """Delete the object's row."""
        self.control.sql(f"DELETE FROM {table} WHERE id = ?", [self.row()["id"]])


class InDataset(Scene):
    """An object of a dataset."""

    def prepare(self) -> None:
        self.dataset_id = self.tenant.dataset("docs")
        self.identity["dataset"] = "docs"

    def call(self, method: str, path: str, body: Any) -> Any:
        """A request about the dataset."""
        return self.tenant.call(method, path, body, **{"TR-Dataset": self.dataset_id})


_SITE = "https://docs.example.com"
_NEEDED = {"openapi": {"openapi_schema_url": "https://example.com/openapi.json", "openapi_tag": "all"}}
"""Without these there is no such crawl."""


class Crawl(InDataset):
    """A crawl. A change replaces it, so it is found by its address."""

    module = "trieve_crawl"
    named: ClassVar[Values] = {"site_url": _SITE}
    seconds: ClassVar[dict[Any, int | None]] = {"daily": 86400, "weekly": 604800, "monthly": 2592000, None: None}

    def prepare(self) -> None:
        super().prepare()
        if self.kind:
            self.identity["scrape_options.type"] = self.kind

    def create(self, held: Values) -> None:
        options = nested({"site_url": _SITE, **held})
        if self.kind:
            options["scrape_options"] = {
                "type": self.kind,
                **_NEEDED.get(self.kind, {}),
                **options.get("scrape_options", {}),
            }
        self.call("POST", "/api/crawl", {"crawl_options": options})

    def row(self) -> dict[str, Any]:
        return self.only("crawls", dataset_id=self.dataset_id)

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        options = json.loads(row["crawl_options"])
        assert options.pop("webhook_metadata")["dataset_id"] == row["dataset_id"]
        options["(url)"] = [row["url"], options.pop("site_url"), row["crawl_type"]]
        options["(seconds)"] = row["interval"]
        options["tags"] = without_generation(options["tags"])
        scrape = options.pop("scrape_options") or {}
        return {**options, **{f"scrape_options.{name}": value for name, value in scrape.items()}}

    def poke(self, place: str, value: Any) -> None:
        row = self.row()
        options = json.loads(row["crawl_options"])
        parent, _dot, name = place.rpartition(".")
        (options[parent] if parent else options)[name] = value
        columns = {"interval": self.seconds[value]} if place == "interval" else {}
        self.update("crawls", row["id"], crawl_options=json.dumps(options), **columns)

    def remove(self) -> None:
        self.delete("crawls")

    def told(self, side: Mapping[str, Any]) -> dict[str, Any]:
        scrape = ("openapi_schema_url", "openapi_tag", "group_variants", "tag_regexes")
        return {f"scrape_options.{name}" if name in scrape else name: value for name, value in side.items()}


class ChunkGroup(InDataset):
    """A chunk group."""

    module = "trieve_chunk_group"
    named: ClassVar[Values] = {"tracking_id": "a/b ü %?"}

    def create(self, held: Values) -> None:
        self.call("POST", "/api/chunk_group", {"tracking_id": "a/b ü %?", **held})

    def row(self) -> dict[str, Any]:
        return self.only("chunk_groups", dataset_id=self.dataset_id)

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        values = {name: row[name] for name in ("name", "description")}
        parsed = {name: json.loads(row[name]) for name in ("metadata", "tag_set")}
        return {**values, **parsed, "(ids)": [row["id"], row["tracking_id"], row["created_at"]]}

    def poke(self, place: str, value: Any) -> None:
        stored = json.dumps(value) if place in ("metadata", "tag_set") else value
        self.update("chunk_groups", self.row()["id"], **{place: stored})

    def remove(self) -> None:
        self.delete("chunk_groups")


class Entry(Scene):
    """An object of a list of one: the tasks are about the list, everything else is the object's own."""

    single: ClassVar[type[Scene]]
    prefix: ClassVar[str]

    def prepare(self) -> None:
        self.inner = self.single(self.tenant, self.kind)

    def create(self, held: Values) -> None:
        self.inner.create({place.removeprefix(self.prefix): value for place, value in held.items()})

    def row(self) -> dict[str, Any]:
        return self.inner.row()

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        return self._prefixed(self.inner.read(row))

    def poke(self, place: str, value: Any) -> None:
        self.inner.poke(place.removeprefix(self.prefix), value)

    def remove(self) -> None:
        self.inner.remove()

    def told(self, side: Mapping[str, Any]) -> dict[str, Any]:
        return self._prefixed(self.inner.told(side))

    def options(self, given: Values) -> dict[str, Any]:
        own = {place: value for place, value in self.inner.identity.items() if place != "dataset"}
        return {"dataset": "docs", **nested({**self._prefixed(own), **given})}

    def _prefixed(self, values: Values) -> dict[str, Any]:
        return {place if place.startswith("(") else f"{self.prefix}{place}": value for place, value in values.items()}


class Crawls(Entry):
    """A list of one crawl."""

    module, single, prefix = "trieve_crawls", Crawl, "crawls[]."


class ChunkGroups(Entry):
    """A list of one chunk group."""

    module, single, prefix = "trieve_chunk_groups", ChunkGroup, "chunk_groups[]."


class Dataset(Scene):
    """A dataset. It has been changed before, since the first change of all completes what is stored."""

    module = "trieve_dataset"
    named: ClassVar[Values] = {"tracking_id": "thing"}
    _parents = ("public_dataset", "tool_configuration", "tool_configuration.query_tool_options")

    def create(self, held: Values) -> None:
        names = {"name": "dataset_name", "new_tracking_id": "new_tracking_id"}
        self.dataset_id = self.tenant.dataset("thing")
        config = nested({place: value for place, value in held.items() if place not in names})
        body = {names[place]: value for place, value in held.items() if place in names}
        config = {name.upper(): value for name, value in config.items()}
        body.update(dataset_id=self.dataset_id, server_configuration=config)
        self.tenant.call("PUT", "/api/dataset", body)

    def row(self) -> dict[str, Any]:
        return self.only("datasets", organization_id=self.tenant.id)

    def read(self, row: dict[str, Any]) -> dict[str, Any]:
        config = {name.lower(): value for name, value in json.loads(row["server_configuration"]).items()}
        values = dict(flat(config, "", self._parents))
        return {"name": row["name"], "new_tracking_id": row["tracking_id"], "(id)": row["id"], **values}

    def poke(self, place: str, value: Any) -> None:
        row = self.row()
        if place in ("name", "new_tracking_id"):
            self.update("datasets", row["id"], **{place.removeprefix("new_"): value})
            return
        config = here = json.loads(row["server_configuration"])
        first, *parents, last = place.split(".") if "." in place else ("", place.upper())
        for parent in [first.upper()] * bool(first) + parents:
            here = here[parent]
        here[last] = value
        self.update("datasets", row["id"], server_configuration=json.dumps(config))

    def remove(self) -> None:
        self.delete("datasets")

    def told(self, side: Mapping[str, Any]) -> dict[str, Any]:
        told = dict(flat(side, "", self._parents))
        return {"new_tracking_id" if place == "tracking_id" else place: value for place, value in told.items()}
