"""HTML of the runs of a line: text, formats and embeds, everything escaped.

Formats nest in one fixed order, so that neighbouring runs share the outermost tags: one link stays one link.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby

from ot.operation import Embed, Insert, JsonValue

from .model import Inline, inline_of, is_known, picture_of, url_of

_TAGS = {"bold": "strong", "italic": "em", "strike": "s", "underline": "u", "code": "code"}
_STYLES = {"color": "color", "background": "background-color", "font": "font-family", "size": "font-size"}
_ORDER = ("link", "style", "bold", "italic", "strike", "underline", "script", "code")

# Quill's own sizes are names; a browser without Quill's style sheet needs lengths.
NAMED_SIZES = {"small": "0.75em", "large": "1.5em", "huge": "2.5em"}

_Piece = tuple[str, dict[str, JsonValue]]


def inline_html(runs: Iterable[Insert]) -> str:
    """HTML of `runs`, which hold no newline. Embeds that no format knows are left out."""
    return _nested([_piece(run) for run in runs], 0)


def _piece(run: Insert) -> _Piece:
    inline = inline_of(run.attributes)
    style = _style(inline)
    formats: dict[str, JsonValue] = {key: inline[key] for key in _ORDER if key in inline}
    if style:
        formats["style"] = style
    if isinstance(run.content, str):
        return escape(run.content, quote=False), formats
    return embed_html(run), formats


def _style(inline: Inline) -> str:
    """The attributes of a span that says what only CSS can."""
    declarations = []
    named = ""
    for key, name in _STYLES.items():
        value = inline.get(key)
        if not isinstance(value, str):
            continue
        if key == "size" and value in NAMED_SIZES:
            named = f' data-size="{value}"'
            value = NAMED_SIZES[value]
        declarations.append(f"{name}:{value}")
    return f'style="{escape(";".join(declarations))}"{named}' if declarations else ""


def _nested(pieces: list[_Piece], level: int) -> str:
    if level == len(_ORDER):
        return "".join([html for html, _ in pieces])
    key = _ORDER[level]
    out = []
    for value, group in groupby(pieces, lambda piece: piece[1].get(key)):
        inner = _nested(list(group), level + 1)
        out.append(_wrapped(key, value, inner) if value and inner else inner)
    return "".join(out)


def _wrapped(key: str, value: JsonValue, inner: str) -> str:
    if key == "link":
        return f'<a href="{escape(str(value))}">{inner}</a>'
    if key == "style":
        return f"<span {value}>{inner}</span>"
    tag = ("sup" if value == "super" else "sub") if key == "script" else _TAGS[key]
    return f"<{tag}>{inner}</{tag}>"


def embed_html(run: Insert) -> str:
    """HTML of an embed; nothing if it is of an unknown kind or its URL is not to be trusted."""
    embed = run.content
    if not isinstance(embed, Embed) or not is_known(embed):
        return ""
    match embed.type:
        case "divider":
            return "<hr>"
        case "formula":
            tex = escape(str(embed.value))
            return f'<span class="formula" data-formula="{tex}">{tex}</span>'
        case "video":
            return f'<video src="{escape(url_of(embed) or "")}" controls></video>'
        case _:
            extra = "".join([f' {key}="{escape(value)}"' for key, value in picture_of(run.attributes).items()])
            return f'<img src="{escape(url_of(embed) or "")}"{extra}>'
