"""Path values: texts of a path as fields of a request."""

from __future__ import annotations

import math
from base64 import b64encode, urlsafe_b64encode

import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import given
from hypothesis import strategies as st

from edge.gateway.errors import InvalidParameter
from edge.gateway.fields import RepeatedSeparator, is_map
from edge.gateway.path_values import set_path_values
from tests.unit.gateway.messages import Everything


def read(path: str, text: str, separator: RepeatedSeparator = RepeatedSeparator.CSV, into=None):
    message = into if into is not None else Everything()
    set_path_values(message, [(tuple(path.split(".")), text)], separator)
    return message


INTEGERS = {
    "i32 s32 sf32 number age": (-(2**31), 2**31 - 1),
    "i64 s64 sf64": (-(2**63), 2**63 - 1),
    "u32 f32": (0, 2**32 - 1),
    "u64 f64": (0, 2**64 - 1),
}


@pytest.mark.parametrize(
    ("name", "least", "most"), [(name, *bounds) for names, bounds in INTEGERS.items() for name in names.split()]
)
def test_an_integer_fits_its_width(name, least, most) -> None:
    for value in (least, 0, 7, most):
        assert getattr(read(name, str(value)), name) == value
    assert getattr(read(name, "0" * 5000 + "7"), name) == 7
    for text in (str(least - 1), str(most + 1), "9" * 5000, "-" + "9" * 5000):
        with pytest.raises(InvalidParameter):
            read(name, text)


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1.0", "1e3", "0x1F", "1_000", "0b1", "٣", "--1", "one", "1\n", "+", "-"]
)
def test_an_integer_is_digits_in_base_ten(text) -> None:
    for name in ("i32", "i64", "u32", "u64"):
        with pytest.raises(InvalidParameter) as refused:
            read(name, text)
        assert refused.value.field == name
        assert refused.value.message.isascii()


def test_a_leading_zero_is_no_octal_and_only_signed_integers_have_a_sign() -> None:
    assert read("i32", "017").i32 == 17
    assert read("i32", "+5").i32 == 5
    assert read("i64", "-0").i64 == 0
    with pytest.raises(InvalidParameter):
        read("u32", "+5")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-999", 0.0),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        ("1", 1.0),
        ("-1.5", -1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("+2e3", 2000.0),
        ("1E-3", 0.001),
    ],
)
def test_a_float_is_decimal_or_an_infinity_by_its_json_name(text, value) -> None:
    assert read("exact", text).exact == value
    assert read("single", text).single == pytest.approx(value)
    assert read("double_box", text).double_box.value == value


def test_not_a_number_is_a_float() -> None:
    assert math.isnan(read("exact", "NaN").exact)


@pytest.mark.parametrize(
    "text", ["", ".", "e5", "1e", "nan", "inf", "Inf", "+Infinity", "infinity", "0x1p4", "1_0", "1e400", "-1e400", " 1"]
)
def test_other_floats_are_refused(text) -> None:
    for name in ("exact", "single", "double_box", "float_box"):
        with pytest.raises(InvalidParameter):
            read(name, text)


def test_a_float_of_32_bits_has_their_range() -> None:
    assert read("single", "3.4028235e38").single == pytest.approx(3.4028235e38)
    assert read("exact", "3.5e38").exact == 3.5e38
    for name in ("single", "float_box"):
        with pytest.raises(InvalidParameter):
            read(name, "3.5e38")


def test_a_bool_is_one_of_twelve_words() -> None:
    for text in ("1", "t", "T", "true", "TRUE", "True"):
        assert read("flag", text).flag is True
        assert read("bool_box", text).bool_box.value is True
    for text in ("0", "f", "F", "false", "FALSE", "False"):
        assert read("bool_box", text).HasField("bool_box")
        assert read("flag", text, into=Everything(flag=True)).flag is False
    for text in ("", "yes", "tRUE", "2", " true"):
        with pytest.raises(InvalidParameter):
            read("flag", text)


def test_an_enum_is_a_name_an_alias_or_a_known_number() -> None:
    for text, number in (("RED", 1), ("GREEN", 2), ("VERT", 2), ("2", 2), ("-1", -1), ("COLOUR_UNSPECIFIED", 0)):
        assert read("colour", text).colour == number
    for text in ("red", "3", "", "1.0", "0x1", "4294967297"):
        with pytest.raises(InvalidParameter):
            read("colour", text)


@given(st.binary(max_size=12))
def test_bytes_are_base64_of_either_alphabet_padded_or_not(data) -> None:
    for encoded in (b64encode(data).decode(), urlsafe_b64encode(data).decode()):
        assert read("data", encoded).data == data
        assert read("data", encoded.rstrip("=")).data == data
        assert read("bytes_box", encoded).bytes_box.value == data


@pytest.mark.parametrize(
    "text", ["Y", "YQ=", "YQ===", "====", "=", "a+_b", "a-/b", "YW=j", "Y Q=", "YQ==YQ==", "é", "YWJj\n"]
)
def test_other_bytes_are_refused(text) -> None:
    with pytest.raises(InvalidParameter):
        read("data", text)


def test_a_string_is_what_it_is() -> None:
    for text in ("", "a/b", "ä日本", "\x00", "%41"):
        assert read("name", text).name == text
        assert read("string_box", text).string_box.value == text
    for name in ("name", "string_box"):
        with pytest.raises(InvalidParameter):
            read(name, "\udcff")


def test_an_empty_text_sets_a_wrapper_and_an_optional_field() -> None:
    assert read("string_box", "").HasField("string_box")
    assert read("nickname", "").HasField("nickname")


