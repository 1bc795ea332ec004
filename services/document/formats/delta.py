"""Delta: a document as the JSON that Quill and ShareDB speak. The only format that holds everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from mesh.wire import MAX_VALUE_DEPTH
from ot.document import Document
from ot.errors import OperationError
from ot.operation import Insert, Operation

from .errors import UnreadableContent


def render_delta(document: Document) -> str:
    """The content as a JSON array of inserts, without spaces, keys sorted: the canonical form that is hashed."""
    return document.canonical_json().decode()


def parse_delta(source: str, *, plain_text: bool) -> Document:
    """The document of a JSON array of inserts, or of the object `{"ops": […]}` around it. Raises UnreadableContent."""
    components = _components(source)
    inserts = [_insert(place, component) for place, component in enumerate(components)]
    if plain_text:
        for place, insert in enumerate(inserts):
            if insert.attributes or not isinstance(insert.content, str):
                raise UnreadableContent("plain text has neither attributes nor embeds", component=place)
    elif not inserts or not isinstance(inserts[-1].content, str) or not inserts[-1].content.endswith("\n"):
        inserts.append(Insert("\n"))
    return Document.from_operation(Operation(inserts))


def _components(source: str) -> Sequence[object]:
    try:
        delta = orjson.loads(source)
    except orjson.JSONDecodeError as error:
        raise UnreadableContent("it is not JSON", line=error.lineno, offset=error.pos) from None
    if isinstance(delta, dict):
        delta = delta.get("ops")
    if not isinstance(delta, list):
        raise UnreadableContent("a Delta is a list of inserts")
    return delta


def _insert(place: int, component: object) -> Insert:
    if not isinstance(component, Mapping) or "insert" not in component:
        raise UnreadableContent("a document is made of inserts only", component=place)
    if not _is_shallow(component, MAX_VALUE_DEPTH + 1):
        raise UnreadableContent(f"a value nests deeper than {MAX_VALUE_DEPTH} levels", component=place)
    try:
        [insert] = Operation.from_delta([_normalised(component)]).components or [Insert("")]
    except OperationError as error:
        raise UnreadableContent("an insert is not of the form that Delta has", component=place) from error
    if not isinstance(insert, Insert):
        raise UnreadableContent("a document is made of inserts only", component=place)
    return insert


def _normalised(component: Mapping[str, object]) -> Mapping[str, object]:
    """The component with newlines for line ends. Raises UnreadableContent on NUL."""
    content = component["insert"]
    if not isinstance(content, str):
        return component
    if "\0" in content:
        raise UnreadableContent("it holds NUL", offset=content.index("\0"))
    if "\r" not in content:
        return component
    return {**component, "insert": content.replace("\r\n", "\n").replace("\r", "\n")}


def _is_shallow(value: object, levels: int) -> bool:
    if isinstance(value, dict):
        return levels > 0 and all(_is_shallow(each, levels - 1) for each in value.values())
    if isinstance(value, list):
        return levels > 0 and all(_is_shallow(each, levels - 1) for each in value)
    return True
