"""Routing: which binding a request means, and what its path says for the variables."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.gateway.binding import Binding
from edge.gateway.errors import GatewayError, MalformedPath, MethodNotAllowed, RouteNotFound
from edge.gateway.router import Match, Router, Unescaping
from edge.gateway.template import DEEP, TemplateError, parse
from tests.unit.gateway.messages import binding

LEGACY, RESERVED, SLASH, ALL = Unescaping


def router(*templates: str, unescaping: Unescaping = RESERVED, strict: bool = False) -> Router:
    """GET bindings in this order, or of another verb where a template begins with it."""
    made = Router(unescaping, strict_deep_wildcards=strict)
    for text in templates:
        verb, _, template = text.rpartition(" ")
        made.add(binding(verb or "GET", template))
    return made


def found(match: Match) -> tuple[str, dict[str, str]]:
    return match.binding.template, {".".join(path): text for path, text in match.captured}


@pytest.mark.parametrize(
    ("template", "path", "captured"),
    [
        ("/", "/", {}),
        ("/v1", "/v1", {}),
        ("/v1/*", "/v1/anything", {}),
        ("/v1/{id}", "/v1/7", {"id": "7"}),
        ("/v1/{name=docs/*}", "/v1/docs/7", {"name": "docs/7"}),
        ("/v1/{doc.name=docs/*}", "/v1/docs/7", {"doc.name": "docs/7"}),
        ("/v2/{name=b/*}/o/{oname}", "/v2/b/mine/o/it", {"name": "b/mine", "oname": "it"}),
        ("/v1/{name=o/**}", "/v1/o/a/b/c", {"name": "o/a/b/c"}),
        ("/v1/{name=o/**}", "/v1/o", {"name": "o/"}),
        ("/{path=**}", "/", {"path": ""}),
        ("/{path=**}", "/a/b", {"path": "a/b"}),
        ("/v1/{name=o/**/.ext}/tail", "/v1/o/a/b/.ext/tail", {"name": "o/a/b/.ext"}),
        ("/v1/**/{id}/{last=x/*}", "/v1/a/b/c/x/y", {"id": "c", "last": "x/y"}),
        ("/v1/**/{id}", "/v1/c", {"id": "c"}),
        ("/v1/{id}:move", "/v1/7:move", {"id": "7"}),
        ("/v1/{id}:move:now", "/v1/7:move:now", {"id": "7"}),
        ("/v1/{path=**}:move", "/v1/a/b:move", {"path": "a/b"}),
        ("/v1/{path=**}/x:move", "/v1/a/b/x:move", {"path": "a/b"}),
        ("/v1/docs:search", "/v1/docs:search", {}),
        ("/v1/{id}", "/v1/", {"id": ""}),
    ],
)
def test_a_path_is_taken_apart_as_its_template_says(template, path, captured) -> None:
    assert found(router(template).match("GET", path)) == (template, captured)


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/", "/x"),
        ("/v1", "/"),
        ("/v1", "/v2"),
        ("/v1", "/v1/"),
        ("/v1/*", "/v1"),
        ("/v1/*", "/v1/a/b"),
        ("/v1/{name=docs/*}", "/v1/other/7"),
        ("/v1/**/tail", "/v1"),
        ("/v1/**/tail", "/v1/tail/more"),
        ("/v1/{path=**}/x/y", "/v1/y"),
        ("/v1/docs:search", "/v1/docs"),
        ("/v1/docs:search", "/v1/search"),
        ("/v1/{id}:move", "/v1/7:stop"),
        ("/v1/{id}:move", "/v1/:move"),
        ("/v1/{id}:move", "/v1/7%3Amove"),
        ("/v1/docs", "/v1/%64ocs"),
    ],
)
def test_another_path_is_not_found(template, path) -> None:
    with pytest.raises(RouteNotFound):
        router(template).match("GET", path)


def test_the_binding_added_last_wins_whatever_is_more_special() -> None:
    special, general, deep = "/v1/docs/{id}", "/v1/{name=*/*}", "/{path=**}"
    for order in ((special, general, deep), (deep, special, general), (general, deep, special)):
        assert found(router(*order).match("GET", "/v1/docs/7"))[0] == order[-1]
    assert found(router(special, deep, general).match("GET", "/v1/docs"))[0] == deep
    assert found(router("/v1/{a}", "/v1/{b}").match("GET", "/v1/7")) == ("/v1/{b}", {"b": "7"})


def test_a_verb_that_no_template_has_is_text() -> None:
    bindings = router("/v1/{id}", "/v1/{id}:move")
    assert found(bindings.match("GET", "/v1/a:b")) == ("/v1/{id}", {"id": "a:b"})
    assert found(bindings.match("GET", "/v1/a:b:move")) == ("/v1/{id}:move", {"id": "a:b"})
    assert found(bindings.match("GET", "/v1/:move")) == ("/v1/{id}", {"id": ":move"})
    assert found(router("/v1/{id}:move", "/v1/{id}").match("GET", "/v1/a:move")) == ("/v1/{id}", {"id": "a:move"})
    assert found(router("/v1/{id}:b", "/v1/{id}:a:b").match("GET", "/v1/x:a:b")) == ("/v1/{id}:a:b", {"id": "x"})
    assert found(router("/v1/{id}:a:b", "/v1/{id}:b").match("GET", "/v1/x:a:b")) == ("/v1/{id}:b", {"id": "x:a"})


def test_a_path_of_other_methods_names_them() -> None:
    bindings = router("GET /v1/{id}", "PATCH /v1/{name}", "DELETE /{path=**}", "POST /v1/{id}:move")
    with pytest.raises(MethodNotAllowed) as refused:
        bindings.match("PUT", "/v1/7")
    assert refused.value.allowed == ("DELETE", "GET", "PATCH")
    with pytest.raises(MethodNotAllowed) as refused:
        bindings.match("PUT", "/v1/7:move")
    assert refused.value.allowed == ("DELETE", "GET", "PATCH", "POST")
    with pytest.raises(RouteNotFound):
        router("GET /v1").match("HEAD", "/v2")


def test_a_custom_kind_is_a_method_and_a_star_is_any() -> None:
    bindings = router("* /v1/{any}", "LOCK /v1/{locked}", "GET /v1/{got}")
    assert found(bindings.match("LOCK", "/v1/7"))[1] == {"locked": "7"}
    assert found(bindings.match("GET", "/v1/7"))[1] == {"got": "7"}
    assert found(bindings.match("PUT", "/v1/7"))[1] == {"any": "7"}
    assert found(router("GET /v1/{got}", "* /v1/{any}").match("GET", "/v1/7"))[1] == {"any": "7"}


@pytest.mark.parametrize(
    ("path", "captured"),
    [
        # In the order of the modes: legacy, all but reserved, all but the slash, all.
        ("/f/a%20b/x", ["a b"] * 4),
        ("/f/100%25/x", ["100%"] * 4),
        ("/f/%2541/x", ["%41"] * 4),
        ("/f/%C3%A4/x", ["ä"] * 4),
        ("/f/a%3Ab/x", ["a:b"] * 4),
        ("/f/a%2Fb/x", [None, "a/b", "a/b", None]),
        ("/f/a%2fb/x", [None, "a/b", "a/b", None]),
    ],
)
def test_a_single_segment_is_unescaped_whole(path, captured) -> None:
    for mode, text in zip(Unescaping, captured, strict=True):
        assert _captured(router("/f/{id}/x", unescaping=mode), path, "id") == text


@pytest.mark.parametrize(
    ("path", "captured"),
    [
        ("/f/a%20b/c", ["a b/c"] * 4),
        ("/f/a%2Fb/c", ["a/b/c", "a%2Fb/c", "a%2Fb/c", "a/b/c"]),
        ("/f/a%2fb/c", ["a/b/c", "a%2fb/c", "a%2fb/c", "a/b/c"]),
        ("/f/a%3Fb%23", ["a?b#", "a%3Fb%23", "a?b#", "a?b#"]),
        ("/f/a%3A%40/%5B", ["a:@/[", "a%3A%40/%5B", "a:@/[", "a:@/["]),
        ("/f/%252F", ["%2F"] * 4),
        ("/f/100%25", ["100%"] * 4),
        ("/f", [""] * 4),
    ],
)
def test_what_a_deep_wildcard_keeps_escaped_is_the_modes_choice(path, captured) -> None:
    for mode, text in zip(Unescaping, captured, strict=True):
        assert _captured(router("/f/{path=**}", unescaping=mode), path, "path") == text


def _captured(bindings: Router, path: str, name: str) -> str | None:
    try:
        return found(bindings.match("GET", path))[1][name]
    except RouteNotFound:
        return None


def test_only_legacy_takes_an_escaped_colon_for_the_beginning_of_a_verb() -> None:
    for mode in Unescaping:
        template = found(router("/v1/{id}", "/v1/{id}:purge", unescaping=mode).match("GET", "/v1/7%3Apurge"))[0]
        assert (template == "/v1/{id}:purge") == (mode is LEGACY)


def test_literals_of_a_variable_are_captured_as_the_template_has_them() -> None:
    assert found(router("/{name=a%20b/*}").match("GET", "/a%20b/c%20d"))[1] == {"name": "a%20b/c d"}


def test_a_strict_deep_wildcard_needs_a_segment_behind_others() -> None:
    with pytest.raises(RouteNotFound):
        router("/v1/files/{path=**}", strict=True).match("GET", "/v1/files")
    assert found(router("/v1/files/{path=**}", strict=True).match("GET", "/v1/files/"))[1] == {"path": ""}
    assert found(router("/{path=**}/x", strict=True).match("GET", "/x"))[1] == {"path": ""}


@pytest.mark.parametrize("path", ["", "v1", "*", "/%", "/v1/%2", "/v1/%zz", "/v1/a%", "/v1/\udcff", "/v1/%FF"])
@pytest.mark.parametrize("mode", Unescaping)
def test_a_path_that_is_none_is_malformed(path, mode) -> None:
    with pytest.raises(MalformedPath):
        router("/v1/{id}", unescaping=mode).match("GET", path)


def test_a_template_that_is_none_cannot_be_added() -> None:
    with pytest.raises(TemplateError):
        router("/v1/{id")


def test_a_component_of_ten_thousand_colons_costs_no_more_than_its_longest_verb() -> None:
    assert found(router("/v1/{id}:move").match("GET", f"/v1/{':' * 10_000}:move"))[1] == {"id": ":" * 10_000}


RECORDED = json.loads((Path(__file__).parent / "grpc_gateway_routing.json").read_text())
"""Rules, requests and what grpc-gateway 2.33.0 itself made of them: a rule by its place with its captures, or a status.

