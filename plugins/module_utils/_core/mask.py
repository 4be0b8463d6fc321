# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must not be shown: which options are secrets, and where in a result they are masked.

A result has two parts. Its texts are for people: messages, warnings, the diff, the invocation. Secrets are masked in them by value.
All else is data, which playbooks compare, export, delete by and store. A mask in it would be taken for a value, so data is not masked:
secrets are dropped from it by name (C(without_secrets)). The one exception is an option that has the form of a key of Trieve's, which
occurs in no name or ID by chance.
"""

from __future__ import annotations

import json
import re
import typing as t
from urllib.parse import quote

from .values import equal, is_secret

MASK = "********"
NO_LOG = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
"""Both as Ansible itself writes them."""

SHORTEST = 8
"""Characters. A shorter secret is often a word (C(admin), C(1)): masking it makes texts unreadable, and the gaps tell what it is."""

KEY_LIKE = (
    r"(?i:tr)-[0-9A-Za-z]{32,}"
    r"|(?<![0-9A-Za-z])(?i:tr)-(?=[0-9A-Za-z]*[0-9])(?=[0-9A-Za-z]*[A-Z])[0-9A-Za-z]{8,}"
)
"""A key of Trieve's, also in lower case or cut off."""

_KEY = re.compile(r"tr-[0-9A-Za-z]{32}")
_SECRET_HEADER = re.compile(r"(?i)auth|cookie|credential|key|passw|secret|session|token")

# What is a secret wherever it stands. A password is taken to the last @ in url, since one with a slash in it must be masked, too.
_IN_URL_OPTION = r"//([^/?#@:]*)((?::.*)?)@"
_IN_ANY_URL = r"(?<=://)([^/?#@:\s]*)((?::[^/?#@\s]*)?)@"
_IN_QUERY = r"(?i)([?&][\w.-]*(?:token|secret|password|passwd|signature|api_?key|access_?key)=)[^&\s#\"'<>]+"
_COMMAND = r"(?m)^(\s*)(::|##\[)"
_MASKED = rf"(?<!\*)\*{{8}}(?!\*)|{NO_LOG}"

_TEXTS = frozenset(("msg", "error", "warnings"))
"""Keys of a result, and of each of its failures, that are for people."""


def named_secrets(params: t.Mapping[str, t.Any]) -> t.Iterator[tuple[str, str]]:
    """Each secret among the options, with the name of the option that it is in.

    These are what stands under a secret's name, also in a free dictionary, the values of C(extra_headers), and the credentials in
    any URL.
    """
    for name, value in params.items():
        if name == "extra_headers" and isinstance(value, dict):
            for header, text in value.items():
                yield from ((f"{name}.{header}", one) for one in _texts_in(text))
        elif name == "url" and isinstance(value, str):
            yield from ((name, one) for one in _credentials(_IN_URL_OPTION, value))
        else:
            yield from _under(str(name), value, str(name))


def _under(name: str, value: t.Any, place: str) -> t.Iterator[tuple[str, str]]:
    if is_secret(name, "" if isinstance(value, list) else value):
        for text in _texts_in(value):
            yield place, text
            if text.startswith("Bearer "):
                yield place, text[len("Bearer ") :].strip()
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _under(str(key), item, f"{place}.{key}")
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _under("", item, f"{place}[{number}]")
    elif isinstance(value, str) and "://" in value:
        yield from ((place, one) for one in _credentials(_IN_ANY_URL, value))


