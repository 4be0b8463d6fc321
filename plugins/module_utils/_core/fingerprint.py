# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fingerprint of a plan: the same for the same changes whenever and wherever they are computed, without secrets or times."""

from __future__ import annotations

import hashlib
import hmac
import json
import typing as t

from .mask import Mask

if t.TYPE_CHECKING:
    from .plan import Change, Result


class Fingerprints:
    """Makes fingerprints of changes and of plans.

    Without a key, secrets do not count: a hash of a short secret could be guessed. With one they do, since only who knows the key
    can check a guess.

    :param key: the secret key of the digests; None for none
    :param mask: takes the secrets of the task out of texts
    """

    def __init__(self, key: str | None, mask: Mask) -> None:
        self._key = key.encode() if key else None
        self._mask = mask

    def of_change(self, change: Change, data: Result) -> str:
        """The fingerprint of a change.

        :param data: the change's C(as_data)
        """
        plain = self._canonical(change, data)
        if self._key:
            return self._digest(_json([plain, change.secrets]))
        return self._digest(_json(self._mask.each(plain)))

    def of_plan(self, fingerprints: t.Iterable[str]) -> str:
        """The fingerprint of a plan, from those of its changes in any order."""
        return f"{'hmac-sha256' if self._key else 'sha256'}:{self._digest(_json(sorted(fingerprints)), size=64)}"

    def uncovered(self, change: Change, data: Result) -> list[str]:
        """Names of the values that the fingerprint of a change does not cover, because they are secret."""
        if self._key:
            return []
        fields = self._canonical(change, data)["fields"]
        hidden = [field["name"] for field in fields if self._mask.each(field) != field]
        return [*change.secrets, *hidden]

    @staticmethod
    def _canonical(change: Change, data: Result) -> Result:
        """What two plans must agree in: not what changes by itself."""
        fields = [field for field in data["fields"] if field["name"] not in change.volatile]
        return {**data, "fields": sorted(fields, key=lambda field: str(field["name"]))}

    def _digest(self, text: str, size: int = 32) -> str:
        data = text.encode("utf-8", "surrogatepass")
        made = hmac.new(self._key, data, hashlib.sha256) if self._key else hashlib.sha256(data)
        return made.hexdigest()[:size]


def _json(value: t.Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
