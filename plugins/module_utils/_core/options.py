# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options: what they are, what is wrong with them, and the client that they make."""

from __future__ import annotations

import os
import re
import typing as t

from ansible.module_utils.basic import env_fallback

from ..trieve import DEFAULT_URL, TrieveClient, as_uuid
from .failure import TaskFailed
from .mask import masked_value, named_secrets
from .values import unsendable

LONGEST_TIMEOUT = 24 * 60 * 60
"""Seconds. Sockets take no number of any size."""

MOST_RETRIES = 100
"""urllib3 repeats by calling itself."""


def environment(*names: str) -> str:
    """Fallback of an option: the first of these variables that is set and not empty.

    A pipeline sets a variable that it has no value for to nothing, which must not hide the next one.
    """
    return env_fallback(*(name for name in names if os.environ.get(name)))


CONNECTION_OPTIONS: dict[str, t.Any] = dict(
    url=dict(type="str", default=DEFAULT_URL, fallback=(environment, ["TRIEVE_BASE_URL", "TRIEVE_API_HOST"])),
    api_key=dict(type="str", no_log=True, fallback=(environment, ["TRIEVE_API_KEY"])),
    organization_id=dict(type="str", fallback=(environment, ["TRIEVE_ORGANIZATION_ID"])),
    validate_certs=dict(type="bool", default=True),
    ca_path=dict(type="path"),
    client_cert=dict(type="path"),
    client_key=dict(type="path", no_log=False),
    timeout=dict(type="int", default=30),
    retries=dict(type="int", default=3),
    extra_headers=dict(type="dict", no_log=True),
)

_ADDRESS = re.compile(
    r"(?P<base>https?://(?:\[[0-9a-f:.]+\]|[^\s/?#@:\[\]\\]+)(?::(?P<port>[0-9]{1,5}))?)(?P<path>/[^\s?#]*)?",
    re.IGNORECASE,
)
# A password is taken to the last @, since one with a slash in it must be masked, too.
_CREDENTIALS = re.compile(r"//(?P<user>[^/?#@:]*)(?P<password>(?::.*)?)@")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OWN_HEADERS = frozenset(
    (
        "authorization",
        "x-api-key",
        "tr-dataset",
        "x-dataset",
        "tr-organization",
        "x-organization",
        "content-type",
        "content-length",
        "transfer-encoding",
        "connection",
    )
)


def secrets_in(params: t.Mapping[str, t.Any]) -> set[str]:
    """Texts among the options that must not be shown, those that C(no_log) covers and others."""
    return {text for _place, text in named_secrets(params)}


def connect(params: t.Mapping[str, t.Any]) -> TrieveClient:
    """The client that the connection options describe. Sends nothing.

    :raises TaskFailed: names the option that is missing or wrong, and never its secret
    """
    wrong = unsendable({k: v for k, v in params.items() if k != "extra_headers"})
    # A plan that was approved has masks where secrets were, and is not sent.
    wrong = wrong or masked_value({k: v for k, v in params.items() if k not in ("body", "approved")})
    wrong = wrong or masked_value(params.get("body"), "body", whole=True)
    if wrong:
        raise TaskFailed(f"{wrong}.")
    return TrieveClient(
        url=_address(params["url"]),
        api_key=_api_key(params["api_key"]),
        organization_id=_organization_id(params["organization_id"], params["api_key"]),
        verify=_verify(params),
        certificate=_certificate(params),
        timeout=between(params, "timeout", 1, LONGEST_TIMEOUT),
        retries=between(params, "retries", 0, MOST_RETRIES),
        extra_headers=_extra_headers(params["extra_headers"]),
        secrets=secrets_in(params),
    )


