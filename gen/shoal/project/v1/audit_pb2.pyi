import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from shoal.options.v1 import options_pb2 as _options_pb2
from shoal.project.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AuditAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUDIT_ACTION_UNSPECIFIED: _ClassVar[AuditAction]
    AUDIT_ACTION_RESOURCE_CREATED: _ClassVar[AuditAction]
    AUDIT_ACTION_RESOURCE_ARCHIVED: _ClassVar[AuditAction]
    AUDIT_ACTION_RESOURCE_UNARCHIVED: _ClassVar[AuditAction]
    AUDIT_ACTION_RESOURCE_MOVED: _ClassVar[AuditAction]
    AUDIT_ACTION_RESOURCE_DELETED: _ClassVar[AuditAction]
    AUDIT_ACTION_GRANTED: _ClassVar[AuditAction]
    AUDIT_ACTION_REVOKED: _ClassVar[AuditAction]
    AUDIT_ACTION_OWNERSHIP_TRANSFERRED: _ClassVar[AuditAction]
    AUDIT_ACTION_ROLE_SET: _ClassVar[AuditAction]
    AUDIT_ACTION_ROLE_DELETED: _ClassVar[AuditAction]
    AUDIT_ACTION_GROUP_SET: _ClassVar[AuditAction]
    AUDIT_ACTION_GROUP_DELETED: _ClassVar[AuditAction]
    AUDIT_ACTION_MEMBER_ADDED: _ClassVar[AuditAction]
    AUDIT_ACTION_MEMBER_REMOVED: _ClassVar[AuditAction]
    AUDIT_ACTION_INVITED: _ClassVar[AuditAction]
    AUDIT_ACTION_INVITATION_ACCEPTED: _ClassVar[AuditAction]
    AUDIT_ACTION_INVITATION_REVOKED: _ClassVar[AuditAction]
    AUDIT_ACTION_SHARE_LINK_CREATED: _ClassVar[AuditAction]
    AUDIT_ACTION_SHARE_LINK_REDEEMED: _ClassVar[AuditAction]
    AUDIT_ACTION_SHARE_LINK_REVOKED: _ClassVar[AuditAction]
    AUDIT_ACTION_SHARE_LINK_EXPIRED: _ClassVar[AuditAction]
AUDIT_ACTION_UNSPECIFIED: AuditAction
AUDIT_ACTION_RESOURCE_CREATED: AuditAction
AUDIT_ACTION_RESOURCE_ARCHIVED: AuditAction
AUDIT_ACTION_RESOURCE_UNARCHIVED: AuditAction
AUDIT_ACTION_RESOURCE_MOVED: AuditAction
AUDIT_ACTION_RESOURCE_DELETED: AuditAction
AUDIT_ACTION_GRANTED: AuditAction
AUDIT_ACTION_REVOKED: AuditAction
AUDIT_ACTION_OWNERSHIP_TRANSFERRED: AuditAction
AUDIT_ACTION_ROLE_SET: AuditAction
AUDIT_ACTION_ROLE_DELETED: AuditAction
AUDIT_ACTION_GROUP_SET: AuditAction
AUDIT_ACTION_GROUP_DELETED: AuditAction
AUDIT_ACTION_MEMBER_ADDED: AuditAction
AUDIT_ACTION_MEMBER_REMOVED: AuditAction
AUDIT_ACTION_INVITED: AuditAction
AUDIT_ACTION_INVITATION_ACCEPTED: AuditAction
AUDIT_ACTION_INVITATION_REVOKED: AuditAction
AUDIT_ACTION_SHARE_LINK_CREATED: AuditAction
AUDIT_ACTION_SHARE_LINK_REDEEMED: AuditAction
AUDIT_ACTION_SHARE_LINK_REVOKED: AuditAction
AUDIT_ACTION_SHARE_LINK_EXPIRED: AuditAction

class AuditEntry(_message.Message):
    __slots__ = ("id", "create_time", "actor", "action", "resource", "principal", "role", "custom_role", "denied", "details")
    class DetailsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_ROLE_FIELD_NUMBER: _ClassVar[int]
    DENIED_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    id: int
    create_time: _timestamp_pb2.Timestamp
    actor: str
    action: AuditAction
    resource: str
    principal: _access_pb2.Principal
    role: _access_pb2.Role
    custom_role: str
    denied: _containers.RepeatedScalarFieldContainer[_options_pb2.Permission]
    details: _containers.ScalarMap[str, str]
    def __init__(self, id: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., action: _Optional[_Union[AuditAction, str]] = ..., resource: _Optional[str] = ..., principal: _Optional[_Union[_access_pb2.Principal, _Mapping]] = ..., role: _Optional[_Union[_access_pb2.Role, str]] = ..., custom_role: _Optional[str] = ..., denied: _Optional[_Iterable[_Union[_options_pb2.Permission, str]]] = ..., details: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ListAuditEntriesRequest(_message.Message):
    __slots__ = ("resource", "page_size", "page_token")
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    resource: str
    page_size: int
    page_token: str
    def __init__(self, resource: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAuditEntriesResponse(_message.Message):
    __slots__ = ("entries", "next_page_token")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[AuditEntry]
    next_page_token: str
    def __init__(self, entries: _Optional[_Iterable[_Union[AuditEntry, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ExportAuditEntriesRequest(_message.Message):
    __slots__ = ("resource", "after_id")
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    AFTER_ID_FIELD_NUMBER: _ClassVar[int]
    resource: str
    after_id: int
    def __init__(self, resource: _Optional[str] = ..., after_id: _Optional[int] = ...) -> None: ...

class ExportAuditEntriesResponse(_message.Message):
    __slots__ = ("json_lines",)
    JSON_LINES_FIELD_NUMBER: _ClassVar[int]
    json_lines: str
    def __init__(self, json_lines: _Optional[str] = ...) -> None: ...
