# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes a line each time a process loads requests: the parent's name, or ``worker`` in a process that was forked."""

from __future__ import annotations

import os
import sys

PARENT = os.getpid()


class Counter:
    """Sees each module that is looked for; one that is loaded already is not looked for again."""

    def find_spec(self, name, path=None, target=None):
        """Note requests, and leave the finding to others."""
        if name == "requests":
            line = (
                "ansible-playbook"
                if os.getpid() == PARENT and "ansible-playbook" in " ".join(sys.orig_argv)
                else "worker"
            )
            with open(os.environ["TRIEVE_TEST_IMPORTS"], "a", encoding="utf-8") as file:
                file.write(f"{line}\n")


sys.meta_path.insert(0, Counter())
