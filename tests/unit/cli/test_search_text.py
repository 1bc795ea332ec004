"""What `shoal search` shows of a document: its name, its title, and what was found, marked."""

from __future__ import annotations

from cli.search import result_text
from shoal.document.v1 import search_pb2 as pb


def snippet(*parts: tuple[str, bool]) -> pb.Snippet:
    return pb.Snippet(parts=[pb.SnippetPart(text=text, match=match) for text, match in parts])


def test_a_result_is_its_name_and_title_and_a_line_a_snippet() -> None:
    result = pb.SearchResult(
        title=snippet(("The ", False), ("fish", True)),
        snippets=[snippet(("a\nred ", False), ("fish", True)), snippet(("fishes", True), (" swim", False))],
    )
    result.document.name = "documents/x"
    shown = result_text(result)
    assert shown.plain == "documents/x  The fish\n    a red fish\n    fishes swim"
    assert [shown.plain[span.start : span.end] for span in shown.spans if span.style == "bold red"] == [
        "fish",
        "fish",
        "fishes",
    ]


def test_what_would_move_the_cursor_is_blank_and_no_markup_is_read() -> None:
    result = pb.SearchResult(title=snippet(("[red]\x1b[2J", False)))
    result.document.name = "documents/x"
    assert result_text(result).plain == "documents/x  [red] [2J"
    result.title.Clear()
    assert result_text(result).plain == "documents/x  (untitled)"
