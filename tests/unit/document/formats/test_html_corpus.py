"""What HTML from elsewhere means, example by example: pages, mails, other editors."""

from __future__ import annotations

from typing import Any

import pytest

from services.document.formats import Format, parse, render
from tests.unit.document.formats.test_markdown_corpus import BULLET, ORDERED, QUOTE, B, C, I, delta

READINGS: list[tuple[str, str, list[Any]]] = [
    ("white space collapses", "<p>\n  a \t b\n  <b> c</b> d\n</p>\n<p>e</p>", ["a b ", ("c", B), " d\ne\n"]),
    ("text without a block", "a <b>b</b>", ["a ", ("b", B), "\n"]),
    ("paragraphs without ends", "<p>a<p>b", ["a\nb\n"]),
    ("line breaks", "a<br>b<br><br>c<br>", ["a\nb\n\nc\n"]),
    ("a no-break space stays one", "<p>a&nbsp;b</p>", ["a\u00a0b\n"]),
    ("nested blocks make no empty lines", "<div><div><p>a</p></div><section></section></div>", ["a\n"]),
    ("space that counts", "<p style='white-space: pre-wrap'> a  b\n c</p>", [" a  b\n c\n"]),
    ("formats by style", "<span style='font-weight:700;font-style:italic'>a</span>", [("a", {**B, **I}), "\n"]),
    ("a wrapper that is not bold", "<b style='font-weight:normal'><p>a <b>b</b></p></b>", ["a ", ("b", B), "\n"]),
    (
        "colours",
        "<p style='color: RED; background-color:#fff'>a</p>",
        [("a", {"color": "RED", "background": "#fff"}), "\n"],
    ),
    (
        "a list in a list",
        "<ul><li>a<ol><li>b</ol><li>c</ul>",
        ["a", ("\n", BULLET), "b", ("\n", {**ORDERED, "indent": 1}), "c", ("\n", BULLET)],
    ),
    ("paragraphs in an item", "<ul><li><p>a</p><p>b</p></li></ul>", ["a", ("\n", BULLET), "b", ("\n", {"indent": 1})]),
    (
        "an item with nothing but a list",
        "<ul><li><ul><li>a</ul></ul>",
        [("\n", BULLET), "a", ("\n", {**BULLET, "indent": 1})],
    ),
    (
        "boxes",
        "<ul><li><input type=checkbox checked> a<li><input type=checkbox> b</ul>",
        ["a", ("\n", {"list": "checked"}), "b", ("\n", {"list": "unchecked"})],
    ),
    (
        "an editor's own lists",
        "<ol><li data-list=bullet class=ql-indent-2><span class=ql-ui></span>a</li></ol>",
        ["a", ("\n", {**BULLET, "indent": 2})],
    ),
    (
        "an editor's own classes",
        "<p class='ql-align-center ql-indent-1'><span class='ql-size-huge ql-font-serif'>a</span></p>",
        [("a", {"size": "huge", "font": "serif"}), ("\n", {"align": "center", "indent": 1})],
    ),
    ("a quote", "<blockquote><p>a</p><p>b</p></blockquote>", ["a", ("\n", QUOTE), "b", ("\n", QUOTE)]),
    (
        "code",
        "<pre><code class='x language-js'>a\n\n b\n</code></pre>",
        ["a", ("\n", {"code-block": "js"}), ("\n", {"code-block": "js"}), " b", ("\n", {"code-block": "js"})],
    ),
    ("code without a tag of its own", "<pre>a</pre>", ["a", ("\n", {"code-block": True})]),
    (
        "two pieces of code stay two",
        "<pre>a</pre><pre>b</pre>",
        ["a", ("\n", {"code-block": True}), "\nb", ("\n", {"code-block": True})],
    ),
    (
        "a table",
        "<table><caption>t</caption><tr><th>a<td>b<br>c<tr><td><p>d</p><ul><li>e</ul><td>",
        [
            "t\na",
            ("\n", {"table": "row-1"}),
            "b c",
            ("\n", {"table": "row-1"}),
            "d e",
            ("\n", {"table": "row-2"}),
            ("\n", {"table": "row-2"}),
        ],
    ),
    (
        "a copied row is a row of its own",
        "<table><tr data-row=x><td>a<tr data-row=x><td>b</table>",
        ["a", ("\n", {"table": "x"}), "b", ("\n", {"table": "row-1"})],
    ),
    (
        "two tables stay two",
        "<table><tr><td>a</table><table><tr><td>b</table>",
        ["a", ("\n", {"table": "row-1"}), "\nb", ("\n", {"table": "row-2"})],
    ),
    (
        "a rule and a video",
        "a<hr>b<video src=/v.mp4></video>c",
        ["a\n", ({"divider": True}, {}), "b\n", ({"video": "/v.mp4"}, {}), "c\n"],
    ),
    (
        "a picture",
        "<img src=a.png alt='x y' width=10 height=50%>",
        [({"image": "a.png"}, {"alt": "x y", "width": "10", "height": "50%"}), "\n"],
    ),
    ("a picture that is not to be trusted leaves its description", "<img src=ftp://a alt=x>", ["x\n"]),
    (
        "scripts, styles and comments are no text",
        "<title>t</title><style>s</style>a<script>b</script><!-- c -->d",
        ["ad\n"],
    ),
    ("keyboard and code", "<kbd>a</kbd><code>b</code>", [("ab", C), "\n"]),
    ("right to left", "<p dir=RTL align=right>a</p>", ["a", ("\n", {"direction": "rtl", "align": "right"})]),
]


@pytest.mark.parametrize(("source", "expected"), [case[1:] for case in READINGS], ids=[case[0] for case in READINGS])
def test_html_reads(source: str, expected: list[Any]) -> None:
    document = parse(source, Format.HTML, plain_text=False)
    assert document.to_delta() == delta(expected)
    assert parse(render(document, Format.HTML), Format.HTML, plain_text=False).to_delta() == delta(expected)


def test_plain_text_takes_the_visible_text_of_html() -> None:
    assert parse("<h1>A</h1><p>b<img src=x alt=y> c<script>d</script>", Format.HTML, plain_text=True).text() == "A\nb c"


def test_plain_text_keeps_markdown_as_it_is() -> None:
    assert parse("# *a*\r\nb\rc", Format.MARKDOWN, plain_text=True).text() == "# *a*\nb\nc"
