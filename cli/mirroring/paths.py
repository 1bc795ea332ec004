"""Paths: which relative path may be a document's place, and which path a title gets.

Pure. A path is relative, POSIX, and the document's label `path`. Nothing here looks at a disk; that a good path also
leads nowhere else is cli/mirroring/folder.py's work.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container
from datetime import datetime
from pathlib import PurePosixPath

STATE_FOLDER = ".shoal-mirror"
MAX_PATH = 255
"""Characters; a label holds no more."""
_MAX_NAME_BYTES = 255
"""What file systems take for one name."""
_MAX_SLUG = 60
_MAX_TITLE = 200

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?", re.IGNORECASE)
"""Names that mean devices on Windows, with any extension."""
_CONFLICT = re.compile(r".*\.conflict-\d{8}T\d{6}Z(?:-\d+)?(?:\.[^.]*)?")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")


def why_not(path: str) -> str | None:
    """Return why `path` cannot be the place of a file in the folder, None when it can."""
    if not path:
        return "the path is empty"
    if "\0" in path:
        return "the path has a NUL character"
    if "\\" in path:
        return "the path has a backslash"
    if path.startswith("/"):
        return "the path is absolute"
    if len(path) > MAX_PATH:
        return f"the path is longer than {MAX_PATH} characters"
    return next((why for name in path.split("/") if (why := _why_not_name(name))), None)


def _why_not_name(name: str) -> str | None:
    if name in ("", ".", ".."):
        return f"the path has the part {name!r}: it may lead out of the folder"
    if name.casefold() == STATE_FOLDER:
        return f"{STATE_FOLDER} is the mirror's own folder"
    if name.startswith("."):
        return "hidden files are not mirrored"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        return "the path has a control character or is not UTF-8"
    if len(name.encode()) > _MAX_NAME_BYTES:
        return f"a name in the path is longer than {_MAX_NAME_BYTES} bytes"
    if name.endswith((".", " ")):
        return "a name in the path ends with a dot or a space"
    return f"{name} is a reserved name" if _RESERVED.fullmatch(name) else None


def key(path: str) -> str:
    """Return what is equal for paths that some file system takes for one: upper and lower case, composed accents."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def is_conflict_copy(path: str) -> bool:
    """Return whether the path is one that `conflict_path` made: such files are not mirrored."""
    return _CONFLICT.fullmatch(PurePosixPath(path).name) is not None


def conflict_path(path: str, now: datetime, is_taken: Callable[[str], bool]) -> str:
    """Return a free `notes.conflict-20260131T235959Z.md` beside `notes.md`; `now` is in UTC."""
    place = PurePosixPath(path)
    stem = f"{_cut(place.stem, 200)}.conflict-{now:%Y%m%dT%H%M%SZ}"
    return _first_free(lambda number: str(place.with_name(f"{stem}{number}{place.suffix}")), is_taken)


def path_for(title: str, extension: str, taken: Container[str]) -> str:
    """Return a path for a document without one: a slug of its title, unlike all in `taken`, which holds keys."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", title).lower())
    slug = _cut("-".join(words)[:_MAX_SLUG], _MAX_NAME_BYTES - 20).strip("-_") or "untitled"
    if _why_not_name(slug + extension):
        slug = f"document-{slug}"
    return _first_free(lambda number: f"{slug}{number}{extension}", lambda path: key(path) in taken)


def title_of(text: str, path: str) -> str:
    """Return a title for a new file: its first Markdown heading, else the stem of its name; at most 200 characters."""
    return _printable(_first_heading(text) if extension_of(path) in (".md", ".markdown") else "") or stem_of(path)


def stem_of(path: str) -> str:
    """Return the name in `path` without its extension, as a title."""
    return _printable(PurePosixPath(path).stem)


def extension_of(path: str) -> str:
    """Return the extension in lower case, with its dot."""
    return PurePosixPath(path).suffix.lower()


def _first_heading(text: str) -> str:
    fenced = False
    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (heading := _HEADING.fullmatch(line)) and heading[1]:
            return heading[1]
    return ""


def _printable(title: str) -> str:
    return "".join(each for each in title if unicodedata.category(each) != "Cc").strip()[:_MAX_TITLE]


def _first_free(make: Callable[[str], str], is_taken: Callable[[str], bool]) -> str:
    path, number = make(""), 2
    while is_taken(path):
        path, number = make(f"-{number}"), number + 1
    return path


def _cut(name: str, limit: int) -> str:
    """Return as much of `name` as fits into `limit` bytes."""
    return name.encode()[:limit].decode(errors="ignore")


def shown(path: str) -> str:
    """Return a path as a terminal may show it: what is not printable is escaped."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape", "surrogatepass").decode() for each in path
    )
