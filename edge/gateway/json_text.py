"""JSON as text: one value out of bytes, and the values of a stream one by one as their bytes arrive.

Owns syntax, as strict as Go reads it: UTF-8, no key twice in an object, no NaN, no lone surrogates. What a value means
is `decoding`'s to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from edge.gateway.errors import BodyTooLarge, MalformedBody

EMPTY: Final = object()
"""There was no value: nothing, or white space alone."""

_SPACE = re.compile(r"[ \t\n\r]*")
_SPACE_BYTES = re.compile(rb"[ \t\n\r]*")
_REST_OF_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+(")?', re.DOTALL)
_TOKEN = re.compile(rb'[\[\]{}]|"(?:[^"\\]++|\\.)*+(")?', re.DOTALL)
"""A bracket, or a string as far as it is there; the group is its closing quote."""
_QUOTE = ord('"')
_SCALAR = re.compile(rb'[^\s\[\]{}",]*')


def parse(data: bytes) -> Any:
    """Return the first JSON value of `data`, or EMPTY; what comes after it is ignored. Raises MalformedBody."""
    try:
        text = data.decode("utf-8")
        start = _SPACE.match(text).end()  # type: ignore[union-attr]  # it matches nothing, at least
        if start == len(text):
            return EMPTY
        return _READER.raw_decode(text, start)[0]
    except UnicodeDecodeError:
        raise MalformedBody("the body is not UTF-8") from None
    except RecursionError:
        raise MalformedBody("the body is nested too deeply") from None
    except ValueError as error:
        raise MalformedBody(f"the body is not JSON: {str(error)[:200]}") from None


class ValueSplitter:
    """Cuts a stream of JSON values, concatenated or separated by white space, into the bytes of each.

    Only brackets and quotes are looked at, each byte once; whether a value is JSON `parse` finds out. A value longer
    than `max_value_bytes` is BodyTooLarge as soon as so much of it has come.
    """

    def __init__(self, max_value_bytes: int) -> None:
        self._max_value_bytes = max_value_bytes
        self._buffer = bytearray()
        self._seen = 0
        self._depth = 0
        self._in_string = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the values that `data` completes. A number, true, false or null is complete when something follows."""
        self._buffer += data
        while (end := self._end_of_value()) is not None:
            yield self._take(end)
        if len(self._buffer) > self._max_value_bytes:
            raise BodyTooLarge(self._max_value_bytes)

    def finish(self) -> Iterator[bytes]:
        """Yield what is left when nothing more comes, be it complete or not."""
        if rest := bytes(self._buffer).strip():
            self._buffer.clear()
            yield rest

    def _take(self, end: int) -> bytes:
        value = bytes(self._buffer[:end])
        del self._buffer[:end]
        self._seen = 0
        if len(value) > self._max_value_bytes:
            raise BodyTooLarge(self._max_value_bytes)
        return value

    def _end_of_value(self) -> int | None:
        buffer = self._buffer
        if not self._seen:
            del buffer[: _SPACE_BYTES.match(buffer).end()]  # type: ignore[union-attr]  # it matches nothing, at least
            if buffer and buffer[0] not in b'[{"':
                end = max(1, _SCALAR.match(buffer).end())  # type: ignore[union-attr]  # it matches nothing, at least
                return end if end < len(buffer) else None
        if self._in_string:
            rest = _REST_OF_STRING.match(buffer, self._seen)
            assert rest is not None  # it matches nothing, at least
            self._seen = rest.end()
            if not rest.lastindex:
                return None
            self._in_string = False
            if self._depth == 0:
                return self._seen
        return self._end_of_tokens()

    def _end_of_tokens(self) -> int | None:
        depth = self._depth
        for token in _TOKEN.finditer(self._buffer, self._seen):
            first = self._buffer[token.start()]
            if first == _QUOTE and not token.lastindex:
                self._depth, self._seen, self._in_string = depth, token.end(), True
                return None
            depth += (first in b"[{") - (first in b"]}")
            if depth <= 0:
                self._depth = 0
                return token.end()
        self._depth, self._seen = depth, len(self._buffer)
        return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} is twice in an object")
    return result


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


_READER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant)
