"""What Markdown means, example by example: CommonMark and GFM as this project reads them."""

from __future__ import annotations

from typing import Any

import pytest

from ot.document import Document
from services.document.formats import Format, parse, render

B, I, S, C = {"bold": True}, {"italic": True}, {"strike": True}, {"code": True}  # noqa: E741 -- short names keep the table readable
LINK = {"link": "http://a.b"}
BULLET, ORDERED, QUOTE = {"list": "bullet"}, {"list": "ordered"}, {"blockquote": True}

READINGS: list[tuple[str, str, list[Any]]] = [
    ("lines of a paragraph are one line", "one\ntwo", ["one two\n"]),
    ("a blank line parts paragraphs", "one\n\ntwo", ["one\ntwo\n"]),
    ("each further blank line is an empty paragraph", "one\n\n\n\ntwo", ["one\n\n\ntwo\n"]),
    ("a backslash at the end breaks the line", "one\\\ntwo", ["one\ntwo\n"]),
    ("two spaces at the end break the line", "one  \ntwo", ["one\ntwo\n"]),
    ("hashes make headings", "## Two ##", ["Two", ("\n", {"header": 2})]),
    ("underlines make headings", "One\n===\n\nTwo\n---", ["One", ("\n", {"header": 1}), "Two", ("\n", {"header": 2})]),
    ("seven hashes are text", "####### x", ["####### x\n"]),
    ("a hash without space is text", "#x", ["#x\n"]),
    ("emphasis", "*i* **b** ***bi***", [("i", I), " ", ("b", B), " ", ("bi", {**B, **I}), "\n"]),
    ("underscores inside words are text", "snake_case_name", ["snake_case_name\n"]),
    ("stars inside words are emphasis", "un*frigging*real", ["un", ("frigging", I), "real\n"]),
    ("a star before a space is text", "2 * 3 * 4", ["2 * 3 * 4\n"]),
    ("strikethrough", "~~gone~~", [("gone", S), "\n"]),
    ("code is not read any further", "`*a* \\`", [("*a* \\", C), "\n"]),
    ("more backticks hold backticks", "`` a`b ``", [("a`b", C), "\n"]),
    ("escapes", "\\*a\\* \\# \\a", ["*a* # \\a\n"]),
    ("character references", "&copy; &#35; &nope;", ["© # &nope;\n"]),
    ("a link", '[t *i*](http://a.b "title")', [("t ", LINK), ("i", {**LINK, **I}), "\n"]),
    ("a link by reference", "[t][r]\n\n[r]: http://a.b 'x'", [("t", LINK), "\n"]),
    ("an autolink", "<http://a.b>", [("http://a.b", LINK), "\n"]),
    ("what only looks like an address is text", "http://a.b a@b.c", ["http://a.b a@b.c\n"]),
    ("an image with its description", "![two *words*](x.png)", [({"image": "x.png"}, {"alt": "two words"}), "\n"]),
    ("a linked image", "[![](x.png)](http://a.b)", [({"image": "x.png"}, LINK), "\n"]),
    ("bullets", "- a\n* b\n+ c", ["a", ("\n", BULLET), "b", ("\n", BULLET), "c", ("\n", BULLET)]),
    ("numbers", "3. a\n7) b", ["a", ("\n", ORDERED), "b", ("\n", ORDERED)]),
    (
        "nested lists",
        "- a\n  1. b\n\n     c",
        ["a", ("\n", BULLET), "b", ("\n", {**ORDERED, "indent": 1}), "c", ("\n", {"indent": 2})],
    ),
    ("an item goes on", "- a\n\n  b\n- c", ["a", ("\n", BULLET), "b", ("\n", {"indent": 1}), "c", ("\n", BULLET)]),
    ("an empty item", "- a\n-\n- b", ["a", ("\n", BULLET), ("\n", BULLET), "b", ("\n", BULLET)]),
    (
        "tasks",
        "- [ ] a\n- [x] b\n- [X] c\n- [y] d",
        [
            "a",
            ("\n", {"list": "unchecked"}),
            "b",
            ("\n", {"list": "checked"}),
            "c",
            ("\n", {"list": "checked"}),
            "[y] d",
            ("\n", BULLET),
        ],
    ),
    ("an escaped box is text", "- \\[ ] a", ["[ ] a", ("\n", BULLET)]),
    ("a quote", "> a\nb\n>\n> c", ["a b", ("\n", QUOTE), "c", ("\n", QUOTE)]),
    ("a heading in a quote is a heading", "> # a", ["a", ("\n", {"header": 1})]),
    (
        "a fence",
        "```python title\na\n\n  b\n```",
        [
            "a",
            ("\n", {"code-block": "python"}),
            ("\n", {"code-block": "python"}),
            "  b",
            ("\n", {"code-block": "python"}),
        ],
    ),
    ("a fence that nothing closes", "~~~\n*a*", ["*a*", ("\n", {"code-block": True})]),
    ("indented code", "    a\n      b", ["a", ("\n", {"code-block": True}), "  b", ("\n", {"code-block": True})]),
    ("a rule", "a\n\n***\nb", ["a\n", ({"divider": True}, {}), "b\n"]),
    (
        "a table",
        "a | b\n:-: | --\n`c\\|d` |",
        [
            "a",
            ("\n", {"table": "row-1", "align": "center"}),
            "b",
            ("\n", {"table": "row-1"}),
            ("c|d", C),
            ("\n", {"table": "row-2", "align": "center"}),
            ("\n", {"table": "row-2"}),
        ],
    ),
    (
        "two tables stay two",
        "|a|\n|-|\n\n|b|\n|-|",
        ["a", ("\n", {"table": "row-1"}), "\nb", ("\n", {"table": "row-2"})],
    ),
    (
        "two fences stay two",
        "```\na\n```\n```\nb\n```",
        ["a", ("\n", {"code-block": True}), "\nb", ("\n", {"code-block": True})],
    ),
    (
        "tags that are formats",
        "<u>a</u><sup>b</sup><B>c</B>",
        [("a", {"underline": True}), ("b", {"script": "super"}), ("c", B), "\n"],
    ),
    ("other tags are left out", "a <foo bar='1'>b</foo> c<br>d", ["a b c\nd\n"]),
    (
        "HTML blocks are read as HTML",
        "<div>\n<b>a</b>\n<ul><li>x</ul>\n</div>\n\nb",
        [("a", B), "\nx", ("\n", BULLET), "b\n"],
    ),
    ("comments are left out", "a <!-- b --> c\n\n<!-- d -->\n\ne", ["a  c\ne\n"]),
]


