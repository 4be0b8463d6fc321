# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A dataset with a few chunks, and tasks that read or change them."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition

from .tenant import Tenant

PAGES: list[dict[str, Any]] = [
    {
        "tracking_id": "install",
        "link": "https://d.example.com/install",
        "text": "Install the program on Linux",
        "tag_set": ["guide"],
    },
    {
        "tracking_id": "update",
        "link": "https://d.example.com/update",
        "text": "Update the program",
        "tag_set": ["guide"],
    },
    {
        "tracking_id": "remove",
        "link": "https://d.example.com/remove",
        "text": "Remove program",
        "tag_set": ["guide", "draft"],
    },
    {
        "tracking_id": "terms",
        "link": "https://d.example.com/terms",
        "text": "Terms of sale and warranty",
        "tag_set": ["legal"],
    },
]
"""A search for "the program" finds C(remove) last, since it has only one of the words."""


class Library:
    """A dataset that holds C(PAGES).

    :param tenant: its organization
    :param configuration: the dataset's, in the server's words
    """

    def __init__(self, tenant: Tenant, tracking_id: str = "docs", **configuration: Any) -> None:
        self.tenant = tenant
        self.tracking_id = tracking_id
        self.id = tenant.dataset(tracking_id, server_configuration=configuration)
        self.add(
            [
                {
                    **{name: value for name, value in page.items() if name != "text"},
                    "chunk_html": f"<h2>{page['text']}</h2>",
                    "metadata": {"title": page["text"]},
                    "group_tracking_ids": [page["tag_set"][0]],
                }
                for page in PAGES
            ]
        )
        tenant.writes()

    def add(self, chunks: list[dict[str, Any]]) -> None:
        """Let the dataset have more chunks."""
        self.tenant.call("POST", "/api/chunk", chunks, **{"TR-Dataset": self.id})

    def run(self, definition: Definition, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task in the dataset, named by its tracking ID."""
        return self.tenant.run(definition, check_mode, **{"dataset": self.tracking_id, **options})

    def refused(self, definition: Definition, **options: Any) -> str:
        """The words of a task in the dataset that fails in the same way in check mode."""
        results = [self.run(definition, check_mode, **options) for check_mode in (True, False)]
        assert results[0] == results[1]
        assert results[0].get("failed") is True, results[0]
        words: str = results[0]["msg"]
        return words
