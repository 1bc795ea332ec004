"""What generated encoders call: one function for each kind of value that is not written as it stands.

Owns the names that generated code may use, and nothing else. An encoder builds a dict: keys in lowerCamelCase, in the
order of declaration, and for each field

- string, bool, int32, uint32, sint32, fixed32, sfixed32: the value as it is; 64-bit integers: `str(value)`;
- bytes: `octets(value)`; double: `double(value)`; float: `single(value)`;
- an enum: `NAMES[value]`, with `NAMES = EnumNames(the_pb2.TheEnum.DESCRIPTOR)` made once in the module;
- a well-known type: the function of `WELL_KNOWN` for its full name (`timestamp`, `duration`, `field_mask`, `struct`,
  `value`, `list_value`, `*_wrapper`); google.protobuf.Any and every message without an encoder of its own: `message`;
- repeated: a list of these, `list(values)` for what is written as it stands; a map: a dict of these, keys by
  `boolean_key(key)` for bool, `str(key)` for integers, as they are for strings;
- not set: in a oneof, proto3 `optional` too, no key at all; any other field with presence: None.

`message(it)` says the same by reflection, for any message, and is what an encoder is to be compared with.
Raises Unencodable for what JSON has no form for.
"""

from __future__ import annotations

from edge.gateway.json_leaves import (
    WELL_KNOWN,
    EnumNames,
    boolean_key,
    double,
    double_wrapper,
    duration,
    field_mask,
    int64_wrapper,
    list_value,
    octets,
    octets_wrapper,
    plain_wrapper,
    single,
    single_wrapper,
    struct,
    timestamp,
    value,
)
from edge.gateway.reflection import DEFAULT

message = DEFAULT.encode
"""Write any message by reflection, google.protobuf.Any and other well-known types too."""

__all__ = [
    "WELL_KNOWN",
    "EnumNames",
    "boolean_key",
    "double",
    "double_wrapper",
    "duration",
    "field_mask",
    "int64_wrapper",
    "list_value",
    "message",
    "octets",
    "octets_wrapper",
    "plain_wrapper",
    "single",
    "single_wrapper",
    "struct",
    "timestamp",
    "value",
]
