"""Whether what a request may hold was only loosened: what passed yesterday must pass today.

Pure: descriptors in, complaints out. buf compares no options, so these are compared here.
"""

from __future__ import annotations

from collections.abc import Iterator

from google.api import field_behavior_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorSet

from shoal.options.v1 import options_pb2

Rules = options_pb2.FieldRules
_SMALLEST = ("min_length", "min_items", "minimum")
_LARGEST = ("max_length", "max_bytes", "max_items", "maximum")
_DEMANDS = ("defined", "unique_items")
_CHOICES = ("resource_names", "in")
_FORMS = ("pattern", "format")


def complaints(before: FileDescriptorSet, after: FileDescriptorSet) -> list[str]:
    """Return `full name: rule` for all that `after` refuses and `before` did not, in messages that both have."""
    now, forms = dict(_messages(after)), dict(_forms(after))
    found = [
        f"{name}.{complaint}"
        for name, message in _messages(before)
        if name in now
        for complaint in _of_message(message, now[name])
    ]
    return found + [f"{name}: means less" for name, form in _forms(before) if _narrower(form, forms.get(name))]


def tightened(before: Rules, after: Rules) -> list[str]:
    """Return the names of the rules that refuse more than before. A pattern that changed counts as tighter."""
    found = [name for name in _SMALLEST if _set(after, name) and not _at_least(before, name, getattr(after, name))]
    found += [name for name in _LARGEST if _set(after, name) and not _at_most(before, name, getattr(after, name))]
    found += [name for name in _DEMANDS if getattr(after, name) and not getattr(before, name)]
    found += [name for name in _CHOICES if _set(after, name) and not _among(before, name, getattr(after, name))]
    found += [name for name in _FORMS if getattr(after, name) and getattr(after, name) != getattr(before, name)]
    if after.HasField("keys"):
        found += [f"keys.{name}" for name in tightened(before.keys, after.keys)]
    return found


def _of_message(before: DescriptorProto, after: DescriptorProto) -> Iterator[str]:
    known = {field.name: field for field in before.field}
    for field in after.field:
        old = known.get(field.name)
        if _required(field) and not (old is not None and _required(old)):
            yield f"{field.name}: is required now"
        if old is not None:
            for name in tightened(_rules(old), _rules(field)):
                yield f"{field.name}: {name} is tighter"
    for oneof in after.oneof_decl:
        was = [each for each in before.oneof_decl if each.name == oneof.name]
        required = options_pb2.oneof_required
        if was and oneof.options.Extensions[required] and not was[0].options.Extensions[required]:
            yield f"{oneof.name}: is required now"


def _forms(image: FileDescriptorSet) -> Iterator[tuple[str, options_pb2.TextForm]]:
    for file in image.file:
        for enum in file.enum_type:
            for value in enum.value:
                if value.options.HasExtension(options_pb2.text_form):
                    yield value.name, value.options.Extensions[options_pb2.text_form]


def _narrower(before: options_pb2.TextForm, after: options_pb2.TextForm | None) -> bool:
    if after is None:
        return False  # Any text fits.
    return before.pattern != after.pattern or not set(before.resource_names) <= set(after.resource_names)


def _messages(image: FileDescriptorSet) -> Iterator[tuple[str, DescriptorProto]]:
    for file in image.file:
        if file.package.startswith("shoal."):
            yield from _nested(file.package, file.message_type)


def _nested(scope: str, messages: list[DescriptorProto]) -> Iterator[tuple[str, DescriptorProto]]:
    for message in messages:
        name = f"{scope}.{message.name}"
        yield name, message
        yield from _nested(name, list(message.nested_type))


def _rules(field: FieldDescriptorProto) -> Rules:
    return field.options.Extensions[options_pb2.rules]


def _required(field: FieldDescriptorProto) -> bool:
    return field_behavior_pb2.REQUIRED in field.options.Extensions[field_behavior_pb2.field_behavior]


def _set(rules: Rules, name: str) -> bool:
    return any(field.name == name for field, _ in rules.ListFields())


def _at_least(rules: Rules, name: str, bound: int) -> bool:
    return _set(rules, name) and getattr(rules, name) >= bound


def _at_most(rules: Rules, name: str, bound: int) -> bool:
    return _set(rules, name) and getattr(rules, name) <= bound


def _among(rules: Rules, name: str, choices: list[object]) -> bool:
    return _set(rules, name) and set(getattr(rules, name)) <= set(choices)
