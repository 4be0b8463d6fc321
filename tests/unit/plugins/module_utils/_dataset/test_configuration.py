# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of the configuration: what is the same, what is refused, what is sent."""

from __future__ import annotations

import math
import struct
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._dataset import configuration
from ansible_collections.community.trieve.plugins.module_utils._dataset import configuration_values as values
from ansible_collections.community.trieve.plugins.module_utils._dataset.configuration_values import EXTRA_PARAMS
from sandbox.formats.bodies import Str
from sandbox.store.configuration import KEYS as SERVER_KEYS
from sandbox.store.configuration import SECRETS as SERVER_SECRETS
from sandbox.store.extra_params import EXTRA_PARAMS as SERVER_PARAMS

NOTHING = dict.fromkeys(configuration.CONFIGURATION)


def option(name: str, value: Any) -> dict[str, Any]:
    """All options, one of them given."""
    return {**NOTHING, name: value}


def difference(held: dict[str, Any], **options: Any) -> bool:
    """Whether these options ask for something else than the server holds."""
    declared, _write_only = configuration.parse_configuration({**NOTHING, **options})
    return configuration.actual(held, declared) != configuration.normalized(declared)


def test_every_key_of_the_server_is_an_option() -> None:
    assert {name.upper() for name in configuration.CONFIGURATION} == {*SERVER_KEYS, *SERVER_SECRETS}
    assert set(EXTRA_PARAMS) == set(SERVER_PARAMS.fields)
    assert (len(configuration.CONFIGURATION), len(EXTRA_PARAMS)) == (37, 63)


def test_what_cannot_be_read() -> None:
    write_only = set(configuration.CONFIGURATION) - set(configuration.READABLE)
    assert write_only == {"llm_api_key", "reranker_api_key", "stop_tokens"}
    _readable, also = configuration.parse_configuration(option("public_dataset", {"enabled": True, "api_key": "x"}))
    assert also == {"public_dataset.api_key": "x"}


@pytest.mark.parametrize(
    ("held", "options"),
    [
        ({"BM25_K": 1.2000000476837158}, {"bm25_k": 1.2}),
        ({"BM25_AVG_LEN": 99.9000015258789}, {"bm25_avg_len": 99.9}),
        ({"BM25_B": 1}, {"bm25_b": 1.0}),
        ({"TEMPERATURE": 1}, {"temperature": 1.0}),
        ({}, {"distance_metric": "cosine"}),
        ({"PUBLIC_DATASET": {"enabled": False, "extra_params": None}}, {"public_dataset": {"enabled": False}}),
        (
            {"PUBLIC_DATASET": {"enabled": True, "extra_params": {"heroPattern": {}, "zIndex": 5, "chat": True}}},
            {"public_dataset": {"enabled": True, "extra_params": {"zIndex": 5}}},
        ),
        (
            {"PUBLIC_DATASET": {"enabled": True, "extra_params": {"tags": [{"description": None, "tag": "docs"}]}}},
            {"public_dataset": {"enabled": True, "extra_params": {"tags": [{"tag": "docs"}]}}},
        ),
        (
            {"PUBLIC_DATASET": {"enabled": True, "extra_params": {"openGraphMetadata": {"image": "i", "title": "t"}}}},
            {"public_dataset": {"enabled": True, "extra_params": {"openGraphMetadata": {"title": "t"}}}},
        ),
        (
            {
                "PUBLIC_DATASET": {
                    "enabled": True,
                    "extra_params": {"heroPattern": {"foregroundOpacity": 0.30000001192092896}},
                }
            },
            {"public_dataset": {"enabled": True, "extra_params": {"heroPattern": {"foregroundOpacity": 0.3}}}},
        ),
        (
            {
                "PUBLIC_DATASET": {
                    "enabled": True,
                    "extra_params": {"datasetId": "0f3f5c9e-5a0e-4d63-9d3c-6a1e6f0f7a52"},
                }
            },
            {
                "public_dataset": {
                    "enabled": True,
                    "extra_params": {"datasetId": "{0F3F5C9E-5A0E-4D63-9D3C-6A1E6F0F7A52}"},
                }
            },
        ),
        (
            {"TOOL_CONFIGURATION": {"query_tool_options": {"tool_description": "a", "price_filter_description": "b"}}},
            {"tool_configuration": {"query_tool_options": {"tool_description": "a", "price_filter_description": None}}},
        ),
    ],
)
def test_no_difference(held: dict[str, Any], options: dict[str, Any]) -> None:
    assert not difference(held, **options)


