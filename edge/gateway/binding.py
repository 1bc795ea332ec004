"""Binding: one HTTP rule of one rpc, as the generated modules state it.

Pure data; what a template means is `template`'s to say, what a request becomes is `server`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

Encoder = Callable[[Any], Any]
"""Turns a message into what `orjson.dumps` takes: the proto3 JSON mapping with lowerCamelCase names, int64 as strings,
unset lists, maps and scalars as their defaults, unset sub-messages outside of oneofs as None. Equal to
`marshal.to_json_value`, and faster."""


@dataclass(frozen=True, slots=True)
class Method:
    """One rpc; `path` is `/package.Service/Method`. `encode` is for the whole response, None = by reflection."""

    path: str
    request: type[Message]
    response: type[Message]
    client_streaming: bool = False
    server_streaming: bool = False
    encode: Encoder | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """One google.api.http rule, or one of its additional bindings.

    `verb` is the HTTP method in capitals, the kind of a custom pattern as it stands, `*` for any. `template` is the
    path as annotated. `body` is empty, `*`, or a field's proto name; `response_body` is empty or a field's proto name.
    `encode` is for that field where `response_body` names one. `separator` stands between values of a repeated field
    in the path. `fills_mask`: PATCH with a field as its body fills the request's one empty field mask from that body.
    """

    verb: str
    template: str
    method: Method
    body: str = ""
    response_body: str = ""
    encode: Encoder | None = None
    separator: str = ","
    fills_mask: bool = True
