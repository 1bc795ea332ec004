"""Rules that a contract has for fields: each kind, where it holds, and that all breaches are told at once."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from mesh.faults import InvalidField, to_status
from mesh.field_rules import MOST_VIOLATIONS, refuse, request_check
from mesh.rpc_table import rules_of
from mesh.value_rules import RuleMisdeclared, text_pattern
from shoal.document.v1 import document_pb2, operation_log_pb2
from shoal.options.v1 import options_pb2
from shoal.project.v1 import access_pb2
from tests.unit.mesh.contract_of import messages_of

GEN = Path(__file__).parents[3] / "gen"
M = messages_of(
    """
enum Colour { COLOUR_UNSPECIFIED = 0; RED = 1; BLUE = 4; }
message Part {
  string name = 1 [required, (shoal.options.v1.rules) = {max_length: 3}];
  Part inside = 2;
}
message Request {
  string short = 1 [rules = {min_length: 2 max_length: 4}];
  string long = 2 [rules = {min_length: 2}];
  string bytes_of_text = 3 [rules = {max_bytes: 4}];
  bytes raw = 4 [rules = {max_bytes: 4}];
  string word = 5 [rules = {max_length: 9 pattern: "^[a-z]+$" pattern_says: "be small letters"}];
  string name = 6 [rules = {resource_names: ["documents/*", "shareLinks/*"]}];
  string uuid = 7 [rules = {format: TEXT_FORMAT_UUID}];
  string id = 8 [rules = {format: TEXT_FORMAT_ID}];
  int32 number = 9 [rules = {minimum: 3 maximum: 5}];
  int64 from_zero = 10 [rules = {minimum: 0}];
  uint32 up_to = 11 [rules = {maximum: 7}];
  Colour colour = 12 [rules = {defined: true}];
  Colour chosen = 13 [rules = {in: [4]}];
  int32 listed = 14 [rules = {in: [2, 3]}];
  repeated string words = 15 [rules = {min_items: 2 max_items: 3 unique_items: true max_length: 2}];
  map<string, string> labels = 16 [rules = {max_items: 2 keys: {max_length: 1} max_length: 2}];
  repeated Part parts = 17;
  Part part = 18;
  google.protobuf.Timestamp time = 19;
  optional string maybe = 20 [rules = {min_length: 1}];
  oneof choice {
    int32 one = 21 [rules = {minimum: 1}];
    Part other = 22;
  }
  map<string, Part> by_name = 23;
  string made = 24 [(google.api.field_behavior) = OUTPUT_ONLY, (shoal.options.v1.rules) = {max_length: 1}];
  string email = 25 [rules = {format: TEXT_FORMAT_EMAIL}];
  string line = 26 [rules = {format: TEXT_FORMAT_LINE}];
}
message Needing {
  string text = 1 [required];
  int32 number = 2 [required];
  Part part = 3 [required];
  repeated int32 list = 4 [required];
  optional int32 maybe = 5 [required];
  oneof which {
    option (shoal.options.v1.oneof_required) = true;
    string a = 6;
    string b = 7;
  }
}
message Thing {
  string name = 1 [(google.api.field_behavior) = IDENTIFIER, (shoal.options.v1.rules) = {resource_names: "things/*"}];
  string title = 2 [required, (shoal.options.v1.rules) = {max_length: 3}];
  map<string, string> labels = 3 [rules = {max_length: 1}];
}
message UpdateThing {
  Thing thing = 1 [required];
  google.protobuf.FieldMask update_mask = 2;
  string more = 3 [rules = {max_length: 1}];
}
message CreateThing { Thing thing = 1 [required]; }
message Free { string text = 1; Part.Loose loose = 2; }
""".replace("message Part {", "message Part {\n  message Loose { string text = 1; }")
)


def violations(message: str, **fields: Any) -> list[tuple[str, str]]:
    check = request_check(M[message].DESCRIPTOR)
    assert check is not None
    return check(M[message](**fields))


def part(**fields: Any) -> Any:
    return M["Part"](**fields)


CAUGHT: list[tuple[dict[str, Any], str, str]] = [
    ({"short": "a"}, "short", "must be 2 to 4 characters"),
    ({"short": "🐟🐟🐟🐟🐟"}, "short", "must be 2 to 4 characters"),
    ({"long": "a"}, "long", "must be at least 2 characters"),
    ({"bytes_of_text": "🐟a"}, "bytes_of_text", "must be at most 4 bytes"),
    ({"raw": b"12345"}, "raw", "must be at most 4 bytes"),
    ({"word": "a\n"}, "word", "must be small letters"),
    ({"word": "a" * 10}, "word", "must be at most 9 characters"),
    ({"name": "documents/A"}, "name", "must be documents/{document} or shareLinks/{share_link}"),
    ({"name": "x/documents/a"}, "name", "must be documents/{document} or shareLinks/{share_link}"),
    ({"name": "documents/a/more"}, "name", "must be documents/{document} or shareLinks/{share_link}"),
    ({"uuid": "6f1c0f0e-7a7b-5c55-9d0a"}, "uuid", "must be a UUID"),
    ({"id": "-a"}, "id", "must be 1 to 63 of a-z, 0-9 and hyphens inside"),
    ({"id": "a" * 64}, "id", "must be 1 to 63 of a-z, 0-9 and hyphens inside"),
    ({"number": 2}, "number", "must be 3 to 5"),
    ({"number": 6}, "number", "must be 3 to 5"),
    ({"from_zero": -1}, "from_zero", "must not be negative"),
    ({"up_to": 8}, "up_to", "must be 7 or less"),
    ({"colour": 2}, "colour", "must be a value that the contract names"),
    ({"chosen": 1}, "chosen", "must be BLUE"),
    ({"listed": 4}, "listed", "must be 2 or 3"),
    ({"words": ["a"]}, "words", "must be 2 to 3"),
    ({"words": ["a", "b", "c", "d"]}, "words", "must be 2 to 3"),
    ({"words": ["a", "a"]}, "words", "must have nothing twice"),
    ({"words": ["a", "abc"]}, "words[1]", "must be at most 2 characters"),
    ({"labels": {"a": "1", "b": "2", "c": "3"}}, "labels", "must be at most 2"),
    ({"labels": {"ab": "1"}}, "labels.ab", "must be at most 1 characters"),
    ({"labels": {"a": "123"}}, "labels.a", "must be at most 2 characters"),
    ({"parts": [part(name="a"), part()]}, "parts[1].name", "is required"),
    ({"part": part(name="a", inside=part(name="long"))}, "part.inside.name", "must be at most 3 characters"),
    ({"time": {"seconds": 253402300800}}, "time", "is not a time between the years 1 and 9999"),
    ({"time": {"nanos": -1}}, "time", "is not a time between the years 1 and 9999"),
    ({"maybe": ""}, "maybe", "must be at least 1 characters"),
    ({"one": 0}, "one", "must be 1 or more"),
    ({"other": part()}, "other.name", "is required"),
    ({"by_name": {"x": part()}}, "by_name.x.name", "is required"),
    ({"email": "ada at example"}, "email", "must be an e-mail address"),
    ({"line": "a\x85b"}, "line", "must have no control characters"),
]


@pytest.mark.parametrize(("fields", "place", "wrong"), CAUGHT, ids=lambda each: str(each)[:40])
def test_a_breach_is_told_with_its_place(fields: dict[str, Any], place: str, wrong: str) -> None:
    assert violations("Request", **fields) == [(place, wrong)]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"short": "🐟🐟🐟🐟"},
        {"bytes_of_text": "🐟", "raw": b"1234"},
        {"name": "shareLinks/a-b"},
        {"uuid": "6F1C0F0E-7a7b-5c55-9d0a-5ea1c0de0001"},
        {"uuid": "6f1c0f0e7a7b5c559d0a5ea1c0de0001"},
        {"number": 0, "from_zero": 0, "chosen": 4},
        {"time": {"seconds": -62135596800}},
        {"words": ["", "b"], "labels": {"": ""}},
        {"made": "by the server"},
        {"one": 1},
    ],
    ids=str,
)
def test_what_keeps_the_rules_or_is_not_set_passes(fields: dict[str, Any]) -> None:
    assert violations("Request", **fields) == []


def test_what_has_to_be_set_is_missed() -> None:
    fields = M["Needing"].DESCRIPTOR.fields_by_name
    needed = [(name, "is required") for name in fields if name not in ("a", "b")]
    assert violations("Needing") == [*needed, ("which", "one of a, b is needed")]
    whole = {"text": "a", "number": 1, "part": part(name="a"), "list": [0], "maybe": 0, "b": ""}
    assert violations("Needing", **whole) == []


def test_of_a_changed_message_only_what_the_mask_names_counts() -> None:
    def update(mask: list[str], **thing: Any) -> list[str]:
        return [place for place, _ in violations("UpdateThing", thing=thing, update_mask={"paths": mask})]

    good = {"name": "things/a"}
    assert update(["labels"], **good, title="too long") == []
    assert update(["labels.a"], **good, labels={"a": "12"}) == ["thing.labels.a"]
    assert update(["title"], **good) == ["thing.title"]
    assert update([], **good) == []
    assert update([], **good, title="too long") == ["thing.title"]
    assert update(["title"], title="a") == ["thing.name"]
    assert update(["unknown"], name="thing/a") == ["thing.name"]
    assert [place for place, _ in violations("UpdateThing", more="ab")] == ["thing", "more"]


def test_an_identifier_is_ignored_when_something_is_created() -> None:
    assert violations("CreateThing", thing={"name": "no name", "title": "a"}) == []
    assert violations("CreateThing", thing={}) == [("thing.title", "is required")]


def test_where_nothing_is_said_nothing_is_checked() -> None:
    assert request_check(M["Free"].DESCRIPTOR) is None
    assert request_check(operation_log_pb2.LoadRequest.DESCRIPTOR) is None
    table = rules_of([document_pb2.DESCRIPTOR, operation_log_pb2.DESCRIPTOR])
    assert table["/shoal.document.v1.OperationLogService/Append"].violations is None
    assert table["/shoal.document.v1.DocumentService/GetDocument"].violations is not None


def test_as_many_are_told_as_fit_into_the_metadata_of_any_client() -> None:
    long = {f"{number:03}{'🐟' * 500}": part() for number in range(400)}
    found = violations("Request", by_name=long)
    assert len(found) == MOST_VIOLATIONS
    with pytest.raises(InvalidField) as refused:
        refuse(found)
    assert to_status(refused.value, "1" * 128).ByteSize() < 16 * 1024
    usual = InvalidField("document.title", "must be 1 to 200 characters", *[("document.labels.team", "must be …")] * 24)
    assert to_status(usual, "1" * 36).ByteSize() < 6 * 1024


def test_the_message_tells_of_the_first_and_how_many_more() -> None:
    with pytest.raises(InvalidField, match=r"^short: must be 2 to 4 characters \(and 1 more\)$") as refused:
        refuse(violations("Request", short="a", number=2))
    assert [field for field, _ in refused.value.fields] == ["short", "number"]
    refuse([])


MISDECLARED = [
    "string a = 1 [rules = {minimum: 1}];",
    "int32 a = 1 [rules = {max_length: 1}];",
    "bytes a = 1 [rules = {max_length: 1}];",
    "Inner a = 1 [rules = {max_length: 1}];",
    "double a = 1 [rules = {minimum: 1}];",
    "string a = 1 [rules = {max_items: 1}];",
    "repeated string a = 1 [rules = {keys: {max_length: 1}}];",
    "repeated Inner a = 1 [rules = {unique_items: true}];",
    'string a = 1 [rules = {pattern: "^a$"}];',
    'string a = 1 [rules = {pattern: "a" pattern_says: "be a"}];',
    'string a = 1 [rules = {pattern: "^(a$" pattern_says: "be a"}];',
    'string a = 1 [rules = {resource_names: "a/*" format: TEXT_FORMAT_ID}];',
    "Colour a = 1 [rules = {in: [7]}];",
]


@pytest.mark.parametrize("field", MISDECLARED)
def test_a_rule_that_its_field_cannot_keep_is_a_mistake_of_the_contract(field: str) -> None:
    contract = messages_of(f"enum Colour {{ NONE = 0; }} message Inner {{}} message Bad {{ {field} }}")
    with pytest.raises(RuleMisdeclared):
        request_check(contract["Bad"].DESCRIPTOR)


GOOD: dict[str, st.SearchStrategy[Any]] = {
    "short": st.text(min_size=2, max_size=4),
    "word": st.from_regex(r"\A[a-z]{1,9}\Z"),
    "id": st.from_regex(r"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z"),
    "uuid": st.uuids().map(str),
    "name": st.from_regex(r"\Adocuments/[a-z0-9]{1,63}\Z"),
    "number": st.integers(3, 5),
    "from_zero": st.integers(0, 2**63 - 1),
    "colour": st.sampled_from([1, 4]),
    "raw": st.binary(max_size=4),
    "words": st.lists(st.text(max_size=2), min_size=2, max_size=3, unique=True),
    "labels": st.dictionaries(st.text(max_size=1), st.text(max_size=2), max_size=2),
    "maybe": st.text(min_size=1),
}
BAD: dict[str, st.SearchStrategy[Any]] = {
    "short": st.text(min_size=5),
    "word": st.from_regex(r"\A[a-z]*[A-Z0-9 ]+\Z"),
    "id": st.from_regex(r"\A-[a-z]+\Z"),
    "uuid": st.from_regex(r"\A[g-z]+\Z"),
    "name": st.from_regex(r"\Aprojects/[a-z0-9]{1,63}\Z"),
    "number": st.integers(6, 2**31 - 1) | st.integers(-(2**31), -1),
    "from_zero": st.integers(-(2**63), -1),
    "colour": st.integers(5, 2**31 - 1),
    "raw": st.binary(min_size=5),
    "words": st.lists(st.text(max_size=2), min_size=4, unique=True),
    "labels": st.dictionaries(st.text(max_size=1), st.text(max_size=2), min_size=3),
    "maybe": st.just(""),
}


@given(st.data(), st.sets(st.sampled_from(sorted(GOOD))), st.sets(st.sampled_from(sorted(BAD))))
def test_what_is_made_by_the_rules_passes_and_each_broken_place_is_told(
    data: st.DataObject, good: set[str], broken: set[str]
) -> None:
    fields = {name: data.draw(GOOD[name], name) for name in sorted(good - broken)}
    fields |= {name: data.draw(BAD[name], name) for name in sorted(broken)}
    assert {place for place, _ in violations("Request", **fields)} == broken


# -- the contracts themselves ----------------------------------------------------------------------------------------


def _all_rules() -> list[tuple[str, options_pb2.FieldRules]]:
    found = []
    for path in sorted(GEN.rglob("*_pb2.py")):
        contract: Any = importlib.import_module(".".join(path.relative_to(GEN).with_suffix("").parts))
        for message in contract.DESCRIPTOR.message_types_by_name.values():
            for field in message.fields:
                rules: Any = field.GetOptions().Extensions[options_pb2.rules]
                found += [(field.full_name, rules), (f"{field.full_name} keys", rules.keys)]
    return found


def test_patterns_of_the_contracts_are_of_what_re2_ecmascript_and_python_share() -> None:
    """No look-around, back-reference, lazy or possessive repeat, nor one repeat in another without a hyphen between."""
    refused: list[Callable[[str], object]] = [
        re.compile(each).search
        for each in (r"\(\?(?!:)", r"\\[1-9ZAbBGpPk]", r"[*+?}][+?]", r"\((?!-)[^()]*[*+}]\)[*+]")
    ]
    patterns = {(where, pattern) for where, rules in _all_rules() if (pattern := text_pattern(rules))}
    assert len(patterns) > 50
    for where, pattern in patterns:
        assert not any(each(pattern) for each in refused), (where, pattern)


def test_several_wrong_fields_of_a_real_request_are_told_together() -> None:
    check = request_check(access_pb2.SetGrantRequest.DESCRIPTOR)
    assert check is not None
    request = json_format.ParseDict(
        {"principal": {"group": "x"}, "role": 99, "denied": [0]}, access_pb2.SetGrantRequest()
    )
    assert [field for field, _ in check(request)] == ["resource", "principal.group", "role", "denied[0]"]
