"""Field masks of PATCH requests: which fields a JSON body speaks of.

Owns where a path ends; whether a mask is wanted is `server`'s to decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from edge.gateway.errors import MalformedBody
from edge.gateway.fields import by_name


def the_mask_field(descriptor: Descriptor) -> FieldDescriptor | None:
    """The request's FieldMask field; None where it has none or several."""
    masks = [field for field in descriptor.fields if _type_name(field) == "google.protobuf.FieldMask"]
    return masks[0] if len(masks) == 1 else None


def paths_of(body: Any, descriptor: Descriptor) -> list[str]:
    """The paths of what decoded JSON sets in a message of `descriptor`: in proto names, dotted, sorted.

    A path ends at a scalar, a null, a list, a map, an Any and an empty object. In Struct and Value it goes on by the
    body's own keys. What is no object, or an empty one, has no paths.
    Raises MalformedBody for a key of no field, an object where a scalar is due, and an Any without its type.
    """
    return sorted(_paths(body, descriptor)) if isinstance(body, dict) else []


_FREE = ("google.protobuf.Struct", "google.protobuf.Value")
"""Messages with members instead of fields."""


def _paths(body: dict[str, Any], descriptor: Descriptor) -> Iterator[str]:
    # A stack, not recursion: a body may be nested as deep as its decoder allows.
    pending: list[tuple[str, dict[str, Any], Descriptor]] = [("", body, descriptor)]
    while pending:
        prefix, members, holder = pending.pop()
        for key, value in members.items():
            field = by_name(holder).get(key)
            if field is None:
                raise MalformedBody(f"no field {key[:64]!a} in {holder.full_name}")
            path = prefix + field.name
            if not _goes_on_in(field, value):
                yield path
            elif field.message_type is None:
                raise MalformedBody(f"{path} is no message")
            elif _type_name(field) in _FREE:
                yield from _free_paths(path, value)
            else:
                pending.append((f"{path}.", value, field.message_type))


def _goes_on_in(field: FieldDescriptor, value: Any) -> bool:
    """Whether the path of `field` goes on in what `value` holds."""
    if field.is_repeated:
        return False
    if _type_name(field) == "google.protobuf.Any":
        if not isinstance(value, dict) or "@type" not in value:
            raise MalformedBody(f"{field.name}: an Any says its @type")
        return False
    return isinstance(value, dict) and bool(value)


def _free_paths(path: str, members: dict[str, Any]) -> Iterator[str]:
    """The leaves of an object whose keys are the body's own."""
    pending = [(path, members)]
    while pending:
        prefix, inner = pending.pop()
        for key, value in inner.items():
            if isinstance(value, dict) and value:
                pending.append((f"{prefix}.{key}", value))
            else:
                yield f"{prefix}.{key}"


def _type_name(field: FieldDescriptor) -> str:
    return str(field.message_type.full_name) if field.message_type is not None else ""
