"""Filters: whatever can be said is read as it was meant, and nothing else is read at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.faults import InvalidField
from services.document.documents.filter import (
    MAX_LENGTH,
    Compares,
    Condition,
    Field,
    HasLabel,
    Is,
    LabelIs,
    Order,
    TimeField,
    TitleContains,
    Type,
    parse,
)

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
keys = st.from_regex(r"[a-z][a-z0-9_-]{0,10}", fullmatch=True)
ids = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=zones)
conditions: st.SearchStrategy[Condition] = st.one_of(
    st.builds(TitleContains, texts),
    st.builds(HasLabel, keys),
    st.builds(LabelIs, keys, texts, st.booleans()),
    st.builds(Compares, st.sampled_from(TimeField), st.sampled_from(Order), times),
    st.builds(Is, st.sampled_from((Field.CREATOR, Field.LANGUAGE)), texts, st.booleans()),
    st.builds(Is, st.just(Field.PROJECT), ids.map("projects/{}".format) | st.just(""), st.booleans()),
    st.builds(Is, st.just(Field.FOLDER), ids.map("projects/x/folders/{}".format), st.booleans()),
    st.builds(Is, st.just(Field.TYPE), st.sampled_from(Type), st.booleans()),
    st.builds(Is, st.just(Field.TEMPLATE), st.booleans(), st.booleans()),
)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def written(condition: Condition) -> str:
    match condition:
        case TitleContains(text):
            return f"title : {quoted(text)}"
        case HasLabel(key):
            return f"labels:{key}"
        case LabelIs(key, value, negated):
            return f"labels.{key}{'!=' if negated else '='}{quoted(value)}"
        case Compares(field, order, time):
            return f'{field} {order} "{time.isoformat()}"'
        case Is(field, value, negated):
            shown = str(value) if isinstance(value, Type) else str(value).lower()
            return f"{field} {'!=' if negated else '='} {quoted(value) if type(value) is str else shown}"


@given(st.lists(conditions, max_size=6))
def test_what_is_written_is_read_as_it_was_meant(meant: list[Condition]) -> None:
    text = " AND ".join(map(written, meant))
    if len(text) <= MAX_LENGTH:
        assert parse(text) == tuple(meant)


PIECES = 'title|labels|labels.a|project|type|template|update_time|AND|OR|NOT|(|)|:|=|!=|>|<=|"|"x"|RICH_TEXT|true|\\|é'
pieces = st.sampled_from((*PIECES.split("|"), '"projects/x"', '"2026-01-01T00:00:00Z"', "\0"))


@given(st.text() | st.lists(pieces).map(" ".join) | st.lists(pieces).map("".join))
def test_any_text_is_read_or_refused_as_a_field_of_the_request(text: str) -> None:
    try:
        parse(text)
    except InvalidField as fault:
        assert fault.fields[0][0] == "filter"


def test_times_of_any_zone_are_one_moment_and_carry_nanoseconds() -> None:
    [condition] = parse('create_time >= "2026-03-01T01:30:00.123456789+01:30"')
    assert condition == Compares(TimeField.CREATE_TIME, Order.FROM, datetime(2026, 3, 1, 0, 0, 0, 123456, tzinfo=UTC))


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_an_empty_filter_means_all(blank: str) -> None:
    assert parse(blank) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        "title",
        'title = "x"',
        "title : x",
        'title : "x',
        'title : "a\\n"',
        'title : "x" AND',
        'AND title : "x"',
        'title : "x" OR title : "y"',
        'title : "x" title : "y"',
        'title : "x" and title : "y"',
        'NOT title : "x"',
        '(title : "x")',
        'project = "x"',
        'project > "projects/x"',
        'folder = "projects/x"',
        'type = "RICH_TEXT"',
        "type = HTML",
        "template = yes",
        "template : true",
        "labels = key",
        "labels : Key",
        'labels : "key"',
        'labels. = "x"',
        'labels.9 = "x"',
        'labels.a > "x"',
        'update_time = "2026-01-01T00:00:00Z"',
        'update_time > "2026-01-01"',
        'update_time > "2026-01-01T00:00:00"',
        'update_time > "2026-13-01T00:00:00Z"',
        'update_time > "0001-01-01T00:00:00+23:59"',
        "update_time > 2026-01-01T00:00:00Z",
        'size > "3"',
        'head_revision = "3"',
        'creator = "a\0b"',
        'title : "' + "x" * MAX_LENGTH + '"',
    ],
)
def test_what_the_grammar_does_not_have_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidField):
        parse(wrong)


def test_a_refusal_says_where_and_never_what_was_written() -> None:
    with pytest.raises(InvalidField) as raised:
        parse('title : "a" AND secret = "b"')
    assert raised.value.message == "filter: at character 17: a field that can be asked for is expected"
