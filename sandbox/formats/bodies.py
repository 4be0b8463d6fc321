# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request bodies as the server reads them: the types of serde, declared as tables.

Facts that the classes below carry (docs/server.md 1.3): unknown keys are ignored at every level, a
known key twice is an error, null for an optional field is the same as leaving it out, a list as
long as a struct has fields is read by position, 1 is fine for a float and 1.5 is not for an
integer, and a number where an enum of names is wanted is an error of syntax.
"""

from __future__ import annotations

import math
import re
import struct
from typing import Any

from .ids import parse_uuid
from .json_text import DATA, END, SYNTAX, BodyError, Pairs, parse

I32 = (-(2**31), 2**31 - 1)
I64 = (-(2**63), 2**63 - 1)
U64 = (0, 2**64 - 1)
MAX_BODY = 134_200_000
MAX_DEPTH = 127


def f32(value: float) -> float:
    """A number as it comes back from a 32 bit float; infinite where it does not fit."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.inf


def _describe(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"boolean `{str(value).lower()}`"
    if isinstance(value, int):
        return f"integer `{value}`"
    if isinstance(value, float):
        return f"floating point `{value}`"
    if isinstance(value, str):
        return f'string "{value[:80]}"'
    return "map" if isinstance(value, Pairs) else "sequence"


def wrong(value: Any, expected: str, where: str) -> BodyError:
    """The error for a value of the wrong type."""
    return BodyError(DATA, f"{where}: invalid type: {_describe(value)}, expected {expected}")


def plain(value: Any, depth: int = 0) -> Any:
    """A tree as ordinary dicts and lists; the last of repeated keys counts.

    :raises BodyError: where it is too deep.
    """
    if isinstance(value, list):
        if depth >= MAX_DEPTH:
            raise BodyError(SYNTAX, "recursion limit exceeded")
        if isinstance(value, Pairs):
            result: Any = {key: plain(item, depth + 1) for key, item in value}
        else:
            result = [plain(item, depth + 1) for item in value]
        return result
    return value


def as_tree(value: Any) -> Any:
    """Ordinary dicts and lists as the tree that ``Type.read`` takes."""
    if isinstance(value, dict):
        return Pairs((key, as_tree(item)) for key, item in value.items())
    return [as_tree(item) for item in value] if isinstance(value, list) else value


class Type:
    """What a value must be. ``read`` gives the value to store or raises BodyError."""

    def read(self, value: Any, where: str) -> Any:
        raise NotImplementedError

    def absent(self, where: str) -> Any:
        """The value of a field that is not there."""
        raise BodyError(DATA, f"missing field `{where.rpartition('.')[2]}`")


class Str(Type):
    def read(self, value: Any, where: str) -> Any:
        if not isinstance(value, str):
            raise wrong(value, "a string", where)
        return value


class Bool(Type):
    def read(self, value: Any, where: str) -> Any:
        if not isinstance(value, bool):
            raise wrong(value, "a boolean", where)
        return value


class Int(Type):
    """A whole number between two bounds, both included."""

    def __init__(self, bounds: tuple[int, int], name: str) -> None:
        self.low, self.high = bounds
        self.name = name

    def read(self, value: Any, where: str) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong(value, self.name, where)
        if not self.low <= value <= self.high:
            raise BodyError(DATA, f"{where}: invalid value: integer `{value}`, expected {self.name}")
        return value


class Float(Type):
    """A 64 bit number."""

    def read(self, value: Any, where: str) -> Any:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise wrong(value, "f64", where)
        return float(value)


class Float32(Float):
    """A 32 bit number, given back widened to 64 bits; infinite where it does not fit, which the server writes as null."""

    def read(self, value: Any, where: str) -> Any:
        return f32(super().read(value, where))


class Uuid(Type):
    def read(self, value: Any, where: str) -> Any:
        if not isinstance(value, str):
            raise wrong(value, "a formatted UUID string", where)
        parsed = parse_uuid(value)
        if parsed is None:
            raise BodyError(DATA, f"{where}: UUID parsing failed: {value[:80]!r}")
        return parsed


class Json(Type):
    """Any JSON."""

    def read(self, value: Any, where: str) -> Any:
        return plain(value)


class Opt(Type):
    """A field that may be null or left out."""

    def __init__(self, inner: Type) -> None:
        self.inner = inner

    def read(self, value: Any, where: str) -> Any:
        return None if value is None else self.inner.read(value, where)

    def absent(self, where: str) -> Any:
        return None


class List(Type):
    def __init__(self, inner: Type) -> None:
        self.inner = inner

    def read(self, value: Any, where: str) -> Any:
        if not isinstance(value, list) or isinstance(value, Pairs):
            raise wrong(value, "a sequence", where)
        result = [self.inner.read(item, f"{where}[{number}]") for number, item in enumerate(value)]
        return result


class Enum(Type):
    """One of some names; ``names`` maps what is accepted to what is kept."""

    def __init__(self, *names: str, **aliases: str) -> None:
        self.names = {name: name for name in names} | aliases

    def read(self, value: Any, where: str) -> Any:
        if isinstance(value, Pairs) and len(value) == 1:
            # serde also takes a variant as an object {"name": null}
            name, content = value[0]
            if name in self.names and content is not None:
                raise wrong(content, "unit", where)
            value = name
        if not isinstance(value, str):
            raise BodyError(SYNTAX, f"{where}: expected value, one of {', '.join(self.names)}")
        if value not in self.names:
            raise BodyError(DATA, f"{where}: unknown variant `{value[:80]}`, expected one of {', '.join(self.names)}")
        return self.names[value]


class Struct(Type):
    """An object with known keys. ``read`` gives a dict of all of them, in the order declared."""

    def __init__(self, rust_name: str, aliases: dict[str, str] | None = None, /, **fields: Type) -> None:
        self.name = rust_name
        self.fields = fields
        self.keys = {key: key for key in fields} | (aliases or {})

    def read(self, value: Any, where: str) -> Any:
        if isinstance(value, Pairs):
            return self._by_name(value, where)
        if isinstance(value, list):
            return self._by_position(value, where)
        raise wrong(value, f"struct {self.name}", where)

    def _by_name(self, value: Pairs, where: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, item in value:
            name = self.keys.get(key)
            if name is None:
                continue
            if name in found:
                raise BodyError(DATA, f"duplicate field `{where}.{key}`".replace("`.", "`"))
            found[name] = self.fields[name].read(item, f"{where}.{key}" if where else key)
        return {
            name: found[name] if name in found else kind.absent(f"{where}.{name}" if where else name)
            for name, kind in self.fields.items()
        }

    def _by_position(self, value: list[Any], where: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, item in zip(self.fields, value):  # noqa: B905
            found[name] = self.fields[name].read(item, f"{where}.{name}" if where else name)
        if len(value) < len(self.fields):
            raise BodyError(DATA, f"{where}: invalid length {len(value)}, expected struct {self.name}")
        if len(value) > len(self.fields):
            raise BodyError(SYNTAX, f"{where}: trailing characters after struct {self.name}")
        return found


class Tagged(Type):
    """One of several structs, told apart by the key ``type``, which is kept in the value."""

    def __init__(self, **variants: Struct) -> None:
        self.variants = variants

    def read(self, value: Any, where: str) -> Any:
        if isinstance(value, Pairs):
            plain(value)
            tags = [item for key, item in value if key == "type"]
            if len(tags) > 1:
                raise BodyError(DATA, f"{where}: duplicate field `type`")
            rest: Any = Pairs((key, item) for key, item in value if key != "type")
        elif isinstance(value, list):
            plain(value)
            tags, rest = value[:1], value[1:]
        else:
            raise wrong(value, "internally tagged enum", where)
        if not tags:
            raise BodyError(DATA, f"{where}: missing field `type`")
        if not isinstance(tags[0], str) or tags[0] not in self.variants:
            raise BodyError(DATA, f"{where}: unknown variant, expected one of {', '.join(self.variants)}")
        try:
            return {"type": tags[0], **self.variants[tags[0]].read(rest, where)}
        except BodyError as error:
            raise BodyError(DATA, error.detail) from error


class Untagged(Type):
    """The first of several types that fits."""

    def __init__(self, name: str, *kinds: Type) -> None:
        self.name = name
        self.kinds = kinds

    def read(self, value: Any, where: str) -> Any:
        plain(value)
        for kind in self.kinds:
            try:
                return kind.read(value, where)
            except BodyError:
                continue
        raise BodyError(DATA, f"{where} data did not match any variant of untagged enum {self.name}".strip())


_HINTS = {
    DATA: "Ensure that the data in the JSON payload is valid and consistent with the expected schema.",
    SYNTAX: "Fix syntax errors in the JSON payload to adhere to JSON formatting rules.",
    END: "Ensure that the JSON payload is complete and not truncated.",
}
_SIZE_HINT = "Ensure that the JSON payload is smaller."
CONTENT_TYPE_MESSAGE = (
    "Json Deserialization Error: *Type* : Content type header error | *Message* : Content type error"
    " | Ensure the content type request header of the HTTP request is set as `Content-Type: application/json`."
)
_JSON_TYPE = re.compile(r"application/(?:[\w.!#$&^-]+\+)?json\s*(?:;.*)?", re.IGNORECASE)


def is_json(content_type: str | None) -> bool:
    """Whether the server takes a body of this content type as JSON; none at all counts as JSON."""
    return content_type is None or _JSON_TYPE.fullmatch(content_type.strip()) is not None


def read_body(kind: Type, body: bytes) -> Any:
    """Read a body against a type.

    :raises BodyError: with the class of error that the server would name.
    """
    if len(body) > MAX_BODY:
        detail = f"JSON payload ({len(body)} bytes) is larger than allowed (limit: {MAX_BODY} bytes)."
        raise BodyError("Other JSON payload error", detail)
    tree, trailing = parse(body)
    value = kind.read(tree, "")
    if trailing:
        raise trailing
    return value


def body_message(error: BodyError) -> str:
    """The server's message for a body that it does not accept. The words in the middle are the sandbox's own."""
    hint = _HINTS.get(error.kind)
    detail = f"Json deserialize error: {error.detail}" if hint else error.detail
    return f"Json Deserialization Error: *Type* : {error.kind} | *Message* : {detail} | {hint or _SIZE_HINT}"
