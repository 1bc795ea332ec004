from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_TOKEN_MISSING: _ClassVar[ErrorReason]
    ERROR_REASON_TOKEN_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_TOKEN_EXPIRED: _ClassVar[ErrorReason]
    ERROR_REASON_PERMISSION_DENIED: _ClassVar[ErrorReason]
    ERROR_REASON_ORIGIN_NOT_ALLOWED: _ClassVar[ErrorReason]
    ERROR_REASON_MALFORMED_MESSAGE: _ClassVar[ErrorReason]
    ERROR_REASON_INVALID_FIELD: _ClassVar[ErrorReason]
    ERROR_REASON_EMPTY_FRAME: _ClassVar[ErrorReason]
    ERROR_REASON_TOO_LARGE: _ClassVar[ErrorReason]
    ERROR_REASON_DOCUMENT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_DOCUMENT_ALREADY_EXISTS: _ClassVar[ErrorReason]
    ERROR_REASON_REVISION_AHEAD: _ClassVar[ErrorReason]
    ERROR_REASON_REVISION_MOVED: _ClassVar[ErrorReason]
    ERROR_REASON_DOCUMENT_DELETED: _ClassVar[ErrorReason]
    ERROR_REASON_ETAG_MISMATCH: _ClassVar[ErrorReason]
    ERROR_REASON_VERSION_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_HISTORY_ARCHIVED: _ClassVar[ErrorReason]
    ERROR_REASON_NOT_A_TEMPLATE: _ClassVar[ErrorReason]
    ERROR_REASON_DOCUMENT_NOT_DELETED: _ClassVar[ErrorReason]
    ERROR_REASON_INVALID_OPERATION: _ClassVar[ErrorReason]
    ERROR_REASON_OPERATION_TOO_LONG: _ClassVar[ErrorReason]
    ERROR_REASON_SURROGATE_SPLIT: _ClassVar[ErrorReason]
    ERROR_REASON_SITE_SEQUENCE_GAP: _ClassVar[ErrorReason]
    ERROR_REASON_SITE_OF_ANOTHER_AUTHOR: _ClassVar[ErrorReason]
    ERROR_REASON_FORMAT_NOT_ALLOWED: _ClassVar[ErrorReason]
    ERROR_REASON_INVALID_CONTENT: _ClassVar[ErrorReason]
    ERROR_REASON_INVALID_HISTORY: _ClassVar[ErrorReason]
    ERROR_REASON_SESSION_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_SESSION_ALREADY_OPEN: _ClassVar[ErrorReason]
    ERROR_REASON_SESSION_REPLACED: _ClassVar[ErrorReason]
    ERROR_REASON_TOO_MANY_SESSIONS: _ClassVar[ErrorReason]
    ERROR_REASON_ROOM_BUSY: _ClassVar[ErrorReason]
    ERROR_REASON_FLIGHT_OUTSTANDING: _ClassVar[ErrorReason]
    ERROR_REASON_LOG_UNAVAILABLE: _ClassVar[ErrorReason]
    ERROR_REASON_DRAINING: _ClassVar[ErrorReason]
    ERROR_REASON_DEADLINE_EXCEEDED: _ClassVar[ErrorReason]
    ERROR_REASON_NO_DEVELOPMENT_SIGN_IN: _ClassVar[ErrorReason]
    ERROR_REASON_PERMISSIONS_UNAVAILABLE: _ClassVar[ErrorReason]
    ERROR_REASON_IDENTITY_PROVIDER_UNAVAILABLE: _ClassVar[ErrorReason]
    ERROR_REASON_RPC_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_TOO_MANY_CALLS: _ClassVar[ErrorReason]
    ERROR_REASON_INTERNAL: _ClassVar[ErrorReason]
    ERROR_REASON_RESOURCE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_GROUP_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_ROLE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_GRANT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_INVITATION_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_SHARE_LINK_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_ALREADY_EXISTS: _ClassVar[ErrorReason]
    ERROR_REASON_NOT_EMPTY: _ClassVar[ErrorReason]
    ERROR_REASON_LAST_OWNER: _ClassVar[ErrorReason]
    ERROR_REASON_RESOURCE_ARCHIVED: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_TOKEN_MISSING: ErrorReason
