"""Rows as they come out of the store: small values, which know no SQL and no message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from mesh.names import DocumentId

DOCUMENT = """d.document_key, d.id, d.title, d.type, d.head_revision, d.creator, d.create_time, d.update_time,
    d.listed_time, d.project, d.folder, d.labels, d.language, d.template, d.generation, d.delete_time, d.expire_time,
    d.first_revision, d.first_revision_time"""
"""The columns of a DocumentRow, of a table or subquery called d; `document_row` reads them."""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document's metadata; `key` is its number in this schema, `generation` counts the changes of metadata.

    Of operations up to `first_revision` the log promises nothing; it was committed at `first_revision_time` (None = all
    are there).
    """

    key: int
    id: DocumentId
    title: str
    type: int
    head_revision: int
    creator: str
    create_time: datetime
    update_time: datetime
    listed_time: datetime
    project: str
    folder: str
    labels: Mapping[str, str]
    language: str
    template: bool
    generation: int
    delete_time: datetime | None
    expire_time: datetime | None
    first_revision: int
    first_revision_time: datetime | None


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """Content as of `revision`: a serialised Content, deflated; `hash` is the content's."""

    revision: int
    content: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """One document's part of an append that is on disk."""

    document_key: int
    checkpoint_revision: int
    uncheckpointed_bytes: int


@dataclass(frozen=True, slots=True)
class SiteRow:
    """How far a site got."""

    site: str
    author: str
    last_sequence: int
    last_revision: int


class HeadRow(NamedTuple):
    """Where a document stands, when it was deleted if it is, and how far the sites asked about got in it."""

    revision: int
    delete_time: datetime | None
    sites: list[SiteRow]


class OperationRow(NamedTuple):
    """An operation as it is on disk. A tuple, since these are read by the thousand."""

    revision: int
    site: str
    site_sequence: int
    author: str
    agent: str | None
    base_revision: int
    operation: bytes
    applied_at: datetime


def document_row(row: Any) -> DocumentRow:
    """Return the metadata that a row begins with: the columns DOCUMENT, in their order."""
    values = list(row)[:19]
    values[11] = orjson.loads(values[11])
    return DocumentRow(*values)
