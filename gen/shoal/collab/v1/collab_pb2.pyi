import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from shoal.error.v1 import error_pb2 as _error_pb2
from shoal.options.v1 import options_pb2 as _options_pb2
from shoal.type.v1 import operation_pb2 as _operation_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PresenceState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRESENCE_STATE_UNSPECIFIED: _ClassVar[PresenceState]
    PRESENCE_STATE_ACTIVE: _ClassVar[PresenceState]
    PRESENCE_STATE_IDLE: _ClassVar[PresenceState]

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_VIEWER: _ClassVar[Role]
    ROLE_EDITOR: _ClassVar[Role]
    ROLE_COMMENTER: _ClassVar[Role]
PRESENCE_STATE_UNSPECIFIED: PresenceState
PRESENCE_STATE_ACTIVE: PresenceState
PRESENCE_STATE_IDLE: PresenceState
ROLE_UNSPECIFIED: Role
ROLE_VIEWER: Role
ROLE_EDITOR: Role
ROLE_COMMENTER: Role

class CollaborateRequest(_message.Message):
    __slots__ = ("frames",)
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    frames: _containers.RepeatedCompositeFieldContainer[ClientFrame]
    def __init__(self, frames: _Optional[_Iterable[_Union[ClientFrame, _Mapping]]] = ...) -> None: ...

class ClientFrame(_message.Message):
    __slots__ = ("session", "open", "submit", "update_presence", "close", "resync", "ping", "refresh_token")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    SUBMIT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_PRESENCE_FIELD_NUMBER: _ClassVar[int]
    CLOSE_FIELD_NUMBER: _ClassVar[int]
    RESYNC_FIELD_NUMBER: _ClassVar[int]
    PING_FIELD_NUMBER: _ClassVar[int]
    REFRESH_TOKEN_FIELD_NUMBER: _ClassVar[int]
    session: int
    open: Open
    submit: Submit
    update_presence: UpdatePresence
    close: Close
    resync: Resync
    ping: Ping
    refresh_token: RefreshToken
    def __init__(self, session: _Optional[int] = ..., open: _Optional[_Union[Open, _Mapping]] = ..., submit: _Optional[_Union[Submit, _Mapping]] = ..., update_presence: _Optional[_Union[UpdatePresence, _Mapping]] = ..., close: _Optional[_Union[Close, _Mapping]] = ..., resync: _Optional[_Union[Resync, _Mapping]] = ..., ping: _Optional[_Union[Ping, _Mapping]] = ..., refresh_token: _Optional[_Union[RefreshToken, _Mapping]] = ...) -> None: ...

class Open(_message.Message):
    __slots__ = ("document", "site", "token", "after_revision", "pending", "display_name", "hidden")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    SITE_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    AFTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    HIDDEN_FIELD_NUMBER: _ClassVar[int]
    document: str
    site: str
    token: str
    after_revision: int
    pending: bool
    display_name: str
    hidden: bool
    def __init__(self, document: _Optional[str] = ..., site: _Optional[str] = ..., token: _Optional[str] = ..., after_revision: _Optional[int] = ..., pending: _Optional[bool] = ..., display_name: _Optional[str] = ..., hidden: _Optional[bool] = ...) -> None: ...

class Submit(_message.Message):
    __slots__ = ("base_revision", "first_site_sequence", "operations")
    BASE_REVISION_FIELD_NUMBER: _ClassVar[int]
    FIRST_SITE_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    base_revision: int
    first_site_sequence: int
    operations: _containers.RepeatedCompositeFieldContainer[_operation_pb2.Operation]
    def __init__(self, base_revision: _Optional[int] = ..., first_site_sequence: _Optional[int] = ..., operations: _Optional[_Iterable[_Union[_operation_pb2.Operation, _Mapping]]] = ...) -> None: ...

class UpdatePresence(_message.Message):
    __slots__ = ("selection", "revision", "state")
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    selection: _operation_pb2.Selection
    revision: int
    state: PresenceState
    def __init__(self, selection: _Optional[_Union[_operation_pb2.Selection, _Mapping]] = ..., revision: _Optional[int] = ..., state: _Optional[_Union[PresenceState, str]] = ...) -> None: ...

