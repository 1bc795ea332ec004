"""Query values: keys and texts of a query string as fields of a request."""

from __future__ import annotations

import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import given
from hypothesis import strategies as st

from edge.gateway.errors import InvalidParameter
from edge.gateway.query import MOST_NAMES_IN_A_KEY, set_query_values
from tests.unit.gateway.messages import Everything


def read(*pairs: tuple[str, str], bound: tuple[str, ...] = (), into=None):
    message = into if into is not None else Everything()
    set_query_values(message, pairs, [tuple(path.split(".")) for path in bound])
    return message


def as_json(*pairs: tuple[str, str], bound: tuple[str, ...] = ()) -> dict:
    return MessageToDict(read(*pairs, bound=bound), preserving_proto_field_name=True)


def refused(*pairs: tuple[str, str], into=None) -> str:
    with pytest.raises(InvalidParameter) as error:
        read(*pairs, into=into)
    assert error.value.message.startswith(error.value.field)
    return error.value.field


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("name", "", {}),
        ("name", "a b&c=ä", {"name": "a b&c=ä"}),
        ("i32", "-7", {"i32": -7}),
        ("u64", "18446744073709551615", {"u64": "18446744073709551615"}),
        ("flag", "T", {"flag": True}),
        ("exact", "-Infinity", {"exact": "-Infinity"}),
        ("colour", "VERT", {"colour": "GREEN"}),
        ("colour", "-1", {"colour": "BLUE"}),
        ("data", "_-8", {"data": "/+8="}),
        ("nickname", "", {"nickname": ""}),
        ("age", "0", {"age": 0}),
        ("inner.name", "x", {"inner": {"name": "x"}}),
        ("inner.inner.inner.count", "1", {"inner": {"inner": {"inner": {"count": 1}}}}),
        ("inner.count", "0", {"inner": {}}),
        ("int32_box", "0", {"int32_box": 0}),
        ("uint64_box", "1", {"uint64_box": "1"}),
        ("double_box", "1.5", {"double_box": 1.5}),
        ("bool_box", "0", {"bool_box": False}),
        ("string_box", "", {"string_box": ""}),
        ("bytes_box", "YQ", {"bytes_box": "YQ=="}),
        ("int32_box.value", "7", {"int32_box": 7}),
        ("at", "2020-01-01T00:00:00.5+01:00", {"at": "2019-12-31T23:00:00.500Z"}),
        ("at.seconds", "1", {"at": "1970-01-01T00:00:01Z"}),
        ("inner.made_at", "2020-01-01T00:00:00Z", {"inner": {"made_at": "2020-01-01T00:00:00Z"}}),
        ("mask", "a,b.c,snake_case", {"mask": "a,b.c,snakeCase"}),
        ("mask", "", {"mask": ""}),
        ("object", '{"a":[1,null,{"b":true}]}', {"object": {"a": [1.0, None, {"b": True}]}}),
        ("object", "{}", {"object": {}}),
        ("value", "null", {"value": None}),
        ("value", '"x"', {"value": "x"}),
        ("value", "[1]", {"value": [1.0]}),
        ("empty", "", {"empty": {}}),
        ("empty", "{}", {"empty": {}}),
        ("labels[a]", "x", {"labels": {"a": "x"}}),
        ("labels[]", "x", {"labels": {"": "x"}}),
        ("labels[a.b]", "x", {"labels": {"a.b": "x"}}),
        ("labels[[a]]", "x", {"labels": {"[a]": "x"}}),
        ("labels[a][b]", "x", {"labels": {"a][b": "x"}}),
        ("counts[-7]", "8", {"counts": {"-7": "8"}}),
        ("switches[true]", "RED", {"switches": {"true": "RED"}}),
        ("instants[x]", "2020-01-01T00:00:00Z", {"instants": {"x": "2020-01-01T00:00:00Z"}}),
        ("inner.labels[a]", "x", {"inner": {"labels": {"a": "x"}}}),
        ("text", "", {"text": ""}),
        ("nested.name", "x", {"nested": {"name": "x"}}),
        ("moment", "2020-01-01T00:00:00Z", {"moment": "2020-01-01T00:00:00Z"}),
    ],
)
def test_a_key_and_its_text_are_a_field(key, text, expected) -> None:
    assert as_json((key, text)) == expected


