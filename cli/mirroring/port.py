"""Port: what a mirror asks of a project's documents, whoever answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from cli.mirroring.model import Kind, RemoteDocument
from shoal.error.v1 import error_pb2

Reason = error_pb2.ErrorReason


class Away(Exception):
    """The server cannot be reached, or is too busy; the same call may succeed in a moment."""


class Refusal(Exception):
    """The server said no, and will again; `reason` is of the catalogue, the message for a person."""

    def __init__(self, reason: error_pb2.ErrorReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Documents(Protocol):
    """The documents of one project. Texts are as a file has them, in UTF-8. All calls raise Away and Refusal."""

    def documents(self) -> Mapping[str, RemoteDocument]:
        """Return what is known of them, by name, deleted ones among them; every call below brings it up to date."""

    async def look_up(self, name: str) -> None:
        """Ask about one: it is not known any more afterwards if it is gone, or another project's."""

    async def content(self, name: str, kind: Kind, revision: int | None = None) -> tuple[bytes, int]:
        """Return a document's text, now or at a revision, and the revision it is of."""

    async def replace(self, name: str, kind: Kind, text: str, base_revision: int, request_id: str) -> tuple[int, bool]:
        """Make the document read `text`, as an edit of `base_revision`; what others wrote since stays.

        Returns the revision it became, or the head, and whether there was anything to change. A `request_id` that was
        there before is answered again, never applied twice.
        """

    async def create(self, document_id: str, kind: Kind, title: str, path: str, text: str) -> int:
        """Create a document with this text and return its revision."""

    async def created_revision(self, name: str) -> int:
        """Return the revision a document was created with."""

    async def set_path(self, name: str, path: str, title: str | None) -> None:
        """Set a document's path, and its title where one is given."""

    async def delete(self, name: str) -> None:
        """Move a document to the trash."""

    async def undelete(self, name: str) -> None:
        """Take a document out of the trash; one that is not in it stays as it is."""
