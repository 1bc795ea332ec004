"""Hostile content neither gets through nor holds anybody up."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from ot.document import Document
from services.document.formats import MAX_SOURCE_LENGTHS, Format, UnreadableContent, parse, render

SCRIPTS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<SCRIPT SRC=//evil/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\nscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:alert(1)">x</a>',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<p style='color:expression(alert(1));background:url(javascript:alert(1))'>x</p>",
    "<p onclick=alert(1)>x</p>",
    "<object data='javascript:alert(1)'></object>",
    "<video src='javascript:alert(1)' onerror=alert(1)></video>",
    "<video src='data:text/html,alert(1)'></video>",
    "<base href='javascript:alert(1)//'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<span data-formula='<img src=x onerror=alert(1)>'></span>",
    "<code class='language-\"onmouseover=alert(1)'>x</code>",
    "<table><tr data-row='\"><img src=x onerror=alert(1)>'><td>x</td></tr></table>",
    "<template><img src=x onerror=alert(1)></template>",
]


def tags_of(html: str) -> str:
    """What is inside the tags of `html`, without the values of attributes that only hold text."""
    return " ".join(piece.partition(">")[0] for piece in html.split("<")[1:])


@pytest.mark.parametrize("source", SCRIPTS)
@pytest.mark.parametrize("form", [Format.HTML, Format.MARKDOWN])
def test_scripts_do_not_survive_a_format(source: str, form: Format) -> None:
    html = render(parse(f"a {source} b\n\n{source}\n", form, plain_text=False), Format.HTML)
    tags = tags_of(html.replace("&lt;img src=x onerror=alert(1)&gt;", "").replace('data-row="&quot;', 'data-row="'))
    for sign in ("script", "onerror", "onload", "onclick", "onmouseover", "expression", "url(", "srcdoc", "data:"):
        assert sign not in tags.lower(), html


UNSAFE = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:x",
]


@pytest.mark.parametrize("url", UNSAFE)
@pytest.mark.parametrize("form", [Format.HTML, Format.MARKDOWN])
def test_unsafe_urls_of_a_document_are_not_written_down(url: str, form: Format) -> None:
    document = Document.from_delta(
        [
            {"insert": "text", "attributes": {"link": url}},
            {"insert": {"image": url}},
            {"insert": "\n"},
            {"insert": {"video": url}},
            {"insert": "\n"},
        ]
    )
    assert url.strip()[-6:] not in render(document, form)
    assert "text" in render(document, form)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x", "&#106;avascript:x"])
@pytest.mark.parametrize("template", ["[a](<{}>)", "![a](<{}>)", "[a][r]\n\n[r]: <{}>", "<{}>", '<a href="{}">a</a>'])
def test_unsafe_urls_of_markdown_are_no_links(url: str, template: str) -> None:
    document = parse(template.format(url), Format.MARKDOWN, plain_text=False)
    assert all("link" not in item.get("attributes", {}) for item in document.to_delta())
    assert all(isinstance(item["insert"], str) for item in document.to_delta())


PICTURES = ["data:image/png;base64,iVBO", "data:image/jpeg;base64,xx", "data:image/gif;base64,xx", "data:image/webp,xx"]


@pytest.mark.parametrize("url", [*PICTURES, "http://a/b.png", "//a/b.png", "b.png", "../b.png?x=1#y"])
def test_safe_pictures_stay(url: str) -> None:
    for source, form in ((f"![]({url})", Format.MARKDOWN), (f'<img src="{url}">', Format.HTML)):
        assert parse(source, form, plain_text=False).to_delta()[0] == {"insert": {"image": url}}


# Each of these made some reader of Markdown or HTML quadratic, exponential or crash.
UNITS = {
    Format.MARKDOWN: [
        *["*", "a**b ", "*a_ ", "*a **b ", "a** b* ", "~~a ", "_a __b ", "**a *b c** d* ", "*_"],
        *["[", "![", "[a](", "[a](<b", "[ ]( ", "](", "[a][", "[a\n", '[a]: b "\n', "[a]: b\n", "![](a)", "[]"],
        *["> ", "- ", "1. ", "> - ", ">\n", "> a\n", "- a\n", "- a\n\n", "- [ ] a\n", "- -\n", "-\n"],
        *["`", "``` a\n", "` ` `` ", "<", "<a ", '<a b="', "<!--", "<?", "<![CDATA[", "<!A ", "<div>\n", "<div>\n\n"],
        *[
            "&",
            "&amp",
            "&#",
            "\\",
            "\\*",
            "a\\\n",
            "a\n",
            "\n",
            "#",
            "# a\n",
            "===\n",
            "a|b\n",
            "|",
            "\t",
            " ",
            "<a@",
            "<http:",
        ],
    ],
    Format.HTML: [
        *["<div>", "<b>", "<p>", "<p><b>", "<li>", "<ul><li>", "<dt><li>", "<dt><li></ul>", "<a>", "<a href=x>"],
        *["<table>", "<table><td>", "<b><table></b></table>", "<div><table></div></table>", "<table><b><td></b>"],
        *['<b x="</b>">', "<b><!</b>", "<b><a></b>", "<b></i>", "<i><b></i>", "<b id=1><p>", "<font><p>", "<nobr>"],
        *["</p>", "</b>", "<br>", "<hr>", "<h1>", "<option>", "<optgroup>", "<select>", "<form>", "<svg>", "<svg><p>"],
        *["<!--", "<!", "<?", "<script>", "<style>", "<textarea>", "<title>", "<template>", "<plaintext>", "<object>"],
        *["&", "&amp", "&#", "<", "<a b=", '<a b="', "<a b='", '<a "', "<pre>\n", "<ruby><rt>", "<p>x</p>", "\n", " "],
    ],
    Format.DELTA: ["[", '{"a":', '[{"insert":', "1,", '"', "\\"],
    Format.TEXT: ["\r", "\r\n", "\n\r"],
}


def outcome(source: str, form: Format) -> str:
    try:
        parse(source, form, plain_text=False)
    except UnreadableContent:
        return "refused"
    return "read"


def calls_of(action: Callable[[], object]) -> int:
    """How many functions `action` calls, those written in C included: the same on every machine."""
    count = 0

    def tick(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


CASES = [pytest.param(form, unit, id=f"{form}-{unit!r}") for form, units in UNITS.items() for unit in units]


@pytest.mark.parametrize(("form", "unit"), CASES)
def test_twice_as_much_hostile_content_is_at_most_twice_the_work(form: Format, unit: str) -> None:
    small, large = (unit * (size // len(unit)) for size in (2_000, 4_000))
    assert calls_of(lambda: outcome(large, form)) <= 2.2 * calls_of(lambda: outcome(small, form)) + 500


@pytest.mark.slow
@pytest.mark.parametrize(("form", "unit"), CASES)
def test_200_kb_of_hostile_content_are_read_or_refused(form: Format, unit: str) -> None:
    assert outcome(unit * (200_000 // len(unit)), form) in ("read", "refused")


@pytest.mark.parametrize("unit", ["*", "_", "`", "[", "<", "|", "&", " ", "\\", "~", "a*b_c`d "])
@pytest.mark.parametrize("form", list(Format))
def test_a_rendering_is_at_most_a_few_times_as_long_as_its_text(form: Format, unit: str) -> None:
    text = unit * (50_000 // len(unit))
    document = Document.from_text(text + "\n")
    assert len(render(document, form)) <= 6 * len(text) + 100


def test_formats_left_open_are_not_multiplied() -> None:
    """HTML opens 16 formats again in each paragraph: 60,000 paragraphs would be a million elements."""
    source = "".join(f"<b id={number}>" for number in range(16)) + "<p>" * 60_000
    with pytest.raises(UnreadableContent):
        parse(source, Format.HTML, plain_text=False)


def test_brackets_that_nothing_closes_are_refused_by_the_thousand() -> None:
    parse("[" * 1000, Format.MARKDOWN, plain_text=False)
    with pytest.raises(UnreadableContent):
        parse("![" * 10_001, Format.MARKDOWN, plain_text=False)
    parse("[a](/b) " * 10_001, Format.MARKDOWN, plain_text=False)


def test_what_is_deeper_than_the_limits_is_refused_with_its_line() -> None:
    with pytest.raises(UnreadableContent) as html:
        parse("\n\n" + "<div>" * 101, Format.HTML, plain_text=False)
    assert html.value.facts["line"] == "3"
    with pytest.raises(UnreadableContent) as markdown:
        parse("a\n\n" + "> " * 40 + "x", Format.MARKDOWN, plain_text=False)
    assert "line" in markdown.value.facts
    assert parse("<div>" * 90 + "x" + "</div>" * 90, Format.HTML, plain_text=False).text() == "x\n"
    assert parse("> " * 20 + "x", Format.MARKDOWN, plain_text=False).text() == "x\n"


@pytest.mark.parametrize("form", list(Format))
def test_nul_surrogates_and_giants_are_refused(form: Format) -> None:
    for source in ("ab\n\0", "ab\n\ud800", "x" * (MAX_SOURCE_LENGTHS[form] + 1)):
        with pytest.raises(UnreadableContent) as refusal:
            parse(source, form, plain_text=False)
        assert "ab" not in refusal.value.message
        assert refusal.value.facts


@pytest.mark.parametrize(
    "source",
    [
        *["", "{", "[1]", "3", '"x"', "null", '[{"retain":1}]', '[{"delete":1}]', '[{"insert":"a"},{"retain":2}]'],
        *['[{"insert":1}]', '[{"insert":{"a":1,"b":2}}]', '[{"insert":"a","attributes":3}]', '[{"insert":"\\u0000"}]'],
        *['[{"insert":"\\ud800"}]', '[{"insert":"a","x":1}]', '{"ops":3}', "[" * 5000, '[{"insert":NaN}]'],
        '[{"insert":{"a":' + "[" * 30 + "]" * 30 + "}}]",
    ],
)
def test_a_delta_that_is_no_document_is_refused(source: str) -> None:
    with pytest.raises(UnreadableContent):
        parse(source, Format.DELTA, plain_text=False)


def test_a_delta_of_plain_text_has_no_formats() -> None:
    assert parse('[{"insert":"a"}]', Format.DELTA, plain_text=True).text() == "a"
    for source in ('[{"insert":"a","attributes":{"bold":true}}]', '[{"insert":{"image":"x"}}]'):
        with pytest.raises(UnreadableContent):
            parse(source, Format.DELTA, plain_text=True)
