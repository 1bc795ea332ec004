"""Errors of the algebra: one type for each way an operation can be wrong, each carrying its facts.

All are `OperationError`, which is a `ValueError`. Never raised for a bug of ours: only for what a caller handed in.
"""

from __future__ import annotations

__all__ = [
    "InvalidComponent",
    "InvalidText",
    "LengthMismatch",
    "OperationError",
    "RevisionGap",
    "SiteSequenceMismatch",
    "SurrogateSplit",
]


class OperationError(ValueError):
    """What every error of `ot` is."""


class LengthMismatch(OperationError):
    """The operation reaches past the end: the document has `expected` UTF-16 units, it consumes `received`."""

    def __init__(self, expected: int, received: int) -> None:
        super().__init__(f"operation spans {received} units of a document that has {expected}")
        self.expected = expected
        self.received = received


class SurrogateSplit(OperationError):
    """The operation cuts between the two UTF-16 units of one character, at unit `position` of its base."""

    def __init__(self, position: int) -> None:
        super().__init__(f"position {position} lies inside a surrogate pair")
        self.position = position


class InvalidText(OperationError):
    """The text is not valid Unicode: it has a lone surrogate at code point `index`."""

    def __init__(self, index: int) -> None:
        super().__init__(f"lone surrogate at code point {index}")
        self.index = index


class InvalidComponent(OperationError):
    """A component, an attribute map or an embed is not of the form that Delta has."""


class RevisionGap(OperationError):
    """A committed operation arrived before its predecessor: revision `expected` is missing."""

    def __init__(self, expected: int, received: int) -> None:
        super().__init__(f"expected revision {expected}, received {received}")
        self.expected = expected
        self.received = received


class SiteSequenceMismatch(OperationError):
    """The server speaks of site sequence `received`, but `expected` is the first one it can still speak of."""

    def __init__(self, expected: int, received: int) -> None:
        super().__init__(f"expected site sequence {expected}, received {received}")
        self.expected = expected
        self.received = received
