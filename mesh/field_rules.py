"""Field rules: whether a request keeps what its contract says of its fields, compiled once for each kind of request.

Owns the walk through a request: what is set, what has to be, lists, maps and messages inside, and what a mask leaves
out. All breaches are found, not the first. Looks at nothing but the request. Contract:
proto/shoal/options/v1/options.proto.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from mesh.faults import InvalidField
from mesh.value_rules import RuleMisdeclared, value_check
from shoal.options.v1 import options_pb2

MOST_VIOLATIONS = 25
"""Told at once: with their words they fit into the 8 KiB of metadata that any gRPC client takes."""
_MOST_KEY = 64
"""Characters of a map's key that are told."""
_LIST_RULES = ("min_items", "max_items", "unique_items", "keys")
_MASK, _MASK_TYPE = "update_mask", "google.protobuf.FieldMask"
_TIME = "google.protobuf.Timestamp"
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799
_REQUIRED, _OUTPUT_ONLY, _IDENTIFIER = (
    field_behavior_pb2.FieldBehavior.Value(each) for each in ("REQUIRED", "OUTPUT_ONLY", "IDENTIFIER")
)

Violation = tuple[str, str]
"""Where, `document.title`, `operations[3].insert`, `labels.KEY`, and what is wrong there."""
Found = list[Violation]
RequestCheck = Callable[[Any], Found]
_Look = Callable[[Any, str, Found], None]
"""Looks at a message, or at a field of it; the path of the message goes before, with its dot."""
_Element = Callable[[Any, str, Found], None]
"""Looks at one value of a field, at this path."""


class _Enough(Exception):
    """As many violations were found as are told."""


@dataclass(frozen=True, slots=True)
class _Field:
    """How to look at one field of a message: if it is set, and where it has to be."""

    name: str
    required: bool
    identifier: bool
    look: _Look | None
    demand: _Look


def request_check(request: Descriptor) -> RequestCheck | None:
    """Return what finds the violations of a request, at most MOST_VIOLATIONS; None where the contract has no rules.

    Raises RuleMisdeclared.
    """
    look = _Compiler().request(request)
    if look is None:
        return None

    def check(message: Any) -> Found:
        found: Found = []
        with suppress(_Enough):
            look(message, "", found)
        return found

    return check


def refuse(violations: Found) -> None:
    """Do nothing without violations. Raises InvalidField, which has all of them."""
    if violations:
        (field, wrong), *others = violations
        raise InvalidField(field, wrong, *others)


class _Compiler:
    """Compiles messages; one that is met again, also inside itself, is compiled once."""

    def __init__(self) -> None:
        self._compiled: dict[str, _Look | None] = {}

    def request(self, request: Descriptor) -> _Look | None:
        mask = request.fields_by_name.get(_MASK)
        if mask is None or mask.message_type is None or mask.message_type.full_name != _MASK_TYPE:
            return self._message(request)
        changed = [each for each in request.fields if each is not mask and each.message_type and not each.is_repeated]
        if len(changed) != 1:
            raise RuleMisdeclared(f"{request.full_name} has no one message that its mask could be of")
        return self._changing(request, changed[0])

    def _changing(self, request: Descriptor, changed: FieldDescriptor) -> _Look | None:
        """Return how to look at a request to change what is in `changed` and named by the mask."""
        name, required = changed.name, _REQUIRED in _behaviour(changed)
        fields = changed.message_type.fields if changed.message_type else ()
        masked = _masked(filter(None, map(self._field, fields)))
        others = _all(self._unmasked(each) for each in request.fields if each.name not in (name, _MASK))

        def look(message: Any, path: str, found: Found) -> None:
            if message.HasField(name):
                mask = {each.partition(".")[0] for each in message.update_mask.paths}
                masked(getattr(message, name), f"{path}{name}.", mask, found)
            elif required:
                _add(found, path + name, "is required")
            if others:
                others(message, path, found)

        return look

    def _message(self, message: Descriptor) -> _Look | None:
        name = message.full_name
        if name.startswith("google."):
            return None
        if name not in self._compiled:
            # Met inside itself it is looked up when it is there.
            self._compiled[name] = lambda *where: (self._compiled[name] or _nothing)(*where)
            needed = [each.name for each in message.oneofs if _options(each)[options_pb2.oneof_required]]
            self._compiled[name] = _all([*map(self._unmasked, message.fields), *map(_one_of, needed)])
        return self._compiled[name]

    def _unmasked(self, field: FieldDescriptor) -> _Look | None:
        """Return how to look at a field where no mask says what counts."""
        compiled = self._field(field)
        if compiled is None or compiled.identifier:
            return None
        return compiled.demand if compiled.required else compiled.look

    def _field(self, field: FieldDescriptor) -> _Field | None:
        behaviour, name = _behaviour(field), field.name
        if _OUTPUT_ONLY in behaviour:
            return None
        look, is_set = self._look(field), _is_set(field)

        def demand(message: Any, path: str, found: Found) -> None:
            if not is_set(message):
                _add(found, path + name, "is required")
            elif look:
                look(message, path, found)

        return _Field(name, _REQUIRED in behaviour, _IDENTIFIER in behaviour, look, demand)

    def _look(self, field: FieldDescriptor) -> _Look | None:
        """Return how to look at a field that is set; None where it may hold anything."""
        rules: options_pb2.FieldRules = _options(field)[options_pb2.rules]
        of_value = options_pb2.FieldRules()
        of_value.CopyFrom(rules)
        for each in _LIST_RULES:
            of_value.ClearField(each)
        if field.is_repeated and field.message_type and field.message_type.GetOptions().map_entry:
            keys, values = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
            return _map(field.name, rules, self._element(keys, rules.keys), self._element(values, of_value))
        if rules.HasField("keys") or (not field.is_repeated and of_value != rules):
            raise RuleMisdeclared(f"{field.full_name} is no {'map' if field.is_repeated else 'list'}")
        element = self._element(field, of_value)
        if rules.unique_items and field.message_type:
            raise RuleMisdeclared(f"{field.full_name} has messages, which nothing tells apart")
        if field.is_repeated:
            return _list(field.name, rules, element)
        return _one(field, element) if element else None

    def _element(self, field: FieldDescriptor, rules: options_pb2.FieldRules) -> _Element | None:
        check = value_check(field, rules)
        if check:
            return _scalar(check)
        if field.message_type is None:
            return None
        if field.message_type.full_name == _TIME:
            return _scalar(_time)
        look = self._message(field.message_type)
        return look and (lambda value, place, found: look(value, place + ".", found))


