"""Operation: one edit of a rich text, as an immutable canonical sequence of retain, insert and delete.

Owns the components, the canonical form and Delta JSON. Canonical: neighbours that can merge are merged, between
two retains the inserts stand before the one delete, no component is empty, and no plain retain ends the sequence
(an operation may be shorter than its document). Lengths are UTF-16 code units. Nothing here may be mutated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, cast, final

from . import attributes as attribute_maps
from . import values
from .attributes import Attributes
from .errors import InvalidComponent
from .text import utf16_length
from .values import JsonValue

__all__ = [
    "Attributes",
    "Builder",
    "Component",
    "Delete",
    "Embed",
    "Insert",
    "JsonValue",
    "Operation",
    "Retain",
    "delete_at",
    "format_at",
    "insert_at",
    "utf16_length",
]

_same = attribute_maps.same
_new = object.__new__


@final
class Embed:
    """Something that is not text, such as an image: one unit long. Two embeds are equal if their JSON is."""

    __slots__ = ("_key", "type", "value")
    __match_args__ = ("type", "value")

    type: str
    value: JsonValue

    def __init__(self, type: str, value: JsonValue) -> None:  # noqa: A002 -- the Delta word for it
        """Raises InvalidComponent if `type` is not text or `value` not JSON, InvalidText on a lone surrogate."""
        frozen = cast(Mapping[str, JsonValue], values.freeze({type: value}))
        self.type = type
        self.value = frozen[type]
        self._key = values.canonical(frozen)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Embed) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"Embed({self.type!r}, {self.value!r})"


def _length(length: object) -> int:
    if isinstance(length, bool) or not isinstance(length, int):
        raise InvalidComponent(f"a length must be an integer, not {type(length).__name__}")
    if length < 0:
        raise InvalidComponent(f"a length must not be negative, as {length} is")
    return length


@final
class Retain:
    """Keep `length` units; with attributes, format them (a null value removes the key)."""

    __slots__ = ("attributes", "length")
    __match_args__ = ("length", "attributes")

    length: int
    attributes: Attributes | None

    def __init__(self, length: int, attributes: Attributes | None = None) -> None:
        """Raises InvalidComponent, InvalidText. A zero length is allowed: it vanishes in the canonical form."""
        self.length = length if type(length) is int and length >= 0 else _length(length)
        self.attributes = None if attributes is None else attribute_maps.frozen(attributes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Retain) and self.length == other.length and _same(self.attributes, other.attributes)

    def __hash__(self) -> int:
        return hash((self.length, _attributes_key(self.attributes)))

    def __repr__(self) -> str:
        return f"Retain({self.length})" if self.attributes is None else f"Retain({self.length}, {self.attributes!r})"


@final
class Insert:
    """Put in `content`, a text or an embed. `length` is its length in UTF-16 units."""

    __slots__ = ("attributes", "content", "length")
    __match_args__ = ("content", "attributes")

    content: str | Embed
    attributes: Attributes | None
    length: int

    def __init__(self, content: str | Embed, attributes: Attributes | None = None) -> None:
        """Raises InvalidText if the text has a lone surrogate, InvalidComponent."""
        if isinstance(content, str):
            self.length = utf16_length(content)
        elif isinstance(content, Embed):
            self.length = 1
        else:
            raise InvalidComponent(f"an insert holds a text or an Embed, not {type(content).__name__}")
        self.content = content
        self.attributes = None if attributes is None else attribute_maps.frozen(attributes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Insert) and self.content == other.content and _same(self.attributes, other.attributes)

    def __hash__(self) -> int:
        return hash((self.content, _attributes_key(self.attributes)))

    def __repr__(self) -> str:
        return (
            f"Insert({self.content!r})" if self.attributes is None else f"Insert({self.content!r}, {self.attributes!r})"
        )


@final
class Delete:
    """Take out `length` units."""

    __slots__ = ("length",)
    __match_args__ = ("length",)

    length: int

    def __init__(self, length: int) -> None:
        """Raises InvalidComponent. A zero length is allowed: it vanishes in the canonical form."""
        self.length = length if type(length) is int and length >= 0 else _length(length)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Delete) and self.length == other.length

    def __hash__(self) -> int:
        return hash((Delete, self.length))

    def __repr__(self) -> str:
        return f"Delete({self.length})"


Component: TypeAlias = Retain | Insert | Delete


def _attributes_key(attributes: Attributes | None) -> str | None:
    return None if attributes is None else values.canonical(attributes)


def new_retain(length: int, attributes: Attributes | None) -> Retain:
    """A Retain whose arguments are known to be valid, frozen and not empty."""
    component = _new(Retain)
    component.length = length
    component.attributes = attributes
    return component


def new_insert(content: str | Embed, length: int, attributes: Attributes | None) -> Insert:
    """An Insert whose arguments are known to be valid, frozen and of that length."""
    component = _new(Insert)
    component.content = content
    component.attributes = attributes
    component.length = length
    return component


def merged(inserts: Sequence[Insert]) -> list[Insert]:
    """`inserts` with neighbouring texts of equal attributes joined. O(text), however many there are."""
    out: list[Insert] = []
    texts: list[str] = []
    length = 0
    attributes: Attributes | None = None

    def flush() -> None:
        if texts:
            out.append(new_insert("".join(texts), length, attributes))

    for insert in inserts:
        content = insert.content
        if not isinstance(content, str):
            flush()
            texts, length = [], 0
            out.append(insert)
        elif texts and _same(attributes, insert.attributes):
            texts.append(content)
            length += insert.length
        else:
            flush()
            texts, length, attributes = [content], insert.length, insert.attributes
    flush()
    return out


@final
class Builder:
    """Takes components in any order a loop finds them in and yields the canonical operation.

    Lengths given to it are positive and attributes frozen.
    """

    __slots__ = ("_attributes", "_deleted", "_inserts", "_out", "_retained")

    def __init__(self) -> None:
        self._out: list[Component] = []
        self._inserts: list[Insert] = []
        self._deleted = 0
        self._retained = 0
        self._attributes: Attributes | None = None

    # Invariant: what is held back is either one retain, or inserts and a delete; never both.

    def retain(self, length: int, attributes: Attributes | None = None) -> None:
        """Keep the next `length` units."""
        if self._retained:
            if self._attributes is attributes or _same(self._attributes, attributes):
                self._retained += length
                return
            self._out.append(new_retain(self._retained, self._attributes))
        elif self._inserts or self._deleted:
            self._flush_changes()
        self._retained = length
        self._attributes = attributes

    def insert(self, component: Insert) -> None:
        """Put `component` in, before anything deleted at the same place."""
        if self._retained:
            self._out.append(new_retain(self._retained, self._attributes))
            self._retained = 0
        self._inserts.append(component)

    def delete(self, length: int) -> None:
        """Take out the next `length` units."""
        if self._retained:
            self._out.append(new_retain(self._retained, self._attributes))
            self._retained = 0
        self._deleted += length

    def add(self, component: Component) -> None:
        """The one of the three that `component` asks for; nothing if it is empty."""
        if not component.length:
            return
        if isinstance(component, Retain):
            self.retain(component.length, component.attributes)
        elif isinstance(component, Insert):
            self.insert(component)
        else:
            self.delete(component.length)

    def _flush_changes(self) -> None:
        inserts = self._inserts
        if inserts:
            if len(inserts) == 1:
                self._out.append(inserts[0])
            else:
                self._out.extend(merged(inserts))
            self._inserts = []
        if self._deleted:
            deletion = _new(Delete)
            deletion.length = self._deleted
            self._out.append(deletion)
            self._deleted = 0

    def operation(self) -> Operation:
        """The operation built so far. Ends the use of this builder."""
        if not self._retained:
            self._flush_changes()
        elif self._attributes is not None:
            self._out.append(new_retain(self._retained, self._attributes))
        return from_canonical(tuple(self._out))


@final
class Operation:
    """An edit. Immutable, hashable; equal operations have equal canonical components."""

    __slots__ = ("_base_span", "_length_change", "components")
    __match_args__ = ("components",)

    components: tuple[Component, ...]
    _base_span: int
    _length_change: int

    def __init__(self, components: Iterable[Component] = ()) -> None:
        """Brings `components` into canonical form. Raises InvalidComponent if one is of another type. O(text)."""
        builder = Builder()
        for component in components:
            if not isinstance(component, Retain | Insert | Delete):
                raise InvalidComponent(f"{type(component).__name__} is not a component")
            builder.add(component)
        self.components = builder.operation().components
        self._base_span = -1
        self._length_change = 0

    @property
    def base_span(self) -> int:
        """UTF-16 units of the document that this consumes: the least length a document must have."""
        if self._base_span < 0:
            self._measure()
        return self._base_span

    @property
    def length_change(self) -> int:
        """By how many UTF-16 units the document grows (negative: shrinks)."""
        if self._base_span < 0:
            self._measure()
        return self._length_change

    def _measure(self) -> None:
        span = change = 0
        for component in self.components:
            if isinstance(component, Insert):
                change += component.length
            else:
                span += component.length
                if isinstance(component, Delete):
                    change -= component.length
        self._length_change = change
        self._base_span = span

    @classmethod
    def from_delta(cls, delta: Sequence[Mapping[str, object]]) -> Operation:
        """Reads Delta JSON: `[{"insert": "a", "attributes": {…}}, {"retain": 3}, {"delete": 2}]`.

        Null or empty attributes mean none; a delete may not have any. Raises InvalidComponent, InvalidText.
        """
        if isinstance(delta, str) or not isinstance(delta, Sequence):
            raise InvalidComponent("a delta is a list of components")
        return cls([_component_from_json(item) for item in delta])

    def to_delta(self) -> list[dict[str, JsonValue]]:
        """Delta JSON of this operation, in canonical form. The values are shared: read them, do not change them."""
        return [_component_to_json(component) for component in self.components]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Operation) and self.components == other.components

    def __hash__(self) -> int:
        return hash(self.components)

    def __bool__(self) -> bool:
        """False if it changes nothing at all."""
        return bool(self.components)

    def __repr__(self) -> str:
        return f"Operation({list(self.components)!r})"


def from_canonical(components: tuple[Component, ...]) -> Operation:
    """The operation of components that are known to be valid and canonical already."""
    operation = _new(Operation)
    operation.components = components
    operation._base_span = -1
    operation._length_change = 0
    return operation


def _component_from_json(item: Mapping[str, object]) -> Component:
    if not isinstance(item, Mapping):
        raise InvalidComponent("a component is an object")
    kinds = [kind for kind in ("insert", "retain", "delete") if kind in item]
    if len(kinds) != 1 or not item.keys() <= {kinds[0], "attributes"}:
        raise InvalidComponent("a component has exactly one of insert, retain, delete, and perhaps attributes")
    attributes = cast("Attributes | None", item.get("attributes"))
    content = item[kinds[0]]
    if kinds[0] == "insert":
        return Insert(_content_from_json(content), attributes)
    if kinds[0] == "retain":
        return Retain(cast(int, content), attributes)
    if attributes:
        raise InvalidComponent("a delete has no attributes")
    return Delete(cast(int, content))


def _content_from_json(content: object) -> str | Embed:
    if isinstance(content, str):
        return content
    if not isinstance(content, Mapping) or len(content) != 1:
        raise InvalidComponent("an insert holds a text or an object with one key")
    [(kind, value)] = content.items()
    return Embed(kind, value)


def _component_to_json(component: Component) -> dict[str, JsonValue]:
    item: dict[str, JsonValue]
    if isinstance(component, Delete):
        return {"delete": component.length}
    if isinstance(component, Retain):
        item = {"retain": component.length}
    else:
        content = component.content
        item = {"insert": content if isinstance(content, str) else {content.type: content.value}}
    if component.attributes is not None:
        item["attributes"] = component.attributes
    return item


def insert_at(position: int, text: str | Embed, attributes: Attributes | None = None) -> Operation:
    """The operation that inserts `text` at UTF-16 unit `position`. Raises InvalidComponent, InvalidText."""
    return _change_at(Retain(position), Insert(text, attributes))


def _change_at(before: Retain, change: Insert | Delete) -> Operation:
    if not change.length:
        return Operation()
    return from_canonical((before, change) if before.length else (change,))


def delete_at(position: int, length: int) -> Operation:
    """The operation that deletes `length` units from UTF-16 unit `position` on. Raises InvalidComponent."""
    return _change_at(Retain(position), Delete(length))


def format_at(position: int, length: int, attributes: Attributes) -> Operation:
    """The operation that formats `length` units from `position` on; null removes. Raises InvalidComponent."""
    return Operation((Retain(position), Retain(length, attributes)))