@pytest.mark.parametrize(
    ("text", "seconds", "nanos"),
    [
        ("0", 0, 0),
        ("-0", 0, 0),
        ("1h2m3.5s", 3723, 500_000_000),
        ("-1.5h", -5400, 0),
        ("3.5s", 3, 500_000_000),
        ("+5s", 5, 0),
        ("1.s", 1, 0),
        (".5s", 0, 500_000_000),
        ("1s1s", 2, 0),
        ("1us1µs1μs", 0, 3000),
        ("-1ms", 0, -1_000_000),
        ("7ns", 0, 7),
        ("1.0000000009s", 1, 0),
        ("2562047h47m16.854775807s", 9223372036, 854_775_807),
        ("-2562047h47m16.854775808s", -9223372036, -854_775_808),
    ],
)
def test_a_duration_has_units_as_in_go(text, seconds, nanos) -> None:
    pause = read(("pause", text)).pause
    assert (pause.seconds, pause.nanos) == (seconds, nanos)


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "s", ".s", "-", "+", "1d", "1H", "1 s", "1h 2m", "1h-2m", "--1s", "1e3s", "00", "٣s", "1s "),
        *("2562047h47m16.854775808s", "3000000h", "9" * 5000 + "ns"),
    ],
)
def test_another_duration_is_refused(text) -> None:
    assert refused(("pause", text)) == "pause"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("i32", ""),
        ("i32", "0x10"),
        ("i32", "2147483648"),
        ("flag", "yes"),
        ("exact", "nan"),
        ("single", "1e39"),
        ("colour", "red"),
        ("colour", "3"),
        ("data", "a+_b"),
        ("at", "yesterday"),
        ("at", '"2020-01-01T00:00:00Z"'),
        ("inner.made_at", "null"),
        ("int32_box", "1.5"),
        ("object", "[]"),
        ("object", "null"),
        ("object", '{"a":1,"a":2}'),
        ("object", '{"a":NaN}'),
        ("object", '{"a":1e999}'),
        ("object", "{" + '"a":{' * 100_000),
        ("value", ""),
        ("value", "[" * 100_000 + "]" * 100_000),
        ("value", "1" * 5000),
        ("value", '"\\ud800"'),
        ("value", "1 2"),
        ("empty", "x"),
        ("inner", "{}"),
        ("any", "{}"),
        ("values", "[]"),
        ("inners", "{}"),
        ("name", "\udcff"),
        ("mask", "a,\udcff"),
        ("numbers", "1,2"),
    ],
)
def test_a_text_that_does_not_fit_is_told_by_the_name_of_its_field(key, text) -> None:
    assert refused((key, text)) == key


def test_fields_are_found_by_proto_and_json_names() -> None:
    assert read(("spelled_oddly", "x")).spelled_oddly == "x"
    assert read(("odd-name", "x")).spelled_oddly == "x"
    assert read(("inner.madeAt", "2020-01-01T00:00:00Z")).inner.made_at.seconds == 1577836800
    assert as_json(("spelledOddly", "x")) == {}


def test_one_field_under_two_names_is_refused() -> None:
    assert refused(("spelled_oddly", "x"), ("odd-name", "x")) == "spelled_oddly"
    assert refused(("inner.made_at", AN_INSTANT), ("inner.madeAt", AN_INSTANT)) == "inner.made_at"
    assert as_json(("labels[a]", "1"), ("labels[b]", "2")) == {"labels": {"a": "1", "b": "2"}}


AN_INSTANT = "2020-01-01T00:00:00Z"


def test_a_key_of_no_field_is_ignored_and_leaves_nothing_behind() -> None:
    for key in (
        "unknown",
        "",
        ".",
        "inner.unknown",
        "inner.",
        "at.unknown.more",
        "unknown.name",
        "[x]",
        "unknown[x]",
        "\udcff",
    ):
        assert as_json((key, "x")) == {}, key
        assert not read((key, "x")).ListFields(), key


def test_a_repeated_field_takes_its_key_several_times() -> None:
    assert as_json(("tags", "a"), ("name", "n"), ("tags", "b,c"), ("tags", "")) == {
        "tags": ["a", "b,c", ""],
        "name": "n",
    }
    assert as_json(("numbers", "1"), ("numbers", "2")) == {"numbers": [1, 2]}
    assert as_json(("colours", "RED"), ("colours", "-1")) == {"colours": ["RED", "BLUE"]}
    assert as_json(("wrapped", "1"), ("wrapped", "0")) == {"wrapped": ["1", "0"]}
    assert as_json(("times", AN_INSTANT), ("times", AN_INSTANT)) == {"times": [AN_INSTANT, AN_INSTANT]}
    assert as_json(("inner.tags", "a"), ("inner.tags", "b")) == {"inner": {"tags": ["a", "b"]}}
    assert refused(("numbers", "1"), ("numbers", "x")) == "numbers"


