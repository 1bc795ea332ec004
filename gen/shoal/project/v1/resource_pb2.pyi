from google.api import field_behavior_pb2 as _field_behavior_pb2
from shoal.options.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class PutDocumentRequest(_message.Message):
    __slots__ = ("document", "parent", "actor", "generation")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    document: str
    parent: str
    actor: str
    generation: int
    def __init__(self, document: _Optional[str] = ..., parent: _Optional[str] = ..., actor: _Optional[str] = ..., generation: _Optional[int] = ...) -> None: ...

class PutDocumentResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RemoveDocumentRequest(_message.Message):
    __slots__ = ("document", "actor")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    document: str
    actor: str
    def __init__(self, document: _Optional[str] = ..., actor: _Optional[str] = ...) -> None: ...

class RemoveDocumentResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
