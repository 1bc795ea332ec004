"""`shoal export`: documents as a tree of files.

Owns the command. Files are placed as safely as a mirror's, and one that cannot be written does not stop the others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import grpc
import typer

from cli.documents import FORMATS, Format
from cli.errors import failed_call
from cli.instance import DEFAULT_DATA
from cli.mirroring.folder import Folder, Unsafe
from cli.mirroring.model import Form, Kind, Rules
from cli.mirroring.paths import key, path_for, why_not
from cli.mirroring.project import full_project
from cli.mirroring.tree import Failures, advancing, exported_path
from cli.mirroring.view import PATH_LABEL
from cli.run import run
from cli.target import DataOption, GrpcOption, Target, TokenOption, UrlOption, find_target
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub

_PAGE = 1000
_DEADLINE_S = 60.0


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; made when missing.")],
    project: Annotated[
        str | None, typer.Option("--project", metavar="P", help="Those of this project: projects/x, or x.")
    ] = None,
    fitting: Annotated[
        str, typer.Option("--filter", metavar="FILTER", help="""Those that fit, as in 'title : "notes"'.""")
    ] = "",
    form: Annotated[Format, typer.Option("--format", help="In which form.")] = Format.MARKDOWN,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist and differ.")] = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Write documents as files, each at its label `path`, or at a path made of its title. In the trash: left out.

    What fails is told at the end, with exit code 1; the others are written.
    """
    conditions = [f'project = "{full_project(project)}"'] if project is not None else []
    conditions += [fitting] if fitting else []
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    with Folder.opened(folder, make=True) as opened:
        run(_Export(opened, target, form, force=force).all(" AND ".join(conditions)))


class _Export:
    def __init__(self, folder: Folder, target: Target, form: Format, *, force: bool) -> None:
        self._folder, self._target, self._form, self._force = folder, target, form, force
        self._failures = Failures()
        self._written = self._same = 0

    async def all(self, fitting: str) -> None:
        """Write all documents that fit."""
        async with self._target.channel() as channel:
            stub: Any = DocumentServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
            documents = [document async for document in self._documents(stub, fitting)]
            places = self._places(documents)
            for document, path in advancing("exporting", places):
                try:
                    self._write(path, await self._content(stub, document.name))
                except grpc.aio.AioRpcError as error:
                    self._failures.add(path, str(failed_call(error, self._target.grpc_address)))
                except Unsafe as unsafe:
                    self._failures.add(path, unsafe.why)
                except OSError as error:
                    self._failures.add(path, error.strerror or str(error))
        self._failures.end(f"{self._written} written, {self._same} were there already")

    async def _documents(self, stub: Any, fitting: str) -> AsyncIterator[pb.Document]:
        request = pb.ListDocumentsRequest(filter=fitting, order_by="create_time", page_size=_PAGE)
        while True:
            page = await stub.ListDocuments(request, metadata=self._target.metadata, timeout=_DEADLINE_S)
            for document in page.documents:
                yield document
            request.page_token = page.next_page_token
            if not request.page_token:
                return

    def _places(self, documents: list[pb.Document]) -> list[tuple[pb.Document, str]]:
        """Give each document a path of its own: first those that have one, the oldest first."""
        taken: set[str] = set()
        places = []
        for document in sorted(documents, key=lambda document: not document.labels.get(PATH_LABEL)):
            kind = Kind.PLAIN if document.type == pb.DOCUMENT_TYPE_PLAIN_TEXT else Kind.RICH
            if label := document.labels.get(PATH_LABEL, ""):
                if why := why_not(label):
                    self._failures.add(label, f"{document.name} is left out: {why}")
                    continue
                path = exported_path(label, kind, self._form)
                if key(path) in taken:
                    self._failures.add(path, f"{document.name} is left out: another document has this path")
                    continue
            else:
                extension = exported_path("x" + Rules(Form.MARKDOWN).extension(kind), kind, self._form)[1:]
                path = path_for(document.title, extension, taken)
            taken.add(key(path))
            places.append((document, path))
        return places

    async def _content(self, stub: Any, name: str) -> bytes:
        request = pb.GetContentRequest(name=name, format=FORMATS[self._form])
        call = stub.GetContent(request, metadata=self._target.metadata, timeout=_DEADLINE_S)
        try:
            return "".join([part.text async for part in call]).encode()
        finally:
            call.cancel()

    def _write(self, path: str, data: bytes) -> None:
        try:
            if self._folder.read(path, None).data == data:
                self._same += 1
                return
        except FileNotFoundError:
            unfinished = self._folder.prepare(path, data)
            if not self._folder.place(path, unfinished):
                self._folder.discard(path, unfinished)
                raise Unsafe(path, "appeared just now; it is left as it is") from None
        else:
            if not self._force:
                raise Unsafe(path, "is there already, and differs; --force overwrites it")
            self._folder.write(path, data)
        self._written += 1