def test_several_values_of_a_singular_field_are_refused() -> None:
    assert refused(("name", "a"), ("name", "a")) == "name"
    assert refused(("inner.count", "1"), ("inner.count", "2")) == "inner.count"
    assert refused(("at", AN_INSTANT), ("at", AN_INSTANT)) == "at"


def test_a_second_member_of_a_oneof_is_refused() -> None:
    assert refused(("text", "a"), ("number", "1")) == "number"
    assert refused(("nested.name", "a"), ("number", "1")) == "number"
    assert refused(("text", "a"), ("nested.count", "1")) == "nested.count"
    assert refused(("inner.left", "a"), ("inner.right", "1")) == "inner.right"
    assert refused(("number", "1"), into=Everything(text="from the body")) == "number"
    assert as_json(("nested.name", "a"), ("nested.count", "1")) == {"nested": {"name": "a", "count": 1}}
    assert as_json(("nickname", "a"), ("age", "1")) == {"nickname": "a", "age": 1}


def test_the_text_of_a_message_replaces_what_an_earlier_key_set_in_it() -> None:
    assert as_json(("mask.paths", "a"), ("mask", "b")) == {"mask": "b"}
    assert as_json(("at.nanos", "5"), ("at", AN_INSTANT)) == {"at": AN_INSTANT}


def test_an_entry_of_a_map_is_one_key_and_one_value() -> None:
    assert refused(("labels", "x")) == "labels"
    assert refused(("labels", "a"), ("labels", "b")) == "labels"
    assert refused(("labels[a]", "1"), ("labels[a]", "2")) == "labels"
    assert refused(("counts[x]", "1")) == "counts"
    assert refused(("counts[1]", "x")) == "counts"
    assert refused(("by_key[x]", "{}")) == "by_key"
    assert refused(("labels[\udcff]", "1")) == "labels"


def test_brackets_are_for_maps_only() -> None:
    for key in ("name[0]", "tags[0]", "inner[name]", "numbers[]"):
        assert refused((key, "1")) == key.partition("[")[0]


def test_a_key_leads_through_single_messages_only() -> None:
    for key in (
        "inners.name",
        "by_key.x",
        "labels.a",
        "name.x",
        "tags.x",
        "colour.x",
        "inner.inners.name",
        "inner.name.x",
    ):
        assert refused((key, "1")) == key.rpartition(".")[0]


def test_what_the_path_or_the_body_has_is_skipped_with_all_above_and_below() -> None:
    for key in ("inner", "inner.name", "inner.inner.count", "inner.inners.name", "inner.labels[x]", "inner.nonsense"):
        assert as_json((key, "x"), bound=("inner",)) == {}
    assert as_json(("inner.name", "x"), bound=("inner.name",)) == {}
    assert as_json(("inner.count", "1"), bound=("inner.name",)) == {"inner": {"count": 1}}
    assert as_json(("int32_box", "x"), bound=("int32_box.value",)) == {}
    assert as_json(("odd-name", "x"), bound=("spelled_oddly",)) == {}
    assert as_json(("name", "x"), ("i32", "1"), bound=("name",)) == {"i32": 1}


def test_a_key_of_very_many_names_is_refused_and_its_text_is_not_repeated() -> None:
    deepest = ".".join(["inner"] * (MOST_NAMES_IN_A_KEY - 1))
    assert read((f"{deepest}.count", "1")).ByteSize()
    assert refused((f"{deepest}.inner.count", "1")) == "inner.inner"
    assert len(refused(("x" * 10_000 + ".a" * 40, "1"))) < 300


words = [
    "inner",
    "inners",
    "labels",
    "name",
    "at",
    "seconds",
    "nested",
    "text",
    "odd-name",
    "x",
    "",
    "int32_box",
    "value",
    "tags",
]
keys = st.lists(st.sampled_from(words), min_size=1, max_size=4).map(".".join)
bracketed = st.builds("{}[{}]".format, keys, st.text("a.[]1", max_size=4))
anything = st.text(st.characters(), max_size=12)


@given(
    st.lists(
        st.tuples(keys | bracketed | anything, anything | st.sampled_from(["1", "", "{}", AN_INSTANT])), max_size=5
    )
)
def test_any_query_fits_or_is_told_of_its_field(pairs) -> None:
    try:
        message = read(*pairs, bound=("inner.name", "nested"))
    except InvalidParameter as error:
        assert error.field.isascii()
        assert error.message.isascii()
        return
    assert Everything.FromString(message.SerializeToString()) == message
    assert not message.HasField("nested")
