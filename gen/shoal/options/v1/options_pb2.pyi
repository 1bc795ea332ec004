from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Permission(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PERMISSION_UNSPECIFIED: _ClassVar[Permission]
    PERMISSION_SIGNED_IN: _ClassVar[Permission]
    PERMISSION_INTERNAL: _ClassVar[Permission]
    PERMISSION_DOCUMENT_READ: _ClassVar[Permission]
    PERMISSION_DOCUMENT_WRITE: _ClassVar[Permission]
    PERMISSION_DOCUMENT_CREATE: _ClassVar[Permission]
    PERMISSION_DOCUMENT_DELETE: _ClassVar[Permission]
    PERMISSION_OPERATE: _ClassVar[Permission]
    PERMISSION_DOCUMENT_COMMENT: _ClassVar[Permission]
    PERMISSION_PROJECT_READ: _ClassVar[Permission]
    PERMISSION_PROJECT_CREATE: _ClassVar[Permission]
    PERMISSION_PROJECT_ADMINISTER: _ClassVar[Permission]
    PERMISSION_FOLDER_WRITE: _ClassVar[Permission]
    PERMISSION_ORGANIZATION_READ: _ClassVar[Permission]
    PERMISSION_ORGANIZATION_ADMINISTER: _ClassVar[Permission]
    PERMISSION_SHARE: _ClassVar[Permission]
    PERMISSION_OWN: _ClassVar[Permission]
    PERMISSION_AUDIT_READ: _ClassVar[Permission]
PERMISSION_UNSPECIFIED: Permission
PERMISSION_SIGNED_IN: Permission
PERMISSION_INTERNAL: Permission
PERMISSION_DOCUMENT_READ: Permission
PERMISSION_DOCUMENT_WRITE: Permission
PERMISSION_DOCUMENT_CREATE: Permission
PERMISSION_DOCUMENT_DELETE: Permission
PERMISSION_OPERATE: Permission
PERMISSION_DOCUMENT_COMMENT: Permission
PERMISSION_PROJECT_READ: Permission
PERMISSION_PROJECT_CREATE: Permission
PERMISSION_PROJECT_ADMINISTER: Permission
PERMISSION_FOLDER_WRITE: Permission
PERMISSION_ORGANIZATION_READ: Permission
PERMISSION_ORGANIZATION_ADMINISTER: Permission
PERMISSION_SHARE: Permission
PERMISSION_OWN: Permission
PERMISSION_AUDIT_READ: Permission
PERMISSION_FIELD_NUMBER: _ClassVar[int]
permission: _descriptor.FieldDescriptor
DEADLINE_MS_FIELD_NUMBER: _ClassVar[int]
deadline_ms: _descriptor.FieldDescriptor
IDEMPOTENT_FIELD_NUMBER: _ClassVar[int]
idempotent: _descriptor.FieldDescriptor
RESOURCE_FIELD_NUMBER: _ClassVar[int]
resource: _descriptor.FieldDescriptor
ALSO_RESOURCE_FIELD_NUMBER: _ClassVar[int]
also_resource: _descriptor.FieldDescriptor
RESOURCE_OPTIONAL_FIELD_NUMBER: _ClassVar[int]
resource_optional: _descriptor.FieldDescriptor
FURTHER_CHECKS_FIELD_NUMBER: _ClassVar[int]
further_checks: _descriptor.FieldDescriptor
SENSITIVE_FIELD_NUMBER: _ClassVar[int]
sensitive: _descriptor.FieldDescriptor

class Check(_message.Message):
    __slots__ = ("permission", "resource", "when_changed")
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    WHEN_CHANGED_FIELD_NUMBER: _ClassVar[int]
    permission: Permission
    resource: str
    when_changed: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, permission: _Optional[_Union[Permission, str]] = ..., resource: _Optional[str] = ..., when_changed: _Optional[_Iterable[str]] = ...) -> None: ...
