# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A route of the API: a method, a path, a handler and what the handler needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Route:
    """One method of one path.

    :param path: with ``{name}`` for segments that vary.
    :param needs: the arguments of the handler in the order in which the server extracts them.
    :param bare: other methods fall through to later patterns.
    """

    method: str
    path: str
    handler: Callable[[Any], Any]
    needs: tuple[Any, ...] = ()
    bare: bool = False
