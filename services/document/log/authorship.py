"""Authorship: who wrote each unit of a document, with names, and the form it has in a checkpoint.

Owns the table of writers behind the numbers of an Attribution, and the encoding: a byte, the version, then deflated
varints: the writers (each two texts with their lengths before them), how many runs, the lengths of all runs, and the
writers of all runs. Pure. Writers that have no text left are not in it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ot.attribution import Attribution
from ot.errors import OperationError
from ot.operation import Operation

_VERSION = 1
_COMPRESSION = 1
"""zlib's fastest, as for content."""


class AttributionUnreadable(ValueError):
    """The bytes are no attribution, or one of a later version."""


class Writer(NamedTuple):
    """Who wrote: the subject of a token, and the agent (`agents/x`) that wrote as them, empty for a person."""

    author: str
    agent: str


class Authorship:
    """The writer of each unit; `length` units."""

    __slots__ = ("_attribution", "_numbers", "_writers")

    def __init__(self) -> None:
        self._attribution = Attribution()
        self._writers: list[Writer] = []
        self._numbers: dict[tuple[str, str], int] = {}

    @property
    def length(self) -> int:
        """In UTF-16 units."""
        return self._attribution.length

    def apply(self, operation: Operation, author: str, agent: str | None) -> None:
        """Follow the document through `operation`.

        Raises LengthMismatch, and InvalidComponent past MAX_WRITERS writers; no unit is then changed.
        """
        number = self._numbers.get((author, agent or ""))
        if number is None:
            writer = Writer(author, agent or "")
            number = self._numbers[writer] = len(self._writers)
            self._writers.append(writer)
        self._attribution.apply(operation, number)

    def copy(self) -> Authorship:
        """An authorship of its own, at once."""
        twin = Authorship.__new__(Authorship)
        twin._attribution = self._attribution.copy()
        twin._writers, twin._numbers = self._writers.copy(), self._numbers.copy()
        return twin

    def runs(self) -> list[tuple[int, Writer]]:
        """(length, writer) from the start on, neighbours of one writer as one. 0.3 µs a run: see Attribution.runs."""
        writers = self._writers
        return [(length, writers[number]) for length, number in self._attribution.runs()]

    def encode(self) -> bytes:
        """The form it has in a checkpoint."""
        runs = self._attribution.runs()
        lengths, numbers = [length for length, _ in runs], [number for _, number in runs]
        used = sorted(set(numbers))
        places = {number: place for place, number in enumerate(used)}
        body = [_varints([len(used)])]
        body += [_text(text) for number in used for text in self._writers[number]]
        body += [_varints([len(runs)]), _varints(lengths), _varints([places[number] for number in numbers])]
        return bytes([_VERSION]) + zlib.compress(b"".join(body), _COMPRESSION)

    @classmethod
    def decode(cls, encoded: bytes) -> Authorship:
        """What `encode` gave. Raises AttributionUnreadable."""
        if encoded[:1] != bytes([_VERSION]):
            raise AttributionUnreadable("not an attribution of this version")
        try:
            body = _Body(zlib.decompress(encoded[1:]))
            authorship = cls()
            authorship._writers = [Writer(body.text(), body.text()) for _ in range(body.number())]
            authorship._numbers = {writer: number for number, writer in enumerate(authorship._writers)}
            count = body.number()
            rest = body.rest()
            if len(rest) != 2 * count or max(rest[count:], default=-1) >= len(authorship._writers):
                raise AttributionUnreadable("runs and writers do not fit each other")
            authorship._attribution = Attribution.from_runs(zip(rest[:count], rest[count:], strict=True))
        except (zlib.error, IndexError, UnicodeDecodeError, OperationError) as error:
            raise AttributionUnreadable(type(error).__name__) from error
        return authorship


class _Body:
    """Reads the varints and texts of an encoding one after the other. Raises IndexError past the end."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def number(self) -> int:
        number = shift = 0
        while True:
            byte = self._data[self._at]
            self._at += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7

    def text(self) -> str:
        length = self.number()
        start = self._at
        self._at += length
        if self._at > len(self._data):
            raise IndexError("a text without an end")
        return self._data[start : self._at].decode()

    def rest(self) -> Sequence[int]:
        data = self._data[self._at :]
        return data if data.isascii() else list(_numbers(data))


def _numbers(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        if byte < 0x80:
            yield number | byte << shift if shift else byte
            number = shift = 0
        else:
            number |= (byte & 0x7F) << shift
            shift += 7
    if shift:
        raise IndexError("a number without an end")


def _varints(values: Sequence[int]) -> bytes:
    if max(values, default=0) < 0x80:
        return bytes(values)
    out = bytearray()
    append = out.append
    for value in values:
        while value >= 0x80:
            append(value & 0x7F | 0x80)
            value >>= 7
        append(value)
    return bytes(out)


def _text(text: str) -> bytes:
    encoded = text.encode()
    return _varints([len(encoded)]) + encoded
