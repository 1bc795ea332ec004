from google.api import annotations_pb2 as _annotations_pb2
from shoal.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Check(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHECK_UNSPECIFIED: _ClassVar[Check]
    CHECK_LOG: _ClassVar[Check]
    CHECK_HEAD: _ClassVar[Check]
    CHECK_REPLAY: _ClassVar[Check]
    CHECK_CHECKPOINTS: _ClassVar[Check]
    CHECK_HASHES: _ClassVar[Check]
    CHECK_ATTRIBUTION: _ClassVar[Check]
    CHECK_SITES: _ClassVar[Check]
    CHECK_EDIT_SESSIONS: _ClassVar[Check]
    CHECK_SEARCH: _ClassVar[Check]
    CHECK_OUTBOX: _ClassVar[Check]
    CHECK_PARTITIONS: _ClassVar[Check]

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_NOTE: _ClassVar[Severity]
    SEVERITY_WARNING: _ClassVar[Severity]
    SEVERITY_ERROR: _ClassVar[Severity]
CHECK_UNSPECIFIED: Check
CHECK_LOG: Check
CHECK_HEAD: Check
CHECK_REPLAY: Check
CHECK_CHECKPOINTS: Check
CHECK_HASHES: Check
CHECK_ATTRIBUTION: Check
CHECK_SITES: Check
CHECK_EDIT_SESSIONS: Check
CHECK_SEARCH: Check
CHECK_OUTBOX: Check
CHECK_PARTITIONS: Check
SEVERITY_UNSPECIFIED: Severity
SEVERITY_NOTE: Severity
SEVERITY_WARNING: Severity
SEVERITY_ERROR: Severity

class CheckDatabaseRequest(_message.Message):
    __slots__ = ("documents", "repair")
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    REPAIR_FIELD_NUMBER: _ClassVar[int]
    documents: _containers.RepeatedScalarFieldContainer[str]
    repair: bool
    def __init__(self, documents: _Optional[_Iterable[str]] = ..., repair: _Optional[bool] = ...) -> None: ...

class CheckDatabaseResponse(_message.Message):
    __slots__ = ("progress", "finding", "done")
    class Progress(_message.Message):
        __slots__ = ("documents", "total_documents", "operations", "total_operations")
        DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
        TOTAL_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
        OPERATIONS_FIELD_NUMBER: _ClassVar[int]
        TOTAL_OPERATIONS_FIELD_NUMBER: _ClassVar[int]
        documents: int
        total_documents: int
        operations: int
        total_operations: int
        def __init__(self, documents: _Optional[int] = ..., total_documents: _Optional[int] = ..., operations: _Optional[int] = ..., total_operations: _Optional[int] = ...) -> None: ...
    class Finding(_message.Message):
        __slots__ = ("check", "severity", "document", "revision", "message", "repaired")
        CHECK_FIELD_NUMBER: _ClassVar[int]
        SEVERITY_FIELD_NUMBER: _ClassVar[int]
        DOCUMENT_FIELD_NUMBER: _ClassVar[int]
        REVISION_FIELD_NUMBER: _ClassVar[int]
        MESSAGE_FIELD_NUMBER: _ClassVar[int]
        REPAIRED_FIELD_NUMBER: _ClassVar[int]
        check: Check
        severity: Severity
        document: str
        revision: int
        message: str
        repaired: bool
        def __init__(self, check: _Optional[_Union[Check, str]] = ..., severity: _Optional[_Union[Severity, str]] = ..., document: _Optional[str] = ..., revision: _Optional[int] = ..., message: _Optional[str] = ..., repaired: _Optional[bool] = ...) -> None: ...
    class Summary(_message.Message):
        __slots__ = ("documents", "operations", "unrepaired", "repaired")
        DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
        OPERATIONS_FIELD_NUMBER: _ClassVar[int]
        UNREPAIRED_FIELD_NUMBER: _ClassVar[int]
        REPAIRED_FIELD_NUMBER: _ClassVar[int]
        documents: int
        operations: int
        unrepaired: int
        repaired: int
        def __init__(self, documents: _Optional[int] = ..., operations: _Optional[int] = ..., unrepaired: _Optional[int] = ..., repaired: _Optional[int] = ...) -> None: ...
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    progress: CheckDatabaseResponse.Progress
    finding: CheckDatabaseResponse.Finding
    done: CheckDatabaseResponse.Summary
    def __init__(self, progress: _Optional[_Union[CheckDatabaseResponse.Progress, _Mapping]] = ..., finding: _Optional[_Union[CheckDatabaseResponse.Finding, _Mapping]] = ..., done: _Optional[_Union[CheckDatabaseResponse.Summary, _Mapping]] = ...) -> None: ...
