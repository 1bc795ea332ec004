"""google.api.HttpBody: a message that is bytes of a content type of its own, as a body and as an answer.

Owns how it is told apart from a message that is marshalled. Any content type is taken as it stands, JSON too.
"""

from __future__ import annotations

from typing import Any

from google.api import httpbody_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

_FULL_NAME = httpbody_pb2.HttpBody.DESCRIPTOR.full_name


def is_http_body(message: type[Message] | Message, field: FieldDescriptor | None) -> bool:
    """Whether the message, or the field of it where one is given, is a google.api.HttpBody."""
    descriptor = message.DESCRIPTOR if field is None else field.message_type
    return descriptor is not None and descriptor.full_name == _FULL_NAME and (field is None or not field.is_repeated)


def fill(message: Message, field: FieldDescriptor | None, data: bytes, content_type: str) -> None:
    """Put a request's body into the HttpBody that is `message` or its `field`."""
    body: Any = message if field is None else getattr(message, field.name)
    body.content_type, body.data = content_type, data


def read(message: Message, field: FieldDescriptor | None) -> tuple[bytes, str]:
    """Return the bytes to answer with and their content type; without one they are just bytes."""
    body: Any = message if field is None else getattr(message, field.name)
    return body.data, body.content_type or "application/octet-stream"