def _options(declared: Any) -> Any:
    return declared.GetOptions().Extensions


def _behaviour(field: FieldDescriptor) -> frozenset[int]:
    return frozenset(_options(field)[field_behavior_pb2.field_behavior])


def _is_set(field: FieldDescriptor) -> Callable[[Any], object]:
    name = field.name
    return (lambda message: message.HasField(name)) if field.has_presence else (lambda message: getattr(message, name))


def _add(found: Found, place: str, wrong: str) -> None:
    found.append((place, wrong))
    if len(found) == MOST_VIOLATIONS:
        raise _Enough


def _nothing(*_: object) -> None:
    """Look at nothing."""


def _all(looks: Iterable[_Look | None]) -> _Look | None:
    wanted = tuple(filter(None, looks))
    if len(wanted) < 2:
        return wanted[0] if wanted else None

    def look(message: Any, path: str, found: Found) -> None:
        for each in wanted:
            each(message, path, found)

    return look


def _masked(fields: Iterable[_Field]) -> Callable[[Any, str, set[str], Found], None]:
    known = tuple(fields)

    def look(message: Any, path: str, mask: set[str], found: Found) -> None:
        for field in known:
            if field.identifier or (field.required and field.name in mask):
                field.demand(message, path, found)
            elif field.look and (not mask or field.name in mask):
                field.look(message, path, found)

    return look


def _one_of(oneof: str) -> _Look:
    def look(message: Any, path: str, found: Found) -> None:
        if message.WhichOneof(oneof) is None:
            fields = message.DESCRIPTOR.oneofs_by_name[oneof].fields
            _add(found, path + oneof, f"one of {', '.join(each.name for each in fields)} is needed")

    return look


def _scalar(check: Callable[[Any], str]) -> _Element:
    def look(value: Any, place: str, found: Found) -> None:
        if wrong := check(value):
            _add(found, place, wrong)

    return look


def _time(time: Any) -> str:
    good = _FIRST_SECOND <= time.seconds <= _LAST_SECOND and 0 <= time.nanos < 1_000_000_000
    return "" if good else "is not a time between the years 1 and 9999"


def _one(field: FieldDescriptor, element: _Element) -> _Look:
    name, is_set = field.name, _is_set(field)

    def look(message: Any, path: str, found: Found) -> None:
        if is_set(message):
            element(getattr(message, name), path + name, found)

    return look


def _list(name: str, rules: options_pb2.FieldRules, element: _Element | None) -> _Look | None:
    fits, unique = _count(rules), rules.unique_items
    if not (fits or unique or element):
        return None

    def look(message: Any, path: str, found: Found) -> None:
        values = getattr(message, name)
        if not values:
            return
        if fits and (wrong := fits(len(values))):
            return _add(found, path + name, wrong)  # How long it is decides also how much is looked at.
        if unique and len(set(values)) < len(values):
            _add(found, path + name, "must have nothing twice")
        if element:
            for at, value in enumerate(values):
                element(value, f"{path}{name}[{at}]", found)

    return look


def _map(name: str, rules: options_pb2.FieldRules, key: _Element | None, value: _Element | None) -> _Look | None:
    fits = _count(rules)
    if not (fits or key or value):
        return None

    def look(message: Any, path: str, found: Found) -> None:
        entries = getattr(message, name)
        if not entries:
            return
        if fits and (wrong := fits(len(entries))):
            return _add(found, path + name, wrong)
        for each in sorted(entries):
            place = f"{path}{name}.{str(each)[:_MOST_KEY]}"
            if key:
                key(each, place, found)
            if value:
                value(entries[each], place, found)

    return look


def _count(rules: options_pb2.FieldRules) -> Callable[[int], str] | None:
    least, most = rules.min_items, rules.max_items
    if not most:
        return (lambda count: "" if count >= least else f"must be at least {least}") if least else None
    said = f"must be {least} to {most}" if least > 1 else f"must be at most {most}"
    return lambda count: "" if least <= count <= most else said
