"""Metadata: which headers of a request go on to the rpc, and which of its metadata come back as headers.

Owns the names as grpc-gateway has them, the deadline that Grpc-Timeout asks for, and base64 of `-bin` keys. What an
application must say itself, who the caller is for one, it denies to headers by name.
"""

from __future__ import annotations

import functools
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from edge.gateway.errors import GatewayError

Value = str | bytes
Pairs = list[tuple[str, Value]]
Matcher = Callable[[str], str | None]
"""Takes a name in lower case; returns the name on the other side, or None to drop it."""


class Headers(Protocol):
    """Headers of a request, as aiohttp has them: a name may come more than once."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Return all of them."""


class MalformedHeader(GatewayError):
    """A header that the gateway reads itself is not what it must be."""


_PERMANENT = {
    "accept", "accept-charset", "accept-language", "accept-ranges", "authorization", "cache-control", "content-type",
    "cookie", "date", "expect", "from", "host", "if-match", "if-modified-since", "if-none-match",
    "if-schedule-tag-match", "if-unmodified-since", "max-forwards", "origin", "pragma", "referer", "user-agent", "via",
    "warning",
}  # fmt: skip
_TRANSPORT = {"content-type", "te", "user-agent", "host", "connection"}
"""What gRPC says itself, as it does all that begins with `grpc-`."""
_KEY = re.compile(r"[0-9a-z_.-]+")
_TIMEOUT = re.compile(r"([0-9]{1,18})([HMSmun])")
_UNIT_S = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}
_LONGEST_TIMEOUT_S = 10 * 365 * 86400.0
"""Above it a deadline is as good as none, and the clock's arithmetic overflows."""
_TOLD_APART = {"x-forwarded-for", "x-forwarded-host"}


def default_incoming(name: str) -> str | None:
    """Permanent headers as `grpcgateway-<name>`, `Grpc-Metadata-<key>` as `<key>`, others not at all."""
    if name in _PERMANENT:
        return f"grpcgateway-{name}"
    return name.removeprefix("grpc-metadata-") if name.startswith("grpc-metadata-") else None


def default_outgoing(key: str) -> str | None:
    """All, as `Grpc-Metadata-<key>`."""
    return f"Grpc-Metadata-{key}"


def default_trailer(key: str) -> str | None:
    """All, as `Grpc-Trailer-<key>`."""
    return f"Grpc-Trailer-{key}"


class Incoming:
    """Turns headers into metadata. `denied` are keys, in lower case, that no header may become."""

    def __init__(self, matcher: Matcher = default_incoming, denied: Iterable[str] = ()) -> None:
        self._matcher = matcher
        self._denied = frozenset(denied)
        self._key = functools.lru_cache(maxsize=1024)(self._find_key)

    def read(self, headers: Headers, host: str, peer: str | None) -> Pairs:
        """Return the metadata for an rpc; `host` is the request's own, `peer` the address of the other end.

        A value that gRPC cannot carry is left out. Raises MalformedHeader for a `-Bin` that is no base64.
        """
        pairs: Pairs = []
        forwarded_for: list[str] = []
        for header, value in headers.items():
            name = header.lower()
            if name in _TOLD_APART:
                if name == "x-forwarded-for":
                    forwarded_for.append(value)
                else:
                    host = value
                continue
            if name == "authorization" and _is_printable(value):
                pairs.append((name, value))
            key = self._key(name)
            if key is None:
                continue
            if key.endswith("-bin"):
                pairs.append((key, _decoded(header, value)))
            elif _is_printable(value):
                pairs.append((key, value))
        self._add(pairs, "x-forwarded-host", host)
        self._add(pairs, "x-forwarded-for", ", ".join((*forwarded_for, *([peer] if peer else []))))
        return pairs

    def _find_key(self, name: str) -> str | None:
        key = self._matcher(name)
        if key is None:
            return None
        key = key.lower()
        is_ours = key.startswith("grpc-") or key in _TRANSPORT or key in self._denied
        return None if is_ours or not _KEY.fullmatch(key) else key

    def _add(self, pairs: Pairs, key: str, value: str) -> None:
        if value and key not in self._denied and _is_printable(value):
            pairs.append((key, value))


def outgoing(
    metadata: Iterable[tuple[str, Value]] | None, matcher: Matcher = default_outgoing
) -> list[tuple[str, str]]:
    """Return the headers for an rpc's initial or trailing metadata; bytes of `-bin` keys in base64."""
    headers = []
    for key, value in metadata or ():
        if key.startswith("grpc-"):
            continue
        name = matcher(key)
        if name is not None:
            text = b64encode(value).decode("ascii") if isinstance(value, bytes) else value
            if _is_printable(text):
                headers.append((name, text))
    return headers


def timeout_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `Grpc-Timeout` gives, None where it is not there. Raises MalformedHeader."""
    text = headers.get("Grpc-Timeout")
    if text is None:
        return None
    found = _TIMEOUT.fullmatch(text)
    if found is None:
        raise MalformedHeader(f"invalid Grpc-Timeout: {text[:40]}")
    return min(int(found[1]) * _UNIT_S[found[2]], _LONGEST_TIMEOUT_S)


def wants_trailers(headers: Mapping[str, str]) -> bool:
    """Whether the client says `TE: trailers`."""
    return "trailers" in headers.get("TE", "").lower()


def _is_printable(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _decoded(header: str, value: str) -> bytes:
    try:
        return b64decode(value + "=" * (-len(value) % 4), validate=True)
    except ValueError:
        raise MalformedHeader(f"invalid binary header {header}") from None
