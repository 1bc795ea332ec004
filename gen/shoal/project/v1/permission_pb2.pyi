from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from shoal.options.v1 import options_pb2 as _options_pb2
from shoal.project.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class User(_message.Message):
    __slots__ = ("subject", "groups", "organizations")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATIONS_FIELD_NUMBER: _ClassVar[int]
    subject: str
    groups: _containers.RepeatedScalarFieldContainer[str]
    organizations: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, subject: _Optional[str] = ..., groups: _Optional[_Iterable[str]] = ..., organizations: _Optional[_Iterable[str]] = ...) -> None: ...

class Answer(_message.Message):
    __slots__ = ("allowed", "permissions", "role", "path")
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    allowed: bool
    permissions: _containers.RepeatedScalarFieldContainer[_options_pb2.Permission]
    role: _access_pb2.Role
    path: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, allowed: _Optional[bool] = ..., permissions: _Optional[_Iterable[_Union[_options_pb2.Permission, str]]] = ..., role: _Optional[_Union[_access_pb2.Role, str]] = ..., path: _Optional[_Iterable[str]] = ...) -> None: ...

class CheckPermissionRequest(_message.Message):
    __slots__ = ("resource", "permission", "user")
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    resource: str
    permission: _options_pb2.Permission
    user: User
    def __init__(self, resource: _Optional[str] = ..., permission: _Optional[_Union[_options_pb2.Permission, str]] = ..., user: _Optional[_Union[User, _Mapping]] = ...) -> None: ...

class CheckPermissionResponse(_message.Message):
    __slots__ = ("answer", "epoch")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    answer: Answer
    epoch: int
    def __init__(self, answer: _Optional[_Union[Answer, _Mapping]] = ..., epoch: _Optional[int] = ...) -> None: ...

class BatchCheckPermissionsRequest(_message.Message):
    __slots__ = ("checks", "user")
    class Check(_message.Message):
        __slots__ = ("resource", "permission")
        RESOURCE_FIELD_NUMBER: _ClassVar[int]
        PERMISSION_FIELD_NUMBER: _ClassVar[int]
        resource: str
        permission: _options_pb2.Permission
        def __init__(self, resource: _Optional[str] = ..., permission: _Optional[_Union[_options_pb2.Permission, str]] = ...) -> None: ...
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    checks: _containers.RepeatedCompositeFieldContainer[BatchCheckPermissionsRequest.Check]
    user: User
    def __init__(self, checks: _Optional[_Iterable[_Union[BatchCheckPermissionsRequest.Check, _Mapping]]] = ..., user: _Optional[_Union[User, _Mapping]] = ...) -> None: ...

class BatchCheckPermissionsResponse(_message.Message):
    __slots__ = ("answers", "epoch")
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[Answer]
    epoch: int
    def __init__(self, answers: _Optional[_Iterable[_Union[Answer, _Mapping]]] = ..., epoch: _Optional[int] = ...) -> None: ...

class ExplainPermissionRequest(_message.Message):
    __slots__ = ("resource", "permission", "user")
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    resource: str
    permission: _options_pb2.Permission
    user: User
    def __init__(self, resource: _Optional[str] = ..., permission: _Optional[_Union[_options_pb2.Permission, str]] = ..., user: _Optional[_Union[User, _Mapping]] = ...) -> None: ...

class ExplainPermissionResponse(_message.Message):
    __slots__ = ("allowed", "reasons", "missing", "archived")
    class Effect(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        EFFECT_UNSPECIFIED: _ClassVar[ExplainPermissionResponse.Effect]
        EFFECT_ALLOWS: _ClassVar[ExplainPermissionResponse.Effect]
        EFFECT_DENIES: _ClassVar[ExplainPermissionResponse.Effect]
        EFFECT_DENIES_IN_VAIN: _ClassVar[ExplainPermissionResponse.Effect]
    EFFECT_UNSPECIFIED: ExplainPermissionResponse.Effect
    EFFECT_ALLOWS: ExplainPermissionResponse.Effect
    EFFECT_DENIES: ExplainPermissionResponse.Effect
    EFFECT_DENIES_IN_VAIN: ExplainPermissionResponse.Effect
    class Reason(_message.Message):
        __slots__ = ("grant", "effect", "path")
        GRANT_FIELD_NUMBER: _ClassVar[int]
        EFFECT_FIELD_NUMBER: _ClassVar[int]
        PATH_FIELD_NUMBER: _ClassVar[int]
        grant: _access_pb2.Grant
        effect: ExplainPermissionResponse.Effect
        path: _containers.RepeatedScalarFieldContainer[str]
        def __init__(self, grant: _Optional[_Union[_access_pb2.Grant, _Mapping]] = ..., effect: _Optional[_Union[ExplainPermissionResponse.Effect, str]] = ..., path: _Optional[_Iterable[str]] = ...) -> None: ...
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    ARCHIVED_FIELD_NUMBER: _ClassVar[int]
    allowed: bool
    reasons: _containers.RepeatedCompositeFieldContainer[ExplainPermissionResponse.Reason]
    missing: str
    archived: str
    def __init__(self, allowed: _Optional[bool] = ..., reasons: _Optional[_Iterable[_Union[ExplainPermissionResponse.Reason, _Mapping]]] = ..., missing: _Optional[str] = ..., archived: _Optional[str] = ...) -> None: ...

class ResolveScopesRequest(_message.Message):
    __slots__ = ("permission", "user")
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    permission: _options_pb2.Permission
    user: User
    def __init__(self, permission: _Optional[_Union[_options_pb2.Permission, str]] = ..., user: _Optional[_Union[User, _Mapping]] = ...) -> None: ...

class ResolveScopesResponse(_message.Message):
    __slots__ = ("epoch", "organizations", "projects", "folders", "documents", "excluded_folders", "excluded_documents", "unfiled")
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATIONS_FIELD_NUMBER: _ClassVar[int]
    PROJECTS_FIELD_NUMBER: _ClassVar[int]
    FOLDERS_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_FOLDERS_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    UNFILED_FIELD_NUMBER: _ClassVar[int]
    epoch: int
    organizations: _containers.RepeatedScalarFieldContainer[str]
    projects: _containers.RepeatedScalarFieldContainer[str]
    folders: _containers.RepeatedScalarFieldContainer[str]
    documents: _containers.RepeatedScalarFieldContainer[str]
    excluded_folders: _containers.RepeatedScalarFieldContainer[str]
    excluded_documents: _containers.RepeatedScalarFieldContainer[str]
    unfiled: bool
    def __init__(self, epoch: _Optional[int] = ..., organizations: _Optional[_Iterable[str]] = ..., projects: _Optional[_Iterable[str]] = ..., folders: _Optional[_Iterable[str]] = ..., documents: _Optional[_Iterable[str]] = ..., excluded_folders: _Optional[_Iterable[str]] = ..., excluded_documents: _Optional[_Iterable[str]] = ..., unfiled: _Optional[bool] = ...) -> None: ...

class WatchPermissionsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchPermissionsResponse(_message.Message):
    __slots__ = ("epoch", "everything", "subjects", "resources")
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    EVERYTHING_FIELD_NUMBER: _ClassVar[int]
    SUBJECTS_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    epoch: int
    everything: bool
    subjects: _containers.RepeatedScalarFieldContainer[str]
    resources: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, epoch: _Optional[int] = ..., everything: _Optional[bool] = ..., subjects: _Optional[_Iterable[str]] = ..., resources: _Optional[_Iterable[str]] = ...) -> None: ...
