"""Rules of one value: what a text, a number or some bytes may be, compiled from the contract into one closure.

Owns what each rule of shoal.options.v1.FieldRules means for a value, and the words in which a breach is told; those
never hold the value. Pure. A rule that does not fit its field is a mistake of the contract.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from shoal.options.v1.options_pb2 import FieldRules, TextForm, TextFormat, text_form

Check = Callable[[Any], str]
"""Returns what is wrong with a value, beginning with "must"; nothing when all is well."""

_ID = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_TEXTUAL = frozenset({"min_length", "max_length", "max_bytes", "pattern", "pattern_says", "resource_names", "format"})
_OF_TYPE = {
    FieldDescriptor.CPPTYPE_STRING: _TEXTUAL,
    FieldDescriptor.CPPTYPE_INT32: frozenset({"minimum", "maximum", "in"}),
    FieldDescriptor.CPPTYPE_INT64: frozenset({"minimum", "maximum", "in"}),
    FieldDescriptor.CPPTYPE_UINT32: frozenset({"minimum", "maximum", "in"}),
    FieldDescriptor.CPPTYPE_UINT64: frozenset({"minimum", "maximum", "in"}),
    FieldDescriptor.CPPTYPE_ENUM: frozenset({"defined", "in"}),
}
"""Which rules a value of a type can have; other types can have none."""


class RuleMisdeclared(Exception):
    """A contract has a rule that its field cannot keep, or that is no rule."""


def value_check(field: FieldDescriptor, rules: FieldRules) -> Check | None:
    """Return the check of one value of `field`; None where any will do. Raises RuleMisdeclared."""
    allowed = frozenset({"max_bytes"}) if field.type == FieldDescriptor.TYPE_BYTES else _OF_TYPE.get(field.cpp_type)
    for rule, _ in rules.ListFields():
        if rule.name not in (allowed or ()):
            raise RuleMisdeclared(f"{field.full_name} cannot have the rule {rule.name}")
    checks = [*_sizes(rules), *_texts(field, rules), *_numbers(field, rules)]
    if len(checks) < 2:
        return checks[0] if checks else None
    return lambda value: next((wrong for check in checks if (wrong := check(value))), "")


def text_pattern(rules: FieldRules) -> str:
    """Return the regular expression that a text must match in full by these rules; empty = any text.

    It is said in what RE2, ECMAScript and Python have in common, so a description of the contract can repeat it.
    """
    form = _form_of(rules)
    return form.pattern or (
        "^(" + "|".join(form.resource_names).replace("*", _ID) + ")$" if form.resource_names else ""
    )


def _form_of(rules: FieldRules) -> TextForm:
    if rules.format:
        options: Any = TextFormat.DESCRIPTOR.values_by_number[rules.format].GetOptions().Extensions
        form: TextForm = options[text_form]
        return form
    return TextForm(pattern=rules.pattern, says=rules.pattern_says, resource_names=rules.resource_names)


def _sizes(rules: FieldRules) -> Iterator[Check]:
    least, most, most_bytes = rules.min_length, rules.max_length, rules.max_bytes
    if least and most:
        yield lambda text: "" if least <= len(text) <= most else f"must be {least} to {most} characters"
    elif most:
        yield lambda text: "" if len(text) <= most else f"must be at most {most} characters"
    elif least:
        yield lambda text: "" if len(text) >= least else f"must be at least {least} characters"
    if most_bytes:
        yield lambda value: (
            "" if len(value if isinstance(value, bytes) else value.encode()) <= most_bytes
            else f"must be at most {most_bytes} bytes"
        )  # fmt: skip


def _texts(field: FieldDescriptor, rules: FieldRules) -> Iterator[Check]:
    if sum(map(bool, (rules.pattern, rules.resource_names, rules.format))) > 1:
        raise RuleMisdeclared(f"{field.full_name}: one of pattern, resource_names, format")
    if bool(rules.pattern) != bool(rules.pattern_says):
        raise RuleMisdeclared(f"{field.full_name}: pattern and pattern_says come together")
    pattern = text_pattern(rules)
    if not pattern:
        return
    if not (pattern.startswith("^") and pattern.endswith("$")):
        raise RuleMisdeclared(f"{field.full_name}: a pattern is for the whole text, from ^ to $")
    try:
        matches = re.compile(pattern).fullmatch
    except re.error as error:
        raise RuleMisdeclared(f"{field.full_name}: {error}") from error
    form = _form_of(rules)
    wrong = f"must {form.says or 'be ' + ' or '.join(map(_named, form.resource_names))}"
    yield lambda text: "" if matches(text) else wrong


def _named(name: str) -> str:
    """Return `shareLinks/{share_link}` for `shareLinks/*`."""
    steps = name.split("/")
    for at, step in enumerate(steps):
        if step == "*":
            noun = re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), steps[at - 1].removesuffix("s"))
            steps[at] = f"{{{noun}}}"
    return "/".join(steps)


def _numbers(field: FieldDescriptor, rules: FieldRules) -> Iterator[Check]:
    least = rules.minimum if rules.HasField("minimum") else None
    most = rules.maximum if rules.HasField("maximum") else None
    if least is not None and most is not None:
        yield lambda number: "" if least <= number <= most else f"must be {least} to {most}"
    elif least is not None:
        wrong = "must not be negative" if least == 0 else f"must be {least} or more"
        yield lambda number: "" if number >= least else wrong
    elif most is not None:
        yield lambda number: "" if number <= most else f"must be {most} or less"
    values = field.enum_type.values_by_number if field.enum_type else {}
    if rules.defined:
        known = frozenset(values) - {0}
        yield lambda number: "" if number in known else "must be a value that the contract names"
    wanted = frozenset(getattr(rules, "in"))
    if wanted and field.enum_type and wanted - frozenset(values):
        raise RuleMisdeclared(f"{field.full_name}: {sorted(wanted - frozenset(values))} are not among its values")
    if wanted:
        names = [values[each].name if each in values else str(each) for each in sorted(wanted)]
        yield lambda number: "" if number in wanted else f"must be {' or '.join(names)}"