Drawn at random and recorded where the two agree; where they differ, and why, is in docs/gateway.md.
"""

_STATUS = {RouteNotFound: 404, MethodNotAllowed: 501, MalformedPath: 400}


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: f"{case['mode']} {case['request']!a}")
def test_a_request_goes_where_grpc_gateway_sends_it(case) -> None:
    bindings = router(*case["rules"], unescaping=Unescaping[case["mode"]])
    try:
        match = bindings.match(*case["request"].split(" ", 1))
    except GatewayError as refused:
        assert _STATUS[type(refused)] == case.get("status")
        return
    rule = f"{match.binding.verb} {match.binding.template}"
    assert (rule, found(match)[1]) == (case["rules"][case["rule"]], case["captured"])


# What follows is a second router that tries every binding, last first, and splits a path in every way.


def _expected(bindings: list[Binding], verb: str, path: str) -> tuple[Binding, dict[str, str]] | None:
    for each in reversed(bindings):
        template = parse(each.template)
        components = path[1:].split("/")
        if template.verb:
            last = components[-1].removesuffix(f":{template.verb}")
            if not last or last == components[-1]:
                continue
            components[-1] = last
        parts = _fitted(template.segments, components)
        if parts is not None and each.verb in (verb, "*"):
            return each, {".".join(v.field_path): "/".join(parts[v.start : v.end]) for v in template.variables}
    return None


def _fitted(segments: tuple, components: list[str]) -> list[str] | None:
    """The part of the path that each segment takes."""
    if not segments:
        return None if components else []
    for taken in range(len(components) + 1) if segments[0] is DEEP else [1]:
        fits = len(components) >= taken and (not isinstance(segments[0], str) or segments[0] == components[0])
        if fits and (rest := _fitted(segments[1:], components[taken:])) is not None:
            return ["/".join(components[:taken]), *rest]
    return None


pieces = st.lists(
    st.sampled_from(["a", "b", "c:d", "*", "**", "{x}", "{y=a/*}", "{z=**}", "{w=a/**/b}"]), min_size=1, max_size=4
)
suffixes = st.sampled_from(["", "", ":d", ":e", ":d:e"])
templates = st.builds(lambda parts, verb: "/" + "/".join(parts) + verb, pieces, suffixes)
paths = st.builds(
    lambda parts, verb: "/" + "/".join(parts) + verb,
    st.lists(st.sampled_from(["a", "a", "b", "c:d", "", "e", ":", "x"]), min_size=1, max_size=5),
    suffixes,
)
verbs = st.sampled_from(["GET", "GET", "POST", "*"])


@given(st.lists(st.tuples(verbs, templates), max_size=8), st.lists(paths, min_size=1, max_size=8))
def test_the_tree_finds_what_trying_every_binding_finds(rules, requested) -> None:
    bindings = []
    tree = Router()
    for verb, template in rules:
        try:
            parse(template)
        except TemplateError:
            continue
        bindings.append(binding(verb, template))
        tree.add(bindings[-1])
    for verb, path in product(("GET", "POST"), requested):
        expected = _expected(bindings, verb, path)
        try:
            match = tree.match(verb, path)
        except (RouteNotFound, MethodNotAllowed):
            assert expected is None
            continue
        assert expected is not None
        assert match.binding is expected[0]
        assert found(match)[1] == expected[1]


@given(st.text("/a:%2F*{}é\udc80\x00 ", max_size=24), st.sampled_from(Unescaping))
def test_any_path_is_found_or_refused_by_the_gateway(path, mode) -> None:
    bindings = router("/a/{x}", "/{y=**}/a:a", "/a/{z=a/**}", "/", unescaping=mode)
    try:
        match = bindings.match("GET", path)
    except GatewayError:
        return
    for _, text in match.captured:
        text.encode()
