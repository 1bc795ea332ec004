import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from shoal.document.v1 import document_pb2 as _document_pb2
from shoal.options.v1 import options_pb2 as _options_pb2
from shoal.type.v1 import operation_pb2 as _operation_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Causality(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CAUSALITY_UNSPECIFIED: _ClassVar[Causality]
    CAUSALITY_BEFORE: _ClassVar[Causality]
    CAUSALITY_AFTER: _ClassVar[Causality]
    CAUSALITY_EQUAL: _ClassVar[Causality]
    CAUSALITY_CONCURRENT: _ClassVar[Causality]

class DiffFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DIFF_FORMAT_UNSPECIFIED: _ClassVar[DiffFormat]
    DIFF_FORMAT_DELTA: _ClassVar[DiffFormat]
    DIFF_FORMAT_HTML: _ClassVar[DiffFormat]
CAUSALITY_UNSPECIFIED: Causality
CAUSALITY_BEFORE: Causality
CAUSALITY_AFTER: Causality
CAUSALITY_EQUAL: Causality
CAUSALITY_CONCURRENT: Causality
DIFF_FORMAT_UNSPECIFIED: DiffFormat
DIFF_FORMAT_DELTA: DiffFormat
DIFF_FORMAT_HTML: DiffFormat

class ListOperationsRequest(_message.Message):
    __slots__ = ("document", "page_size", "page_token", "after_revision", "up_to_revision", "descending")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    AFTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    UP_TO_REVISION_FIELD_NUMBER: _ClassVar[int]
    DESCENDING_FIELD_NUMBER: _ClassVar[int]
    document: str
    page_size: int
    page_token: str
    after_revision: int
    up_to_revision: int
    descending: bool
    def __init__(self, document: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., after_revision: _Optional[int] = ..., up_to_revision: _Optional[int] = ..., descending: _Optional[bool] = ...) -> None: ...

class ListOperationsResponse(_message.Message):
    __slots__ = ("operations", "next_page_token")
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    operations: _containers.RepeatedCompositeFieldContainer[_operation_pb2.CommittedOperation]
    next_page_token: str
    def __init__(self, operations: _Optional[_Iterable[_Union[_operation_pb2.CommittedOperation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListEditSessionsRequest(_message.Message):
    __slots__ = ("document", "page_size", "page_token")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    document: str
    page_size: int
    page_token: str
    def __init__(self, document: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListEditSessionsResponse(_message.Message):
    __slots__ = ("edit_sessions", "next_page_token")
    EDIT_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    edit_sessions: _containers.RepeatedCompositeFieldContainer[EditSession]
    next_page_token: str
    def __init__(self, edit_sessions: _Optional[_Iterable[_Union[EditSession, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class EditSession(_message.Message):
    __slots__ = ("first_revision", "last_revision", "start_time", "end_time", "contributions")
    FIRST_REVISION_FIELD_NUMBER: _ClassVar[int]
    LAST_REVISION_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTIONS_FIELD_NUMBER: _ClassVar[int]
    first_revision: int
    last_revision: int
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    contributions: _containers.RepeatedCompositeFieldContainer[Contribution]
    def __init__(self, first_revision: _Optional[int] = ..., last_revision: _Optional[int] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., contributions: _Optional[_Iterable[_Union[Contribution, _Mapping]]] = ...) -> None: ...

class Contribution(_message.Message):
    __slots__ = ("author", "agent", "operations", "inserted", "deleted")
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    INSERTED_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    author: str
    agent: str
    operations: int
    inserted: int
    deleted: int
    def __init__(self, author: _Optional[str] = ..., agent: _Optional[str] = ..., operations: _Optional[int] = ..., inserted: _Optional[int] = ..., deleted: _Optional[int] = ...) -> None: ...

class CompareOperationsRequest(_message.Message):
    __slots__ = ("document", "revision", "other_revision", "include_clocks")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    OTHER_REVISION_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_CLOCKS_FIELD_NUMBER: _ClassVar[int]
    document: str
    revision: int
    other_revision: int
    include_clocks: bool
    def __init__(self, document: _Optional[str] = ..., revision: _Optional[int] = ..., other_revision: _Optional[int] = ..., include_clocks: _Optional[bool] = ...) -> None: ...

class CompareOperationsResponse(_message.Message):
    __slots__ = ("causality", "clock", "other_clock")
    CAUSALITY_FIELD_NUMBER: _ClassVar[int]
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    OTHER_CLOCK_FIELD_NUMBER: _ClassVar[int]
    causality: Causality
    clock: _containers.RepeatedCompositeFieldContainer[ClockEntry]
    other_clock: _containers.RepeatedCompositeFieldContainer[ClockEntry]
    def __init__(self, causality: _Optional[_Union[Causality, str]] = ..., clock: _Optional[_Iterable[_Union[ClockEntry, _Mapping]]] = ..., other_clock: _Optional[_Iterable[_Union[ClockEntry, _Mapping]]] = ...) -> None: ...

class ClockEntry(_message.Message):
    __slots__ = ("site", "site_sequence")
    SITE_FIELD_NUMBER: _ClassVar[int]
    SITE_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    site: str
    site_sequence: int
    def __init__(self, site: _Optional[str] = ..., site_sequence: _Optional[int] = ...) -> None: ...

class DiffRevisionsRequest(_message.Message):
    __slots__ = ("document", "from_revision", "to_revision", "format")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    FROM_REVISION_FIELD_NUMBER: _ClassVar[int]
    TO_REVISION_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    document: str
    from_revision: int
    to_revision: int
    format: DiffFormat
    def __init__(self, document: _Optional[str] = ..., from_revision: _Optional[int] = ..., to_revision: _Optional[int] = ..., format: _Optional[_Union[DiffFormat, str]] = ...) -> None: ...

class DiffRevisionsResponse(_message.Message):
    __slots__ = ("from_revision", "to_revision", "components", "html", "inserted", "deleted")
    FROM_REVISION_FIELD_NUMBER: _ClassVar[int]
    TO_REVISION_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    HTML_FIELD_NUMBER: _ClassVar[int]
    INSERTED_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    from_revision: int
    to_revision: int
    components: _containers.RepeatedCompositeFieldContainer[_operation_pb2.Component]
    html: str
    inserted: int
    deleted: int
    def __init__(self, from_revision: _Optional[int] = ..., to_revision: _Optional[int] = ..., components: _Optional[_Iterable[_Union[_operation_pb2.Component, _Mapping]]] = ..., html: _Optional[str] = ..., inserted: _Optional[int] = ..., deleted: _Optional[int] = ...) -> None: ...

class GetBlameRequest(_message.Message):
    __slots__ = ("document", "revision", "time")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    document: str
    revision: int
    time: _timestamp_pb2.Timestamp
    def __init__(self, document: _Optional[str] = ..., revision: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetBlameResponse(_message.Message):
    __slots__ = ("revision", "runs")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    revision: int
    runs: _containers.RepeatedCompositeFieldContainer[BlameRun]
    def __init__(self, revision: _Optional[int] = ..., runs: _Optional[_Iterable[_Union[BlameRun, _Mapping]]] = ...) -> None: ...

class BlameRun(_message.Message):
    __slots__ = ("length", "author", "agent")
    LENGTH_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    length: int
    author: str
    agent: str
    def __init__(self, length: _Optional[int] = ..., author: _Optional[str] = ..., agent: _Optional[str] = ...) -> None: ...

class RestoreDocumentRequest(_message.Message):
    __slots__ = ("document", "revision", "time", "version", "request_id")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    document: str
    revision: int
    time: _timestamp_pb2.Timestamp
    version: str
    request_id: str
    def __init__(self, document: _Optional[str] = ..., revision: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class RestoreDocumentResponse(_message.Message):
    __slots__ = ("restored_revision", "revision", "changed")
    RESTORED_REVISION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    restored_revision: int
    revision: int
    changed: bool
    def __init__(self, restored_revision: _Optional[int] = ..., revision: _Optional[int] = ..., changed: _Optional[bool] = ...) -> None: ...

class ExportHistoryRequest(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: str
    def __init__(self, document: _Optional[str] = ...) -> None: ...

class ExportHistoryResponse(_message.Message):
    __slots__ = ("chunk", "exported_operations", "total_operations")
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    EXPORTED_OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    chunk: bytes
    exported_operations: int
    total_operations: int
    def __init__(self, chunk: _Optional[bytes] = ..., exported_operations: _Optional[int] = ..., total_operations: _Optional[int] = ...) -> None: ...

class ImportHistoryRequest(_message.Message):
    __slots__ = ("document_id", "project", "chunk")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    project: str
    chunk: bytes
    def __init__(self, document_id: _Optional[str] = ..., project: _Optional[str] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class ImportHistoryResponse(_message.Message):
    __slots__ = ("document", "operations")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    operations: int
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ..., operations: _Optional[int] = ...) -> None: ...
