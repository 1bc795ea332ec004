"""Metadata: what is said about a document, and what may be said.

Owns the rules of titles, places, labels and languages, and how a change is applied. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mesh.faults import InvalidField
from mesh.names import check_folder, check_project

MAX_TITLE = 200
_MAX_LABELS = 64
_MAX_LABEL_VALUE = 255
_MAX_LANGUAGE = 35
_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LANGUAGE = re.compile(
    r"""
    (?: [a-z]{2,3} (?:-[a-z]{3}){0,3} | [a-z]{4} | [a-z]{5,8} )    # language, with extended subtags
    (?: -[a-z]{4} )?                                               # script
    (?: -(?: [a-z]{2} | [0-9]{3} ) )?                              # region
    (?: -(?: [a-z0-9]{5,8} | [0-9][a-z0-9]{3} ) )*                 # variants
    (?: -[0-9a-wyz] (?: -[a-z0-9]{2,8} )+ )*                       # extensions
    (?: -x (?: -[a-z0-9]{1,8} )+ )?                                # private use
    | x (?: -[a-z0-9]{1,8} )+
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""A language tag as RFC 5646 2.1 writes it, without the irregular ones that it grandfathers."""

_SCALARS = ("title", "project", "folder", "language", "template")
_LABEL_PATH = "labels."


@dataclass(frozen=True, slots=True)
class Metadata:
    """What people may say about a document. Empty texts say nothing."""

    title: str = ""
    project: str = ""
    folder: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    template: bool = False


def check(metadata: Metadata, prefix: str = "document") -> Metadata:
    """Return `metadata` if all of it may be said. Raises InvalidField, the path beginning with `prefix`."""
    title, language = metadata.title, metadata.language
    if len(title) > MAX_TITLE or any(unicodedata.category(each) == "Cc" for each in title):
        raise InvalidField(
            f"{prefix}.title", f"must be at most {MAX_TITLE} characters, none of them control characters"
        )
    if metadata.project:
        check_project(metadata.project, f"{prefix}.project")
    if metadata.folder and check_folder(metadata.folder, f"{prefix}.folder") != metadata.project:
        raise InvalidField(f"{prefix}.folder", "must be a folder of the document's project")
    if language and (len(language) > _MAX_LANGUAGE or not _LANGUAGE.fullmatch(language)):
        raise InvalidField(f"{prefix}.language", "must be a language tag as BCP 47 says, at most 35 characters")
    _check_labels(metadata.labels, f"{prefix}.labels")
    return metadata


def is_label_key(key: str) -> bool:
    """Say whether a label may be called that."""
    return bool(_LABEL_KEY.fullmatch(key))


def changed(stored: Metadata, asked: Metadata, mask: Sequence[str]) -> Metadata:
    """Return `stored` with what the mask names taken from `asked`; an empty mask names all that is not empty there.

    `labels` replaces all of them, `labels.KEY` sets one, or removes it where `asked` has none of that key.
    Raises InvalidField for a mask that names anything else, and for what may not be said.
    """
    paths = mask or [name for name in (*_SCALARS, "labels") if getattr(asked, name)]
    result = stored
    for path in paths:
        if path in _SCALARS:
            result = replace(result, **{path: getattr(asked, path)})
        elif path == "labels":
            result = replace(result, labels=asked.labels)
        elif path.startswith(_LABEL_PATH) and is_label_key(path.removeprefix(_LABEL_PATH)):
            result = replace(result, labels=_with_label(result.labels, asked.labels, path.removeprefix(_LABEL_PATH)))
        else:
            raise InvalidField("update_mask", "may name title, project, folder, labels, labels.KEY, language, template")
    return check(result)


def told(before: Metadata, after: Metadata) -> dict[str, tuple[str, str]]:
    """Return what activities say of a change: what it was and is, of title, project and folder where they differ."""
    pairs = {name: (str(getattr(before, name)), str(getattr(after, name))) for name in ("title", "project", "folder")}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _with_label(labels: Mapping[str, str], asked: Mapping[str, str], key: str) -> Mapping[str, str]:
    others = {each: value for each, value in labels.items() if each != key}
    return {**others, key: asked[key]} if key in asked else others


def _check_labels(labels: Mapping[str, str], path: str) -> None:
    if len(labels) > _MAX_LABELS:
        raise InvalidField(path, f"must be at most {_MAX_LABELS}")
    for key, value in labels.items():
        if not is_label_key(key):
            raise InvalidField(path, "a key is 1 to 63 of a-z, 0-9, '_' and '-', and begins with a letter")
        if len(value) > _MAX_LABEL_VALUE or "\0" in value:
            raise InvalidField(f"{path}.{key}", f"must be at most {_MAX_LABEL_VALUE} characters, none of them NUL")
