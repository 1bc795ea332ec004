"""View: the documents of one project, as they were told last.

Owns the rule which of two tellings is newer: answers to one's own calls and the stream of changes cross on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cli.mirroring.model import Kind, RemoteDocument
from shoal.document.v1 import document_pb2 as pb

PATH_LABEL = "path"

_Time = tuple[int, int]


class View:
    """What is known of the documents of `project`, deleted ones among them."""

    def __init__(self, project: str) -> None:
        self._project = project
        self._times: dict[str, _Time] = {}
        self._documents: dict[str, RemoteDocument] = {}
        self._walked: set[str] = set()
        self.is_complete = False
        """Whether all documents of the project have been told once."""

    @property
    def documents(self) -> Mapping[str, RemoteDocument]:
        """Return them by name."""
        return self._documents

    def tell(self, *told: pb.Document) -> None:
        """Take in documents: the one changed last is the newer telling. One of another project is removed."""
        for message in told:
            self._walked.add(message.name)
            time = message.update_time.seconds, message.update_time.nanos
            known, newest = self._documents.get(message.name), _document(message)
            if known and time < self._times[message.name]:
                self._documents[message.name] = replace(known, head=max(known.head, newest.head))
            elif message.project != self._project:
                self.remove(message.name)
            else:
                self._times[message.name] = time
                self._documents[message.name] = replace(newest, head=max(newest.head, known.head if known else 0))

    def remove(self, name: str) -> None:
        """Know nothing of a document any more."""
        self._documents.pop(name, None)
        self._times.pop(name, None)

    def begin_walk(self) -> None:
        """Note that all documents are about to be told again."""
        self._walked.clear()

    def not_walked(self) -> list[str]:
        """Return those that were not told since then: they may be gone."""
        return [name for name in self._documents if name not in self._walked]


def _document(told: pb.Document) -> RemoteDocument:
    kind = Kind.PLAIN if told.type == pb.DOCUMENT_TYPE_PLAIN_TEXT else Kind.RICH
    label = told.labels.get(PATH_LABEL, "")
    return RemoteDocument(told.name, kind, told.head_revision, told.title, label, told.HasField("delete_time"))
