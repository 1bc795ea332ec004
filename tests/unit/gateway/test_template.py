"""Path templates: what the grammar takes, what it means, and what is said of the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.gateway.template import DEEP, SINGLE, TemplateError, parse


@pytest.mark.parametrize(
    ("text", "segments", "variables", "verb"),
    [
        ("/", [""], [], ""),
        ("/v1", ["v1"], [], ""),
        ("/v1/docs/*", ["v1", "docs", SINGLE], [], ""),
        ("/v1/docs/**", ["v1", "docs", DEEP], [], ""),
        ("/v1/{id}", ["v1", SINGLE], [("id", 1, 2)], ""),
        ("/v1/{name=docs/*}", ["v1", "docs", SINGLE], [("name", 1, 3)], ""),
        ("/v1/{doc.ref.id=*}", ["v1", SINGLE], [("doc.ref.id", 1, 2)], ""),
        ("/v1/{name=docs}/x", ["v1", "docs", "x"], [("name", 1, 2)], ""),
        ("/{a}/{b=x/*/y}/{c=**}", [SINGLE, "x", SINGLE, "y", DEEP], [("a", 0, 1), ("b", 1, 4), ("c", 4, 5)], ""),
        ("/v1/{path=files/**/tail}/end", ["v1", "files", DEEP, "tail", "end"], [("path", 1, 4)], ""),
        ("/v1/**/{id}", ["v1", DEEP, SINGLE], [("id", 2, 3)], ""),
        ("/v1/a=b&c=d;e=f/endpoint.rdf", ["v1", "a=b&c=d;e=f", "endpoint.rdf"], [], ""),
        ("/-._~!$&'()*+,;=@", ["-._~!$&'()*+,;=@"], [], ""),
        ("/%e7%AC/x", ["%e7%AC", "x"], [], ""),
    ],
)
def test_a_template_is_its_segments_and_variables(text, segments, variables, verb) -> None:
    template = parse(text)
    assert template.segments == tuple(segments)
    assert [(".".join(each.field_path), each.start, each.end) for each in template.variables] == variables
    assert (template.verb, template.text) == (verb, text)


@pytest.mark.parametrize(
    ("text", "last", "verb"),
    [
        ("/v1/docs:search", "docs", "search"),
        ("/v1/docs/*:move", SINGLE, "move"),
        ("/v1/**:move", DEEP, "move"),
        ("/v1/{name=docs/*}:move", SINGLE, "move"),
        ("/v1/{name=docs/*}:move:now", SINGLE, "move:now"),
        ("/v1/a:b:c", "a:b", "c"),
        ("/v1/{name}/a:b:c", "a:b", "c"),
        ("/v1/a:b/c", "c", ""),
        ("/v1/{name=a:b}", "a:b", ""),
        ("/v1/{name=a:b}/c", "c", ""),
    ],
)
def test_a_verb_begins_at_the_last_colon_and_behind_a_variable_at_the_first(text, last, verb) -> None:
    template = parse(text)
    assert (template.segments[-1], template.verb) == (last, verb)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "begins with a slash"),
        ("v1", "begins with a slash"),
        ("//", "a segment is empty"),
        ("/v1/", "a segment is empty"),
        ("/v1//x", "a segment is empty"),
        ("/v1///x", "a segment is empty"),
        ("/v1/{a=}", "a segment is empty"),
        ("/v1/{a=x//y}", "a segment is empty"),
        ("/v1/**/x/**", "more than once"),
        ("/{a=**}/{b=**}", "more than once"),
        ("/{a}/{a}", "bound more than once"),
        ("/{a", "is not closed"),
        ("/{a=x/*", "is not closed"),
        ("/a}", "closed that was not opened"),
        ("/{a=x/{b}}", "do not nest"),
        ("/x{a}", "a whole segment"),
        ("/{a}x", "a whole segment"),
        ("/{a}{b}", "a whole segment"),
        ("/{a}:b/c", "a whole segment"),
        ("/{}", "is no field path"),
        ("/{=x}", "is no field path"),
        ("/{a.}", "is no field path"),
        ("/{a..b}", "is no field path"),
        ("/{1a}", "is no field path"),
        ("/{a-b}", "is no field path"),
        ("/{ä}", "is no field path"),
        ("/:x", "needs a segment"),
        ("/v1/:x", "needs a segment"),
        ("/v1/x:", "is no literal"),
        ("/v1/{a}:", "is no literal"),
        ("/v1/{a}:b c", "is no literal"),
        ("/v1/a?b", "no literal, wildcard or variable"),
        ("/v1/a b", "no literal, wildcard or variable"),
        ("/v1/ä", "no literal, wildcard or variable"),
        ("/v1/%", "no literal, wildcard or variable"),
        ("/v1/a%2", "no literal, wildcard or variable"),
        ("/v1/a%2z", "no literal, wildcard or variable"),
    ],
)
def test_what_is_no_template_is_told_with_its_problem_and_its_text(text, problem) -> None:
    with pytest.raises(TemplateError) as refused:
        parse(text)
    assert problem in str(refused.value)
    assert str(refused.value).endswith(text)


def test_the_shape_forgets_the_names_of_variables_and_nothing_else() -> None:
    one, other = parse("/v1/{name=docs/*}/{x=**}:move"), parse("/v1/docs/{id}/**:move")
    assert one.shape == other.shape == "/v1/docs/*/**:move"
    assert parse("/v1/docs/*/**").shape != one.shape
    assert parse("/").shape == "/"


literals = st.text("abcxyz09-._~!$&'()+,;=@", min_size=1, max_size=5)
wildcards = st.just("*")
names = st.from_regex(r"[a-z_][a-z0-9_]{0,5}(\.[a-z_]{1,4}){0,2}", fullmatch=True)


@given(st.lists(literals | wildcards, min_size=1, max_size=6), literals | st.just(""), st.data())
def test_the_shape_of_a_template_is_a_template_of_that_shape(segments, verb, data) -> None:
    if data.draw(st.booleans()):
        segments[data.draw(st.integers(0, len(segments) - 1))] = "**"
    start = data.draw(st.integers(0, len(segments) - 1))
    end = data.draw(st.integers(start + 1, len(segments)))
    variable = f"{{{data.draw(names)}={'/'.join(segments[start:end])}}}"
    text = "/" + "/".join([*segments[:start], variable, *segments[end:]]) + (f":{verb}" if verb else "")
    template = parse(text)
    assert template.variables[0].start == start
    assert template.variables[0].end == end
    assert parse(template.shape).segments == template.segments
    assert parse(template.shape).shape == template.shape == "/" + "/".join(segments) + (f":{verb}" if verb else "")


@given(st.text("/{}*:=.%aé", max_size=16))
def test_any_text_is_a_template_or_refused_as_one(text) -> None:
    try:
        template = parse(text)
    except TemplateError:
        return
    assert text.startswith("/")
    assert all(0 <= each.start < each.end <= len(template.segments) for each in template.variables)