@pytest.mark.parametrize(
    ("held", "options"),
    [
        ({"BM25_K": 1.2000000476837158}, {"bm25_k": 1.21}),
        ({"TEMPERATURE": None}, {"temperature": 0.0}),
        ({"TEMPERATURE": 0.30000001192092896}, {"temperature": 0.3}),
        ({"MAX_TOKENS": None}, {"max_tokens": 0}),
        ({"LLM_API_VERSION": None}, {"llm_api_version": ""}),
        ({"LOCKED": True}, {"locked": False}),
        ({"PUBLIC_DATASET": {"enabled": True, "extra_params": None}}, {"public_dataset": {"enabled": False}}),
        (
            {"PUBLIC_DATASET": {"enabled": True, "extra_params": {"tags": [{"tag": "docs", "label": "Docs"}]}}},
            {"public_dataset": {"enabled": True, "extra_params": {"tags": [{"tag": "docs"}]}}},
        ),
        (
            {"PUBLIC_DATASET": {"enabled": True, "extra_params": {}}},
            {"public_dataset": {"enabled": True, "extra_params": {"tags": []}}},
        ),
        (
            {"PUBLIC_DATASET": {"enabled": True, "extra_params": {"openGraphMetadata": {"image": "i", "title": "t"}}}},
            {"public_dataset": {"enabled": True, "extra_params": {"openGraphMetadata": {"image": None}}}},
        ),
        (
            {"TOOL_CONFIGURATION": {"query_tool_options": None}},
            {"tool_configuration": {"query_tool_options": {"tool_description": ""}}},
        ),
    ],
)
def test_difference(held: dict[str, Any], options: dict[str, Any]) -> None:
    assert difference(held, **options)


READ_AS_DEFAULT = sorted(
    name.lower() for name, key in SERVER_KEYS.items() if key.empty_is_default and key.kind.__class__ is Str
)
"""The texts for which the server reads a default where they are stored empty, by its stand-in's own table."""


def test_the_table_of_empty_texts_is_not_empty() -> None:
    assert len(READ_AS_DEFAULT) == 10


@pytest.mark.parametrize("name", READ_AS_DEFAULT)
def test_empty_text_that_reads_as_the_default_is_refused(name: str) -> None:
    with pytest.raises(TaskFailed, match=f"^{name} is empty, but Trieve uses its default"):
        configuration.parse_configuration(option(name, ""))


@pytest.mark.parametrize("name", ["llm_api_version", "embedding_query_prefix", "llm_api_key", "reranker_api_key"])
def test_empty_text_that_is_kept_is_taken(name: str) -> None:
    declared, write_only = configuration.parse_configuration(option(name, ""))
    assert {**declared, **write_only} == {name: ""}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "n_retrievals_to_include",
            -1,
            "n_retrievals_to_include is -1. It must be between 0 and 18446744073709551615.",
        ),
        ("max_limit", 2**64, "max_limit is 18446744073709551616"),
        ("max_tokens", -5, "max_tokens is -5"),
        ("embedding_size", -768, "embedding_size is -768"),
        ("bm25_b", 1e39, "bm25_b is 1e+39, which does not fit into the server's 32-bit number."),
        ("bm25_b", -1e39, "bm25_b is -1e+39"),
        ("bm25_b", math.inf, "bm25_b is inf"),
        ("bm25_b", math.nan, "bm25_b is nan"),
        ("bm25_k", 1e-60, "bm25_k is 1e-60"),
        (
            "public_dataset",
            {"enabled": True, "extra_params": {"brand_name": "x"}},
            "public_dataset has an unknown key extra_params.brand_name, which Trieve would silently drop. Did you mean brandName?",
        ),
        ("public_dataset", {"enabled": True, "extra_params": {"Theme": "dark"}}, "Did you mean theme?"),
        ("public_dataset", {"enabled": True, "extra_params": {"zindx": 3}}, "Did you mean zIndex?"),
        (
            "public_dataset",
            {"enabled": True, "extra_params": {"qqqqqq": 3}},
            "See the documentation of the option for the valid keys.",
        ),
        (
            "public_dataset",
            {"enabled": True, "extra_params": {"brandName": None}},
            "public_dataset has null for extra_params.brandName, but Trieve cannot remove a key",
        ),
    ],
)
def test_refused(name: str, value: Any, words: str) -> None:
    with pytest.raises(TaskFailed) as failure:
        configuration.parse_configuration(option(name, value))
    assert words in str(failure.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_limit", 0), ("max_limit", 2**64 - 1), ("bm25_b", 0.0), ("bm25_b", 3.4028235e38), ("embedding_size", 0)],
)
def test_the_ends_of_a_range_are_taken(name: str, value: Any) -> None:
    assert configuration.parse_configuration(option(name, value)) == ({name: value}, {})


def test_sent_so_that_nothing_else_is_lost() -> None:
    held = {
        "PUBLIC_DATASET": {
            "enabled": False,
            "extra_params": {"chat": True, "openGraphMetadata": {"image": "i", "title": "t", "description": None}},
        },
        "TOOL_CONFIGURATION": {"query_tool_options": {"tool_description": "a", "price_filter_description": "b"}},
    }
    declared, write_only = configuration.parse_configuration(
        {
            **NOTHING,
            "public_dataset": {
                "enabled": True,
                "api_key": "key",
                "extra_params": {"openGraphMetadata": {"title": "T"}},
            },
            "tool_configuration": {"query_tool_options": {"tool_description": "A", "price_filter_description": None}},
        }
    )
    body = configuration.to_request(held, declared)
    assert body == {
        "PUBLIC_DATASET": {"enabled": True, "extra_params": {"openGraphMetadata": {"image": "i", "title": "T"}}},
        "TOOL_CONFIGURATION": {"query_tool_options": {"tool_description": "A", "price_filter_description": "b"}},
    }
    assert configuration.add_write_only(body, write_only, declared)["PUBLIC_DATASET"]["api_key"] == "key"
    assert configuration.add_write_only({}, write_only, declared) == {
        "PUBLIC_DATASET": {"enabled": True, "api_key": "key"}
    }
    then = configuration.after_write(held, body)
    assert configuration.to_result(then)["public_dataset"]["extra_params"] == {
        "chat": True,
        "openGraphMetadata": {"image": "i", "title": "T"},
    }


