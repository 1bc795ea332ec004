"""What is demanded of a field, as JSON Schema keywords: google.api.field_behavior, and a message option of field rules.

Owns the words of field rules: those of shoal.options.v1.FieldRules, though any message on FieldOptions will do whose
fields have some of these names. A rule without a keyword of JSON Schema is left to the comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from edge.plugins.openapi_types import Schema
from edge.plugins.schema import Schema as Contracts

_ID = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_FORM = "text_form"
"""The option by which a value of the enum `format` says what it means: with a `pattern` or `resource_names`, in the
package of the rules."""
_ACCESS = {"OUTPUT_ONLY": "readOnly", "INPUT_ONLY": "writeOnly"}
_TEXT = FieldDescriptor.TYPE_STRING
_NUMBERS = frozenset(
    {
        FieldDescriptor.TYPE_DOUBLE,
        FieldDescriptor.TYPE_FLOAT,
        FieldDescriptor.TYPE_INT32,
        FieldDescriptor.TYPE_SINT32,
        FieldDescriptor.TYPE_SFIXED32,
        FieldDescriptor.TYPE_UINT32,
        FieldDescriptor.TYPE_FIXED32,
    }
)
"""Those that are numbers in JSON too: integers of 64 bits are strings, which have no bounds in JSON Schema."""


@dataclass(frozen=True, slots=True)
class Keywords:
    """Keywords for a field's whole value, and for each of its values where it has several."""

    whole: Schema = field(default_factory=dict)
    each: Schema = field(default_factory=dict)


class Rules:
    """Reads what contracts demand; `option` is the full name of the rules option, empty = there is none."""

    def __init__(self, contracts: Contracts, option: str = "") -> None:
        self._contracts, self._option = contracts, option

    def is_required(self, of: FieldDescriptor) -> bool:
        """Whether a value must be given."""
        return of.is_required or "REQUIRED" in self._contracts.field_behavior(of)

    def access(self, of: FieldDescriptor) -> Schema:
        """Return `readOnly` of what only servers set, `writeOnly` of what they never tell."""
        return {_ACCESS[each]: True for each in self._contracts.field_behavior(of) if each in _ACCESS}

    def part_pattern(self, of: FieldDescriptor | None) -> str:
        """Return what one segment of a path matches that is a part of this field's value, or of none's."""
        return f"^{_ID}$" if of and self.resource_names(of) else "^[^/]+$"

    def resource_names(self, of: FieldDescriptor) -> list[str]:
        """Return the forms of names that a text may be one of; empty = it is no name."""
        rules = self._rules(of)
        return list(_said(rules, "resource_names") or _said(self._form(rules), "resource_names") or ())

    def is_uuid(self, of: FieldDescriptor) -> bool:
        """Whether a text must be a UUID."""
        value = _format(self._rules(of))
        return value is not None and value.name.endswith("_UUID")

    def keywords(self, of: FieldDescriptor) -> Keywords:
        """Return what bounds a field's values."""
        rules = self._rules(of)
        entry = of.message_type if of.message_type and of.message_type.GetOptions().map_entry else None
        if of.is_repeated:
            value = entry.fields_by_name["value"] if entry else of
            return Keywords(
                self._items(of, rules, is_map=entry is not None), self._value(value, rules, may_be_empty=False)
            )
        required = self.is_required(of)
        empty = not required and not of.has_presence
        whole = self._value(of, rules, may_be_empty=empty)
        if self._option and required and of.type == _TEXT and not of.has_presence:
            whole = {"minLength": 1, **whole}
        return Keywords(whole)

    def _form(self, rules: Any) -> Any:
        """Return what the format of these rules means; None where they have none."""
        value = _format(rules)
        return None if value is None else self._contracts.option(value, f"{self._option.rpartition('.')[0]}.{_FORM}")

    def _rules(self, of: FieldDescriptor) -> Any:
        return self._contracts.option(of, self._option) if self._option else None

    def _items(self, of: FieldDescriptor, rules: Any, *, is_map: bool) -> Schema:
        fewest, most = ("minProperties", "maxProperties") if is_map else ("minItems", "maxItems")
        found: Schema = {fewest: _said(rules, "min_items"), most: _said(rules, "max_items")}
        if self._option and self.is_required(of):
            found[fewest] = found[fewest] or 1
        elif found[fewest]:
            found[fewest] = None  # An empty list is one that is not set, which is allowed.
        if is_map and (keys := _said(rules, "keys")):
            found["propertyNames"] = self._text(keys, may_be_empty=False) or None
        elif not is_map:
            found["uniqueItems"] = _said(rules, "unique_items")
        return _stated(found)

    def _value(self, of: FieldDescriptor, rules: Any, *, may_be_empty: bool) -> Schema:
        """Keywords for one value. One that is not set keeps all rules, and then it is written as "" or 0."""
        if of.type == _TEXT:
            return self._text(rules, may_be_empty=may_be_empty)
        if of.enum_type:
            return _enum(of.enum_type, rules, may_be_empty=may_be_empty)
        if of.type not in _NUMBERS:
            return {}
        low, high = _said(rules, "minimum"), _said(rules, "maximum")
        if may_be_empty:
            low, high = (None if low is None else min(low, 0)), (None if high is None else max(high, 0))
        return _stated({"minimum": low, "maximum": high})

    def _text(self, rules: Any, *, may_be_empty: bool) -> Schema:
        form = self._form(rules) or rules
        pattern = _said(form, "pattern") or _of_names(_said(form, "resource_names"))
        shortest = _said(rules, "min_length")
        # There is no character without a byte.
        longest = _said(rules, "max_length") or _said(rules, "max_bytes")
        if may_be_empty:
            pattern, shortest = (f"^$|{pattern}" if pattern and not re.search(pattern, "") else pattern), None
        return _stated({"minLength": shortest, "maxLength": longest, "pattern": pattern})


def _format(rules: Any) -> Any:
    """Return the value of the rules' enum `format`; None where it is not set."""
    number = _said(rules, "format")
    return None if number is None else rules.DESCRIPTOR.fields_by_name["format"].enum_type.values_by_number[number]


def _of_names(forms: Any) -> str | None:
    return "^(?:" + "|".join(form.replace("*", _ID) for form in forms) + ")$" if forms else None


def _enum(of: EnumDescriptor, rules: Any, *, may_be_empty: bool) -> Schema:
    numbers = _said(rules, "in")
    if not numbers and not _said(rules, "defined"):
        return {}
    allowed = {
        *(numbers or [each.number for each in of.values if each.number]),
        *([0] if may_be_empty else []),
    }
    names = [each.name for each in of.values if each.number in allowed]
    return {"enum": names} if len(names) < len(of.values) else {}


def _said(rules: Any, word: str) -> Any:
    """What the rules say by this word; None where they say nothing."""
    if rules is None or word not in rules.DESCRIPTOR.fields_by_name:
        return None
    if rules.DESCRIPTOR.fields_by_name[word].has_presence:
        return getattr(rules, word) if rules.HasField(word) else None
    return getattr(rules, word) or None


def _stated(schema: Schema) -> Schema:
    return {keyword: value for keyword, value in schema.items() if value is not None}
