"""Unescaping: what percent escapes in a captured part of a path become.

Owns the four modes of grpc-gateway and the refusal of escapes that are none. Never decides what matches.
"""

from __future__ import annotations

import re
from enum import Enum

from edge.gateway.errors import MalformedPath


class Unescaping(Enum):
    """How a path is split and `**` captured; what `*` captures is unescaped whole in every mode.

    LEGACY unescapes the path before it is split, so that %2F parts segments and %3A begins a verb. ALL_CHARACTERS lets
    %2F part segments, and nothing else. The other two leave some escapes in a `**` as they are, so that an escaped
    slash can be told from a slash.
    """

    LEGACY = "legacy"
    ALL_EXCEPT_RESERVED = "all_except_reserved"
    ALL_EXCEPT_SLASH = "all_except_slash"
    ALL_CHARACTERS = "all_characters"

    @property
    def kept_in_deep(self) -> bytes:
        """The characters whose escapes stay escapes in what `**` captures."""
        return _KEPT.get(self, b"")


# The reserved characters of RFC 6570.
_KEPT = {Unescaping.ALL_EXCEPT_RESERVED: b"!#$&'()*+,/:;=?@[]", Unescaping.ALL_EXCEPT_SLASH: b"/"}
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)


def check_escapes(path: str) -> None:
    """Raises MalformedPath for a percent sign without two hexadecimal digits, or text that UTF-8 cannot hold."""
    if bad := _NO_ESCAPE.search(path):
        raise MalformedPath(f"malformed path escape {bad.group()!r}")
    try:
        path.encode()
    except UnicodeEncodeError:
        raise MalformedPath("the path is no UTF-8") from None


def unescape(text: str, kept: bytes = b"") -> str:
    """Escapes become their bytes, but for those of the characters `kept`. Raises MalformedPath if that is no UTF-8."""

    def byte(escape: re.Match[bytes]) -> bytes:
        value = bytes.fromhex(escape[1].decode())
        return escape[0] if value in kept else value

    try:
        return _ESCAPE.sub(byte, text.encode()).decode()
    except UnicodeDecodeError:
        raise MalformedPath("the path is no UTF-8") from None
