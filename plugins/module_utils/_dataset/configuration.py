# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration of a dataset: one table of its options, and the functions that use it.

An option is a key of the server's C(server_configuration) in lower case. The table has each option's type, the values that the
server refuses or misreads, the changes that it cannot make, the form that is compared, and whether it can be read.
"""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.values import counted, without_secrets
from .configuration_values import (
    LARGEST_F32,
    PUBLIC_KEY,
    PUBLIC_SPEC,
    TOOL_SPEC,
    as_f32,
    comparable_page,
    invalid_page,
    merged,
    page_after_write,
    page_to_request,
    page_to_result,
    pruned,
    short_f32,
    shown_subset,
)

METRICS = ("cosine", "euclidean", "manhattan", "dot")
"""The first is the server's default, and the only one that survives an update."""

DEFAULT_MODEL = "jina-base-en"
"""The model of a new dataset."""

MODEL_SIZES = {"jina-base-en": 768, "text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "bge-m3": 1024}
"""Length of each model's vectors. The server derives it at creation only (docs/server.md 4.4)."""

_SHORTENED = ("text-embedding-3-small", "text-embedding-3-large")
"""Models whose vectors a server at C(embedding_base_url) can shorten. Those of other models have a fixed length."""

_LARGEST_UINT = 2**64 - 1

Config = dict[str, t.Any]
"""The server's configuration under its own keys, or declared values under the names of the options."""

_NUMBER = (type(None), int, float)
CONFIGURATION_SHAPE: dict[str, t.Any] = {
    **dict.fromkeys(("BM25_B", "BM25_K", "BM25_AVG_LEN"), _NUMBER),
    "PUBLIC_DATASET": (type(None), {"extra_params": (type(None), dict)}),
}
"""The values of a C(server_configuration) in a response that are not just passed on or compared."""


def _empty(value: str) -> str | None:
    if value:
        return None
    return "is empty, but Trieve uses its default in place of an empty text. Set it to the text to use."


def _beyond_uint(value: int) -> str | None:
    return None if 0 <= value <= _LARGEST_UINT else f"is {value}. It must be between 0 and {_LARGEST_UINT}."


def _beyond_f32(value: float) -> str | None:
    if abs(value) <= LARGEST_F32 and (as_f32(value) or not value):
        return None
    return f"is {value}, which does not fit into the server's 32-bit number."


def _metric_is_fixed(before: t.Any, after: t.Any, chunk_count: int) -> str | None:
    return f"is {before} and cannot be changed to {after}: Trieve sets the metric only when it creates a dataset."


def _bound_to_chunks(before: t.Any, after: t.Any, chunk_count: int) -> str | None:
    if not chunk_count:
        return None
    return (
        f"is {before} and cannot be changed to {after}: the dataset has {counted(chunk_count, 'chunk')}, whose vectors were created"
        " with the old value and could not be found any more."
    )


class ConfigOption:
    """One option of the configuration.

    :param spec: the option in the argument spec
    :param invalid: why a value is refused, in words that follow the option's name; None if it is valid
    :param fixed: why a change is impossible, from before, after and the number of chunks; None if it is possible
    :param normalize: the form in which values that mean the same to the server are equal
    :param default: the meaning of null
    :param write_only: whether it cannot be read, and so is never compared
    """

    def __init__(
        self,
        spec: dict[str, t.Any],
        invalid: t.Callable[[t.Any], str | None] | None = None,
        fixed: t.Callable[[t.Any, t.Any, int], str | None] | None = None,
        normalize: t.Callable[[t.Any], t.Any] | None = None,
        default: t.Any = None,
        write_only: bool = False,
    ) -> None:
        self.spec = spec
        self.invalid = invalid or (lambda value: None)
        self.fixed = fixed or (lambda before, after, chunk_count: None)
        self._normalize = normalize or (lambda value: value)
        self._default = default
        self.write_only = write_only

    def to_result(self, stored: t.Any) -> t.Any:
        """The server's value as results have it."""
        return self._default if stored is None else self._normalize(stored)

    def normalized(self, declared: t.Any) -> t.Any:
        """The declared value as it is compared and shown in the diff."""
        return self._normalize(declared)

    def actual(self, stored: t.Any, declared: t.Any) -> t.Any:
        """The server's value of what is declared, comparable with C(normalized)."""
        return self.to_result(stored)

    def to_request(self, stored: t.Any, declared: t.Any) -> t.Any:
        """The value to send so that the server stores the declared value and loses nothing that is undeclared."""
        return declared

    def after_write(self, stored: t.Any, sent: t.Any) -> t.Any:
        """The server's value after the request."""
        return sent


class _PublicDataset(ConfigOption):
    def to_result(self, stored: t.Any) -> t.Any:
        return page_to_result(stored)

    def normalized(self, declared: t.Any) -> t.Any:
        return without_secrets(comparable_page(declared))

    def actual(self, stored: t.Any, declared: t.Any) -> t.Any:
        return shown_subset(stored, comparable_page(declared))

    def to_request(self, stored: t.Any, declared: t.Any) -> t.Any:
        return page_to_request(stored, declared)

    def after_write(self, stored: t.Any, sent: t.Any) -> t.Any:
        return page_after_write(stored, sent)


class _ToolConfiguration(ConfigOption):
    def normalized(self, declared: t.Any) -> t.Any:
        return pruned(declared)

    def actual(self, stored: t.Any, declared: t.Any) -> t.Any:
        return shown_subset(stored, pruned(declared))

    def to_request(self, stored: t.Any, declared: t.Any) -> t.Any:
        return merged(stored, pruned(declared))


def _text() -> ConfigOption:
    return ConfigOption(dict(type="str"), invalid=_empty)


def _text_or_nothing() -> ConfigOption:
    return ConfigOption(dict(type="str"))


def _flag() -> ConfigOption:
    return ConfigOption(dict(type="bool"))


def _uint(**more: t.Any) -> ConfigOption:
    return ConfigOption(dict(type="int"), invalid=_beyond_uint, **more)


def _f32() -> ConfigOption:
    return ConfigOption(dict(type="float"), invalid=_beyond_f32, normalize=short_f32)


def _f64() -> ConfigOption:
    return ConfigOption(dict(type="float"))


def _secret() -> ConfigOption:
    return ConfigOption(dict(type="str", no_log=True), write_only=True)


CONFIGURATION: dict[str, ConfigOption] = {
    "llm_base_url": _text(),
    "llm_api_key": _secret(),
    "llm_api_version": _text_or_nothing(),
    "llm_default_model": _text(),
    "system_prompt": _text(),
    "rag_prompt": _text(),
    "message_to_query_prompt": _text(),
    "use_message_to_query_prompt": _flag(),
    "n_retrievals_to_include": _uint(),
    "temperature": _f64(),
    "frequency_penalty": _f64(),
    "presence_penalty": _f64(),
    # Ansible takes an option with "token" in its name for a secret unless no_log is set.
    "max_tokens": ConfigOption(dict(type="int", no_log=False), invalid=_beyond_uint),
    "stop_tokens": ConfigOption(dict(type="list", elements="str", no_log=False), write_only=True),
    "embedding_base_url": _text(),
    "embedding_model_name": ConfigOption(dict(type="str"), invalid=_empty, fixed=_bound_to_chunks),
    "embedding_size": _uint(fixed=_bound_to_chunks),
    "embedding_query_prefix": _text_or_nothing(),
    "distance_metric": ConfigOption(
        dict(type="str", choices=list(METRICS)), fixed=_metric_is_fixed, default=METRICS[0]
    ),
    "semantic_enabled": _flag(),
    "fulltext_enabled": _flag(),
    "bm25_enabled": _flag(),
    "bm25_b": _f32(),
    "bm25_k": _f32(),
    "bm25_avg_len": _f32(),
    "reranker_base_url": _text(),
    "reranker_api_key": _secret(),
    "reranker_model_name": _text(),
    "aimon_reranker_task_definition": _text(),
    "max_limit": _uint(),
    "indexed_only": _flag(),
    "qdrant_only": _flag(),
    "pagefind_enabled": _flag(),
    "disable_analytics": _flag(),
    "locked": _flag(),
    "public_dataset": _PublicDataset(PUBLIC_SPEC, invalid=invalid_page),
    "tool_configuration": _ToolConfiguration(TOOL_SPEC),
}

CONFIGURATION_OPTIONS: dict[str, t.Any] = dict(
    **{name: option.spec for name, option in CONFIGURATION.items()},
    update_secrets=dict(type="str", choices=["on_create", "always"], default="on_create", no_log=False),
)

READABLE = tuple(name for name, option in CONFIGURATION.items() if not option.write_only)

STOP_TOKENS = "stop_tokens"


def parse_configuration(options: t.Mapping[str, t.Any]) -> tuple[Config, Config]:
    """The declared configuration: the options that can be compared, and those that can only be written.

    :raises TaskFailed: names an option that the server would refuse or misread
    """
    for name, option in CONFIGURATION.items():
        reason = None if options[name] is None else option.invalid(options[name])
        if reason:
            raise TaskFailed(f"{name} {reason}")
    declared = {name: options[name] for name in CONFIGURATION if options[name] is not None}
    readable = {name: value for name, value in declared.items() if name in READABLE}
    write_only = {name: value for name, value in declared.items() if name not in READABLE}
    public_key = (options["public_dataset"] or {}).get("api_key")
    if public_key is not None:
        write_only[PUBLIC_KEY] = public_key
    return readable, write_only


def to_result(stored: t.Mapping[str, t.Any]) -> Config:
    """The server's configuration under the names of the options, without secrets and without what cannot be read."""
    return {name: CONFIGURATION[name].to_result(stored.get(name.upper())) for name in READABLE}


def normalized(readable: t.Mapping[str, t.Any]) -> Config:
    """The declared options in the form that C(actual) gives the server's. The two are compared, and are the diff."""
    return {name: CONFIGURATION[name].normalized(value) for name, value in readable.items()}


def actual(stored: t.Mapping[str, t.Any], readable: t.Mapping[str, t.Any]) -> Config:
    """The server's values of the declared options."""
    return {name: CONFIGURATION[name].actual(stored.get(name.upper()), value) for name, value in readable.items()}


def to_request(stored: t.Mapping[str, t.Any], readable: t.Mapping[str, t.Any]) -> Config:
    """The declared options as a request takes them, under the server's keys."""
    return {
        name.upper(): CONFIGURATION[name].to_request(stored.get(name.upper()), value)
        for name, value in readable.items()
    }


def after_write(stored: t.Mapping[str, t.Any], body: t.Mapping[str, t.Any]) -> Config:
    """The server's configuration after a request with the result of C(to_request)."""
    changed = {name: CONFIGURATION[name.lower()].after_write(stored.get(name), value) for name, value in body.items()}
    return {**stored, **changed}


def add_write_only(body: Config, write_only: t.Mapping[str, t.Any], readable: t.Mapping[str, t.Any]) -> Config:
    """A request's configuration with the values added that can only be written."""
    body = dict(body)
    for name, value in write_only.items():
        if name == PUBLIC_KEY:  # PUBLIC_DATASET is refused without its enabled
            public = body.get("PUBLIC_DATASET") or {"enabled": readable["public_dataset"]["enabled"]}
            body["PUBLIC_DATASET"] = {**public, "api_key": value}
        else:
            body[name.upper()] = value
    return body


def differing(stored: t.Mapping[str, t.Any], readable: t.Mapping[str, t.Any]) -> list[str]:
    """Names of the declared options whose values on the server differ."""
    before, after = actual(stored, readable), normalized(readable)
    return [name for name in after if before[name] != after[name]]


def fixed_option(
    stored: t.Mapping[str, t.Any], readable: t.Mapping[str, t.Any], chunk_count: int | None
) -> tuple[str, str] | None:
    """The first option that cannot be changed as declared, and the reason, in words that follow its name."""
    before, after = actual(stored, readable), normalized(readable)
    for name, value in after.items():
        reason = None if before[name] == value else CONFIGURATION[name].fixed(before[name], value, chunk_count or 0)
        if reason:
            return name, reason
    return None


def lost_metric(stored: t.Mapping[str, t.Any]) -> str | None:
    """The C(distance_metric) that an update of the dataset would lose (docs/server.md 4.6); None if it is not lost."""
    metric: str = CONFIGURATION["distance_metric"].to_result(stored.get("DISTANCE_METRIC"))
    return None if metric == METRICS[0] else metric


def invalid_size(readable: t.Mapping[str, t.Any], stored: t.Mapping[str, t.Any]) -> str | None:
    """Why C(embedding_size) is refused: the model's vectors cannot have it. A size that the server already has is accepted.

    :param stored: the server's configuration; empty for a new dataset
    """
    size = readable.get("embedding_size")
    known = {"embedding_size": stored.get("EMBEDDING_SIZE"), "embedding_model_name": stored.get("EMBEDDING_MODEL_NAME")}
    if size is None or all(known[name] == readable.get(name, known[name]) for name in known):
        return None
    model = readable.get("embedding_model_name") or known["embedding_model_name"] or DEFAULT_MODEL
    right = MODEL_SIZES.get(model)
    if right is None or size == right or (model in _SHORTENED and 0 < size < right):
        return None
    return (
        f"embedding_size is {size}, but {model} produces vectors of length {right}."
        f" Set embedding_size: {right}, or set embedding_model_name to the model that produces this length."
    )


def check_size(readable: t.Mapping[str, t.Any], stored: t.Mapping[str, t.Any]) -> None:
    """Refuse a size that the vectors of the model cannot have.

    :raises TaskFailed: names the size of the model
    """
    reason = invalid_size(readable, stored)
    if reason:
        raise TaskFailed(reason)


def derived_size(readable: t.Mapping[str, t.Any], stored: t.Mapping[str, t.Any]) -> Config:
    """The size to send with a change of the model, since the server derives it at creation only.

    :returns: C(embedding_size) if it is not declared and must change, otherwise nothing
    :raises TaskFailed: the size of the model is unknown
    """
    model, size = readable.get("embedding_model_name"), stored.get("EMBEDDING_SIZE")
    if model is None or model == stored.get("EMBEDDING_MODEL_NAME") or "embedding_size" in readable:
        return {}
    if model not in MODEL_SIZES:
        raise TaskFailed(
            f"embedding_size is missing: Trieve would keep the size of the old model, {size}, for {model}."
            " Set it to the length of the vectors that the new model produces."
        )
    return {} if MODEL_SIZES[model] == size else {"embedding_size": MODEL_SIZES[model]}
