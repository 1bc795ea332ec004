"""A running `shoal mirror`, what it says, and the project it mirrors, for tests."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc

from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub
from tests.system.people import make_project, target_of
from tests.system.shoal import ROOT, ShoalProcess

PATIENCE_S = 30.0
_BEAT_S = 0.02


def eventually(what: Callable[[], Any], why: str = "") -> Any:
    """Return the first true answer to `what`; fails when there is none in time."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            if answer := what():
                return answer
        except FileNotFoundError:
            pass
        assert time.monotonic() < deadline, f"not in {PATIENCE_S} s: {why or what}"
        time.sleep(_BEAT_S)


class Mirror:
    """A `shoal mirror` that runs; `lines` is what it said so far."""

    def __init__(self, shoal: ShoalProcess, folder: Path, project: str, *options: str) -> None:
        command = [sys.executable, "-m", "cli.main", "mirror", str(folder), "--project", project]
        self._process = subprocess.Popen(
            [*command, "--data", str(shoal.data), *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        )  # fmt: skip
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()

    def says(self, part: str) -> str:
        """Return the first line with `part` in it, when it is said."""

        def found() -> str | None:
            return next((line for line in self.lines if part in line), None)

        with self._news:
            assert self._news.wait_for(found, PATIENCE_S), f"{part!r} was not said: {self.lines}"
            return found() or ""

    def ready(self) -> Mirror:
        """Return when it has seen both sides."""
        self.says("documents are mirrored")
        return self

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self.wait()

    def interrupt(self) -> int:
        """Ctrl-C; returns the exit code."""
        self._process.send_signal(2)
        return self.wait()

    def wait(self) -> int:
        """Return the exit code when it has ended."""
        code = self._process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def __enter__(self) -> Mirror:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.kill()


class Project:
    """A project, made, and its documents, seen and changed by Ada over gRPC."""

    def __init__(self, shoal: ShoalProcess, name: str) -> None:
        self._shoal, self.name = shoal, f"projects/{name}"
        make_project(shoal, name)

    def _call(self, rpc: str, request: Any) -> Any:
        target = target_of(self._shoal, "ada")
        with grpc.insecure_channel(target.grpc_address) as channel:
            return getattr(DocumentServiceStub(channel), rpc)(request, metadata=target.metadata, timeout=PATIENCE_S)

    def documents(self, *, deleted: bool = False) -> dict[str, pb.Document]:
        """Return the documents by path."""
        request = pb.ListDocumentsRequest(filter=f'project = "{self.name}"', show_deleted=deleted, page_size=1000)
        return {each.labels["path"]: each for each in self._call("ListDocuments", request).documents}

    def create(self, path: str, text: str, *, plain: bool = False, title: str = "") -> str:
        """Create a document and return its name."""
        document = pb.Document(
            title=title,
            project=self.name,
            labels={"path": path} if path else {},
            type=pb.DOCUMENT_TYPE_PLAIN_TEXT if plain else pb.DOCUMENT_TYPE_RICH_TEXT,
        )
        source = pb.Source(format=pb.CONTENT_FORMAT_MARKDOWN, text=text)
        response = self._call("CreateDocument", pb.CreateDocumentRequest(document=document, source=source))
        return str(response.document.name)

    def text(self, name: str) -> str:
        """Return a document's text as Markdown."""
        target = target_of(self._shoal, "ada")
        request = pb.GetContentRequest(name=name, format=pb.CONTENT_FORMAT_MARKDOWN)
        with grpc.insecure_channel(target.grpc_address) as channel:
            parts = DocumentServiceStub(channel).GetContent(request, metadata=target.metadata, timeout=PATIENCE_S)
            return "".join(part.text for part in parts)

    def write(self, name: str, text: str) -> None:
        """Make a document read `text`."""
        source = pb.Source(format=pb.CONTENT_FORMAT_MARKDOWN, text=text)
        self._call("ReplaceContent", pb.ReplaceContentRequest(name=name, source=source))

    def get(self, name: str) -> pb.Document:
        """Return what is said about a document."""
        document: pb.Document = self._call("GetDocument", pb.GetDocumentRequest(name=name)).document
        return document

    def set_path(self, name: str, path: str) -> None:
        """Give a document another path."""
        request = pb.UpdateDocumentRequest(document=pb.Document(name=name, labels={"path": path}))
        request.update_mask.paths.append("labels.path")
        self._call("UpdateDocument", request)

    def delete(self, name: str) -> None:
        """Move a document to the trash."""
        self._call("DeleteDocument", pb.DeleteDocumentRequest(name=name))

    def undelete(self, name: str) -> None:
        """Take a document out of the trash."""
        self._call("UndeleteDocument", pb.UndeleteDocumentRequest(name=name))
