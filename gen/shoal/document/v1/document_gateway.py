"""REST for shoal/document/v1/document.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.document.v1 import document_pb2
from shoal.type.v1 import operation_gateway

_DOCUMENT_TYPE = encoders.EnumNames(document_pb2.DocumentType.DESCRIPTOR)


def encode_document(m: document_pb2.Document) -> dict[str, Any]:
    return {
        "name": m.name,
        "title": m.title,
        "type": _DOCUMENT_TYPE[m.type],
        "headRevision": str(m.head_revision),
        "creator": m.creator,
        "createTime": encoders.timestamp(m.create_time) if m.HasField("create_time") else None,
        "updateTime": encoders.timestamp(m.update_time) if m.HasField("update_time") else None,
        "project": m.project,
        "folder": m.folder,
        "labels": dict(m.labels),
        "language": m.language,
        "template": m.template,
        "deleteTime": encoders.timestamp(m.delete_time) if m.HasField("delete_time") else None,
        "expireTime": encoders.timestamp(m.expire_time) if m.HasField("expire_time") else None,
        "etag": m.etag,
    }


def encode_create_document_response(m: document_pb2.CreateDocumentResponse) -> dict[str, Any]:
    return {
        "document": encode_document(m.document) if m.HasField("document") else None,
    }


def encode_get_document_response(m: document_pb2.GetDocumentResponse) -> dict[str, Any]:
    return {
        "document": encode_document(m.document) if m.HasField("document") else None,
    }


def encode_list_documents_response(m: document_pb2.ListDocumentsResponse) -> dict[str, Any]:
    return {
        "documents": [encode_document(each) for each in m.documents],
        "nextPageToken": m.next_page_token,
    }


def encode_watch_documents_response(m: document_pb2.WatchDocumentsResponse) -> dict[str, Any]:
    return {
        "documents": [encode_document(each) for each in m.documents],
        "left": list(m.left),
        "caughtUp": m.caught_up,
    }


def encode_update_document_response(m: document_pb2.UpdateDocumentResponse) -> dict[str, Any]:
    return {
        "document": encode_document(m.document) if m.HasField("document") else None,
    }


def encode_delete_document_response(m: document_pb2.DeleteDocumentResponse) -> dict[str, Any]:
    return {
        "document": encode_document(m.document) if m.HasField("document") else None,
    }


def encode_undelete_document_response(m: document_pb2.UndeleteDocumentResponse) -> dict[str, Any]:
    return {
        "document": encode_document(m.document) if m.HasField("document") else None,
    }


def encode_purge_document_response(m: document_pb2.PurgeDocumentResponse) -> dict[str, Any]:
    return {}


def encode_get_content_response(m: document_pb2.GetContentResponse) -> dict[str, Any]:
    return {
        "revision": str(m.revision),
        "content": operation_gateway.encode_content(m.content) if m.HasField("content") else None,
        "text": m.text,
        "hash": encoders.octets(m.hash),
    }


def encode_replace_content_response(m: document_pb2.ReplaceContentResponse) -> dict[str, Any]:
    return {
        "revision": str(m.revision),
        "changed": m.changed,
    }


_create_document = Method(
    "/shoal.document.v1.DocumentService/CreateDocument",
    document_pb2.CreateDocumentRequest,
    document_pb2.CreateDocumentResponse,
    encode=encode_create_document_response,
)
_get_document = Method(
    "/shoal.document.v1.DocumentService/GetDocument",
    document_pb2.GetDocumentRequest,
    document_pb2.GetDocumentResponse,
    encode=encode_get_document_response,
)
_list_documents = Method(
    "/shoal.document.v1.DocumentService/ListDocuments",
    document_pb2.ListDocumentsRequest,
    document_pb2.ListDocumentsResponse,
    encode=encode_list_documents_response,
)
_watch_documents = Method(
    "/shoal.document.v1.DocumentService/WatchDocuments",
    document_pb2.WatchDocumentsRequest,
    document_pb2.WatchDocumentsResponse,
    server_streaming=True,
    encode=encode_watch_documents_response,
)
_update_document = Method(
    "/shoal.document.v1.DocumentService/UpdateDocument",
    document_pb2.UpdateDocumentRequest,
    document_pb2.UpdateDocumentResponse,
    encode=encode_update_document_response,
)
_delete_document = Method(
    "/shoal.document.v1.DocumentService/DeleteDocument",
    document_pb2.DeleteDocumentRequest,
    document_pb2.DeleteDocumentResponse,
    encode=encode_delete_document_response,
)
_undelete_document = Method(
    "/shoal.document.v1.DocumentService/UndeleteDocument",
    document_pb2.UndeleteDocumentRequest,
    document_pb2.UndeleteDocumentResponse,
    encode=encode_undelete_document_response,
)
_purge_document = Method(
    "/shoal.document.v1.DocumentService/PurgeDocument",
    document_pb2.PurgeDocumentRequest,
    document_pb2.PurgeDocumentResponse,
    encode=encode_purge_document_response,
)
_get_content = Method(
    "/shoal.document.v1.DocumentService/GetContent",
    document_pb2.GetContentRequest,
    document_pb2.GetContentResponse,
    server_streaming=True,
    encode=encode_get_content_response,
)
_replace_content = Method(
    "/shoal.document.v1.DocumentService/ReplaceContent",
    document_pb2.ReplaceContentRequest,
    document_pb2.ReplaceContentResponse,
    encode=encode_replace_content_response,
)

DOCUMENT_SERVICE: tuple[Binding, ...] = (
    Binding("POST", "/v1/documents", _create_document, body="*"),
    Binding("GET", "/v1/{name=documents/*}", _get_document),
    Binding("GET", "/v1/documents", _list_documents),
    Binding("GET", "/v1/documents:watch", _watch_documents),
    Binding("PATCH", "/v1/{document.name=documents/*}", _update_document, body="document"),
    Binding("DELETE", "/v1/{name=documents/*}", _delete_document),
    Binding("POST", "/v1/{name=documents/*}:undelete", _undelete_document, body="*"),
    Binding("POST", "/v1/{name=documents/*}:purge", _purge_document, body="*"),
    Binding("GET", "/v1/{name=documents/*}:content", _get_content),
    Binding("POST", "/v1/{name=documents/*}:replaceContent", _replace_content, body="*"),
)
"""shoal.document.v1.DocumentService."""
