"""Lines by who wrote them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cli.blame import Piece, blamed_lines, main_writer

TEXTS = st.text("a\nß😀\r\u2028", max_size=8)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(st.lists(st.tuples(TEXTS.filter(bool), st.sampled_from("ABC"))))
def test_lines_are_the_text_and_each_piece_is_its_writers(written: list[tuple[str, str]]) -> None:
    text = "".join(each for each, _ in written)
    lines = list(blamed_lines(text, [(units(each), who) for each, who in written]))
    assert "".join(piece.text for line in lines for piece in line) == text
    *whole, rest = text.split("\n")
    expected = [each + "\n" for each in whole] + ([rest] if rest else [])
    assert ["".join(piece.text for piece in line) for line in lines] == expected
    for who in "ABC":
        theirs = "".join(piece.text for line in lines for piece in line if piece.writer == who)
        assert theirs == "".join(each for each, by in written if by == who)


def test_a_line_is_that_of_whoever_wrote_most_of_it() -> None:
    assert main_writer([Piece("ada", "ab"), Piece("bob", "abc"), Piece("ada", "ab")]) == "ada"
    assert main_writer([Piece("ada", "ab"), Piece("bob", "ab")]) == "ada"
