"""Headers as metadata, and metadata as headers."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

from edge.gateway.errors import GatewayError
from edge.gateway.metadata import Incoming, MalformedHeader, outgoing, timeout_s, wants_trailers


def read(headers: dict[str, str], incoming: Incoming | None = None) -> dict[str, str | bytes]:
    return dict((incoming or Incoming()).read(CIMultiDict(headers), "shop.example", "10.0.0.9"))


def test_permanent_headers_and_named_metadata_go_on_and_others_do_not() -> None:
    assert read({"Accept": "a", "GRPC-METADATA-Color": "red", "X-Other": "x", "Authorization": "Basic b"}) == {
        "grpcgateway-accept": "a", "color": "red", "authorization": "Basic b", "grpcgateway-authorization": "Basic b",
        "x-forwarded-host": "shop.example", "x-forwarded-for": "10.0.0.9",
    }  # fmt: skip


def test_a_header_that_comes_twice_is_metadata_twice() -> None:
    headers = CIMultiDict([("Grpc-Metadata-A", "1"), ("grpc-metadata-a", "2")])
    assert [pair for pair in Incoming().read(headers, "", None) if pair[0] == "a"] == [("a", "1"), ("a", "2")]


def test_binary_values_are_decoded_padded_or_not_and_else_refused() -> None:
    assert read({"Grpc-Metadata-X-Bin": "AP8"})["x-bin"] == read({"Grpc-Metadata-X-Bin": "AP8="})["x-bin"] == b"\0\xff"
    for bad in ("?", "A", "AP8==="):
        with pytest.raises(MalformedHeader):
            read({"Grpc-Metadata-X-Bin": bad})


def test_what_grpc_says_itself_cannot_be_said_by_a_header() -> None:
    for name in ("Grpc-Timeout", "grpc-status", "Te", "Content-Type", "User-Agent", "Host", "", "a b", "ä", ":path"):
        assert set(read({f"Grpc-Metadata-{name}": "x"})) == {"x-forwarded-host", "x-forwarded-for"}, name


def test_denied_keys_come_from_no_header_whatever_its_case() -> None:
    incoming = Incoming(denied={"x-user-id", "x-forwarded-for", "x-user-bin"})
    headers = {"grpc-METADATA-X-User-ID": "eve", "X-Forwarded-For": "1.2.3.4", "Grpc-Metadata-X-User-Bin": "AA=="}
    assert read(headers, incoming) == {"x-forwarded-host": "shop.example"}


def test_forwarded_hosts_and_addresses_are_kept_and_added_to() -> None:
    headers = {"X-Forwarded-For": "1.1.1.1, 2.2.2.2", "X-Forwarded-Host": "front.example"}
    seen = read(headers)
    assert (seen["x-forwarded-for"], seen["x-forwarded-host"]) == ("1.1.1.1, 2.2.2.2, 10.0.0.9", "front.example")


def test_a_matcher_of_the_application_decides() -> None:
    incoming = Incoming(lambda name: f"Own-{name}" if name == "x-trace" else None)
    assert read({"X-Trace": "7", "Accept": "a"}, incoming)["own-x-trace"] == "7"


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=12)))
@example({"Grpc-Metadata-a": "line\r\nbreak"})
@example({"Grpc-Metadata-a-bin": "ä"})
@settings(deadline=None)
def test_whatever_headers_say_metadata_are_what_grpc_can_carry(headers: dict[str, str]) -> None:
    named = {f"Grpc-Metadata-{name}": value for name, value in headers.items()} | headers
    try:
        pairs = Incoming().read(CIMultiDict(named), "h", "p")
    except GatewayError:
        return
    for key, value in pairs:
        assert re.fullmatch("[0-9a-z_.-]+", key)
        assert isinstance(value, bytes) == key.endswith("-bin")
        assert isinstance(value, bytes) or re.fullmatch("[ -~]*", value)


def test_metadata_are_headers_with_bytes_in_base64_and_without_what_is_grpcs() -> None:
    metadata = [("a", "1"), ("a", "2"), ("b-bin", b"\0\xff"), ("grpc-status-details-bin", b"x"), ("c", "no\nline")]
    assert outgoing(metadata) == [("Grpc-Metadata-a", "1"), ("Grpc-Metadata-a", "2"), ("Grpc-Metadata-b-bin", "AP8=")]
    assert outgoing(metadata, lambda key: "Set-Cookie" if key == "a" else None) == [
        ("Set-Cookie", "1"),
        ("Set-Cookie", "2"),
    ]
    assert outgoing(None) == []


@pytest.mark.parametrize(
    ("text", "seconds"), [("2H", 7200), ("3M", 180), ("4S", 4), ("5m", 0.005), ("6u", 6e-6), ("7n", 7e-9), ("0S", 0)]
)
def test_a_timeout_has_one_of_six_units(text: str, seconds: float) -> None:
    assert timeout_s({"Grpc-Timeout": text}) == pytest.approx(seconds)


def test_a_timeout_that_is_none_is_refused_and_a_huge_one_cut() -> None:
    for bad in ("", "5", "S", "-5S", "5s", "5 S", "1.5S", "٣S", "9" * 19 + "S"):
        with pytest.raises(MalformedHeader):
            timeout_s({"Grpc-Timeout": bad})
    assert timeout_s({}) is None
    assert timeout_s({"Grpc-Timeout": "9" * 18 + "H"}) == 10 * 365 * 86400


def test_trailers_are_for_who_takes_them() -> None:
    assert wants_trailers(CIMultiDict({"te": "deflate, Trailers"}))
    assert not wants_trailers(CIMultiDict({}))
