"""Formats have names, media types and file endings."""

from __future__ import annotations

import pytest

from services.document.formats import MEDIA_TYPES, Format, UnreadableContent, format_of_path, parse


@pytest.mark.parametrize(
    ("path", "form"),
    [
        *[("a.md", Format.MARKDOWN), ("A.MARKDOWN", Format.MARKDOWN), ("x/y.z/notes.txt", Format.TEXT)],
        *[("a.htm", Format.HTML), ("a.html", Format.HTML), ("a.json", Format.DELTA), ("a.b.delta", Format.DELTA)],
        *[("a", None), ("md", None), (".md", None), ("a.md/b", None), ("a.docx", None), ("", None), ("a.", None)],
        *[("dir/.html", None), ("dir\\.html", None), ("dir\\a.html", Format.HTML)],
    ],
)
def test_the_ending_of_a_path_names_its_format(path: str, form: Format | None) -> None:
    assert format_of_path(path) is form


def test_every_format_has_a_media_type() -> None:
    assert set(MEDIA_TYPES) == set(Format)


def test_a_refusal_says_where_and_never_what() -> None:
    with pytest.raises(UnreadableContent) as refusal:
        parse('[{"insert":"secret"},\nsecret]', Format.DELTA, plain_text=False)
    assert refusal.value.facts["line"] == "2"
    assert "secret" not in str(refusal.value) + str(refusal.value.facts)
