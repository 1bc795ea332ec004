"""Pictures: PNG files as Chromium writes them, and whether one shows anything.

Reads 8 bit RGB and RGBA without interlacing, with the standard library alone.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from dataclasses import dataclass

_CHANNELS = {2: 3, 6: 4}


@dataclass(frozen=True)
class Picture:
    """`pixels` are the rows, each of `width` times `channels` bytes."""

    width: int
    height: int
    channels: int
    rows: list[bytes]

    def colours(self) -> Counter[bytes]:
        """How often each colour is seen, in every fourth row and column."""
        step = 4 * self.channels
        return Counter(
            row[at : at + self.channels]
            for row in self.rows[::4]
            for at in range(0, len(row) - self.channels + 1, step)
        )

    @property
    def is_blank(self) -> bool:
        """Whether it is one colour but for a trace of others."""
        seen = self.colours()
        return len(seen) < 12 or seen.most_common(1)[0][1] > 0.99 * seen.total()


def read_png(data: bytes) -> Picture:
    """Return the picture in a PNG file."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    assert (depth, interlaced) == (8, 0)
    assert kind in _CHANNELS, f"colour type {kind}"
    channels, packed, at = _CHANNELS[kind], b"", 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += length + 12
    return Picture(width, height, channels, _rows(zlib.decompress(packed), width * channels, height, channels))


def _rows(raw: bytes, size: int, height: int, channels: int) -> list[bytes]:
    rows, before = [], bytearray(size)
    for y in range(height):
        kind, row = raw[y * (size + 1)], bytearray(raw[y * (size + 1) + 1 : (y + 1) * (size + 1)])
        _unfilter(kind, row, before, channels)
        rows.append(bytes(row))
        before = row
    return rows


def _unfilter(kind: int, row: bytearray, above: bytearray, channels: int) -> None:
    """Undo a row's filter in place (PNG, section 9)."""
    if kind == 0:
        return
    if kind == 2:
        row[:] = bytes((x + up) & 255 for x, up in zip(row, above, strict=True))
        return
    for at, x in enumerate(row):
        left, up = (row[at - channels] if at >= channels else 0), above[at]
        if kind == 1:
            row[at] = (x + left) & 255
        elif kind == 3:
            row[at] = (x + (left + up) // 2) & 255
        else:
            row[at] = (x + _paeth(left, up, above[at - channels] if at >= channels else 0)) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    distances = abs(guess - left), abs(guess - up), abs(guess - corner)
    return (left, up, corner)[distances.index(min(distances))]