def _texts_in(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts_in(item)
    elif value is not None and not isinstance(value, bool) and str(value).strip():
        yield str(value).strip()


def _credentials(pattern: str, url: str) -> t.Iterator[str]:
    for user, password in re.findall(pattern, url):
        if len(password) > 1:
            yield from (user + password, password[1:])
        elif len(user) >= SHORTEST:  # the place where a token is put; a short one is a name, as in git@
            yield user


def short_secrets(params: t.Mapping[str, t.Any]) -> list[str]:
    """A warning for each option whose secret is too short to be masked, the same in every task, so that Ansible shows it once."""
    return short_among(named_secrets(params))


def short_among(secrets: t.Iterable[tuple[str, str]]) -> list[str]:
    """The warnings of C(short_secrets) for what C(named_secrets) has found.

    Not for every header: C(X-Tenant: 1) is no secret.
    """
    places = {
        place: None
        for place, text in secrets
        if len(text) < SHORTEST and (not place.startswith("extra_headers.") or _SECRET_HEADER.search(place))
    }
    return [
        f"{place} has fewer than {SHORTEST} characters, so it is not masked in messages and diffs. Use a longer secret."
        for place in places
    ]


class Mask:
    """Takes secrets out of texts.

    :param secrets: texts; those that are too short are left alone
    """

    def __init__(self, secrets: t.Iterable[t.Any]) -> None:
        known = {text for text in (str(secret).strip() for secret in secrets) if len(text) >= SHORTEST}
        forms = {form for text in known for form in _forms(text)}
        self._forms = sorted(forms, key=lambda form: (-len(form), form))
        self._keys = [text for text in known if _KEY.fullmatch(text)]
        self.longest = max(map(len, forms), default=0)

    def known(self, text: str) -> str:
        """The text without the secrets."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return text

    def plain(self, text: str) -> str:
        """The text without the secrets, and without what is one by its form."""
        return without_credentials(self.known(text))

    def line(self, text: t.Any) -> str:
        """The same on one line: nothing in it ends the line, moves the cursor or colours the screen."""
        return on_one_line(self.plain(str(text)))

    def traceback(self, text: t.Any) -> t.Any:
        """The lines of a traceback. None of them is a command for the CI that shows it."""
        if not isinstance(text, str):
            return text
        lines = (on_one_line(line) for line in self.plain(text).split("\n"))
        return re.sub(_COMMAND, r"\1\\\2", "\n".join(lines))

    def each(self, value: t.Any, change: t.Callable[[str], str] | None = None) -> t.Any:
        """The value with every text in it masked, names of keys included.

        :param change: what is done to a text; by default C(plain)
        """
        change = change or self.plain
        if isinstance(value, str):
            return change(value)
        if isinstance(value, dict):
            names = _distinct(value, change)
            return {names[name]: self.each(item, change) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.each(item, change) for item in value]
        return value

    def data(self, value: t.Any) -> t.Any:
        """The value without those secrets that have the form of a key of Trieve's; anything else is as it was."""
        if isinstance(value, str):
            for key in self._keys:
                value = value.replace(key, MASK)
        elif self._keys and isinstance(value, dict):
            return {name: self.data(item) for name, item in value.items()}
        elif self._keys and isinstance(value, (list, tuple)):
            return [self.data(item) for item in value]
        return value

    def diff(self, diff: t.Any) -> t.Any:
        """A diff, or a list of them. What differs still does, even if it does in a secret only."""
        if isinstance(diff, (list, tuple)):
            return [self.diff(one) for one in diff]
        if not isinstance(diff, dict):
            return diff
        shown = {name: self.line(value) if isinstance(value, str) else value for name, value in diff.items()}
        if "before" in diff and "after" in diff:
            shown["before"], shown["after"] = self._pair(diff["before"], diff["after"])
        return shown

    def _pair(self, one: t.Any, other: t.Any) -> tuple[t.Any, t.Any]:
        if isinstance(one, dict) and isinstance(other, dict):
            names = _distinct({**one, **other}, self.plain)
            pairs = {name: self._pair(one[name], other[name]) for name in one if name in other}
            return tuple(  # type: ignore[return-value]
                {names[name]: pairs[name][side] if name in pairs else self.each(item) for name, item in each.items()}
                for side, each in enumerate((one, other))
            )
        if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
            items = [self._pair(*pair) for pair in zip(one, other)]
            return [item[0] for item in items], [item[1] for item in items]
        first, second = self.each(one), self.each(other)
        if isinstance(second, str) and equal(first, second) and not equal(one, other):
            second += " (another value)"
        return first, second


def _forms(secret: str) -> set[str]:
    """A secret as it may stand in a text: as it is, in JSON, in Python, in a URL, on one line."""
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        quote(secret, safe="", errors="replace"),
        quote(secret, errors="replace"),
        " ".join(secret.split()),
    }


