# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""uv finds the package index that pip is configured with."""

from __future__ import annotations

import pytest

from tools.registry import environment


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("", {}),
        ("global.index-url='https://a.example.com/simple'", {"UV_DEFAULT_INDEX": "https://a.example.com/simple"}),
        (
            "global.index-url='https://a.example.com/simple'\n:env:.index-url='https://b.example.com/simple?a=b'",
            {"UV_DEFAULT_INDEX": "https://b.example.com/simple?a=b"},
        ),
        (
            "global.extra-index-url='\\nhttps://a.example.com\\nhttps://b.example.com'\ninstall.find-links='/a /b'",
            {"UV_INDEX": "https://a.example.com https://b.example.com", "UV_FIND_LINKS": "/a,/b"},
        ),
        ("global.cert='/ca.pem'\nglobal.timeout='60'", {"SSL_CERT_FILE": "/ca.pem", "UV_HTTP_TIMEOUT": "60"}),
        ("global.disable-pip-version-check='true'\ndownload.index-url='https://c.example.com'\nno separator", {}),
    ],
)
def test_settings_of_pip(listed: str, expected: dict[str, str]) -> None:
    assert environment(listed) == expected
