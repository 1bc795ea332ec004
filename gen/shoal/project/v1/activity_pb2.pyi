import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from shoal.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ActivityKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACTIVITY_KIND_UNSPECIFIED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_DOCUMENT_CREATED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_DOCUMENT_EDITED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_DOCUMENT_RENAMED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_DOCUMENT_MOVED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_DOCUMENT_DELETED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_DOCUMENT_UNDELETED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_DOCUMENT_PURGED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_VERSION_MADE: _ClassVar[ActivityKind]
    ACTIVITY_KIND_DOCUMENT_RESTORED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_RESOURCE_CREATED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_RESOURCE_ARCHIVED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_RESOURCE_UNARCHIVED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_FOLDER_MOVED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_FOLDER_DELETED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_SHARED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_UNSHARED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_OWNERSHIP_TRANSFERRED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_INVITED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_JOINED: _ClassVar[ActivityKind]
    ACTIVITY_KIND_LINK_CREATED: _ClassVar[ActivityKind]
ACTIVITY_KIND_UNSPECIFIED: ActivityKind
ACTIVITY_KIND_DOCUMENT_CREATED: ActivityKind
ACTIVITY_KIND_DOCUMENT_EDITED: ActivityKind
ACTIVITY_KIND_DOCUMENT_RENAMED: ActivityKind
ACTIVITY_KIND_DOCUMENT_MOVED: ActivityKind
ACTIVITY_KIND_DOCUMENT_DELETED: ActivityKind
ACTIVITY_KIND_DOCUMENT_UNDELETED: ActivityKind
ACTIVITY_KIND_DOCUMENT_PURGED: ActivityKind
ACTIVITY_KIND_VERSION_MADE: ActivityKind
ACTIVITY_KIND_DOCUMENT_RESTORED: ActivityKind
ACTIVITY_KIND_RESOURCE_CREATED: ActivityKind
ACTIVITY_KIND_RESOURCE_ARCHIVED: ActivityKind
ACTIVITY_KIND_RESOURCE_UNARCHIVED: ActivityKind
ACTIVITY_KIND_FOLDER_MOVED: ActivityKind
ACTIVITY_KIND_FOLDER_DELETED: ActivityKind
ACTIVITY_KIND_SHARED: ActivityKind
ACTIVITY_KIND_UNSHARED: ActivityKind
ACTIVITY_KIND_OWNERSHIP_TRANSFERRED: ActivityKind
ACTIVITY_KIND_INVITED: ActivityKind
ACTIVITY_KIND_JOINED: ActivityKind
ACTIVITY_KIND_LINK_CREATED: ActivityKind

class Activity(_message.Message):
    __slots__ = ("id", "kind", "occur_time", "last_occur_time", "count", "actor", "agent", "resource", "project", "details")
    class DetailsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OCCUR_TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_OCCUR_TIME_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    id: int
    kind: ActivityKind
    occur_time: _timestamp_pb2.Timestamp
    last_occur_time: _timestamp_pb2.Timestamp
    count: int
    actor: str
    agent: str
    resource: str
    project: str
    details: _containers.ScalarMap[str, str]
    def __init__(self, id: _Optional[int] = ..., kind: _Optional[_Union[ActivityKind, str]] = ..., occur_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_occur_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., count: _Optional[int] = ..., actor: _Optional[str] = ..., agent: _Optional[str] = ..., resource: _Optional[str] = ..., project: _Optional[str] = ..., details: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ListActivitiesRequest(_message.Message):
    __slots__ = ("resource", "user", "kinds", "start_time", "end_time", "page_size", "page_token")
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    resource: str
    user: str
    kinds: _containers.RepeatedScalarFieldContainer[ActivityKind]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    def __init__(self, resource: _Optional[str] = ..., user: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[ActivityKind, str]]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListActivitiesResponse(_message.Message):
    __slots__ = ("activities", "next_page_token")
    ACTIVITIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    activities: _containers.RepeatedCompositeFieldContainer[Activity]
    next_page_token: str
    def __init__(self, activities: _Optional[_Iterable[_Union[Activity, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetActivitySummaryRequest(_message.Message):
    __slots__ = ("project",)
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    project: str
    def __init__(self, project: _Optional[str] = ...) -> None: ...

class GetActivitySummaryResponse(_message.Message):
    __slots__ = ("hours",)
    class Hour(_message.Message):
        __slots__ = ("start_time", "activities", "active_users")
        START_TIME_FIELD_NUMBER: _ClassVar[int]
        ACTIVITIES_FIELD_NUMBER: _ClassVar[int]
        ACTIVE_USERS_FIELD_NUMBER: _ClassVar[int]
        start_time: _timestamp_pb2.Timestamp
        activities: int
        active_users: _containers.RepeatedScalarFieldContainer[str]
        def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., activities: _Optional[int] = ..., active_users: _Optional[_Iterable[str]] = ...) -> None: ...
    HOURS_FIELD_NUMBER: _ClassVar[int]
    hours: _containers.RepeatedCompositeFieldContainer[GetActivitySummaryResponse.Hour]
    def __init__(self, hours: _Optional[_Iterable[_Union[GetActivitySummaryResponse.Hour, _Mapping]]] = ...) -> None: ...