def _address(url: str | None) -> str:
    text = (url or "").strip()
    shown = _CREDENTIALS.sub("//***@", text)
    if not text:
        raise TaskFailed("url is empty. Set url or TRIEVE_BASE_URL to the URL of the server.")
    if _CREDENTIALS.search(text):
        raise TaskFailed(
            f"url {shown} contains credentials, which Trieve does not use. Set api_key to the API key,"
            " and extra_headers to the headers that a proxy in front of the server requires."
        )
    address = _ADDRESS.fullmatch(text)
    if not address or not 1 <= int(address["port"] or 1) <= 65535:
        raise TaskFailed(
            f"url {shown} is not a valid URL of a server. Examples are https://trieve.example.com and http://localhost:8090."
        )
    path = (address["path"] or "").rstrip("/")
    if path == "/api" or path.endswith("/api"):
        raise TaskFailed(f"url {shown} ends with /api, which the collection adds. Set url without it.")
    return address["base"] + path


def _api_key(api_key: str | None) -> str:
    key = (api_key or "").strip()
    if not key or key == "Bearer":
        # Never sent empty: a server without an admin key of its own takes that for the owner of everything.
        raise TaskFailed("api_key is missing or empty. Set the option api_key or the variable TRIEVE_API_KEY.")
    if not _printable(key):
        raise TaskFailed("api_key contains a character that is not allowed in an HTTP header, such as a line break.")
    return key


def _organization_id(organization_id: str | None, api_key: str | None) -> str | None:
    if not organization_id or not organization_id.strip():
        return None
    known = as_uuid(organization_id)
    if not known and organization_id.strip().lower().startswith("tr-"):
        swapped = as_uuid(api_key or "") is not None
        raise TaskFailed(
            "organization_id looks like an API key"
            + (" and api_key like an organization's ID, so the two look swapped" if swapped else "")
            + ". Set organization_id or TRIEVE_ORGANIZATION_ID to the organization's ID, a UUID, and api_key or TRIEVE_API_KEY to the"
            " key. If others can read where the key was set, replace it."
        )
    if not known:
        raise TaskFailed(
            f"organization_id {organization_id!r} is not a valid UUID. Set organization_id or TRIEVE_ORGANIZATION_ID to the ID of the"
            " organization."
        )
    return known


def _verify(params: t.Mapping[str, t.Any]) -> bool | str:
    if not params["validate_certs"]:
        return False
    return _existing(params, "ca_path") or True


def _certificate(params: t.Mapping[str, t.Any]) -> t.Any:
    certificate, key = _existing(params, "client_cert"), _existing(params, "client_key")
    if key and not certificate:
        raise TaskFailed("client_key requires client_cert. Set both.")
    return (certificate, key) if key else certificate


def _existing(params: t.Mapping[str, t.Any], option: str) -> str | None:
    path = params[option]
    if path and not os.path.exists(path):
        raise TaskFailed(f"{option}: file {path} not found.")
    return path or None


def between(params: t.Mapping[str, t.Any], option: str, least: int, most: int) -> int:
    """The number that an option has.

    :raises TaskFailed: it is below the least or above the most
    """
    value = params[option]
    if value is None or not least <= value <= most:
        raise TaskFailed(f"{option} is {value}. It must be between {least} and {most}.")
    return value


def _extra_headers(given: t.Mapping[t.Any, t.Any] | None) -> dict[str, str]:
    headers = {}
    for name, value in (given or {}).items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise TaskFailed(f"extra_headers: {name!r} is not a valid name of an HTTP header.")
        if name.lower() in _OWN_HEADERS:
            raise TaskFailed(f"extra_headers: {name} is set by the collection. Use the connection options instead.")
        text = str(value).strip()
        if value is None or isinstance(value, (dict, list)):
            raise TaskFailed(f"extra_headers: the value of {name} is neither a string nor a number.")
        if not _printable(text):
            raise TaskFailed(
                f"extra_headers: the value of {name} contains a character that is not allowed in an HTTP header."
            )
        headers[name] = text
    return headers


def _printable(text: str) -> bool:
    return all(" " <= char <= "~" for char in text)
