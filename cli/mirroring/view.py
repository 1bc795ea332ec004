"""View: the documents of one project, as they were told last.

Owns the rule which of two tellings is newer: answers to one's own calls and the stream of changes cross on the way.
"""

from __future__ import annotations

from collections.abc import Mapping

from cli.mirroring.model import Kind, RemoteDocument
from shoal.document.v1 import document_pb2 as pb

PATH_LABEL = "path"


class View:
    """What is known of the documents of `project`, deleted ones among them."""

    def __init__(self, project: str) -> None:
        self._project = project
        self._documents: dict[str, pb.Document] = {}
        self._seen: dict[str, RemoteDocument] = {}
        self._walked: set[str] = set()
        self.is_complete = False
        """Whether all documents of the project have been told once."""

    @property
    def documents(self) -> Mapping[str, RemoteDocument]:
        """Return them by name."""
        return self._seen

    def tell(self, *told: pb.Document) -> list[str]:
        """Take in documents that are told as they were a moment ago: the one changed last is the newer telling.

        Returns the names of those that seem older and differ: whoever tells must look them up. Clocks are not exact.
        """
        doubtful = []
        for message in told:
            self._walked.add(message.name)
            known = self._documents.get(message.name)
            if known and _time(message) < _time(known) and message.etag != known.etag:
                doubtful.append(message.name)
            else:
                self.set(message)
        return doubtful

    def set(self, message: pb.Document) -> None:
        """Take in a document that was asked for just now. One of another project is removed."""
        if message.project != self._project:
            self.remove(message.name)
            return
        known = self._documents.get(message.name)
        kept = pb.Document()
        kept.CopyFrom(message)
        kept.head_revision = max(message.head_revision, known.head_revision if known else 0)
        self._documents[message.name] = kept
        self._seen[message.name] = _document(kept)

    def remove(self, name: str) -> None:
        """Know nothing of a document any more."""
        self._documents.pop(name, None)
        self._seen.pop(name, None)

    def begin_walk(self) -> None:
        """Note that all documents are about to be told again."""
        self._walked.clear()

    def not_walked(self) -> list[str]:
        """Return those that were not told since then: they may be gone."""
        return [name for name in self._documents if name not in self._walked]


def _time(message: pb.Document) -> tuple[int, int]:
    return message.update_time.seconds, message.update_time.nanos


def _document(told: pb.Document) -> RemoteDocument:
    kind = Kind.PLAIN if told.type == pb.DOCUMENT_TYPE_PLAIN_TEXT else Kind.RICH
    label = told.labels.get(PATH_LABEL, "")
    return RemoteDocument(told.name, kind, told.head_revision, told.title, label, told.HasField("delete_time"))
