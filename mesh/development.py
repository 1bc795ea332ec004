"""Development: how people are called where a name is all that signing in asks for.

Pure. The page and the terminal both sign people in that way, and both must mean the same person by a name.
"""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 60
"""Characters of a name that somebody signs in by."""


def subject_of(name: str) -> str:
    """Return the subject a name signs in as in development: `users/` and the name in plain letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"users/{slug or name.encode().hex()[:32]}"


def is_name(name: str) -> bool:
    """Whether somebody can sign in by this name: 1 to MAX_NAME printable characters, no space at the ends."""
    return 0 < len(name) <= MAX_NAME and name.isprintable() and name == name.strip()
