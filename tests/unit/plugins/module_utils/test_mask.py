# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a mask takes out of the texts of a result, and that it leaves the data alone."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.module_utils._core.mask import (
    MASK,
    NO_LOG,
    SHORTEST,
    Mask,
    has_credentials,
    masked_value,
    named_secrets,
    presented,
    readable,
    short_secrets,
    shown_options,
    without_credentials,
)

from ...conftest import KEY

SPEC: dict[str, Any] = {
    "api_key": {"no_log": True, "aliases": ["key"]},
    "extra_headers": {"type": "dict", "no_log": True},
    "page": {"type": "dict", "options": {"word": {"no_log": True}, "title": {}}},
    "pages": {"type": "list", "options": {"word": {"no_log": True}}},
    "name": {},
}

# -- properties --------------------------------------------------------------------------------------------------------------

WORDS = st.text("abtr-1 .\n\"'\\/é", max_size=12)
SECRETS = st.sets(WORDS, max_size=4)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
TEXTS = ("msg", "warnings", "exception", "deprecations", "text")


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for pair in value.items() for item in pair for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value] if isinstance(value, str) else []


@st.composite
def _results(draw: st.DrawFn, secrets: set[str]) -> dict[str, Any]:
    """Results in which the secrets occur at every place."""
    word = st.builds("".join, st.lists(st.sampled_from(sorted(secrets) or ["x"]) | WORDS, max_size=4))
    data = st.recursive(DATA | word, lambda inner: st.dictionaries(word, inner, max_size=2), max_leaves=3)
    sides = st.fixed_dictionaries({"before": data, "after": data, "before_header": word})
    return {
        "changed": draw(st.booleans()),
        "dataset": draw(data),
        "json": draw(data),
        "key": draw(word),
        "api_key": {"id": draw(word), "name": draw(word)},
        "failures": [{"crawl": draw(word), "msg": draw(word), "error": {"message": draw(word), "status": 404}}],
        "error": {"message": draw(word), "url": draw(word), "status": None},
        "diff": draw(sides | st.lists(sides, max_size=2)),
        **{name: draw(word) for name in TEXTS},
    }


@given(st.data(), SECRETS)
def test_data_is_as_it_was_and_texts_have_no_secret(data: st.DataObject, secrets: set[str]) -> None:
    result = data.draw(_results(secrets))
    before = copy.deepcopy(result)
    shown = presented(result, Mask(secrets))
    assert result == before
    for name in ("changed", "dataset", "json", "key", "api_key"):
        assert shown[name] == before[name]
    assert shown["failures"][0]["crawl"] == before["failures"][0]["crawl"]
    texts = _leaves([shown[name] for name in (*TEXTS, "error", "diff")])
    texts += _leaves([{name: item for name, item in shown["failures"][0].items() if name != "crawl"}])
    long = {secret.strip() for secret in secrets if len(secret.strip()) >= SHORTEST}
    assert [(secret, text) for secret in long for text in texts if secret in text] == []


@given(st.data(), SECRETS)
def test_what_differs_still_does(data: st.DataObject, secrets: set[str]) -> None:
    diff = data.draw(_results(secrets))["diff"]
    for one, shown in zip(*([x] if isinstance(x, dict) else x for x in (diff, Mask(secrets).diff(diff))), strict=True):
        assert (json.dumps(one["before"]) == json.dumps(one["after"])) == (
            json.dumps(shown["before"]) == json.dumps(shown["after"])
        )


# -- texts -------------------------------------------------------------------------------------------------------------------


SECRET = 'a "quoted" \\ secret\nin lines, 100% é'


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        json.dumps(SECRET),
        json.dumps({"x": SECRET}, ensure_ascii=False),
        repr(SECRET),
        "https://a/?q=a%20%22quoted%22%20%5C%20secret%0Ain%20lines%2C%20100%25%20%C3%A9",
        " ".join(SECRET.split()),
    ],
)
def test_the_forms_of_a_secret(text: str) -> None:
    shown = Mask([f" {SECRET}\n"]).known(f"<{text}>")
    assert MASK in shown
    assert "secret" not in shown


def test_a_short_secret_is_left_alone() -> None:
    assert Mask(["admin", "1", ""]).line("admin of 1") == "admin of 1"
    assert Mask(["a" * SHORTEST]).line("a" * SHORTEST) == MASK


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"organization_id '{KEY}' is", f"organization_id '{MASK}' is"),
        (KEY.lower(), MASK),
        (f"%0A{KEY}", f"%0A{MASK}"),
        (KEY[:20], MASK),
        ("https://joe:pass@a.example.com/x", f"https://{MASK}@a.example.com/x"),
        ("https://ghp_4711@a.example.com", f"https://{MASK}@a.example.com"),
        ("https://a/x?b=1&access_token=4711&c=2", f"https://a/x?b=1&access_token={MASK}&c=2"),
        ("dataset tr-documentation of tr-2024-archive", "dataset tr-documentation of tr-2024-archive"),
        ("https://youtube.com/@channel?list=a@b", "https://youtube.com/@channel?list=a@b"),
        ("somebody@example.com", "somebody@example.com"),
    ],
)
def test_what_is_a_secret_by_its_form(text: str, shown: str) -> None:
    assert readable(text) == shown
    assert has_credentials(text) is ("@a.example.com" in text)


