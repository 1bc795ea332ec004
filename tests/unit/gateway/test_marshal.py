"""The JSON mapping: json_format is the oracle, with the nulls that Go prints and Python cannot."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from google.protobuf import any_pb2, json_format, message_factory
from google.protobuf.message import Message
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.gateway import marshal
from edge.gateway.errors import GatewayError, MalformedBody, Unencodable
from edge.gateway.json_text import EMPTY, ValueSplitter, parse
from edge.gateway.marshal import JsonMarshaler, Marshalers, MarshalOptions, ProtoMarshaler
from tests.integration.gateway import books as pb
from tests.unit.gateway.generated_messages import messages

JSON = JsonMarshaler()
STRICT = JsonMarshaler(MarshalOptions(discard_unknown=False))
NAMES = [name for field in pb.Everything.DESCRIPTOR.fields for name in {field.name, field.json_name}]
WORDS = st.sampled_from(
    ("", "a", "true", "NaN", "Infinity", "AP8=", "_-", "GENRE_POEM", "GENRE_X", "2020-01-01T00:00:00.5+01:00", "1.5s",
     "-3s", "title,tags", "1.0", "1e3", "null", "type.googleapis.com/books.v1.Author", "ä", "\ud800")
)  # fmt: skip
HOSTILE = st.recursive(
    st.none() | st.booleans() | WORDS | st.integers(-(10**20), 10**20) | st.sampled_from((1, 2, 1.0, 0.5, 1e300, -0.0)),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from((*NAMES, "fullName", "works", "@type", "value", "?")) | WORDS, inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(messages())
@settings(max_examples=100, deadline=None)
def test_a_message_is_what_json_format_says_and_nulls(message: Any) -> None:
    said = json_format.MessageToDict(message, always_print_fields_with_no_presence=True)
    _add_nulls(said, message)
    assert _comparable(marshal.to_json_value(message)) == _comparable(said)


@given(messages())
@settings(max_examples=100, deadline=None)
def test_what_is_written_reads_as_the_same_message(message: Any) -> None:
    again = pb.Everything()
    # Only what is set: the null of a google.protobuf.Value that is not set reads as a Value that is null, in Go too.
    STRICT.load(JsonMarshaler(MarshalOptions(emit_unpopulated=False)).dump(message), again)
    assert again.SerializeToString(deterministic=True) == message.SerializeToString(deterministic=True)


@given(messages())
@settings(max_examples=100, deadline=None)
def test_each_option_writes_what_json_format_writes_for_it(message: Any) -> None:
    for ours, theirs in (
        (MarshalOptions(emit_unpopulated=False), {}),
        (MarshalOptions(emit_unpopulated=False, use_proto_names=True), {"preserving_proto_field_name": True}),
        (MarshalOptions(emit_unpopulated=False, use_enum_numbers=True), {"use_integers_for_enums": True}),
    ):
        said = json_format.MessageToDict(message, **theirs)
        if not ours.use_enum_numbers or not _has_null(message):
            assert _comparable(marshal.to_json_value(message, ours)) == _comparable(said)


@given(HOSTILE)
@example({"inner": {"inner": {"aBool": "no"}}})
@settings(max_examples=200, deadline=None)
def test_hostile_json_is_read_as_json_format_reads_it_or_refused(value: Any) -> None:
    ours, theirs = pb.Everything(), pb.Everything()
    try:
        JSON.load(json.dumps(value).encode(), ours)
    except GatewayError:
        return
    if "a_list" in str(value) or "aList" in str(value):
        return  # an element of a list that json_format takes as a list without its form
    try:
        json_format.ParseDict(value, theirs, ignore_unknown_fields=True)
    except (json_format.ParseError, TypeError, ValueError) as error:
        raise AssertionError(f"json_format refuses it: {error}") from None
    except (SystemError, AttributeError):
        return  # it breaks over a lone surrogate in an enum's name, and over null for a list of google.protobuf.Value
    assert ours.SerializeToString(deterministic=True) == theirs.SerializeToString(deterministic=True)


@given(st.binary(max_size=40) | st.text('{}[]",:\\ \n01e.-tfn', max_size=30).map(str.encode))
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b"9" * 5000)
@example(b'{"aValue":' + b'{"a":' * 300 + b"1" + b"}" * 301)
@example(b'{"inner":' * 150 + b"{}" + b"}" * 150)
@settings(max_examples=100, deadline=None)
def test_no_bytes_raise_anything_but_a_refusal(data: bytes) -> None:
    for marshaler in (JSON, STRICT, ProtoMarshaler("application/x-protobuf")):
        try:
            marshaler.load(data, pb.Everything())
        except GatewayError:
            continue


@pytest.mark.parametrize(
    "body",
    [
        "[]", "1", "null", '"x"', "tru", '{"aBool":true', '{"aBool":1}', '{"aBool":"true"}', '{"anInt32":2147483648}',
        '{"anInt32":1.5}', '{"anInt32":" 1"}', '{"anInt32":"01"}', '{"anInt32":true}', '{"anInt64":"1e99999"}',
        '{"aUint32":-1}', '{"aFloat":1e39}', '{"aFloat":3.4028236e38}',
        '{"aDouble":1e999}', '{"aDouble":NaN}', '{"aDouble":"nan"}',
        '{"aString":1}', '{"aString":"\\ud800"}', '{"someBytes":"?"}', '{"someBytes":"A"}', '{"genre":true}',
        '{"strings":["a",null]}', '{"strings":"a"}', '{"strings":{}}', '{"byString":[]}', '{"byString":{"a":null}}',
        '{"byBool":{"yes":1}}', '{"byInt64":{"1.5":{}}}', '{"inner":[]}', '{"inner":1}', '{"authors":[null]}',
        '{"aBool":true,"a_bool":true}', '{"aBool":true,"aBool":true}', '{"chosenString":"a","chosenBool":true}',
        '{"aTimestamp":"2020-1-1T00:00:00Z"}', '{"aTimestamp":"2020-02-30T00:00:00Z"}', '{"aTimestamp":1}',
        '{"aTimestamp":"0001-01-01T00:00:00+01:00"}', '{"aTimestamp":"2020-01-01T00:00:00"}', '{"aDuration":"1"}',
        '{"aDuration":"315576000001s"}', '{"aMask":"a_b"}', '{"aMask":["a"]}', '{"aStruct":[]}', '{"aList":{}}',
        '{"anAny":{"value":1}}', '{"anAny":{"@type":"type.googleapis.com/no.such.Type"}}', '{"anAny":{"@type":1}}',
        '{"aNull":1}',
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(body: str) -> None:
    with pytest.raises(MalformedBody):
        JSON.load(body.encode(), pb.Everything())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"an_int64":"-12","anInt32":1e2,"aUint32":"1.0"}', pb.Everything(an_int64=-12, an_int32=100, a_uint32=1)),
        (
            '{"someBytes":"_-8","byteses":["AP8","AP8="]}',
            pb.Everything(some_bytes=b"\xff\xef", byteses=[b"\0\xff"] * 2),
        ),
        ('{"genre":"GENRE_X","genres":["GENRE_X",2],"byBool":{"true":"GENRE_X"}}', pb.Everything(genres=[2])),
        (
            '{"aBool":null,"inner":null,"strings":null,"chosenBool":null,"chosenString":""}',
            pb.Everything(chosen_string=""),
        ),
        ('{"nonsense":{"deep":[1]},"genre":77} trailing', pb.Everything(genre=77)),
        ('{"aFloat":3.4028235e38}', pb.Everything(a_float=float.fromhex("0x1.fffffep+127"))),
        ('{"chosenNull":null}', pb.Everything(chosen_null=0)),
        ('{"aDouble":"-Infinity","aFloat":"1.5"}', pb.Everything(a_double=-math.inf, a_float=1.5)),
    ],
)
def test_what_go_takes_is_taken(body: str, expected: Any) -> None:
    message = pb.Everything()
    JSON.load(body.encode(), message)
    assert message == expected


def test_what_is_not_known_is_refused_by_the_strict() -> None:
    for body in (b'{"nonsense":1}', b'{"genre":"GENRE_X"}', b'{"inner":{"nonsense":1}}'):
        with pytest.raises(MalformedBody):
            STRICT.load(body, pb.Everything())


def test_a_field_alone_is_read_and_written_whatever_its_kind() -> None:
    message = pb.Everything()
    fields = pb.Everything.DESCRIPTOR.fields_by_name
    for name, body in (
        ("strings", b'["a"]'), ("an_int64", b'"3"'), ("by_bool", b'{"true":"GENRE_POEM"}'),
        ("a_timestamp", b'"1970-01-01T00:00:00Z"'),
        ("genre", b'"GENRE_NOVEL"'), ("a_value", b"null"), ("some_bytes", b'"AA=="'), ("a_struct", b'{"a":[1.0]}'),
    ):  # fmt: skip
        JSON.load(body, message, fields[name])
        assert JSON.dump(message, fields[name]) == body
        assert message.HasField(name) if fields[name].has_presence else getattr(message, name)
    assert json.loads(JSON.dump(message, fields["inner"]))["strings"] == []
    with pytest.raises(MalformedBody):
        JSON.load(b"null", message, fields["inner"])


@pytest.mark.parametrize(
    "message",
    [
        pb.Everything(a_timestamp={"seconds": 253402300800}), pb.Everything(a_timestamp={"nanos": -1}),
        pb.Everything(a_duration={"seconds": 1, "nanos": -1}), pb.Everything(a_value={"number_value": math.nan}),
        pb.Everything(a_mask={"paths": ["aB"]}), pb.Everything(an_any={"type_url": "x/no.Such", "value": b"1"}),
        pb.Everything(an_any={"value": b"1"}), pb.Everything(an_any={"type_url": "x/books.v1.Book", "value": b"\xff"}),
    ],
)  # fmt: skip
def test_what_has_no_json_is_unencodable(message: Any) -> None:
    with pytest.raises(Unencodable):
        JSON.dump(message)


def test_a_generated_encoder_is_used_only_where_the_options_are_its_own() -> None:
    book = pb.Book(title="x")
    assert JSON.dump(book, encode=lambda _: {"by": "hand"}) == b'{"by":"hand"}'
    assert b'"page_count"' in JsonMarshaler(MarshalOptions(use_proto_names=True)).dump(book, encode=lambda _: {})


def test_the_first_type_that_is_known_answers() -> None:
    table = Marshalers(more={"text/x": (special := ProtoMarshaler("text/x"))})
    proto = table.for_body("Application/X-Protobuf; charset=utf-8")
    assert proto.content_type == "application/x-protobuf"
    assert table.for_body("text/plain") is table.for_body("") is table.default
    assert table.for_answer("text/html, text/x;q=0.1, application/json", proto) is special
    assert table.for_answer("*/*", proto) is table.for_answer("", proto) is proto
    assert Marshalers(more={"*": special}).for_body("text/plain") is special


@given(
    st.lists(
        st.sampled_from(('{"a":"}{"}', "[1,[2]]", '"\\\\\\""', '{"\\"":[{}]}', "12 ", "true ", " {}")), max_size=6
    ),
    st.data(),
)
@settings(deadline=None)
def test_values_of_a_stream_are_the_same_however_it_is_cut(values: list[str], data: st.DataObject) -> None:
    text = "\n".join(values).encode()
    splitter, found = ValueSplitter(100), []
    while text:
        size = data.draw(st.integers(1, len(text)))
        found += splitter.feed(text[:size])
        text = text[size:]
    found += splitter.finish()
    assert [parse(value) for value in found] == [json.loads(value) for value in values]


def test_no_value_is_no_value() -> None:
    assert parse(b" \n\t") is parse(b"") is EMPTY


def _add_nulls(value: Any, message: Any) -> None:
    """Add null for each singular message field that is not set and in no oneof, at every depth."""
    name = message.DESCRIPTOR.full_name
    if name == "google.protobuf.Any" and message.type_url:
        described = any_pb2.Any.DESCRIPTOR.file.pool.FindMessageTypeByName(message.TypeName())
        content = message_factory.GetMessageClass(described)()
        message.Unpack(content)
        _add_nulls(value.get("value", value) if isinstance(value.get("value"), dict) else value, content)
    if name.startswith("google.protobuf."):
        return
    for field in message.DESCRIPTOR.fields:
        if field.message_type is None:
            continue
        part = getattr(message, field.name)
        if field.message_type.GetOptions().map_entry:
            if field.message_type.fields[1].message_type is not None:
                for key in part:
                    _add_nulls(value[field.json_name][str(key)], part[key])
        elif field.is_repeated:
            for index, each in enumerate(part):
                _add_nulls(value[field.json_name][index], each)
        elif message.HasField(field.name):
            _add_nulls(value[field.json_name], part)
        elif field.containing_oneof is None:
            value[field.json_name] = None


def _has_null(message: Message) -> bool:
    return "null" in str(message)


def _comparable(value: Any) -> Any:
    """The same with floats that can be compared: -0.0 is not 0.0."""
    return json.loads(json.dumps(value), parse_float=lambda text: ("float", float(text), text[0] == "-"))
