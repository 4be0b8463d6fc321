# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: trieve
short_description: Datasets of a Trieve organization as hosts
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Adds each dataset of an organization as a host whose tasks run locally. A play for all datasets can then use several forks, or several
    nodes of an automation controller.
  - The name of a host is the tracking ID of its dataset, or else the name of the dataset. If several datasets would have the same host name, a
    hyphen and the ID are appended to those without a tracking ID, with a warning.
  - The name of the inventory file must end with C(trieve.yml) or C(trieve.yaml).
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
  - community.trieve.connection
  - community.trieve.connection.plugin
notes:
  - The variables of a host are C(trieve_id), C(trieve_name), C(trieve_tracking_id), C(trieve_organization_id), C(trieve_chunk_count),
    C(trieve_created_at) and C(trieve_updated_at). With O(configuration) there is also the dictionary C(trieve_configuration), whose keys are
    options of M(community.trieve.trieve_dataset), and with O(crawls) the list C(trieve_crawls), as returned by
    M(community.trieve.trieve_crawl_info). The variables do not contain secrets.
  - C(ansible_connection) is V(local), and C(ansible_python_interpreter) is the Python that runs Ansible.
  - The connection options can be templates, for example a lookup in a vault.
options:
  plugin:
    description: Name of this plugin.
    type: str
    required: true
    choices: [community.trieve.trieve]
  configuration:
    description: Whether to read the configuration of each dataset, which takes one request for each dataset.
    type: bool
    default: true
  crawls:
    description: Whether to read the crawls of each dataset, which takes one request for each dataset.
    type: bool
    default: false
  tracking_id_prefix:
    description: Prefix of the tracking IDs of the datasets to add. Configuration and crawls of other datasets are not read.
    type: str
  filters:
    description:
      - Conditions for including or excluding a host, as Jinja expressions with the variables of the host. The first condition that is true
        applies. If none is true, the host is included.
    type: list
    elements: dict
    suboptions:
      include:
        description: Include the host if this expression is true.
        type: str
      exclude:
        description: Exclude the host if this expression is true.
        type: str
seealso:
  - module: community.trieve.trieve_dataset_info
"""

EXAMPLES = r"""
# URL, API key and organization are read from the environment.
- plugin: community.trieve.trieve

# Group datasets by LLM, exclude small ones, and cache the result for one hour.
- plugin: community.trieve.trieve
  organization_id: 9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1
  api_key: "{{ lookup('ansible.builtin.file', '/run/secrets/trieve') }}"
  crawls: true
  filters:
    - exclude: trieve_chunk_count < 10
  compose:
    failed_crawls: trieve_crawls | selectattr('status', 'equalto', 'Failed') | length
  groups:
    broken: trieve_crawls | selectattr('status', 'equalto', 'Failed') | length > 0
  keyed_groups:
    - key: trieve_configuration.llm_default_model
      prefix: llm
  cache: true
  cache_plugin: ansible.builtin.jsonfile
  cache_timeout: 3600
  cache_connection: .cache
