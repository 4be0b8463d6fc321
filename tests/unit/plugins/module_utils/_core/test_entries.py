# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What needs no conversion is what Ansible's validator would return."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.module_utils._core.entries import EntrySpec, without_nulls
from ansible_collections.community.trieve.plugins.module_utils._organization_state.options import ENTRIES, STATE_SPEC

TEXTS = st.sampled_from(
    ["", "docs", "https://a.example.com", "yes", "7", "a,b", "ü", "a\0", "\ud800", "********", "[1]", "{a: 1}"]
)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(), TEXTS)
ANYTHING = st.one_of(PLAIN, st.lists(PLAIN, max_size=2), st.dictionaries(TEXTS, PLAIN, max_size=2))


def in_order(value: Any) -> str:
    """The same for values that are the same, types included, in any order of keys."""
    if isinstance(value, dict):
        return str(sorted((str(name), in_order(item)) for name, item in value.items()))
    return str([in_order(item) for item in value]) if isinstance(value, list) else repr(value)


def likely(option: Any) -> st.SearchStrategy[Any]:
    """Values that an option is often given, and some that do not fit."""
    if "options" in option:
        fit: st.SearchStrategy[Any] = entries(option["options"])
    elif option.get("choices"):
        fit = st.sampled_from(option["choices"])
    else:
        fit = {
            "str": TEXTS,
            "bool": st.booleans(),
            "int": st.integers(-5, 5),
            "float": st.floats(),
            "list": st.lists(TEXTS, max_size=2),
            "dict": st.dictionaries(TEXTS, PLAIN, max_size=2),
        }.get(option["type"], ANYTHING)
    return st.one_of(fit, fit, fit, ANYTHING)


def entries(spec: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Dictionaries with some of the options, and now and then another key."""
    known = st.fixed_dictionaries({}, optional={name: likely(option) for name, option in spec.items()})
    return st.builds(lambda values, more: {**values, **more}, known, st.sampled_from([{}, {}, {}, {"other": 1}]))


@pytest.mark.parametrize("name", ENTRIES)
@settings(max_examples=60)
@given(data=st.data())
def test_the_short_way_returns_what_the_validator_returns(name: str, data: Any) -> None:
    spec = ENTRIES[name]
    entry = data.draw(entries(spec.spec))
    exact = spec.exact(entry)
    if exact is None:
        return
    validation = ArgumentSpecValidator(spec.spec).validate(entry)
    assert validation.error_messages == []
    assert in_order(exact) == in_order(validation.validated_parameters)


def test_most_entries_take_the_short_way() -> None:
    crawl = {"site_url": "https://a.example.com", "interval": "daily", "limit": 5, "tags": ["a"], "boost_titles": False}
    assert ENTRIES["crawls"].exact({**crawl, "scrape_options": {"type": "openapi", "openapi_tag": "x"}})
    assert ENTRIES["chunk_groups"].exact({"tracking_id": "g", "metadata": {"a": [1, None]}, "tag_set": []})


@pytest.mark.parametrize(
    "entry",
    [
        {"site_url": "a", "limit": True},
        {"site_url": "a", "limit": "5"},
        {"site_url": "a", "tags": "a,b"},
        {"site_url": "a", "tags": [1]},
        {"site_url": "a", "interval": "hourly"},
        {"site_url": "a\0"},
        {"site_url": "a", "scrape_options": {"type": None}},
        {"site_url": None},
        {"limit": 5},
        {"other": 1, "site_url": "a"},
        "a",
    ],
)
def test_what_needs_a_closer_look(entry: Any) -> None:
    assert ENTRIES["crawls"].exact(entry) is None


def test_a_value_is_converted_as_ansible_does_it() -> None:
    values, faults = ENTRIES["crawls"].parse(
        {"site_url": "a", "limit": "5", "tags": "a,b", "boost_titles": "no", "interval": "daily"}, "e", ()
    )
    assert (faults, values["limit"], values["tags"], values["boost_titles"]) == ([], 5, ["a", "b"], False)


def test_a_null_is_left_out() -> None:
    values, faults = EntrySpec({"a": {"type": "str"}, "b": {"type": "dict", "options": {"c": {"type": "int"}}}}).parse(
        {"a": None, "b": {"c": None}}, "e", ()
    )
    assert (faults, values) == ([], {"a": None, "b": {"c": None}})
    assert without_nulls(
        {"crawls": [{"limit": None}]}, {"options": {"crawls": STATE_SPEC["datasets"]["options"]["crawls"]}}
    ) == {"crawls": [{}]}
