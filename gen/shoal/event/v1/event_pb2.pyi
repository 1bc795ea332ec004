import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Event(_message.Message):
    __slots__ = ("id", "source", "spec_version", "type", "subject", "time", "actor", "agent", "project", "folder", "document_created", "document_edited", "document_renamed", "document_moved", "document_deleted", "document_undeleted", "document_purged", "document_version_made", "document_restored")
    ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SPEC_VERSION_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_CREATED_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_EDITED_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_RENAMED_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_MOVED_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_DELETED_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_UNDELETED_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_PURGED_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_VERSION_MADE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_RESTORED_FIELD_NUMBER: _ClassVar[int]
    id: str
    source: str
    spec_version: str
    type: str
    subject: str
    time: _timestamp_pb2.Timestamp
    actor: str
    agent: str
    project: str
    folder: str
    document_created: DocumentCreated
    document_edited: DocumentEdited
    document_renamed: DocumentRenamed
    document_moved: DocumentMoved
    document_deleted: DocumentDeleted
    document_undeleted: DocumentUndeleted
    document_purged: DocumentPurged
    document_version_made: DocumentVersionMade
    document_restored: DocumentRestored
    def __init__(self, id: _Optional[str] = ..., source: _Optional[str] = ..., spec_version: _Optional[str] = ..., type: _Optional[str] = ..., subject: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., agent: _Optional[str] = ..., project: _Optional[str] = ..., folder: _Optional[str] = ..., document_created: _Optional[_Union[DocumentCreated, _Mapping]] = ..., document_edited: _Optional[_Union[DocumentEdited, _Mapping]] = ..., document_renamed: _Optional[_Union[DocumentRenamed, _Mapping]] = ..., document_moved: _Optional[_Union[DocumentMoved, _Mapping]] = ..., document_deleted: _Optional[_Union[DocumentDeleted, _Mapping]] = ..., document_undeleted: _Optional[_Union[DocumentUndeleted, _Mapping]] = ..., document_purged: _Optional[_Union[DocumentPurged, _Mapping]] = ..., document_version_made: _Optional[_Union[DocumentVersionMade, _Mapping]] = ..., document_restored: _Optional[_Union[DocumentRestored, _Mapping]] = ...) -> None: ...

class DocumentCreated(_message.Message):
    __slots__ = ("title",)
    TITLE_FIELD_NUMBER: _ClassVar[int]
    title: str
    def __init__(self, title: _Optional[str] = ...) -> None: ...

class DocumentEdited(_message.Message):
    __slots__ = ("start_time", "first_revision", "last_revision", "operations", "inserted", "deleted")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    FIRST_REVISION_FIELD_NUMBER: _ClassVar[int]
    LAST_REVISION_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    INSERTED_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    first_revision: int
    last_revision: int
    operations: int
    inserted: int
    deleted: int
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., first_revision: _Optional[int] = ..., last_revision: _Optional[int] = ..., operations: _Optional[int] = ..., inserted: _Optional[int] = ..., deleted: _Optional[int] = ...) -> None: ...

class DocumentRenamed(_message.Message):
    __slots__ = ("before", "after")
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    before: str
    after: str
    def __init__(self, before: _Optional[str] = ..., after: _Optional[str] = ...) -> None: ...

class DocumentMoved(_message.Message):
    __slots__ = ("before", "after")
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    before: str
    after: str
    def __init__(self, before: _Optional[str] = ..., after: _Optional[str] = ...) -> None: ...

class DocumentDeleted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DocumentUndeleted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DocumentPurged(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DocumentVersionMade(_message.Message):
    __slots__ = ("version", "named")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    NAMED_FIELD_NUMBER: _ClassVar[int]
    version: str
    named: bool
    def __init__(self, version: _Optional[str] = ..., named: _Optional[bool] = ...) -> None: ...

class DocumentRestored(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
