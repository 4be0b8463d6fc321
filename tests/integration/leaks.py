# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a secret got out: into the output, the log or what a callback sees."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import yaml

from .play import TARGETS, Played

_SECRET_NAMES = ("api_key", "apikey", "secret", "token", "password")
_LEAST = 12
"""Shorter texts are no secrets that could be told from ordinary words."""


def secrets_of_target(target: str) -> set[str]:
    """The secrets that a target sets: whatever stands under a name such as ``llm_api_key``."""
    found: set[str] = set()
    for file in [*(TARGETS / target).rglob("*.yml"), *(TARGETS / "setup_trieve").rglob("*.yml")]:
        for document in yaml.load_all(file.read_text(), _Loader):
            found.update(_under_secret_names(document))
    return found


def leaks(played: Played, secrets: set[str]) -> list[str]:
    """Where a secret was found, as text, in JSON, in base64 or escaped for an address; the surroundings only."""
    places = {
        "the output": played.stdout + played.stderr,
        "the log file": played.log,
        "a result": json.dumps(played.events, ensure_ascii=False),
    }
    found = []
    for secret in sorted(secrets):
        forms = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], base64.b64encode(secret.encode()).decode()}
        for place, text in places.items():
            for form in forms:
                at = text.find(form)
                if at >= 0:
                    found.append(f"{secret[:4]}... is in {place}: {text[max(0, at - 200) : at]!r}<HERE>")
    return found


class _Loader(yaml.SafeLoader):
    """Takes Ansible's tags for what they hold."""


def _plain(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


_Loader.add_multi_constructor("!", _plain)


def _under_secret_names(value: Any, secret: bool = False) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _under_secret_names(
                item, str(name).lower().endswith(_SECRET_NAMES) and not isinstance(item, dict)
            )
    elif isinstance(value, list):
        for item in value:
            yield from _under_secret_names(item, secret)
    elif secret and isinstance(value, str) and len(value) >= _LEAST and "{{" not in value:
        yield value