def _distinct(names: t.Iterable[t.Any], change: t.Callable[[str], str]) -> dict[t.Any, t.Any]:
    """Each name as it is shown. Two that are the same without their secrets get numbers."""
    shown: dict[t.Any, t.Any] = {}
    times: dict[t.Any, int] = {}
    for name in names:
        text = change(name) if isinstance(name, str) else name
        times[text] = number = times.get(text, 0) + 1
        shown[name] = text if number == 1 else f"{text} #{number}"
    return shown


def without_credentials(text: str) -> str:
    """The text without what is a secret by its form: keys of Trieve's, credentials and tokens in URLs."""
    if "tr-" in text.lower():
        text = re.sub(KEY_LIKE, MASK, text)
    if "://" in text:
        text = re.sub(_IN_ANY_URL, f"{MASK}@", text)
        text = re.sub(_IN_QUERY, rf"\1{MASK}", text)
    return text


def on_one_line(text: str) -> str:
    """The text with everything escaped that ends a line or cannot be seen."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def readable(text: t.Any) -> str:
    """A message that is shown as it is: on one line, without what is a secret by its form."""
    return on_one_line(without_credentials(str(text)))


def has_credentials(text: str) -> bool:
    """Whether there are credentials in a URL in it."""
    return "://" in text and re.search(_IN_ANY_URL, text) is not None


# -- results -------------------------------------------------------------------------------------------------------------------


def presented(result: t.Mapping[str, t.Any], mask: Mask) -> dict[str, t.Any]:
    """The result as it leaves the task: its texts without secrets, its data as it is."""
    return {name: _part(name, value, mask) for name, value in result.items()}


def _part(name: str, value: t.Any, mask: Mask) -> t.Any:
    if name in ("key", "secrets"):  # the secrets that a result is for
        return value
    if name in _TEXTS:
        return mask.each(value, mask.line)
    if name == "diff":
        return mask.diff(value)
    if name == "exception":
        return mask.traceback(value)
    if name in ("deprecations", "text"):
        return mask.each(value)
    if name == "failures":
        return [
            {key: mask.each(item, mask.line) if key in _TEXTS else mask.data(item) for key, item in failure.items()}
            for failure in value
        ]
    return mask.data(value)


def shown_options(
    params: t.Mapping[t.Any, t.Any], spec: t.Mapping[str, t.Mapping[str, t.Any]], mask: Mask
) -> dict[t.Any, t.Any]:
    """The options as the result's C(invocation) and the log have them.

    What is secret by its name is hidden whole, however short it is, as Ansible does it. The rest is a text.
    """
    by_name = {
        **{alias: option for option in spec.values() for alias in option.get("aliases") or ()},
        **spec,
    }
    names = _distinct(params, mask.plain)
    return {names[name]: _shown(name, value, by_name.get(name, {}), mask) for name, value in params.items()}


def _shown(name: t.Any, value: t.Any, option: t.Mapping[str, t.Any], mask: Mask) -> t.Any:
    if option.get("no_log") or is_secret(str(name), value):
        return _hidden(value)
    if isinstance(value, dict):
        return shown_options(value, option.get("options") or {}, mask)
    if isinstance(value, (list, tuple)):
        return [_shown("", item, option, mask) for item in value]
    return mask.each(value)


def _hidden(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {name: _hidden(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hidden(item) for item in value]
    return value if value is None or isinstance(value, bool) or value == "" else NO_LOG


# -- values that were masked ---------------------------------------------------------------------------------------------------


def masked_value(value: t.Any, name: str = "", whole: bool = False) -> str | None:
    """What is wrong with a declared value that a secret has been taken out of, with the name of the option; None if nothing is.

    :param whole: only a text that is nothing but a mask is refused: stars may be in a document that is sent
    """
    if isinstance(value, str):
        if value not in (MASK, NO_LOG) if whole else not re.search(_MASKED, value):
            return None
        return (
            f"{name or 'this'} contains Ansible's mask for secrets. It was written where a secret was hidden, so the real value is lost;"
            " write the real value"
        )
    if isinstance(value, dict):
        inner = [(f"{name}.{key}" if name else str(key), part) for key, item in value.items() for part in (key, item)]
    elif isinstance(value, (list, tuple)):
        inner = [(f"{name}[{number}]", item) for number, item in enumerate(value)]
    else:
        return None
    return next((words for words in (masked_value(item, place, whole) for place, item in inner) if words), None)
