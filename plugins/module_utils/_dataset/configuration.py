# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration of a dataset: one table of its keys, and what follows from it.

An option is a key of the server's C(server_configuration) in lower case. The table says of each one its type, in which
form two values are the same, what the server would not take or would take for something else, and which cannot be read.
"""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.values import counted, without_secrets
from .configuration_parts import (
    PUBLIC_KEY,
    PUBLIC_SPEC,
    TOOL_SPEC,
    public_given,
    public_sent,
    public_shown,
    public_then,
    public_wrong,
    subset,
)
from .configuration_values import LARGEST_F32, as_f32, overlay, pruned, short_f32

METRICS = ("cosine", "euclidean", "manhattan", "dot")
"""The first is the server's default, and the only one that survives a change."""

DEFAULT_MODEL = "jina-base-en"
"""The model of a new dataset."""

MODEL_SIZES = {"jina-base-en": 768, "text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "bge-m3": 1024}
"""The size that the server derives from the model, at creation only (docs/server.md 4.4)."""

_SHORTENED = ("text-embedding-3-small", "text-embedding-3-large")
"""Models whose vectors a server behind C(embedding_base_url) may shorten; those of the others have one length."""

_LARGEST_UINT = 2**64 - 1

Config = dict[str, t.Any]
"""The server's configuration by its own keys; what the options say by theirs."""


def _empty(value: str) -> str | None:
    if value:
        return None
    return "is empty, and Trieve reads its default in place of an empty text. Give the text that is to be used."


def _beyond_uint(value: int) -> str | None:
    return None if 0 <= value <= _LARGEST_UINT else f"is {value}; it has to be between 0 and {_LARGEST_UINT}."


def _beyond_f32(value: float) -> str | None:
    if abs(value) <= LARGEST_F32 and (as_f32(value) or not value):
        return None
    return f"is {value}, which the server's 32 bit number cannot hold."


def _metric_is_fixed(before: t.Any, after: t.Any, chunk_count: int) -> str | None:
    return f"is {before} and cannot become {after}: Trieve sets the metric at creation only."


def _bound_to_chunks(before: t.Any, after: t.Any, chunk_count: int) -> str | None:
    if not chunk_count:
        return None
    return (
        f"is {before} and cannot become {after}: the dataset has {counted(chunk_count, 'chunk')}, with vectors that were made"
        " with the old one and would not be found any more."
    )


class Key:
    """One key: everything about it that is not the same for all.

    :param spec: the option in the argument spec
    :param wrong: why a given value is refused, in words that follow the option's name; None if it is taken
    :param refused: why a change is refused, from before, after and the number of chunks; None if it is not
    :param normal: the form in which two values are the same if the server does the same with them
    :param default: what null stands for
    :param write_only: it cannot be read, so it is never compared
    """

    def __init__(
        self,
        spec: dict[str, t.Any],
        wrong: t.Callable[[t.Any], str | None] | None = None,
        refused: t.Callable[[t.Any, t.Any, int], str | None] | None = None,
        normal: t.Callable[[t.Any], t.Any] | None = None,
        default: t.Any = None,
        write_only: bool = False,
    ) -> None:
        self.spec = spec
        self.wrong = wrong or (lambda value: None)
        self.refused = refused or (lambda before, after, chunk_count: None)
        self._normal = normal or (lambda value: value)
        self._default = default
        self.write_only = write_only

    def shown(self, held: t.Any) -> t.Any:
        """The server's value as it is returned."""
        return self._default if held is None else self._normal(held)

    def wanted(self, given: t.Any) -> t.Any:
        """The given value as it is compared and shown in the diff."""
        return self._normal(given)

    def view(self, held: t.Any, given: t.Any) -> t.Any:
        """What the server holds of the given value, in the form of C(wanted)."""
        return self.shown(held)

    def sent(self, held: t.Any, given: t.Any) -> t.Any:
        """What is sent so that the server holds the given value and loses nothing that is not given."""
        return given

    def then(self, held: t.Any, sent: t.Any) -> t.Any:
        """What the server holds after that."""
        return sent


class _PublicDataset(Key):
    def shown(self, held: t.Any) -> t.Any:
        return public_shown(held)

    def wanted(self, given: t.Any) -> t.Any:
        return without_secrets(public_given(given))

    def view(self, held: t.Any, given: t.Any) -> t.Any:
        return subset(held, public_given(given))

    def sent(self, held: t.Any, given: t.Any) -> t.Any:
        return public_sent(held, given)

    def then(self, held: t.Any, sent: t.Any) -> t.Any:
        return public_then(held, sent)


class _ToolConfiguration(Key):
    def wanted(self, given: t.Any) -> t.Any:
        return pruned(given)

    def view(self, held: t.Any, given: t.Any) -> t.Any:
        return subset(held, pruned(given))

    def sent(self, held: t.Any, given: t.Any) -> t.Any:
        return overlay(held, pruned(given))


def _text() -> Key:
    return Key(dict(type="str"), wrong=_empty)


def _text_or_nothing() -> Key:
    return Key(dict(type="str"))


def _flag() -> Key:
    return Key(dict(type="bool"))


def _uint(**more: t.Any) -> Key:
    return Key(dict(type="int"), wrong=_beyond_uint, **more)


def _f32() -> Key:
    return Key(dict(type="float"), wrong=_beyond_f32, normal=short_f32)


def _f64() -> Key:
    return Key(dict(type="float"))


def _secret() -> Key:
    return Key(dict(type="str", no_log=True), write_only=True)


KEYS: dict[str, Key] = {
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
    # Ansible takes a name with "token" in it for a secret unless it is told.
    "max_tokens": Key(dict(type="int", no_log=False), wrong=_beyond_uint),
    "stop_tokens": Key(dict(type="list", elements="str", no_log=False), write_only=True),
    "embedding_base_url": _text(),
    "embedding_model_name": Key(dict(type="str"), wrong=_empty, refused=_bound_to_chunks),
    "embedding_size": _uint(refused=_bound_to_chunks),
    "embedding_query_prefix": _text_or_nothing(),
    "distance_metric": Key(dict(type="str", choices=list(METRICS)), refused=_metric_is_fixed, default=METRICS[0]),
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
    "public_dataset": _PublicDataset(PUBLIC_SPEC, wrong=public_wrong),
    "tool_configuration": _ToolConfiguration(TOOL_SPEC),
}

CONFIGURATION_OPTIONS: dict[str, t.Any] = dict(
    **{name: key.spec for name, key in KEYS.items()},
    update_secrets=dict(type="str", choices=["on_create", "always"], default="on_create", no_log=False),
)

READABLE = tuple(name for name, key in KEYS.items() if not key.write_only)

STOP_TOKENS = "stop_tokens"


def declared(options: t.Mapping[str, t.Any]) -> tuple[Config, Config]:
    """What the options say of the configuration: what can be compared, and what can only be written.

    :raises TaskFailed: names the option that the server would not take, or would take for something else
    """
    for name, key in KEYS.items():
        reason = None if options[name] is None else key.wrong(options[name])
        if reason:
            raise TaskFailed(f"{name} {reason}")
    given = {name: options[name] for name in READABLE if options[name] is not None}
    unseen = {name: options[name] for name in KEYS if name not in READABLE and options[name] is not None}
    public_key = (options["public_dataset"] or {}).get("api_key")
    if public_key is not None:
        unseen[PUBLIC_KEY] = public_key
    return given, unseen


def shown(held: t.Mapping[str, t.Any]) -> Config:
    """The server's configuration by the options' names, without what cannot be read and without secrets."""
    return {name: KEYS[name].shown(held.get(name.upper())) for name in READABLE}


def wanted(given: t.Mapping[str, t.Any]) -> Config:
    """The given options in the form that C(view) brings the server's to: the two are compared, and are the diff."""
    return {name: KEYS[name].wanted(value) for name, value in given.items()}


def view(held: t.Mapping[str, t.Any], given: t.Mapping[str, t.Any]) -> Config:
    """What the server holds of the given options."""
    return {name: KEYS[name].view(held.get(name.upper()), value) for name, value in given.items()}


def sent(held: t.Mapping[str, t.Any], given: t.Mapping[str, t.Any]) -> Config:
    """The given options as a request takes them, by the server's keys."""
    return {name.upper(): KEYS[name].sent(held.get(name.upper()), value) for name, value in given.items()}


def then(held: t.Mapping[str, t.Any], body: t.Mapping[str, t.Any]) -> Config:
    """The server's configuration after a request with C(sent)."""
    changed = {name: KEYS[name.lower()].then(held.get(name), value) for name, value in body.items()}
    return {**held, **changed}


def with_unseen(body: Config, unseen: t.Mapping[str, t.Any], given: t.Mapping[str, t.Any]) -> Config:
    """A request's configuration with what can only be written added to it."""
    body = dict(body)
    for name, value in unseen.items():
        if name == PUBLIC_KEY:  # PUBLIC_DATASET is refused without its enabled
            public = body.get("PUBLIC_DATASET") or {"enabled": given["public_dataset"]["enabled"]}
            body["PUBLIC_DATASET"] = {**public, "api_key": value}
        else:
            body[name.upper()] = value
    return body


def wrong_size(given: t.Mapping[str, t.Any], held: t.Mapping[str, t.Any]) -> str | None:
    """Why a size must not be written, because the model's vectors cannot have it. What the server already holds is left alone.

    :param held: the configuration before the change; empty for a new dataset
    """
    size = given.get("embedding_size")
    known = {"embedding_size": held.get("EMBEDDING_SIZE"), "embedding_model_name": held.get("EMBEDDING_MODEL_NAME")}
    if size is None or all(known[name] == given.get(name, known[name]) for name in known):
        return None
    model = given.get("embedding_model_name") or known["embedding_model_name"] or DEFAULT_MODEL
    right = MODEL_SIZES.get(model)
    if right is None or size == right or (model in _SHORTENED and 0 < size < right):
        return None
    return (
        f"embedding_size is {size}, but {model} produces vectors of length {right}."
        f" Set embedding_size: {right}, or set embedding_model_name to the model that produces this length."
    )


def check_size(given: t.Mapping[str, t.Any], held: t.Mapping[str, t.Any]) -> None:
    """Refuse what C(wrong_size) names.

    :raises TaskFailed: names the size of the model
    """
    reason = wrong_size(given, held)
    if reason:
        raise TaskFailed(reason)


def derived_size(given: t.Mapping[str, t.Any], held: t.Mapping[str, t.Any]) -> Config:
    """The size that has to go along with a change of the model, since the server derives it at creation only.

    :returns: C(embedding_size) if it is not given and has to change, otherwise nothing
    :raises TaskFailed: the size of this model is not known
    """
    model, size = given.get("embedding_model_name"), held.get("EMBEDDING_SIZE")
    if model is None or model == held.get("EMBEDDING_MODEL_NAME") or "embedding_size" in given:
        return {}
    if model not in MODEL_SIZES:
        raise TaskFailed(
            f"embedding_size is missing: Trieve would keep the size of the old model, {size}, for {model}."
            " Give the length of the vectors that the new model makes."
        )
    return {} if MODEL_SIZES[model] == size else {"embedding_size": MODEL_SIZES[model]}
