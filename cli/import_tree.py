"""`shoal import`: files and trees of files as documents.

Owns the command. Links are not followed, and a file that cannot be read does not stop the others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import grpc
import typer

from cli.documents import FORMATS, Format
from cli.errors import Failed, failed_call
from cli.instance import DEFAULT_DATA
from cli.mirroring.folder import Folder, Unsafe
from cli.mirroring.model import Kind, Rules
from cli.mirroring.paths import key, shown, title_of, why_not
from cli.mirroring.project import full_project
from cli.mirroring.scan import Scanner
from cli.mirroring.tree import Failures, advancing, format_of, imported_path, kind_of
from cli.mirroring.view import PATH_LABEL
from cli.run import run
from cli.target import DataOption, GrpcOption, Target, TokenOption, UrlOption, find_target
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub

_PAGE = 1000
_DEADLINE_S = 60.0
_PATTERNS = tuple(
    f"*.{ending}"
    for ending in ("md", "markdown", "mdown", "mkd", "txt", "text", "html", "htm", "xhtml", "json", "delta")
)
"""What is taken from a folder; a file that is named itself is taken whatever its name."""


@dataclass(frozen=True, slots=True)
class _File:
    folder: Folder
    path: str
    form: Format

    @property
    def label(self) -> str:
        """Return the place of the document."""
        return imported_path(self.path, self.form)


def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, and folders with all below them.")],
    project: Annotated[
        str | None, typer.Option("--project", metavar="P", help="Into this project: projects/x, or x.")
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="How to read all of them. Left out: as each ending says.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the content of documents that are there already.")
    ] = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Create a document of each file, with its place as label `path`, and print their names.

    What fails is told at the end, with exit code 1; the others are imported.
    """
    into = full_project(project) if project is not None else ""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    failures = Failures()
    with ExitStack() as stack:
        files = [file for path in paths for file in _files(path, form, stack, failures)]
        run(_Import(target, into, failures, force=force).all(files))


def _files(path: Path, form: Format | None, stack: ExitStack, failures: Failures) -> Iterator[_File]:
    """Yield the files at or below `path`; what is refused is a failure."""
    if not path.is_dir():
        folder = stack.enter_context(Folder.opened(path.parent))
        if why := why_not(path.name):
            failures.add(str(path), why)
        else:
            yield _File(folder, path.name, form or format_of(path.name) or Format.TEXT)
        return
    folder = stack.enter_context(Folder.opened(path))
    seen = Scanner(folder, Rules(include=_PATTERNS)).scan()
    for refused in sorted(seen.refused, key=lambda refused: refused.path):
        if not refused.is_note:
            failures.add(str(path / refused.path), refused.why)
    for name in seen.files:
        yield _File(folder, name, form or format_of(name) or Format.TEXT)


class _Import:
    def __init__(self, target: Target, project: str, failures: Failures, *, force: bool) -> None:
        self._target, self._project, self._failures, self._force = target, project, failures, force
        self._created = self._replaced = 0

    async def all(self, files: list[_File]) -> None:
        """Import files, one after the other."""
        async with self._target.channel() as channel:
            stub: Any = DocumentServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
            there = {key(each.labels[PATH_LABEL]): each async for each in self._documents(stub)}
            for file in advancing("importing", files):
                try:
                    document = await self._import(stub, file, there.get(key(file.label)))
                    there[key(file.label)] = document
                    print(f"{document.name}\t{shown(file.label)}", flush=True)
                except grpc.aio.AioRpcError as error:
                    self._failures.add(file.path, str(failed_call(error, self._target.grpc_address)))
                except (Unsafe, Failed, OSError) as error:
                    why = error.why if isinstance(error, Unsafe) else getattr(error, "strerror", None) or str(error)
                    self._failures.add(file.path, why)
        self._failures.end(f"{self._created} created, {self._replaced} replaced")

    async def _documents(self, stub: Any) -> AsyncIterator[pb.Document]:
        """Yield the documents of the project that have a path; without a project, those that have none either."""
        fitting = f"labels : {PATH_LABEL}" + (f' AND project = "{self._project}"' if self._project else "")
        request = pb.ListDocumentsRequest(filter=fitting, order_by="create_time", page_size=_PAGE)
        while True:
            page = await stub.ListDocuments(request, metadata=self._target.metadata, timeout=_DEADLINE_S)
            for document in page.documents:
                if document.project == self._project:
                    yield document
            request.page_token = page.next_page_token
            if not request.page_token:
                return

    async def _import(self, stub: Any, file: _File, there: pb.Document | None) -> pb.Document:
        text = file.folder.read(file.path).text(file.path)
        source = pb.Source(format=FORMATS[file.form], text=text)
        if there is not None:
            return await self._replace(stub, source, there)
        document = pb.Document(
            title=title_of(text if file.form is Format.MARKDOWN else "", file.label),
            type=pb.DOCUMENT_TYPE_PLAIN_TEXT if kind_of(file.form) is Kind.PLAIN else pb.DOCUMENT_TYPE_RICH_TEXT,
            project=self._project,
            labels={PATH_LABEL: file.label},
        )
        request = pb.CreateDocumentRequest(document=document, source=source)
        response = await stub.CreateDocument(request, metadata=self._target.metadata, timeout=_DEADLINE_S)
        self._created += 1
        created: pb.Document = response.document
        return created

    async def _replace(self, stub: Any, source: pb.Source, there: pb.Document) -> pb.Document:
        if not self._force:
            raise Failed(f"{there.name} has this path already; --force replaces its content")
        request = pb.ReplaceContentRequest(name=there.name, source=source)
        await stub.ReplaceContent(request, metadata=self._target.metadata, timeout=_DEADLINE_S)
        self._replaced += 1
        return there
