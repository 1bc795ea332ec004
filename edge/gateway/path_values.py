"""Path values: what a path says becomes fields of the request.

Owns that the path wins over the body. Which texts fit is `fields`' to say.
"""

from __future__ import annotations

from collections.abc import Iterable

from google.protobuf.message import Message

from edge.gateway.errors import InvalidParameter
from edge.gateway.fields import Flavour, RepeatedSeparator, UnfitText, append, by_name, replace


def set_path_values(
    message: Message,
    captured: Iterable[tuple[tuple[str, ...], str]],
    separator: RepeatedSeparator = RepeatedSeparator.CSV,
) -> None:
    """Set each captured field of the request, in proto names, to its text; what was there is replaced.

    A repeated field of the request itself is its text, parted by `separator`. Another member of the same oneof is
    cleared.
    Raises InvalidParameter. The generator has seen to it that the fields exist and that no message is repeated on the
    way to them; where it has not, this raises KeyError or AttributeError.
    """
    for field_path, text in captured:
        holder = message
        for name in field_path[:-1]:
            holder = getattr(holder, name)
        try:
            _set(holder, field_path, text, separator)
        except UnfitText as unfit:
            parameter = ".".join(field_path)
            raise InvalidParameter(parameter, f"{parameter}: {unfit}") from None


def _set(holder: Message, field_path: tuple[str, ...], text: str, separator: RepeatedSeparator) -> None:
    field = by_name(holder.DESCRIPTOR)[field_path[-1]]
    if len(field_path) > 1:
        # As in grpc-gateway: a nested variable is read as a query parameter is, so a repeated field is one value.
        flavour, texts = Flavour.QUERY, [text]
    else:
        flavour, texts = Flavour.PATH, text.split(separator.value)
    if field.is_repeated:
        holder.ClearField(field.name)
        append(holder, field, texts, flavour)
    else:
        replace(holder, field, text, flavour)