def test_shown_has_every_readable_key_and_no_secret() -> None:
    result = configuration.to_result(
        {
            "LLM_API_KEY": "llm-secret",
            "RERANKER_API_KEY": "reranker-secret",
            "BM25_B": 0.10000000149011612,
            "PUBLIC_DATASET": {
                "enabled": True,
                "api_key": "public-secret",
                "extra_params": {"apiKey": "page-secret", "heroPattern": {}, "chat": True},
            },
        }
    )
    assert tuple(result) == configuration.READABLE
    assert "secret" not in str(result)
    assert result["bm25_b"] == 0.1
    assert result["public_dataset"] == {"enabled": True, "extra_params": {"chat": True}}


@pytest.mark.parametrize(
    ("declared", "held", "derived"),
    [
        (
            {"embedding_model_name": "bge-m3"},
            {"EMBEDDING_MODEL_NAME": "jina-base-en", "EMBEDDING_SIZE": 768},
            {"embedding_size": 1024},
        ),
        ({"embedding_model_name": "bge-m3"}, {"EMBEDDING_MODEL_NAME": "mine", "EMBEDDING_SIZE": 1024}, {}),
        ({"embedding_model_name": "bge-m3"}, {"EMBEDDING_MODEL_NAME": "bge-m3", "EMBEDDING_SIZE": 5}, {}),
        ({"embedding_model_name": "mine", "embedding_size": 5}, {"EMBEDDING_MODEL_NAME": "bge-m3"}, {}),
        ({"embedding_size": 5}, {"EMBEDDING_MODEL_NAME": "bge-m3", "EMBEDDING_SIZE": 1024}, {}),
    ],
)
def test_size_goes_along_with_the_model(
    declared: dict[str, Any], held: dict[str, Any], derived: dict[str, Any]
) -> None:
    assert configuration.derived_size(declared, held) == derived


def test_size_of_an_unknown_model_has_to_be_given() -> None:
    held = {"EMBEDDING_MODEL_NAME": "jina-base-en", "EMBEDDING_SIZE": 768}
    with pytest.raises(TaskFailed, match=r"^embedding_size is missing: .* 768, for mine\."):
        configuration.derived_size({"embedding_model_name": "mine"}, held)


# -- properties ----------------------------------------------------------------------------------------------------

no_clock = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A slow machine is no failure."""

F32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
F64_IN_RANGE = st.floats(min_value=-values.LARGEST_F32, max_value=values.LARGEST_F32)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | F32 | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(max_size=3), JSON, max_size=4)


def through_the_server(number: float) -> float:
    """As a 32 bit float gives it back."""
    back: float = struct.unpack("<f", struct.pack("<f", number))[0]
    return back


@no_clock
@given(F64_IN_RANGE)
def test_rounding_is_no_difference(number: float) -> None:
    assert values.short_f32(number) == values.short_f32(through_the_server(number))
    assert values.same(through_the_server(number), number)


@no_clock
@given(F32, F32)
def test_two_32_bit_numbers_are_told_apart(one: float, other: float) -> None:
    assert (values.short_f32(one) == values.short_f32(other)) == (one == other)


@no_clock
@given(st.integers(-999_999, 999_999), st.integers(-30, 30))
def test_what_a_person_writes_is_shown_as_written(digits: int, exponent: int) -> None:
    number = float(f"{digits}e{exponent}")
    assert values.short_f32(through_the_server(number)) == number


def completed(value: Any) -> Any:
    """As the server answers it: objects with further keys that are null."""
    if isinstance(value, dict):
        return {**{key: completed(item) for key, item in value.items()}, "added by the server": None}
    return [completed(item) for item in value] if isinstance(value, list) else value


@no_clock
@given(OBJECTS)
def test_completed_objects_are_no_difference(wanted: dict[str, Any]) -> None:
    assert values.subset_of(completed(wanted), wanted) == wanted


@no_clock
@given(OBJECTS, OBJECTS)
def test_what_was_sent_is_no_difference_afterwards(held: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert values.subset_of(completed(values.merged(held, wanted)), wanted) == wanted


@no_clock
@given(OBJECTS, OBJECTS)
def test_what_was_not_given_survives(held: dict[str, Any], wanted: dict[str, Any]) -> None:
    then = values.merged(held, wanted)
    for key in held:
        if key not in wanted:
            assert values.same(then.get(key), held[key])
