from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
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

class TextFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TEXT_FORMAT_UNSPECIFIED: _ClassVar[TextFormat]
    TEXT_FORMAT_UUID: _ClassVar[TextFormat]
    TEXT_FORMAT_ID: _ClassVar[TextFormat]
    TEXT_FORMAT_LINE: _ClassVar[TextFormat]
    TEXT_FORMAT_WITHOUT_NUL: _ClassVar[TextFormat]
    TEXT_FORMAT_EMAIL: _ClassVar[TextFormat]
    TEXT_FORMAT_RESOURCE: _ClassVar[TextFormat]
    TEXT_FORMAT_NAME: _ClassVar[TextFormat]
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
TEXT_FORMAT_UNSPECIFIED: TextFormat
TEXT_FORMAT_UUID: TextFormat
TEXT_FORMAT_ID: TextFormat
TEXT_FORMAT_LINE: TextFormat
TEXT_FORMAT_WITHOUT_NUL: TextFormat
TEXT_FORMAT_EMAIL: TextFormat
TEXT_FORMAT_RESOURCE: TextFormat
TEXT_FORMAT_NAME: TextFormat
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
RULES_FIELD_NUMBER: _ClassVar[int]
rules: _descriptor.FieldDescriptor
ONEOF_REQUIRED_FIELD_NUMBER: _ClassVar[int]
oneof_required: _descriptor.FieldDescriptor
TEXT_FORM_FIELD_NUMBER: _ClassVar[int]
text_form: _descriptor.FieldDescriptor

class Check(_message.Message):
    __slots__ = ("permission", "resource", "when_changed")
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    WHEN_CHANGED_FIELD_NUMBER: _ClassVar[int]
    permission: Permission
    resource: str
    when_changed: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, permission: _Optional[_Union[Permission, str]] = ..., resource: _Optional[str] = ..., when_changed: _Optional[_Iterable[str]] = ...) -> None: ...

class FieldRules(_message.Message):
    __slots__ = ("min_length", "max_length", "max_bytes", "pattern", "pattern_says", "resource_names", "format", "minimum", "maximum", "defined", "min_items", "max_items", "unique_items", "keys")
    MIN_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MAX_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MAX_BYTES_FIELD_NUMBER: _ClassVar[int]
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    PATTERN_SAYS_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_NAMES_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    DEFINED_FIELD_NUMBER: _ClassVar[int]
    IN_FIELD_NUMBER: _ClassVar[int]
    MIN_ITEMS_FIELD_NUMBER: _ClassVar[int]
    MAX_ITEMS_FIELD_NUMBER: _ClassVar[int]
    UNIQUE_ITEMS_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    min_length: int
    max_length: int
    max_bytes: int
    pattern: str
    pattern_says: str
    resource_names: _containers.RepeatedScalarFieldContainer[str]
    format: TextFormat
    minimum: int
    maximum: int
    defined: bool
    min_items: int
    max_items: int
    unique_items: bool
    keys: FieldRules
    def __init__(self, min_length: _Optional[int] = ..., max_length: _Optional[int] = ..., max_bytes: _Optional[int] = ..., pattern: _Optional[str] = ..., pattern_says: _Optional[str] = ..., resource_names: _Optional[_Iterable[str]] = ..., format: _Optional[_Union[TextFormat, str]] = ..., minimum: _Optional[int] = ..., maximum: _Optional[int] = ..., defined: _Optional[bool] = ..., min_items: _Optional[int] = ..., max_items: _Optional[int] = ..., unique_items: _Optional[bool] = ..., keys: _Optional[_Union[FieldRules, _Mapping]] = ..., **kwargs) -> None: ...

class TextForm(_message.Message):
    __slots__ = ("pattern", "says", "resource_names")
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    SAYS_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_NAMES_FIELD_NUMBER: _ClassVar[int]
    pattern: str
    says: str
    resource_names: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, pattern: _Optional[str] = ..., says: _Optional[str] = ..., resource_names: _Optional[_Iterable[str]] = ...) -> None: ...