class Close(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Resync(_message.Message):
    __slots__ = ("after_revision", "pending")
    AFTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    after_revision: int
    pending: bool
    def __init__(self, after_revision: _Optional[int] = ..., pending: _Optional[bool] = ...) -> None: ...

class Ping(_message.Message):
    __slots__ = ("nonce",)
    NONCE_FIELD_NUMBER: _ClassVar[int]
    nonce: int
    def __init__(self, nonce: _Optional[int] = ...) -> None: ...

class RefreshToken(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: str
    def __init__(self, token: _Optional[str] = ...) -> None: ...

class CollaborateResponse(_message.Message):
    __slots__ = ("frames",)
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    frames: _containers.RepeatedCompositeFieldContainer[ServerFrame]
    def __init__(self, frames: _Optional[_Iterable[_Union[ServerFrame, _Mapping]]] = ...) -> None: ...

class ServerFrame(_message.Message):
    __slots__ = ("room", "session", "opened", "opened_more", "acknowledged", "refused", "closed", "committed", "presence_changed", "checkpoint", "pong", "draining", "stream_fault", "role_changed", "token_expiring", "token_refreshed", "project_presence", "notified")
    ROOM_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    OPENED_MORE_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_CHANGED_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    PONG_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    STREAM_FAULT_FIELD_NUMBER: _ClassVar[int]
    ROLE_CHANGED_FIELD_NUMBER: _ClassVar[int]
    TOKEN_EXPIRING_FIELD_NUMBER: _ClassVar[int]
    TOKEN_REFRESHED_FIELD_NUMBER: _ClassVar[int]
    PROJECT_PRESENCE_FIELD_NUMBER: _ClassVar[int]
    NOTIFIED_FIELD_NUMBER: _ClassVar[int]
    room: int
    session: int
    opened: Opened
    opened_more: OpenedMore
    acknowledged: Acknowledged
    refused: Refused
    closed: Closed
    committed: Committed
    presence_changed: PresenceChanged
    checkpoint: Checkpoint
    pong: Pong
    draining: Draining
    stream_fault: StreamFault
    role_changed: RoleChanged
    token_expiring: TokenExpiring
    token_refreshed: TokenRefreshed
    project_presence: ProjectPresence
    notified: Notified
    def __init__(self, room: _Optional[int] = ..., session: _Optional[int] = ..., opened: _Optional[_Union[Opened, _Mapping]] = ..., opened_more: _Optional[_Union[OpenedMore, _Mapping]] = ..., acknowledged: _Optional[_Union[Acknowledged, _Mapping]] = ..., refused: _Optional[_Union[Refused, _Mapping]] = ..., closed: _Optional[_Union[Closed, _Mapping]] = ..., committed: _Optional[_Union[Committed, _Mapping]] = ..., presence_changed: _Optional[_Union[PresenceChanged, _Mapping]] = ..., checkpoint: _Optional[_Union[Checkpoint, _Mapping]] = ..., pong: _Optional[_Union[Pong, _Mapping]] = ..., draining: _Optional[_Union[Draining, _Mapping]] = ..., stream_fault: _Optional[_Union[StreamFault, _Mapping]] = ..., role_changed: _Optional[_Union[RoleChanged, _Mapping]] = ..., token_expiring: _Optional[_Union[TokenExpiring, _Mapping]] = ..., token_refreshed: _Optional[_Union[TokenRefreshed, _Mapping]] = ..., project_presence: _Optional[_Union[ProjectPresence, _Mapping]] = ..., notified: _Optional[_Union[Notified, _Mapping]] = ...) -> None: ...

class Opened(_message.Message):
    __slots__ = ("room", "document", "revision", "is_snapshot", "content", "operations", "more", "last_site_sequence", "participants", "limits", "role", "title", "plain_text")
    ROOM_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    IS_SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    LAST_SITE_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PLAIN_TEXT_FIELD_NUMBER: _ClassVar[int]
    room: int
    document: str
    revision: int
    is_snapshot: bool
    content: _operation_pb2.Content
    operations: _containers.RepeatedCompositeFieldContainer[_operation_pb2.CommittedOperation]
    more: bool
    last_site_sequence: int
    participants: _containers.RepeatedCompositeFieldContainer[Participant]
    limits: Limits
    role: Role
    title: str
    plain_text: bool
    def __init__(self, room: _Optional[int] = ..., document: _Optional[str] = ..., revision: _Optional[int] = ..., is_snapshot: _Optional[bool] = ..., content: _Optional[_Union[_operation_pb2.Content, _Mapping]] = ..., operations: _Optional[_Iterable[_Union[_operation_pb2.CommittedOperation, _Mapping]]] = ..., more: _Optional[bool] = ..., last_site_sequence: _Optional[int] = ..., participants: _Optional[_Iterable[_Union[Participant, _Mapping]]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., role: _Optional[_Union[Role, str]] = ..., title: _Optional[str] = ..., plain_text: _Optional[bool] = ...) -> None: ...

class RoleChanged(_message.Message):
    __slots__ = ("role",)
    ROLE_FIELD_NUMBER: _ClassVar[int]
    role: Role
    def __init__(self, role: _Optional[_Union[Role, str]] = ...) -> None: ...

class TokenExpiring(_message.Message):
    __slots__ = ("seconds",)
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    seconds: int
    def __init__(self, seconds: _Optional[int] = ...) -> None: ...

class TokenRefreshed(_message.Message):
    __slots__ = ("seconds",)
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    seconds: int
    def __init__(self, seconds: _Optional[int] = ...) -> None: ...

class ProjectPresence(_message.Message):
    __slots__ = ("documents",)
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    documents: _containers.RepeatedCompositeFieldContainer[DocumentPresence]
    def __init__(self, documents: _Optional[_Iterable[_Union[DocumentPresence, _Mapping]]] = ...) -> None: ...

class DocumentPresence(_message.Message):
    __slots__ = ("document", "participants")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    document: str
    participants: _containers.RepeatedCompositeFieldContainer[Participant]
    def __init__(self, document: _Optional[str] = ..., participants: _Optional[_Iterable[_Union[Participant, _Mapping]]] = ...) -> None: ...

class Notified(_message.Message):
    __slots__ = ("notice",)
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    notice: Notice
    def __init__(self, notice: _Optional[_Union[Notice, _Mapping]] = ...) -> None: ...

class Notice(_message.Message):
    __slots__ = ("id", "kind", "document", "text")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: str
    document: str
    text: str
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[str] = ..., document: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("max_flight_bytes", "max_flight_operations", "presence_expiry_ms")
    MAX_FLIGHT_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_FLIGHT_OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_EXPIRY_MS_FIELD_NUMBER: _ClassVar[int]
    max_flight_bytes: int
    max_flight_operations: int
    presence_expiry_ms: int
    def __init__(self, max_flight_bytes: _Optional[int] = ..., max_flight_operations: _Optional[int] = ..., presence_expiry_ms: _Optional[int] = ...) -> None: ...

class OpenedMore(_message.Message):
    __slots__ = ("content", "operations", "more")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    content: _operation_pb2.Content
    operations: _containers.RepeatedCompositeFieldContainer[_operation_pb2.CommittedOperation]
    more: bool
    def __init__(self, content: _Optional[_Union[_operation_pb2.Content, _Mapping]] = ..., operations: _Optional[_Iterable[_Union[_operation_pb2.CommittedOperation, _Mapping]]] = ..., more: _Optional[bool] = ...) -> None: ...

class Acknowledged(_message.Message):
    __slots__ = ("first_site_sequence", "revisions")
    FIRST_SITE_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    REVISIONS_FIELD_NUMBER: _ClassVar[int]
    first_site_sequence: int
    revisions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, first_site_sequence: _Optional[int] = ..., revisions: _Optional[_Iterable[int]] = ...) -> None: ...

class Refused(_message.Message):
    __slots__ = ("first_site_sequence", "fault")
    FIRST_SITE_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    first_site_sequence: int
    fault: _error_pb2.Fault
    def __init__(self, first_site_sequence: _Optional[int] = ..., fault: _Optional[_Union[_error_pb2.Fault, _Mapping]] = ...) -> None: ...

class Closed(_message.Message):
    __slots__ = ("fault",)
    FAULT_FIELD_NUMBER: _ClassVar[int]
    fault: _error_pb2.Fault
    def __init__(self, fault: _Optional[_Union[_error_pb2.Fault, _Mapping]] = ...) -> None: ...

class Committed(_message.Message):
    __slots__ = ("operations",)
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    operations: _containers.RepeatedCompositeFieldContainer[_operation_pb2.CommittedOperation]
    def __init__(self, operations: _Optional[_Iterable[_Union[_operation_pb2.CommittedOperation, _Mapping]]] = ...) -> None: ...

class PresenceChanged(_message.Message):
    __slots__ = ("revision", "participants", "left")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    LEFT_FIELD_NUMBER: _ClassVar[int]
    revision: int
    participants: _containers.RepeatedCompositeFieldContainer[Participant]
    left: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, revision: _Optional[int] = ..., participants: _Optional[_Iterable[_Union[Participant, _Mapping]]] = ..., left: _Optional[_Iterable[str]] = ...) -> None: ...

class Participant(_message.Message):
    __slots__ = ("site", "subject", "display_name", "selection", "state", "join_time")
    SITE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    JOIN_TIME_FIELD_NUMBER: _ClassVar[int]
    site: str
    subject: str
    display_name: str
    selection: _operation_pb2.Selection
    state: PresenceState
    join_time: _timestamp_pb2.Timestamp
    def __init__(self, site: _Optional[str] = ..., subject: _Optional[str] = ..., display_name: _Optional[str] = ..., selection: _Optional[_Union[_operation_pb2.Selection, _Mapping]] = ..., state: _Optional[_Union[PresenceState, str]] = ..., join_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Checkpoint(_message.Message):
    __slots__ = ("revision", "hash")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    revision: int
    hash: bytes
    def __init__(self, revision: _Optional[int] = ..., hash: _Optional[bytes] = ...) -> None: ...

class Pong(_message.Message):
    __slots__ = ("nonce",)
    NONCE_FIELD_NUMBER: _ClassVar[int]
    nonce: int
    def __init__(self, nonce: _Optional[int] = ...) -> None: ...

class Draining(_message.Message):
    __slots__ = ("retry_after_ms",)
    RETRY_AFTER_MS_FIELD_NUMBER: _ClassVar[int]
    retry_after_ms: int
    def __init__(self, retry_after_ms: _Optional[int] = ...) -> None: ...

class StreamFault(_message.Message):
    __slots__ = ("fault",)
    FAULT_FIELD_NUMBER: _ClassVar[int]
    fault: _error_pb2.Fault
    def __init__(self, fault: _Optional[_Union[_error_pb2.Fault, _Mapping]] = ...) -> None: ...

class SubmitOperationRequest(_message.Message):
    __slots__ = ("name", "operation", "positional_operation", "base_revision", "require_revision", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    POSITIONAL_OPERATION_FIELD_NUMBER: _ClassVar[int]
    BASE_REVISION_FIELD_NUMBER: _ClassVar[int]
    REQUIRE_REVISION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    operation: _operation_pb2.Operation
    positional_operation: _operation_pb2.PositionalOperation
    base_revision: int
    require_revision: int
    request_id: str
    def __init__(self, name: _Optional[str] = ..., operation: _Optional[_Union[_operation_pb2.Operation, _Mapping]] = ..., positional_operation: _Optional[_Union[_operation_pb2.PositionalOperation, _Mapping]] = ..., base_revision: _Optional[int] = ..., require_revision: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class SubmitOperationResponse(_message.Message):
    __slots__ = ("operation", "transformed_against")
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    TRANSFORMED_AGAINST_FIELD_NUMBER: _ClassVar[int]
    operation: _operation_pb2.CommittedOperation
    transformed_against: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, operation: _Optional[_Union[_operation_pb2.CommittedOperation, _Mapping]] = ..., transformed_against: _Optional[_Iterable[int]] = ...) -> None: ...

class WatchDocumentRequest(_message.Message):
    __slots__ = ("name", "after_revision")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AFTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    name: str
    after_revision: int
    def __init__(self, name: _Optional[str] = ..., after_revision: _Optional[int] = ...) -> None: ...

class WatchDocumentResponse(_message.Message):
    __slots__ = ("operations",)
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    operations: _containers.RepeatedCompositeFieldContainer[_operation_pb2.CommittedOperation]
    def __init__(self, operations: _Optional[_Iterable[_Union[_operation_pb2.CommittedOperation, _Mapping]]] = ...) -> None: ...

class ListParticipantsRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ListParticipantsResponse(_message.Message):
    __slots__ = ("participants",)
    PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    participants: _containers.RepeatedCompositeFieldContainer[Participant]
    def __init__(self, participants: _Optional[_Iterable[_Union[Participant, _Mapping]]] = ...) -> None: ...

class NotifyRequest(_message.Message):
    __slots__ = ("subject", "notice")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    subject: str
    notice: Notice
    def __init__(self, subject: _Optional[str] = ..., notice: _Optional[_Union[Notice, _Mapping]] = ...) -> None: ...

class NotifyResponse(_message.Message):
    __slots__ = ("delivered",)
    DELIVERED_FIELD_NUMBER: _ClassVar[int]
    delivered: int
    def __init__(self, delivered: _Optional[int] = ...) -> None: ...
