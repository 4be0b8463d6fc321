# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine that the server runs on: its settings, its clock, its database, its queues and its own key.

Routes and workers see no more of the sandbox than this.
"""

from __future__ import annotations

from dataclasses import replace

from ..formats.clock import Clock
from ..formats.ids import new_key, text_hash
from ..settings import COMPONENTS, Settings
from .database import Store
from .queues import Queues
from .seed import known_key, seed


class Machine:
    """What all requests and all workers share."""

    def __init__(
        self, state: str | None = None, admin_key: str | None = None, settings: Settings | None = None
    ) -> None:
        """Open the state and seed it if it is new.

        :param state: an SQLite file, or None for memory.
        :param admin_key: the server's own key; None takes the one of the state, or a random one.
        :raises sqlite3.Error: if the state file cannot be used.
        :raises NoFullText: if SQLite has no full text search.
        """
        self.settings = settings or Settings()
        self.initial = replace(self.settings)
        self.clock = Clock()
        self.store = Store(state)
        self.admin_key = admin_key or known_key(self.store) or new_key()
        self.organization_id = seed(self.store, self.clock.now() // 1000, self.admin_key)
        self.queues = Queues(self.store, self.clock, lambda: self.is_down("redis"))
        self.server_url = ""

    def reset(self) -> None:
        """Back to the seeded state and the settings of the start; key and default organization stay."""
        now = self.clock.now() // 1000
        with self.store.transaction():
            self.store.wipe()
            seed(self.store, now, self.admin_key, self.organization_id)
        self.settings = replace(self.initial)
        self.clock.reset()
        self.queues.wake()

    def state_of(self, component: str) -> str:
        """The state of a component, one of ``COMPONENTS``."""
        return self.settings.components.get(component, COMPONENTS[component][0])

    def is_down(self, component: str) -> bool:
        """Whether a component of the server does not answer."""
        return self.state_of(component) in ("down", "hanging")

    def hangs(self, component: str) -> bool:
        """Whether a component takes requests and never answers them."""
        return self.state_of(component) == "hanging"

    def own_webhook(self) -> str:
        """The server's own webhook, which it adds to crawls."""
        return f"{self.settings.base_server_url or self.server_url}/api/file/html_page"

    def webhook_secret(self) -> str:
        """The one secret of the server, the same for all tenants."""
        return text_hash(self.settings.webhook_key)
