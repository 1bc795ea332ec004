"""The messages of books.proto, compiled once a run, and the bindings that a generator would write for them."""

from __future__ import annotations

import importlib.resources
import tempfile
from pathlib import Path
from typing import Any

import grpc_tools
from google.api import httpbody_pb2
from google.protobuf import (  # noqa: F401
    any_pb2,
    descriptor_pb2,
    descriptor_pool,
    duration_pb2,
    empty_pb2,
    field_mask_pb2,
    message_factory,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)
from grpc_tools import protoc

from edge.gateway.binding import Binding, Method

_HERE = Path(__file__).parent


def _compile() -> dict[str, Any]:
    """Message classes by name, of the default pool, so that an Any may hold them."""
    google_api = Path(httpbody_pb2.__file__).parents[2]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "books.binpb"
        include = importlib.resources.files(grpc_tools) / "_proto"
        failed = protoc.main(
            ["protoc", f"-I{_HERE}", f"-I{include}", f"-I{google_api}", f"--descriptor_set_out={out}", "books.proto"]
        )
        assert not failed
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes()).file
    pool = descriptor_pool.Default()
    for file in files:
        pool.Add(file) if hasattr(pool, "Add") else pool.AddSerializedFile(file.SerializeToString())
    described = pool.FindFileByName("books.proto").message_types_by_name
    return {name: message_factory.GetMessageClass(descriptor) for name, descriptor in described.items()}


_messages = _compile()
Author, Book, Counted, CreateBookRequest, CreateBookResponse, Everything, FailRequest, GetBookRequest = (
    _messages[name]
    for name in (
        "Author", "Book", "Counted", "CreateBookRequest", "CreateBookResponse", "Everything", "FailRequest",
        "GetBookRequest",
    )
)  # fmt: skip
Seen, StoreRequest, UpdateBookRequest, WatchBooksRequest = (
    _messages[name] for name in ("Seen", "StoreRequest", "UpdateBookRequest", "WatchBooksRequest")
)
Empty, HttpBody = empty_pb2.Empty, httpbody_pb2.HttpBody

SERVICE = "books.v1.BookService"


def _method(name: str, request: Any, response: Any, requests: bool = False, answers: bool = False) -> Method:
    return Method(f"/{SERVICE}/{name}", request, response, client_streaming=requests, server_streaming=answers)


METHODS = {
    method.path.rpartition("/")[2]: method
    for method in (
        _method("GetBook", GetBookRequest, Book),
        _method("CreateBook", CreateBookRequest, CreateBookResponse),
        _method("UpdateBook", UpdateBookRequest, UpdateBookRequest),
        _method("Echo", Everything, Everything),
        _method("Fail", FailRequest, Book),
        _method("Wait", Empty, Book),
        _method("ShowMetadata", Empty, Seen),
        _method("WatchBooks", WatchBooksRequest, Book, answers=True),
        _method("Count", Book, Counted, requests=True),
        _method("Chat", Book, Book, requests=True, answers=True),
        _method("Download", Empty, HttpBody),
        _method("DownloadParts", Empty, HttpBody, answers=True),
        _method("Store", StoreRequest, StoreRequest),
    )
}

BINDINGS = (
    Binding("GET", "/v1/{name=books/*}", METHODS["GetBook"]),
    Binding("POST", "/v1/books", METHODS["CreateBook"], body="book", response_body="book"),
    Binding("PUT", "/v1/books", METHODS["UpdateBook"], body="book"),
    Binding("PATCH", "/v1/{book.name=books/*}", METHODS["UpdateBook"], body="book"),
    Binding("POST", "/v1/echo", METHODS["Echo"], body="*"),
    Binding("GET", "/v1/fail/{code}", METHODS["Fail"]),
    Binding("GET", "/v1/wait", METHODS["Wait"]),
    Binding("GET", "/v1/metadata", METHODS["ShowMetadata"]),
    Binding("GET", "/v1/books:watch", METHODS["WatchBooks"]),
    Binding("POST", "/v1/books:count", METHODS["Count"], body="*"),
    Binding("POST", "/v1/books:chat", METHODS["Chat"], body="*"),
    Binding("GET", "/v1/download", METHODS["Download"]),
    Binding("GET", "/v1/download:parts", METHODS["DownloadParts"]),
    Binding("POST", "/v1/files/{name}", METHODS["Store"], body="file", response_body="file"),
)