ERROR_REASON_TOKEN_INVALID: ErrorReason
ERROR_REASON_TOKEN_EXPIRED: ErrorReason
ERROR_REASON_PERMISSION_DENIED: ErrorReason
ERROR_REASON_ORIGIN_NOT_ALLOWED: ErrorReason
ERROR_REASON_MALFORMED_MESSAGE: ErrorReason
ERROR_REASON_INVALID_FIELD: ErrorReason
ERROR_REASON_EMPTY_FRAME: ErrorReason
ERROR_REASON_TOO_LARGE: ErrorReason
ERROR_REASON_DOCUMENT_NOT_FOUND: ErrorReason
ERROR_REASON_DOCUMENT_ALREADY_EXISTS: ErrorReason
ERROR_REASON_REVISION_AHEAD: ErrorReason
ERROR_REASON_REVISION_MOVED: ErrorReason
ERROR_REASON_DOCUMENT_DELETED: ErrorReason
ERROR_REASON_ETAG_MISMATCH: ErrorReason
ERROR_REASON_VERSION_NOT_FOUND: ErrorReason
ERROR_REASON_HISTORY_ARCHIVED: ErrorReason
ERROR_REASON_NOT_A_TEMPLATE: ErrorReason
ERROR_REASON_DOCUMENT_NOT_DELETED: ErrorReason
ERROR_REASON_INVALID_OPERATION: ErrorReason
ERROR_REASON_OPERATION_TOO_LONG: ErrorReason
ERROR_REASON_SURROGATE_SPLIT: ErrorReason
ERROR_REASON_SITE_SEQUENCE_GAP: ErrorReason
ERROR_REASON_SITE_OF_ANOTHER_AUTHOR: ErrorReason
ERROR_REASON_FORMAT_NOT_ALLOWED: ErrorReason
ERROR_REASON_INVALID_CONTENT: ErrorReason
ERROR_REASON_INVALID_HISTORY: ErrorReason
ERROR_REASON_SESSION_NOT_FOUND: ErrorReason
ERROR_REASON_SESSION_ALREADY_OPEN: ErrorReason
ERROR_REASON_SESSION_REPLACED: ErrorReason
ERROR_REASON_TOO_MANY_SESSIONS: ErrorReason
ERROR_REASON_ROOM_BUSY: ErrorReason
ERROR_REASON_FLIGHT_OUTSTANDING: ErrorReason
ERROR_REASON_LOG_UNAVAILABLE: ErrorReason
ERROR_REASON_DRAINING: ErrorReason
ERROR_REASON_DEADLINE_EXCEEDED: ErrorReason
ERROR_REASON_NO_DEVELOPMENT_SIGN_IN: ErrorReason
ERROR_REASON_PERMISSIONS_UNAVAILABLE: ErrorReason
ERROR_REASON_IDENTITY_PROVIDER_UNAVAILABLE: ErrorReason
ERROR_REASON_RPC_NOT_FOUND: ErrorReason
ERROR_REASON_TOO_MANY_CALLS: ErrorReason
ERROR_REASON_INTERNAL: ErrorReason
ERROR_REASON_RESOURCE_NOT_FOUND: ErrorReason
ERROR_REASON_GROUP_NOT_FOUND: ErrorReason
ERROR_REASON_ROLE_NOT_FOUND: ErrorReason
ERROR_REASON_GRANT_NOT_FOUND: ErrorReason
ERROR_REASON_INVITATION_NOT_FOUND: ErrorReason
ERROR_REASON_SHARE_LINK_NOT_FOUND: ErrorReason
ERROR_REASON_ALREADY_EXISTS: ErrorReason
ERROR_REASON_NOT_EMPTY: ErrorReason
ERROR_REASON_LAST_OWNER: ErrorReason
ERROR_REASON_RESOURCE_ARCHIVED: ErrorReason

class Fault(_message.Message):
    __slots__ = ("code", "reason", "message", "metadata", "retry_after_ms")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_MS_FIELD_NUMBER: _ClassVar[int]
    code: int
    reason: ErrorReason
    message: str
    metadata: _containers.ScalarMap[str, str]
    retry_after_ms: int
    def __init__(self, code: _Optional[int] = ..., reason: _Optional[_Union[ErrorReason, str]] = ..., message: _Optional[str] = ..., metadata: _Optional[_Mapping[str, str]] = ..., retry_after_ms: _Optional[int] = ...) -> None: ...
