"""Forms: application/x-www-form-urlencoded as a body, read as a query string is. Answered in JSON.

Only where an application asks for it, by `GatewayOptions(marshalers={MEDIA_TYPE: FormMarshaler(JsonMarshaler())})`:
`curl -d` says this type of any body, and what people send with it is JSON.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from edge.gateway.binding import Encoder
from edge.gateway.errors import MalformedBody
from edge.gateway.query import set_query_values

MEDIA_TYPE = "application/x-www-form-urlencoded"
_MOST_FIELDS = 1000


def pairs_of(data: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a form, unescaped. Raises MalformedBody, also for more than 1,000 of them."""
    try:
        return parse_qsl(data.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise MalformedBody("the body is no form") from None


class FormMarshaler:
    """A marshaler of `marshal` that reads forms, and writes as the one it is given, which is for JSON."""

    streams = False

    def __init__(self, answers: Any) -> None:
        self._answers = answers
        self.content_type: str = answers.content_type

    def dump(self, message: Message, field: FieldDescriptor | None = None, encode: Encoder | None = None) -> bytes:
        """Return `message`, or one field of it. Raises Unencodable."""
        written: bytes = self._answers.dump(message, field, encode)
        return written

    def load(self, data: bytes, message: Message, field: FieldDescriptor | None = None) -> Any:
        """Fill `message`, or the message that is one field of it. Raises MalformedBody, InvalidParameter."""
        if field is not None and (field.message_type is None or field.is_repeated):
            raise MalformedBody("the body is no message, so it must be JSON")
        part = message if field is None else getattr(message, field.name)
        set_query_values(part, pairs_of(data), ())
