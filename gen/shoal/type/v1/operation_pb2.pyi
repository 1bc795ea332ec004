import datetime

from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from shoal.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Operation(_message.Message):
    __slots__ = ("components",)
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    components: _containers.RepeatedCompositeFieldContainer[Component]
    def __init__(self, components: _Optional[_Iterable[_Union[Component, _Mapping]]] = ...) -> None: ...

class Component(_message.Message):
    __slots__ = ("retain", "insert", "delete", "embed", "attributes")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _struct_pb2.Value
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ...) -> None: ...
    RETAIN_FIELD_NUMBER: _ClassVar[int]
    INSERT_FIELD_NUMBER: _ClassVar[int]
    DELETE_FIELD_NUMBER: _ClassVar[int]
    EMBED_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    retain: int
    insert: str
    delete: int
    embed: Embed
    attributes: _containers.MessageMap[str, _struct_pb2.Value]
    def __init__(self, retain: _Optional[int] = ..., insert: _Optional[str] = ..., delete: _Optional[int] = ..., embed: _Optional[_Union[Embed, _Mapping]] = ..., attributes: _Optional[_Mapping[str, _struct_pb2.Value]] = ...) -> None: ...

class Embed(_message.Message):
    __slots__ = ("type", "value")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    type: str
    value: _struct_pb2.Value
    def __init__(self, type: _Optional[str] = ..., value: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ...) -> None: ...

class PositionalOperation(_message.Message):
    __slots__ = ("type", "position", "content", "length", "attributes")
    class Type(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        TYPE_UNSPECIFIED: _ClassVar[PositionalOperation.Type]
        TYPE_INSERT: _ClassVar[PositionalOperation.Type]
        TYPE_DELETE: _ClassVar[PositionalOperation.Type]
        TYPE_RETAIN: _ClassVar[PositionalOperation.Type]
        TYPE_FORMAT: _ClassVar[PositionalOperation.Type]
    TYPE_UNSPECIFIED: PositionalOperation.Type
    TYPE_INSERT: PositionalOperation.Type
    TYPE_DELETE: PositionalOperation.Type
    TYPE_RETAIN: PositionalOperation.Type
    TYPE_FORMAT: PositionalOperation.Type
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _struct_pb2.Value
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    LENGTH_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    type: PositionalOperation.Type
    position: int
    content: str
    length: int
    attributes: _containers.MessageMap[str, _struct_pb2.Value]
    def __init__(self, type: _Optional[_Union[PositionalOperation.Type, str]] = ..., position: _Optional[int] = ..., content: _Optional[str] = ..., length: _Optional[int] = ..., attributes: _Optional[_Mapping[str, _struct_pb2.Value]] = ...) -> None: ...

class Content(_message.Message):
    __slots__ = ("components",)
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    components: _containers.RepeatedCompositeFieldContainer[Component]
    def __init__(self, components: _Optional[_Iterable[_Union[Component, _Mapping]]] = ...) -> None: ...

class Selection(_message.Message):
    __slots__ = ("anchor", "head")
    ANCHOR_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    anchor: int
    head: int
    def __init__(self, anchor: _Optional[int] = ..., head: _Optional[int] = ...) -> None: ...

class Provenance(_message.Message):
    __slots__ = ("agent",)
    AGENT_FIELD_NUMBER: _ClassVar[int]
    agent: str
    def __init__(self, agent: _Optional[str] = ...) -> None: ...

class CommittedOperation(_message.Message):
    __slots__ = ("revision", "site", "site_sequence", "author", "operation", "provenance", "base_revision", "commit_time")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SITE_FIELD_NUMBER: _ClassVar[int]
    SITE_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    BASE_REVISION_FIELD_NUMBER: _ClassVar[int]
    COMMIT_TIME_FIELD_NUMBER: _ClassVar[int]
    revision: int
    site: str
    site_sequence: int
    author: str
    operation: Operation
    provenance: Provenance
    base_revision: int
    commit_time: _timestamp_pb2.Timestamp
    def __init__(self, revision: _Optional[int] = ..., site: _Optional[str] = ..., site_sequence: _Optional[int] = ..., author: _Optional[str] = ..., operation: _Optional[_Union[Operation, _Mapping]] = ..., provenance: _Optional[_Union[Provenance, _Mapping]] = ..., base_revision: _Optional[int] = ..., commit_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
