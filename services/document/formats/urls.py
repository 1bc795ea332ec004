"""URLs: which addresses a document may carry in and out of a format.

Owns the one list of schemes. Judges a URL as a browser would read it: tabs and line breaks inside it and controls
around it do not count, so `java\\nscript:` is `javascript:`. Refuses what is not on the list, never what looks bad.
"""

from __future__ import annotations

import re

MAX_URL_LENGTH = 2048
"""Code points of a link; browsers and servers commonly stop there."""

MAX_IMAGE_LENGTH = 2 * 1024 * 1024
"""Code points of an image's URL: a data URL holds the picture itself."""

_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_LINK_SCHEMES = frozenset({"http", "https", "mailto"})
_MEDIA_SCHEMES = frozenset({"http", "https"})
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)
_AROUND = "".join(map(chr, range(0x21)))
_WRAPS = str.maketrans("", "", "\t\n\r")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def safe_link(url: object) -> str | None:
    """The URL, tidied, if it is relative or its scheme is http, https or mailto; else None."""
    return _safe(url, _LINK_SCHEMES, MAX_URL_LENGTH)


def safe_media(url: object) -> str | None:
    """The URL of a video, tidied, if it is relative or its scheme is http or https; else None."""
    return _safe(url, _MEDIA_SCHEMES, MAX_URL_LENGTH)


def safe_image(url: object) -> str | None:
    """As `safe_media`, or a data URL of a png, jpeg, gif or webp: those hold no script."""
    tidy = _tidy(url, MAX_IMAGE_LENGTH)
    if tidy is not None and _PICTURE.match(tidy):
        return tidy
    return _safe(url, _MEDIA_SCHEMES, MAX_URL_LENGTH)


def _tidy(url: object, limit: int) -> str | None:
    if not isinstance(url, str):
        return None
    tidy = url.strip(_AROUND).translate(_WRAPS)
    return tidy if 0 < len(tidy) <= limit and not _CONTROLS.search(tidy) else None


def _safe(url: object, schemes: frozenset[str], limit: int) -> str | None:
    tidy = _tidy(url, limit)
    if tidy is None:
        return None
    scheme = _SCHEME.match(tidy)
    return tidy if scheme is None or scheme[1].lower() in schemes else None
