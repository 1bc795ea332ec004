"""What is wrong with one checkpoint: what is stored against what replay makes.

Pure, and slow for long documents: hashing and unpacking megabytes belong into a thread. The replayed values are only
read.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from google.protobuf.message import DecodeError

from mesh.faults import Fault
from ot.document import Document
from ot.errors import OperationError
from services.document import convert
from services.document.log.authorship import AttributionUnreadable, Authorship
from services.document.store.doctor import StoredCheckpoint
from services.document.store.rows import CheckpointRow


class Examined(NamedTuple):
    """What a stored checkpoint turned out to be.

    `document` and `authorship` are what is stored, None where it cannot be read or there is none. Of each kind, one
    thing is wrong: `content_wrong` says that it is not what replay makes, or cannot be read; `hash_wrong` that the
    stored hash is the hash of neither; `attribution_wrong` as for content. Where nothing was replayed, the content is
    held against the stored hash, and the attribution against the content's length.
    """

    document: Document | None
    authorship: Authorship | None
    content_wrong: bool
    hash_wrong: bool
    attribution_wrong: bool


def examine(
    revision: int, stored: StoredCheckpoint, document: Document | None, authorship: Authorship | None
) -> Examined:
    """Compare a checkpoint with the content and authorship that replay made of its revision (None = unknown)."""
    content = _content(revision, stored)
    stored_hash = None if content is None else content.hash()
    if document is None:
        content_wrong, hashes = content is None, {stored_hash}
    else:
        replayed_hash = document.hash()
        content_wrong, hashes = stored_hash != replayed_hash, {stored_hash, replayed_hash}
    # Nothing can be said of the hash of what cannot be read and was not replayed.
    hash_wrong = hashes != {None} and stored.hash not in hashes
    attribution, attribution_wrong = None, False
    if stored.attribution is not None:
        attribution = _attribution(stored.attribution)
        if attribution is None:
            attribution_wrong = True
        elif authorship is not None:
            attribution_wrong = attribution.runs() != authorship.runs()
        elif content is not None and not content_wrong:
            attribution_wrong = attribution.length != content.length
    return Examined(content, attribution, content_wrong, hash_wrong, attribution_wrong)


def _content(revision: int, stored: StoredCheckpoint) -> Document | None:
    try:
        return convert.document_of(CheckpointRow(revision, stored.content, stored.hash))
    except (zlib.error, DecodeError, Fault, OperationError):
        return None


def _attribution(encoded: bytes) -> Authorship | None:
    try:
        return Authorship.decode(encoded)
    except AttributionUnreadable:
        return None