"""

import collections
import difflib
import sys
import typing as t

from ansible.errors import AnsibleParserError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.module_utils._core.mask import (
    Mask,
    on_one_line,
    readable,
    short_secrets,
)
from ansible_collections.community.trieve.plugins.module_utils._core.options import CONNECTION_OPTIONS, connect
from ansible_collections.community.trieve.plugins.module_utils._core.task import Task
from ansible_collections.community.trieve.plugins.module_utils._core.values import without_secrets
from ansible_collections.community.trieve.plugins.module_utils._dataset.api import list_datasets
from ansible_collections.community.trieve.plugins.module_utils._dataset.contents import read_contents
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import failing_as, native

_FACTS = ("id", "name", "tracking_id", "organization_id", "chunk_count", "created_at", "updated_at")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Adds the datasets of an organization as hosts."""

    NAME = "community.trieve.trieve"

    def verify_file(self, path: str) -> bool:
        """Whether the name of the file is one of this plugin's."""
        return bool(super().verify_file(path)) and path.endswith(("trieve.yml", "trieve.yaml"))

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Add a host for each dataset.

        :raises AnsibleParserError: the options are invalid, or a request failed
        """
        super().parse(inventory, loader, path)
        self._check_names(self._read_config_data(path))
        self.load_cache_plugin()
        with failing_as(AnsibleParserError):
            params = self._connection()
            self._add(self._datasets(params, self.get_cache_key(path), cache))

    def _check_names(self, given: t.Iterable[t.Any]) -> None:
        """Refuse unknown options, which Ansible itself ignores."""
        for name in given:
            if name not in self.option_definitions:
                near = difflib.get_close_matches(str(name), self.option_definitions, n=1)
                hint = (
                    f"Did you mean {near[0]}?" if near else f"Options are {', '.join(sorted(self.option_definitions))}."
                )
                raise AnsibleParserError(f"Option {name!r} not found. {hint}")

    def _connection(self) -> dict[str, t.Any]:
        """The connection options, validated like those of a module. An empty string means that an option is not set."""
        given = {name: self.templar.template(self.get_option(name)) for name in CONNECTION_OPTIONS}
        validation = ArgumentSpecValidator(CONNECTION_OPTIONS).validate(
            native({name: value for name, value in given.items() if value not in (None, "")})
        )
        if validation.error_messages:
            mask = Mask(validation._no_log_values)
            raise AnsibleParserError(mask.line("; ".join(validation.error_messages)))
        params: dict[str, t.Any] = validation.validated_parameters
        for words in short_secrets(params):
            self.display.warning(words)
        return params

    def _datasets(self, params: dict[str, t.Any], key: str, cache: bool) -> list[dict[str, t.Any]]:
        """The data of each dataset, from the cache if it was filled with the same options."""
        asked: dict[str, t.Any] = {name: params[name] for name in ("url", "organization_id")}
        asked.update({name: self.get_option(name) for name in ("configuration", "crawls", "tracking_id_prefix")})
        caches = self.get_option("cache")
        if caches and cache and key in self._cache:
            kept = self._cache[key]
            if kept["asked"] == asked:
                return list(kept["datasets"])
        datasets = self._read(params)
        if caches:
            self._cache[key] = {"asked": native(asked), "datasets": datasets}
        return datasets

    def _read(self, params: dict[str, t.Any]) -> list[dict[str, t.Any]]:
        task, client = Task(params, progress=lambda line: self.display.vvv(readable(line))), connect(params)
        prefix = self.get_option("tracking_id_prefix") or ""
        fitting = [dataset for dataset in list_datasets(client) if (dataset.tracking_id or "").startswith(prefix)]
        parts = {part for part in ("configuration", "crawls") if self.get_option(part)}
        rows = []
        for contents in read_contents(task, client, fitting, parts):
            result = contents.dataset.to_result()
            row = {name: result.pop(name) for name in _FACTS}
            if "configuration" in parts:
                row["configuration"] = result
            if "crawls" in parts:
                row["crawls"] = contents.crawls
            rows.append(without_secrets(row))
        return rows

    def _add(self, datasets: list[dict[str, t.Any]]) -> None:
        strict = self.get_option("strict")
        for name, dataset in zip(self._names(datasets), datasets):
            variables = {f"trieve_{key}": wrap_var(value) for key, value in dataset.items()}
            if not self._included(variables):
                continue
            host = self.inventory.add_host(name)
            variables.update(ansible_connection="local", ansible_python_interpreter=sys.executable)
            for key, value in variables.items():
                self.inventory.set_variable(host, key, value)
            self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)

    def _names(self, datasets: list[dict[str, t.Any]]) -> list[str]:
        """A name for each host. Tracking IDs are unique in an organization, names are not."""
        # On one line, since Ansible prints the names of hosts unchanged.
        names = [on_one_line(str(dataset["tracking_id"] or dataset["name"] or dataset["id"])) for dataset in datasets]
        shared = {name for name, number in collections.Counter(names).items() if number > 1}
        for name in sorted(shared):
            self.display.warning(
                f"Several datasets would have the host name {name!r}. The ID is appended to those without a tracking ID."
                " Give them tracking IDs to get stable names."
            )
        return [
            f"{name}-{dataset['id']}" if name in shared and not dataset["tracking_id"] else name
            for name, dataset in zip(names, datasets)
        ]

    def _included(self, variables: dict[str, t.Any]) -> bool:
        for number, condition in enumerate(self.get_option("filters") or ()):
            if len(condition) != 1 or set(condition) - {"include", "exclude"}:
                raise AnsibleParserError(
                    f"filters[{number}] must have exactly one key, include or exclude, with a condition."
                )
            ((verdict, expression),) = condition.items()
            if boolean(self._compose(expression, variables), strict=False):
                return bool(verdict == "include")
        return True