@pytest.mark.parametrize(
    ("text", "seconds", "nanos"),
    [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("2020-02-29T12:30:45.5Z", 1582979445, 500_000_000),
        ("2020-01-01T00:00:00.123456789Z", 1577836800, 123_456_789),
        ("2020-01-01T00:00:00.1234567899Z", 1577836800, 123_456_789),
        ("2020-01-01T01:30:00+01:30", 1577836800, 0),
        ("2019-12-31T23:00:00-01:00", 1577836800, 0),
        ("1969-12-31T23:59:59.5Z", -1, 500_000_000),
        ("0001-01-01T00:00:00Z", -62135596800, 0),
        ("9999-12-31T23:59:59.999999999Z", 253402300799, 999_999_999),
    ],
)
def test_a_timestamp_is_rfc_3339(text, seconds, nanos) -> None:
    at = read("at", text).at
    assert (at.seconds, at.nanos) == (seconds, nanos)
    assert read("inner.made_at", text).inner.made_at == at
    assert read("at", f'"{text}"').at == at


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "2020-01-01", "2020-01-01T00:00:00", "2020-01-01 00:00:00Z", "2020-01-01t00:00:00z"),
        *("2020-02-30T00:00:00Z", "2020-01-01T24:00:00Z", "2020-01-01T23:59:60Z", "2020-01-01T0:00:00Z"),
        *("2020-01-01T00:00:00.Z", "2020-01-01T00:00:00,5Z", "2020-01-01T00:00:00+24:00", "2020-01-01T00:00:00+01:60"),
        *("0000-12-31T23:59:59Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "٢020-01-01T00:00:00Z"),
    ],
)
def test_another_timestamp_is_refused(text) -> None:
    for name in ("at", "inner.made_at"):
        with pytest.raises(InvalidParameter):
            read(name, text)


def test_a_duration_of_the_request_is_seconds_as_in_json() -> None:
    for text, seconds, nanos in (("3.5s", 3, 500_000_000), ("-1.5s", -1, -500_000_000), ("0s", 0, 0), ("+1.s", 1, 0)):
        pause = read("pause", text).pause
        assert (pause.seconds, pause.nanos) == (seconds, nanos)
    assert read("pause", "315576000000s").pause.seconds == 315_576_000_000
    for text in ("", "s", "3", "1h", "1m", "3.0000000001s", "315576000000.1s", "1e3s", "--1s", "9" * 5000 + "s"):
        with pytest.raises(InvalidParameter):
            read("pause", text)


def test_only_timestamp_duration_and_wrappers_have_a_text_in_a_path() -> None:
    for name in ("mask", "object", "value", "empty", "any", "values", "inner"):
        with pytest.raises(InvalidParameter) as refused:
            read(name, "{}")
        assert refused.value.field == name


def test_a_repeated_field_is_parted_by_the_separator() -> None:
    assert read("tags", "a,b,,c").tags == ["a", "b", "", "c"]
    assert read("tags", "").tags == [""]
    assert read("numbers", "1,2,-3").numbers == [1, 2, -3]
    assert read("colours", "RED,2").colours == [1, 2]
    assert read("blobs", "YQ==,Yg").blobs == [b"a", b"b"]
    assert [each.value for each in read("wrapped", "1,2").wrapped] == [1, 2]
    for separator, text in (("PIPES", "a|b,c"), ("SSV", "a b,c"), ("TSV", "a\tb,c")):
        assert read("tags", text, RepeatedSeparator[separator]).tags == ["a", "b,c"]
    with pytest.raises(InvalidParameter) as refused:
        read("numbers", "1,,2")
    assert refused.value.field == "numbers"


def test_a_nested_field_is_made_with_what_is_above_it() -> None:
    message = read("inner.inner.count", "7")
    assert MessageToDict(message) == {"inner": {"inner": {"count": 7}}}
    assert read("inner.inner.count", "0").inner.HasField("inner")
    assert read("inner.tags", "a,b").inner.tags == ["a,b"]
    with pytest.raises(InvalidParameter) as refused:
        read("inner.inner.count", "x")
    assert refused.value.field == "inner.inner.count"


def test_the_path_wins_over_the_body_and_leaves_the_rest_of_it() -> None:
    body = Everything(name="body", i32=1, tags=["body"], text="body")
    body.inner.name, body.inner.count = "body", 5
    body.at.seconds, body.at.nanos = 5, 5
    for path, text in (("name", "path"), ("tags", "a,b"), ("inner.name", "path"), ("at", "1970-01-01T00:00:09Z")):
        read(path, text, into=body)
    assert (body.name, body.i32, list(body.tags)) == ("path", 1, ["a", "b"])
    assert (body.inner.name, body.inner.count) == ("path", 5)
    assert (body.at.seconds, body.at.nanos) == (9, 0)
    read("number", "7", into=body)
    assert body.WhichOneof("choice") == "number"
    read("nested.name", "x", into=body)
    assert body.WhichOneof("choice") == "nested"


def plain_fields() -> list[str]:
    return [field.name for field in Everything.DESCRIPTOR.fields if not is_map(field)]


@given(
    st.sampled_from(plain_fields()),
    st.text(st.characters(), max_size=12) | st.text('0123456789-+.eZT:sh"{}[],=', max_size=24),
)
def test_any_text_fits_or_is_told_of_its_field(name, text) -> None:
    try:
        message = read(name, text)
    except InvalidParameter as refused:
        assert refused.field == name
        assert refused.message.isascii()
        return
    assert Everything.FromString(message.SerializeToString()).IsInitialized()
