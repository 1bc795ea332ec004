"""Fetching of small JSON documents from identity providers, trusting them no further than needed.

Owns the limits: time, size, redirects to the same host only, https unless on this machine. Keeps nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import aiohttp

from mesh.settings import require_safe_url

MAX_BYTES = 256 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=5.0, sock_connect=2.0)
_MAX_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age=\"?(\d{1,9})", re.IGNORECASE)
_NOT_TO_BE_KEPT = re.compile(r"(?:^|[,\s])(?:no-store|no-cache)", re.IGNORECASE)


class FetchFailed(Exception):
    """The document could not be had; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document, or word that it is as before (`unchanged`); `max_age_s` is what the provider allows, if it says."""

    document: object
    etag: str
    max_age_s: float | None
    unchanged: bool = False


class Fetch(Protocol):
    """Gets a JSON document; `etag` is of the one that is had."""

    async def __call__(self, url: str, etag: str = "") -> Fetched:
        """Return it. Raises FetchFailed."""
        ...


def open_session() -> aiohttp.ClientSession:
    """Return a session for `fetch_json`: bodies come as they were sent, so that their size is known."""
    return aiohttp.ClientSession(
        timeout=_TIMEOUT,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept": "application/json, application/jwk-set+json", "Accept-Encoding": "identity"},
    )


async def fetch_json(session: aiohttp.ClientSession, url: str, etag: str = "") -> Fetched:
    """Get a JSON document of at most MAX_BYTES. Raises FetchFailed."""
    headers = {"If-None-Match": etag} if etag else {}
    try:
        for _ in range(_MAX_REDIRECTS + 1):
            async with session.get(url, headers=headers, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await _read(response)
                url = _redirected(url, response.headers.get("Location", ""))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError) as error:
        raise FetchFailed(f"{type(error).__name__}: {error}"[:200]) from error
    raise FetchFailed("redirected too often")


async def _read(response: aiohttp.ClientResponse) -> Fetched:
    etag, max_age_s = response.headers.get("ETag", ""), _max_age_s(response.headers.get("Cache-Control", ""))
    if response.status == 304:
        return Fetched(None, etag, max_age_s, unchanged=True)
    if response.status != 200:
        raise FetchFailed(f"answered {response.status}")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise FetchFailed("answered in an encoding that was not asked for")
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) > MAX_BYTES:
            raise FetchFailed(f"answered more than {MAX_BYTES} bytes")
    return Fetched(json.loads(body), etag, max_age_s)


def _redirected(url: str, location: str) -> str:
    """Return where a redirect leads. Raises ValueError when that is another host, or less safe."""
    there = require_safe_url(urljoin(url, location))
    before, after = urlsplit(url), urlsplit(there)
    if before.hostname != after.hostname or (before.scheme == after.scheme and before.port != after.port):
        raise ValueError("redirected to another host")
    if before.scheme == "https" and after.scheme != "https":
        raise ValueError("redirected from https to http")
    return there


def _max_age_s(cache_control: str) -> float | None:
    if _NOT_TO_BE_KEPT.search(cache_control):
        return 0.0
    found = _MAX_AGE.search(cache_control)
    return float(found.group(1)) if found else None
