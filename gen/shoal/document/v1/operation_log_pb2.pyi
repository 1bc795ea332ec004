import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from shoal.document.v1 import document_pb2 as _document_pb2
from shoal.error.v1 import error_pb2 as _error_pb2
from shoal.options.v1 import options_pb2 as _options_pb2
from shoal.type.v1 import operation_pb2 as _operation_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AppendRequest(_message.Message):
    __slots__ = ("batches",)
    BATCHES_FIELD_NUMBER: _ClassVar[int]
    batches: _containers.RepeatedCompositeFieldContainer[AppendBatch]
    def __init__(self, batches: _Optional[_Iterable[_Union[AppendBatch, _Mapping]]] = ...) -> None: ...

class AppendBatch(_message.Message):
    __slots__ = ("batch_id", "document", "expected_head_revision", "operations")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_HEAD_REVISION_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    batch_id: int
    document: str
    expected_head_revision: int
    operations: _containers.RepeatedCompositeFieldContainer[_operation_pb2.CommittedOperation]
    def __init__(self, batch_id: _Optional[int] = ..., document: _Optional[str] = ..., expected_head_revision: _Optional[int] = ..., operations: _Optional[_Iterable[_Union[_operation_pb2.CommittedOperation, _Mapping]]] = ...) -> None: ...

class AppendResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[AppendOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[AppendOutcome, _Mapping]]] = ...) -> None: ...

class AppendOutcome(_message.Message):
    __slots__ = ("batch_id", "committed_head_revision", "stale_head_revision", "site_conflict", "fault")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_HEAD_REVISION_FIELD_NUMBER: _ClassVar[int]
    STALE_HEAD_REVISION_FIELD_NUMBER: _ClassVar[int]
    SITE_CONFLICT_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    batch_id: int
    committed_head_revision: int
    stale_head_revision: int
    site_conflict: SiteConflict
    fault: _error_pb2.Fault
    def __init__(self, batch_id: _Optional[int] = ..., committed_head_revision: _Optional[int] = ..., stale_head_revision: _Optional[int] = ..., site_conflict: _Optional[_Union[SiteConflict, _Mapping]] = ..., fault: _Optional[_Union[_error_pb2.Fault, _Mapping]] = ...) -> None: ...

class SiteConflict(_message.Message):
    __slots__ = ("head_revision",)
    HEAD_REVISION_FIELD_NUMBER: _ClassVar[int]
    head_revision: int
    def __init__(self, head_revision: _Optional[int] = ...) -> None: ...

class LoadRequest(_message.Message):
    __slots__ = ("document", "at_revision")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    AT_REVISION_FIELD_NUMBER: _ClassVar[int]
    document: str
    at_revision: int
    def __init__(self, document: _Optional[str] = ..., at_revision: _Optional[int] = ...) -> None: ...

class LoadResponse(_message.Message):
    __slots__ = ("document", "checkpoint_revision", "content", "operations")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_REVISION_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    checkpoint_revision: int
    content: _operation_pb2.Content
    operations: _containers.RepeatedCompositeFieldContainer[_operation_pb2.CommittedOperation]
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ..., checkpoint_revision: _Optional[int] = ..., content: _Optional[_Union[_operation_pb2.Content, _Mapping]] = ..., operations: _Optional[_Iterable[_Union[_operation_pb2.CommittedOperation, _Mapping]]] = ...) -> None: ...

class ReadRequest(_message.Message):
    __slots__ = ("document", "after_revision", "up_to_revision")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    AFTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    UP_TO_REVISION_FIELD_NUMBER: _ClassVar[int]
    document: str
    after_revision: int
    up_to_revision: int
    def __init__(self, document: _Optional[str] = ..., after_revision: _Optional[int] = ..., up_to_revision: _Optional[int] = ...) -> None: ...

class ReadResponse(_message.Message):
    __slots__ = ("operations",)
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    operations: _containers.RepeatedCompositeFieldContainer[_operation_pb2.CommittedOperation]
    def __init__(self, operations: _Optional[_Iterable[_Union[_operation_pb2.CommittedOperation, _Mapping]]] = ...) -> None: ...

class HeadsRequest(_message.Message):
    __slots__ = ("heads",)
    HEADS_FIELD_NUMBER: _ClassVar[int]
    heads: _containers.RepeatedCompositeFieldContainer[HeadRequest]
    def __init__(self, heads: _Optional[_Iterable[_Union[HeadRequest, _Mapping]]] = ...) -> None: ...

class HeadRequest(_message.Message):
    __slots__ = ("document", "sites")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    SITES_FIELD_NUMBER: _ClassVar[int]
    document: str
    sites: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, document: _Optional[str] = ..., sites: _Optional[_Iterable[str]] = ...) -> None: ...

class HeadsResponse(_message.Message):
    __slots__ = ("heads",)
    HEADS_FIELD_NUMBER: _ClassVar[int]
    heads: _containers.RepeatedCompositeFieldContainer[Head]
    def __init__(self, heads: _Optional[_Iterable[_Union[Head, _Mapping]]] = ...) -> None: ...

class Head(_message.Message):
    __slots__ = ("document", "revision", "sites", "delete_time")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SITES_FIELD_NUMBER: _ClassVar[int]
    DELETE_TIME_FIELD_NUMBER: _ClassVar[int]
    document: str
    revision: int
    sites: _containers.RepeatedCompositeFieldContainer[SiteHead]
    delete_time: _timestamp_pb2.Timestamp
    def __init__(self, document: _Optional[str] = ..., revision: _Optional[int] = ..., sites: _Optional[_Iterable[_Union[SiteHead, _Mapping]]] = ..., delete_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SiteHead(_message.Message):
    __slots__ = ("site", "author", "last_sequence", "last_revision")
    SITE_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LAST_REVISION_FIELD_NUMBER: _ClassVar[int]
    site: str
    author: str
    last_sequence: int
    last_revision: int
    def __init__(self, site: _Optional[str] = ..., author: _Optional[str] = ..., last_sequence: _Optional[int] = ..., last_revision: _Optional[int] = ...) -> None: ...

class SiteRevisionsRequest(_message.Message):
    __slots__ = ("document", "site", "first_sequence", "last_sequence")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    SITE_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    document: str
    site: str
    first_sequence: int
    last_sequence: int
    def __init__(self, document: _Optional[str] = ..., site: _Optional[str] = ..., first_sequence: _Optional[int] = ..., last_sequence: _Optional[int] = ...) -> None: ...

class SiteRevisionsResponse(_message.Message):
    __slots__ = ("revisions",)
    REVISIONS_FIELD_NUMBER: _ClassVar[int]
    revisions: _containers.RepeatedCompositeFieldContainer[SiteRevision]
    def __init__(self, revisions: _Optional[_Iterable[_Union[SiteRevision, _Mapping]]] = ...) -> None: ...

class SiteRevision(_message.Message):
    __slots__ = ("site_sequence", "revision")
    SITE_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    site_sequence: int
    revision: int
    def __init__(self, site_sequence: _Optional[int] = ..., revision: _Optional[int] = ...) -> None: ...
