"""Histories to ask about: random ones, written into a log, and everything else the tests of them share."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc

from mesh.wire import document_from_parts, operation_from_proto
from ot.document import Document
from ot.operation import Component, Delete, Embed, Insert, Operation, Retain
from services.document.log.operation_log import OperationLog
from shoal.document.v1 import document_pb2, history_pb2, version_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from shoal.document.v1.history_pb2_grpc import HistoryServiceStub
from shoal.document.v1.version_pb2_grpc import VersionServiceStub
from shoal.type.v1 import operation_pb2
from tests.conformance.log_host import batch_of, committed
from tests.integration.collab.mesh import RunningMesh

_TEXTS = ["a", "word ", "line\n", "ß語", "😀👍🏽", "x" * 40, "two\nlines\n"]
_ATTRIBUTES: list[dict[str, Any] | None] = [None, None, None, {"bold": True}, {"color": "red", "size": 12}]


class Reader:
    """The document, history and version services as one person calls them."""

    def __init__(self, channel: grpc.aio.Channel, metadata: tuple[tuple[str, str], ...]) -> None:
        self.metadata = metadata
        self._documents: Any = DocumentServiceStub(channel)
        self._history: Any = HistoryServiceStub(channel)
        self._versions: Any = VersionServiceStub(channel)

    async def operations(self, name: str, **more: Any) -> history_pb2.ListOperationsResponse:
        request = history_pb2.ListOperationsRequest(document=name, **more)
        return await self._history.ListOperations(request, metadata=self.metadata)

    async def all_operations(self, name: str, **more: Any) -> list[operation_pb2.CommittedOperation]:
        """All pages of a listing, one after the other."""
        found: list[operation_pb2.CommittedOperation] = []
        token = ""
        while True:
            page = await self.operations(name, page_token=token, **more)
            assert page.operations, "a page that says there is more has something"
            found += page.operations
            token = page.next_page_token
            if not token:
                return found

    async def edit_sessions(self, name: str, **more: Any) -> history_pb2.ListEditSessionsResponse:
        request = history_pb2.ListEditSessionsRequest(document=name, **more)
        return await self._history.ListEditSessions(request, metadata=self.metadata)

    async def compare(self, name: str, one: int, other: int, *, clocks: bool = False) -> Any:
        request = history_pb2.CompareOperationsRequest(
            document=name, revision=one, other_revision=other, include_clocks=clocks
        )
        return await self._history.CompareOperations(request, metadata=self.metadata)

    async def diff(self, name: str, **more: Any) -> list[history_pb2.DiffRevisionsResponse]:
        request = history_pb2.DiffRevisionsRequest(document=name, **more)
        return [part async for part in self._history.DiffRevisions(request, metadata=self.metadata)]

    async def blame(self, name: str, **more: Any) -> list[history_pb2.GetBlameResponse]:
        request = history_pb2.GetBlameRequest(document=name, **more)
        return [part async for part in self._history.GetBlame(request, metadata=self.metadata)]

    async def restore(self, name: str, **more: Any) -> history_pb2.RestoreDocumentResponse:
        request = history_pb2.RestoreDocumentRequest(document=name, **more)
        return await self._history.RestoreDocument(request, metadata=self.metadata)

    async def replace(self, name: str, text: str, form: Any, **more: Any) -> document_pb2.ReplaceContentResponse:
        source = document_pb2.Source(format=form, text=text)
        request = document_pb2.ReplaceContentRequest(name=name, source=source, **more)
        return await self._documents.ReplaceContent(request, metadata=self.metadata)

    async def export(self, name: str) -> bytes:
        request = history_pb2.ExportHistoryRequest(document=name)
        parts = [part async for part in self._history.ExportHistory(request, metadata=self.metadata)]
        assert parts[-1].exported_operations == parts[-1].total_operations
        return b"".join(part.chunk for part in parts)

    def exporting(self, name: str) -> Any:
        """The call itself, for who wants to do something between its parts."""
        return self._history.ExportHistory(history_pb2.ExportHistoryRequest(document=name), metadata=self.metadata)

    async def bring_in(self, file: bytes, *, piece: int = 64 * 1024, **more: Any) -> history_pb2.ImportHistoryResponse:
        async def pieces() -> AsyncIterator[history_pb2.ImportHistoryRequest]:
            for start in range(0, max(len(file), 1), piece):
                yield history_pb2.ImportHistoryRequest(
                    chunk=file[start : start + piece], **(more if start == 0 else {})
                )

        return await self._history.ImportHistory(pieces(), metadata=self.metadata)

    def importing(self, pieces: AsyncIterator[history_pb2.ImportHistoryRequest]) -> Any:
        """The call itself, for who wants to leave it."""
        return self._history.ImportHistory(pieces, metadata=self.metadata)

    async def document(self, name: str) -> document_pb2.Document:
        request = document_pb2.GetDocumentRequest(name=name)
        return (await self._documents.GetDocument(request, metadata=self.metadata)).document

    async def delete(self, name: str) -> None:
        await self._documents.DeleteDocument(document_pb2.DeleteDocumentRequest(name=name), metadata=self.metadata)

    async def content(self, name: str, revision: int | None = None) -> Document:
        request = document_pb2.GetContentRequest(name=name, revision=revision)
        parts = [part.content async for part in self._documents.GetContent(request, metadata=self.metadata)]
        return document_from_parts(parts)

    async def mark(self, name: str, title: str = "", **more: Any) -> version_pb2.Version:
        request = version_pb2.CreateVersionRequest(document=name, version=version_pb2.Version(title=title, **more))
        return (await self._versions.CreateVersion(request, metadata=self.metadata)).version

    async def version(self, name: str) -> version_pb2.Version:
        return (
            await self._versions.GetVersion(version_pb2.GetVersionRequest(name=name), metadata=self.metadata)
        ).version

    async def versions(self, name: str, **more: Any) -> version_pb2.ListVersionsResponse:
        request = version_pb2.ListVersionsRequest(document=name, **more)
        return await self._versions.ListVersions(request, metadata=self.metadata)

    async def rename(self, name: str, *mask: str, **new: Any) -> version_pb2.Version:
        request = version_pb2.UpdateVersionRequest(
            version=version_pb2.Version(name=name, **new), update_mask={"paths": mask}
        )
        return (await self._versions.UpdateVersion(request, metadata=self.metadata)).version

    async def unmark(self, name: str) -> None:
        await self._versions.DeleteVersion(version_pb2.DeleteVersionRequest(name=name), metadata=self.metadata)


@asynccontextmanager
async def calling(mesh: RunningMesh, name: str) -> AsyncIterator[Reader]:
    """The services as `users/{name}` calls them."""
    async with grpc.aio.insecure_channel(mesh.address) as channel:
        yield Reader(channel, mesh.metadata(name))


def random_operation(rng: random.Random, document: Document, *, plain: bool = False) -> Operation:
    """An operation that fits a document, splits no character, and changes something."""
    places = [0]
    for character in document.text():
        places.append(places[-1] + (2 if ord(character) > 0xFFFF else 1))
    at, components = 0, list[Component]()
    for _ in range(rng.randint(1, 3)):
        to = rng.randint(at, min(len(places) - 1, at + 30))
        if to > at:
            length, at = places[to] - places[at], to
            attributes = None if plain else rng.choice(_ATTRIBUTES)
            components.append(rng.choice([Delete(length), Retain(length, attributes), Retain(length)]))
        if plain or rng.random() < 0.9:
            components.append(Insert(rng.choice(_TEXTS), None if plain else rng.choice(_ATTRIBUTES)))
        else:
            components.append(Insert(Embed("image", "a.png")))
    return Operation(components)


async def write_history(
    log: OperationLog, name: str, rng: random.Random, count: int, *, plain: bool = False, sites: int = 4
) -> list[Document]:
    """Append random operations of several people and an agent; returns the content of every revision, from 0.

    `name` is blank, or rich text that begins with its newline. Bases are such as the sequencer lets through.
    """
    existing = [each async for part in log.read(name, 0) for each in part.operations]
    contents, content = [Document()], Document()
    for each in existing:
        content.apply(operation_from_proto(each.operation))
        contents.append(content.copy())
    sequences, seen, batch = dict[str, int](), dict[str, int](), list[operation_pb2.CommittedOperation]()
    head = len(existing)
    for revision in range(head + 1, head + count + 1):
        site = f"site-{rng.randrange(sites)}"
        sequences[site] = sequences.get(site, 0) + 1
        operation = random_operation(rng, content, plain=plain)
        content.apply(operation)
        contents.append(content.copy())
        seen[site] = base = rng.randint(seen.get(site, 0), revision - 1)
        agent = {"provenance": operation_pb2.Provenance(agent="agents/helper")} if site == "site-0" else {}
        batch.append(committed(revision, site, sequences[site], operation, base_revision=base, **agent))
        seen[site] = revision
    for start in range(0, count, 500):
        outcome = await log.append(batch_of(name, head + start, *batch[start : start + 500]))
        assert outcome.HasField("committed_head_revision"), outcome
    return contents
