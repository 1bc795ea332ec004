"""Merge: an edit that was made on a text that others have changed meanwhile.

Pure. Needed only when a file was edited between the sending of an edit and the writing of the merged text: the server,
which merges everything else, never had the file's text as a revision.
"""

from __future__ import annotations

from ot.diff import diff
from ot.document import Document, apply
from ot.transform import transform


def merge(base: str, mine: str, theirs: str) -> str:
    """Return `theirs` with what makes `mine` out of `base`. Both edits are kept; of one place, theirs comes first."""
    before = Document.from_text(base)
    edit, other = diff(before, Document.from_text(mine)), diff(before, Document.from_text(theirs))
    return apply(Document.from_text(theirs), transform(edit, other, first=False)).text()
