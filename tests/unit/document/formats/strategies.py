"""What the properties of the formats are tried on: documents of Quill's kind, with text that looks like markup."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from hypothesis import strategies as st

from ot.document import Document

_HOSTILE = [
    *"*_[]()<>#|\\`~!&-+=:.{}$^\"'/@%",
    *[
        "a",
        "B",
        "é",
        "語",
        "😀",
        "👍🏽",
        " ",
        "  ",
        "\t",
        "\u00a0",
        "\u2003",
        "0",
        "1. ",
        "2) ",
        "- ",
        "+ ",
        "* ",
        "> ",
    ],
    *["# ", "###", "---", "- - -", "***", "___", "===", "```", "~~~", "~~", "**", "__", "``", "[ ] ", "[x] ", "[x]"],
    *["&amp;", "&#32;", "&lt", "<b>", "</b>", "<!--", "-->", "<script>", "<br>", "<u>", "<div>", "<a@b.c>", "![", "]("],
    *[
        "[a]: b",
        "http://a.b/c_d",
        "a@b.c",
        "| a |",
        "|-|",
        "\\",
        "\\*",
        "word",
        "two words",
        "snake_case",
        "1",
        "x*y*z",
    ],
]
texts = st.lists(st.sampled_from(_HOSTILE) | st.sampled_from(["word", " ", "a"]), min_size=1, max_size=5).map("".join)
_urls = st.sampled_from(
    ["http://a.b/c", "https://x.y/?q=1&amp=2#f", "mailto:a@b.c", "/rel/a b(c)", "a<b>c\\d", "x_y*z*|w", "#", "é語?"]
)
_images = st.sampled_from(["a.png", "https://x.y/p_q_(1).png", "data:image/png;base64,iVBOR=", "a b|c.gif"])
_formulas = st.sampled_from(["E=mc^2", 'a<b & "c"', "\\frac{1}{2}|x|", "line\nbreak"])

_flags = {name: st.just(True) for name in ("bold", "italic", "strike", "underline")}
_markdown_formats = st.fixed_dictionaries(
    {}, optional={**_flags, "code": st.just(True), "link": _urls, "script": st.sampled_from(["sub", "super"])}
)
_few_formats = st.just({}) | st.fixed_dictionaries({}, optional=_flags) | _markdown_formats
_colors = st.sampled_from(["#e60000", "red", "rgb(1, 2, 3)", "rgba(0,0,0,.5)"])
unseen_in_markdown = st.fixed_dictionaries(
    {},
    optional={
        "color": _colors,
        "background": _colors,
        "font": st.sampled_from(["serif", "monospace", "'Open Sans', serif"]),
        "size": st.sampled_from(["small", "large", "huge", "14px", "1.5em"]),
    },
)
_all_formats = st.builds(lambda a, b: {**a, **b}, _few_formats, st.just({}) | unseen_in_markdown)

Op = dict[str, Any]


def _op(insert: object, attributes: dict[str, Any] | None = None) -> Op:
    return {"insert": insert, "attributes": attributes} if attributes else {"insert": insert}


def _embed_ops(formats: st.SearchStrategy[dict[str, Any]], extra: dict[str, Any]) -> st.SearchStrategy[Op]:
    alt = st.fixed_dictionaries({}, optional={"alt": texts.map(str.strip).filter(bool), **extra})
    around = formats.map(lambda attributes: {key: value for key, value in attributes.items() if key != "code"})
    image = st.builds(lambda url, a, b: _op({"image": url}, {**a, **b}), _images, around, alt)
    return image | st.builds(lambda tex, a: _op({"formula": tex}, a), _formulas, around)


def _lines(formats: st.SearchStrategy[dict[str, Any]], extra: dict[str, Any]) -> st.SearchStrategy[list[Op]]:
    text = st.builds(_op, texts, formats)
    return st.lists(text | text | text | _embed_ops(formats, extra), max_size=4)


_alone = st.sampled_from([_op({"divider": True}), _op({"video": "https://x.y/v.mp4"})])
_sides = st.fixed_dictionaries(
    {},
    optional={
        "align": st.sampled_from(["center", "right", "justify"]),
        "direction": st.just("rtl"),
        "indent": st.integers(1, 40),
    },
)
_lists = st.sampled_from(["ordered", "bullet", "checked", "unchecked"])
_code = st.sampled_from([True, "plain", "python", "c++"])
_kinds = st.one_of(
    st.just({}),
    st.builds(lambda level: {"header": level}, st.integers(1, 6)),
    st.builds(lambda kind, indent: {"list": kind, "indent": indent}, _lists, st.integers(1, 20)),
    st.builds(lambda kind: {"list": kind}, _lists),
    st.just({"blockquote": True}),
    st.builds(lambda value: {"code-block": value}, _code),
    st.builds(lambda row: {"table": row}, st.sampled_from(["row-1", "row-2", 'r"<&', "x y"])),
)
_any_line = st.builds(
    lambda runs, kind, sides: [*runs, _op("\n", {**sides, **kind})],
    _lines(_all_formats, {"width": st.sampled_from(["10", "50%"]), "height": st.just("7")}),
    _kinds,
    st.just({}) | _sides,
)


@st.composite
def model_documents(draw: st.DrawFn, max_lines: int = 6) -> Document:
    """A document with anything the model has, as Quill could hold it."""
    blocks = draw(st.lists(_any_line | _any_line | _any_line | _alone.map(lambda op: [op]), max_size=max_lines))
    return _document([op for block in blocks for op in block])


def _document(ops: list[Op]) -> Document:
    if not ops or not str(ops[-1]["insert"]).endswith("\n"):
        ops = [*ops, _op("\n")]
    return Document.from_delta(ops)


_markdown_line = _lines(_few_formats, {})
_indent = st.sampled_from([{}, {}, {"indent": 1}, {"indent": 2}, {"indent": 5}])
_plain_block = st.one_of(
    st.builds(lambda runs: [*runs, _op("\n")], _markdown_line),
    st.just([_op("\n")]),
    st.builds(lambda runs, level: [*runs, _op("\n", {"header": level})], _markdown_line, st.integers(1, 6)),
    st.builds(lambda runs, kind, n: [*runs, _op("\n", {"list": kind, **n})], _markdown_line, _lists, _indent),
    st.builds(lambda kind, n: [_op("\n", {"list": kind, **n})], _lists, _indent),
    st.builds(lambda runs: [*runs, _op("\n", {"blockquote": True})], _markdown_line),
    st.just([_op("\n", {"blockquote": True})]),
    st.builds(lambda text, value: [_op(text), _op("\n", {"code-block": value})], texts, _code),
    st.builds(lambda value: [_op("\n", {"code-block": value})], _code),
    _alone.map(lambda op: [op]),
)


@st.composite
def _tables(draw: st.DrawFn) -> list[Op]:
    width, height = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    aligns = [draw(st.sampled_from([{}, {"align": "center"}, {"align": "right"}])) for _ in range(width)]
    cells = [
        [*draw(_markdown_line), _op("\n", {"table": f"r{y}", **aligns[x]})] for y in range(height) for x in range(width)
    ]
    return [op for cell in cells for op in cell]


def _is_table(block: list[Op]) -> bool:
    return "table" in block[-1].get("attributes", {})


@st.composite
def markdown_documents(draw: st.DrawFn, max_blocks: int = 6) -> Document:
    """A document that Markdown can hold whole: rows are numbered, tables are rectangular and stand apart."""
    blocks = draw(st.lists(_plain_block | _plain_block | _plain_block | _tables(), max_size=max_blocks))
    apart = [
        next(group) if key else [op for block in group for op in block] for key, group in groupby(blocks, _is_table)
    ]
    ops = [op for block in apart for op in block]
    names: dict[tuple[int, str], str] = {}
    numbered = []
    table = 0
    for op in ops:
        attributes = op.get("attributes", {})
        if "table" in attributes:
            name = names.setdefault((table, attributes["table"]), f"row-{len(names) + 1}")
            numbered.append(_op("\n", {**attributes, "table": name}))
            continue
        table += op["insert"] == "\n" or "divider" in op["insert"] or "video" in op["insert"]
        numbered.append(op)
    return _document(numbered)


_odd_values = st.sampled_from([True, False, 0, 3, 1.5, "x", "javascript:alert(1)", {"a": [1]}, ["b"], "row\n1", ""])
_odd_attributes = st.dictionaries(
    st.sampled_from(
        [
            "bold",
            "link",
            "color",
            "header",
            "list",
            "indent",
            "table",
            "code-block",
            "align",
            "script",
            "unknown",
            "size",
        ]
    ),
    _odd_values,
    max_size=3,
)
_odd_embeds = st.sampled_from(["image", "video", "formula", "divider", "mention"])
_odd_ops = st.builds(
    _op, texts | st.sampled_from(["\n", "a\nb\n", "\r\n", "\r", "\0", "\x0b", "\x85"]), _odd_attributes
)


@st.composite
def any_documents(draw: st.DrawFn) -> Document:
    """A document that a client may have sent, whatever it means: odd values, no last newline, controls."""
    odd_embed = st.builds(lambda kind, value, a: _op({kind: value}, a), _odd_embeds, _odd_values, _odd_attributes)
    return Document.from_delta(draw(st.lists(_odd_ops | _odd_ops | odd_embed, max_size=8)))


plain_documents = st.lists(texts | st.sampled_from(["\n", "\n\n"]), max_size=8).map(
    lambda parts: Document.from_text("".join(parts))
)