def test_a_long_text_takes_no_long_time() -> None:
    for text in ("x", "a://", "://a:", "&token", "?a=", "tr-a", "tr-", ":x@"):
        without_credentials("://?" + text * (200_000 // len(text)))


def test_one_line_without_escape_codes() -> None:
    assert readable("x\n::error::y\r\x1b[31m\x9b\u2028é") == r"x\n::error::y\r\x1b[31m\x9b\u2028é"
    trace = Mask([]).traceback("Traceback\n  File\nValueError: x\n  ::error::y\n##[z]\x1b[31m")
    assert trace == "Traceback\n  File\nValueError: x\n  \\::error::y\n\\##[z]\\x1b[31m"
    assert Mask([]).diff({"before": "a\nb", "after": "", "before_header": "a\nb"}) == {
        "before": "a\nb",
        "after": "",
        "before_header": "a\\nb",
    }


def test_a_difference_in_a_secret_only() -> None:
    urls = [f"https://joe:{word}@a.example.com" for word in ("one", "two")]
    before, after = ({"crawls": {url: 1}, "webhook_urls": [url, "x"]} for url in urls)
    shown = Mask([]).diff({"before": before, "after": after})
    masked = f"https://{MASK}@a.example.com"
    assert shown["before"] == {"crawls": {masked: 1}, "webhook_urls": [masked, "x"]}
    assert shown["after"] == {"crawls": {f"{masked} #2": 1}, "webhook_urls": [f"{masked} (another value)", "x"]}


def test_the_key_of_the_task_is_in_no_data() -> None:
    """The one secret that can be told from data: nothing is called like that by chance."""
    result = {"json": {"echo": [f"called with {KEY}"], KEY: 1}, "key": KEY}
    assert presented(result, Mask([KEY])) == {"json": {"echo": [f"called with {MASK}"], KEY: 1}, "key": KEY}
    odd = KEY[:-1]
    assert presented({"json": odd}, Mask([odd])) == {"json": odd}


# -- options -----------------------------------------------------------------------------------------------------------------


def test_options_that_are_secret() -> None:
    params = {
        "api_key": "Bearer one",
        "extra_headers": {"X-Tenant": 1, "X-List": ["two"], "X-None": None},
        "url": "https://joe:three@host",
        "public_dataset": {"extra_params": {"apiKey": "four", "tags": [{"apiKey": "five"}]}, "api_key": ["six"]},
        "webhook_urls": ["https://a/x", "https://joe:seven@host/x", "https://git@host", "https://longertoken@host"],
        "name": "eight",
        "llm_api_key": None,
    }
    assert dict.fromkeys(text for _place, text in named_secrets(params)) == dict.fromkeys(
        ("Bearer one", "one", "1", "two", "joe:three", "three", "four", "five", "six", "joe:seven", "seven", "longertoken")
    )  # fmt: skip


def test_short_secrets_are_named_once() -> None:
    params = {
        "api_key": "admin",
        "extra_headers": {"X-Tenant": "1", "X-Auth-Token": "abc", "Cookie": "a-longer-one"},
        "webhook_urls": ["https://a:b@host"],
    }
    lines = short_secrets(params)
    assert [line.split()[0] for line in lines] == ["api_key", "extra_headers.X-Auth-Token", "webhook_urls[0]"]
    assert not [line for line in lines if "admin" in line or "abc" in line]
    assert short_secrets({"api_key": KEY, "extra_headers": {}}) == []


def test_options_as_they_are_shown() -> None:
    params = {
        "api_key": "1",
        "key": "1",
        "extra_headers": {"X-Tenant": 1, "X-None": None, "X-List": ["a"], "X-Empty": ""},
        "page": {"word": "a", "title": "1", "api_key": "x"},
        "pages": [{"word": "a"}],
        "name": f"1 {KEY}",
        "organization_id": KEY,
        "limit": 1,
    }
    assert shown_options(params, SPEC, Mask(["1"])) == {
        "api_key": NO_LOG,
        "key": NO_LOG,
        "extra_headers": {"X-Tenant": NO_LOG, "X-None": None, "X-List": [NO_LOG], "X-Empty": ""},
        "page": {"word": NO_LOG, "title": "1", "api_key": NO_LOG},
        "pages": [{"word": NO_LOG}],
        "name": f"1 {MASK}",
        "organization_id": MASK,
        "limit": 1,
    }


# -- values that were masked -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"name": MASK}, "name"),
        ({"crawls": [{"site_url": f"https://{MASK}.example.com"}]}, "crawls[0].site_url"),
        ({"metadata": {"a": [1, NO_LOG]}}, "metadata.a[1]"),
        ({"metadata": {f"x{MASK}": 1}}, f"metadata.x{MASK}"),
    ],
)
def test_a_mask_among_the_options(value: Any, place: str) -> None:
    words = masked_value(value)
    assert words is not None
    assert words.startswith(f"{place} contains Ansible's mask for secrets. ")


@pytest.mark.parametrize("value", ["", "*******", "*" * 9, "*" * 16, None, 8, [["a"]], {"a": "***"}])
def test_no_mask(value: Any) -> None:
    assert masked_value(value, "name") is None


def test_a_document_may_have_stars_in_it() -> None:
    assert masked_value([{"chunk_html": f"Password: {MASK}"}], "body", whole=True) is None
    assert masked_value([{"chunk_html": MASK}], "body", whole=True)
