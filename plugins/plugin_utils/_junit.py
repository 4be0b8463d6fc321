# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports as JUnit XML, which CI systems show as tests."""

from __future__ import annotations

import typing as t
from xml.sax.saxutils import escape, quoteattr

from ansible_collections.community.trieve.plugins.module_utils._core.mask import readable

from ._markdown import harmless


def document(suite: str, cases: t.Sequence[str]) -> str:
    """The file.

    :param suite: the name of the test suite
    :param cases: of C(passed) and C(not_passed)
    """
    failures, errors = (sum(f"<{outcome} " in case for case in cases) for outcome in ("failure", "error"))
    numbers = f'tests="{len(cases)}" failures="{failures}" errors="{errors}"'
    lines = [f'  <testsuite name={quoteattr(suite)} {numbers} skipped="0" time="0">', *cases, "  </testsuite>"]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {numbers}>", *lines, "</testsuites>", ""])


def passed(classname: str, name: str) -> str:
    """A test case without a finding."""
    return f'    <testcase classname={quoteattr(classname)} name={quoteattr(readable(name))} time="0"/>'


def not_passed(classname: str, name: str, outcome: str, type: str, message: str, text: str) -> str:
    """A test case with a finding.

    :param outcome: C(failure) or C(error)
    """
    body = "\n".join(readable(line) for line in text.split("\n"))
    return (
        f'    <testcase classname={quoteattr(classname)} name={quoteattr(readable(name))} time="0">'
        f"<{outcome} type={quoteattr(type)} message={quoteattr(readable(message))}>{escape(harmless(body))}</{outcome}></testcase>"
    )