def delta(items: list[Any]) -> list[dict[str, Any]]:
    ops = [{"insert": item} if isinstance(item, str) else {"insert": item[0], "attributes": item[1]} for item in items]
    return Document.from_delta(ops).to_delta()


@pytest.mark.parametrize(("source", "expected"), [case[1:] for case in READINGS], ids=[case[0] for case in READINGS])
def test_markdown_reads(source: str, expected: list[Any]) -> None:
    assert parse(source, Format.MARKDOWN, plain_text=False).to_delta() == delta(expected)


@pytest.mark.parametrize("source", [case[1] for case in READINGS], ids=[case[0] for case in READINGS])
def test_markdown_once_written_by_us_is_written_the_same_again(source: str) -> None:
    document = parse(source, Format.MARKDOWN, plain_text=False)
    ours = render(document, Format.MARKDOWN)
    assert parse(ours, Format.MARKDOWN, plain_text=False).to_delta() == document.to_delta()


WRITINGS: list[tuple[str, list[Any], str]] = [
    ("bold next to italic", [("a", I), ("b", B), "\n"], "_a_**b**\n"),
    ("half a word in bold", ["un", ("bold", B), "ed\n"], "un**bold**ed\n"),
    ("bold italic", [("a", {**B, **I}), ("b", B), "\n"], "**<em>a</em>b**\n"),
    ("spaces in bold", ["a", (" b ", B), "c\n"], "a<strong> b </strong>c\n"),
    ("a number that is no list", ["1. a\n"], "1\\. a\n"),
    ("a dash that is no list", ["- a\n"], "\\- a\n"),
    ("spaces at the ends", ["  a \n"], "&#32;&#32;a&#32;\n"),
    (
        "readable text stays readable",
        ["a_b 2 < 3 & c, 5 > 4, x-y #1 (z) C#!\n"],
        "a_b 2 < 3 & c, 5 > 4, x-y #1 (z) C#!\n",
    ),
    ("what looks like HTML", ["<b>&amp;</b>\n"], "\\<b>\\&amp;\\</b>\n"),
    ("a bang before a link", ["wow!", ("l", LINK), "\n"], "wow\\![l](http://a.b)\n"),
    (
        "an item far in",
        ["a", ("\n", {**BULLET, "indent": 2}), "b", ("\n", {**BULLET, "indent": 2})],
        "+ + - a\n    - b\n",
    ),
    (
        "numbers count",
        ["a", ("\n", ORDERED), "b", ("\n", {**ORDERED, "indent": 1}), "c", ("\n", ORDERED)],
        "1. a\n   1. b\n2. c\n",
    ),
    ("tasks", ["a", ("\n", {"list": "checked"}), ("\n", {"list": "unchecked"})], "- [x] a\n- [ ]\n"),
    ("a fence around a fence", ["```", ("\n", {"code-block": "md"})], "````md\n```\n````\n"),
    (
        "a table",
        ["a|b", ("\n", {"table": "r"}), ("\n", {"table": "r"}), "c", ("\n", {"table": "s"})],
        "| a\\|b | |\n| --- | --- |\n| c |\n",
    ),
    ("empty paragraphs", ["\n\na\n\n\nb\n\n"], "\n\na\n\n\n\nb\n\n"),
    ("a rule at the end", ["a\n", ({"divider": True}, {}), "\n"], "a\n\n---\n"),
]


@pytest.mark.parametrize(("items", "expected"), [case[1:] for case in WRITINGS], ids=[case[0] for case in WRITINGS])
def test_markdown_writes(items: list[Any], expected: str) -> None:
    assert render(Document.from_delta(delta(items)), Format.MARKDOWN) == expected
