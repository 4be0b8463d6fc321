# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that look alike: what a message suggests where a name is not found."""

from __future__ import annotations

import difflib
import typing as t
import unicodedata


def folded(name: str) -> str:
    """The name without case, surrounding blanks and Unicode composition: two names that agree in it look the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).strip()


def twin(name: str, names: t.Iterable[str | None]) -> str | None:
    """Another one of the names that looks the same: it differs in case, blanks or Unicode composition only."""
    return next((other for other in names if other and other != name and folded(other) == folded(name)), None)


def difference(one: str, other: str) -> str:
    """What two names that look the same differ in, in words: their texts may be indistinguishable on a screen."""
    one, other = (unicodedata.normalize("NFC", name) for name in (one, other))
    if one == other:
        return "the composition of its Unicode characters"
    return "surrounding spaces" if one.strip() == other.strip() else "case"


def lookalike_warnings(
    kind: str, option: str, missing: t.Iterable[str], others: t.Iterable[str | None], outcome: str
) -> list[str]:
    """A warning for each name that no object has, although another object has one that looks the same.

    :param kind: of the objects, as in C(dataset)
    :param option: the one that the names are set in
    :param others: the names of the objects that the task does not name
    :param outcome: what the task does about a name that is missing, as in C(so the task creates it)
    """
    by_fold = {folded(other): other for other in others if other}
    found = ((name, by_fold.get(folded(name))) for name in missing)
    return [
        f"No {kind} has the {option} {name!r}, {outcome}. One has the {option} {same!r}, which differs"
        f" in {difference(name, same)} only. Set {option} to that value if you mean it."
        for name, same in found
        if same and same != name
    ]


def near(name: str, names: t.Iterable[str | None]) -> str | None:
    """The one of the names that was probably meant; None if there is none like it, or if the name itself is among them."""
    known = [other for other in names if other]
    if name in known:
        return None
    by_fold: dict[str, str] = {}
    for other in known:
        by_fold.setdefault(folded(other), other)
    found = difflib.get_close_matches(folded(name), by_fold, n=1, cutoff=0.7)
    return by_fold[found[0]] if found else None


def did_you_mean(name: str, names: t.Iterable[str | None]) -> str:
    """C(" Did you mean 'docs'?"), or nothing where no name is near."""
    found = near(name, names)
    return f" Did you mean {found!r}?" if found else ""
