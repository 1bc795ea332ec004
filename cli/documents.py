"""Documents, as the verbs know them: calls of DocumentService, and how a document is printed.

Owns what the verbs about documents share. Knows no option of any of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from enum import StrEnum
from typing import Any

import orjson
import typer
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from cli.target import Target
from shoal.document.v1 import document_pb2 as pb
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub

_DEADLINE_S = 30.0
_TYPE = "DOCUMENT_TYPE_"
_TIMES = ("create_time", "update_time", "delete_time", "expire_time")


class Type(StrEnum):
    """What a document holds."""

    RICH_TEXT = "rich_text"
    PLAIN_TEXT = "plain_text"


class Format(StrEnum):
    """In which form content is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    DELTA = "delta"


FORMATS = {
    Format.TEXT: pb.CONTENT_FORMAT_TEXT,
    Format.MARKDOWN: pb.CONTENT_FORMAT_MARKDOWN,
    Format.HTML: pb.CONTENT_FORMAT_HTML,
    Format.DELTA: pb.CONTENT_FORMAT_DELTA_JSON,
}


async def call(target: Target, method: str, request: Message) -> Any:
    """Return the answer of a unary rpc of DocumentService. Raises Failed."""
    async with target.channel() as channel:
        stub: Any = DocumentServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
        return await getattr(stub, method)(request, metadata=target.metadata, timeout=_DEADLINE_S)


async def create_document(target: Target, title: str, type_: Type, document_id: str = "") -> str:
    """Return the name of a new document, blank. Raises Failed."""
    document = pb.Document(title=title, type=type_number(type_))
    created = await call(target, "CreateDocument", pb.CreateDocumentRequest(document=document, document_id=document_id))
    return str(created.document.name)


async def get_document(target: Target, name: str) -> pb.Document:
    """Return a document's metadata. Raises Failed."""
    answer: pb.GetDocumentResponse = await call(target, "GetDocument", pb.GetDocumentRequest(name=name))
    return answer.document


async def is_plain_text(target: Target, name: str) -> bool:
    """Return whether a document holds text alone. Raises Failed."""
    return (await get_document(target, name)).type == pb.DOCUMENT_TYPE_PLAIN_TEXT


async def read_text(target: Target, name: str, revision: int | None = None) -> tuple[str, int]:
    """Return a document's text and the revision it is of. Raises Failed."""
    return await read_content(target, pb.GetContentRequest(name=name, revision=revision, format=pb.CONTENT_FORMAT_TEXT))


async def read_content(target: Target, request: pb.GetContentRequest) -> tuple[str, int]:
    """Return content in a format that is text, and the revision it is of. Raises Failed."""
    async with target.channel() as channel:
        stub: Any = DocumentServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
        stream = stub.GetContent(request, metadata=target.metadata)
        try:
            parts = [part async for part in stream]
        finally:
            stream.cancel()
    return "".join(part.text for part in parts), parts[0].revision


def type_number(type_: Type | None) -> pb.DocumentType:
    """Return the contract's value of a type; None = not said."""
    match type_:
        case Type.RICH_TEXT:
            return pb.DOCUMENT_TYPE_RICH_TEXT
        case Type.PLAIN_TEXT:
            return pb.DOCUMENT_TYPE_PLAIN_TEXT
        case None:
            return pb.DOCUMENT_TYPE_UNSPECIFIED


def type_word(document: pb.Document) -> str:
    """Return `rich_text` or `plain_text`."""
    return pb.DocumentType.Name(document.type).removeprefix(_TYPE).lower()


def local_time(stamp: Timestamp) -> str:
    """Return a time as a person at this machine reads it."""
    return stamp.ToDatetime(UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def as_json(document: pb.Document) -> str:
    """Return a document's metadata as one line of JSON; what is empty is left out."""
    return orjson.dumps(fields(document)).decode()


def fields(document: pb.Document) -> dict[str, Any]:
    """Return a document's metadata as JSON has it; what is empty is left out."""
    said: dict[str, Any] = {
        "name": document.name,
        "title": document.title,
        "type": type_word(document),
        "head_revision": document.head_revision,
        "creator": document.creator,
        "project": document.project,
        "folder": document.folder,
        "labels": dict(sorted(document.labels.items())),
        "language": document.language,
        "template": document.template,
        **{each: getattr(document, each).ToJsonString() for each in _TIMES if document.HasField(each)},
        "etag": document.etag,
    }
    return {key: value for key, value in said.items() if value or key == "head_revision"}


def pairs(written: Sequence[str] | None, option: str) -> Mapping[str, str]:
    """Return what `KEY=VALUE` options say. Raises BadParameter."""
    split = [each.partition("=") for each in written or ()]
    if any(not key or not equals for key, equals, _ in split):
        raise typer.BadParameter("must be KEY=VALUE", param_hint=option)
    return {key: value for key, _, value in split}
