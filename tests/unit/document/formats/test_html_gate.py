"""The gate before the parsers of HTML: what it lets through stays small, whatever the rules of repair make of it."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from services.document.formats import UnreadableContent
from services.document.formats.html_gate import MAX_DEPTH, gated

REPEATS = 150
_NAMES = (
    "a b i font nobr p div li ul ol dl dt dd h1 h2 table tbody tr td th caption colgroup col option optgroup form"
    " button span ruby rt section pre br hr img input body html head select svg math template object textarea title"
    " script style marquee frameset applet"
)
_TAGS = [tag for name in _NAMES.split(" ") for tag in (f"<{name}>", f"</{name}>")]
_ODD = [
    "x",
    " ",
    "<!--",
    "-->",
    "<!",
    ">",
    '<b x="',
    '">',
    "<b x='</b>'>",
    "<b id=1>",
    "<i id=2>",
    "<p/>",
    "<b/x>",
    "</b x>",
]
units = st.lists(st.sampled_from(_TAGS) | st.sampled_from(_ODD), min_size=1, max_size=7).map("".join)


def depth_and_size(source: str) -> tuple[int, int]:
    """How deep the tree of `source` is, and how many nodes it has."""
    root = LexborHTMLParser(source).root
    depth = deepest = size = 1
    node = root
    while node is not None:
        size += 1
        deepest = max(deepest, depth)
        if node.child is not None:
            node, depth = node.child, depth + 1
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
            if node is None or root is None or node.mem_id == root.mem_id:
                return deepest, size
        node = node.next if node is not None else None
    return deepest, size


@settings(max_examples=300)
@given(units)
@example("<b id=1><!</b>")
@example('<b id=1 x="</b>">')
@example("<b><a></b>")
@example("<b><table></b></table>")
@example("<div><table></div></table>")
@example("<dt><li></ul>")
@example("</b><dt><b><li>")
@example("<table><b><td></b></table>")
@example("<table><td><b></td></table>")
def test_no_repetition_of_anything_grows_past_the_limits(unit: str) -> None:
    try:
        source = gated(unit * REPEATS)
    except UnreadableContent:
        return
    depth, size = depth_and_size(source)
    assert depth <= 2 * MAX_DEPTH + 10
    assert size <= 4 * len(unit) * REPEATS + 20_000


def test_what_holds_no_content_is_taken_out() -> None:
    assert gated("a<!-- b -->c<SCRIPT x>d</script >e<style>f") == "a</x>c</x>e</x>"
    assert gated("<!-->a<!--->b") == "</x>a</x>b"
    assert gated("<scripts>a</scripts>") == "<scripts>a</scripts>"
    assert gated("<sc<!-- -->ript>") == "<sc</x>ript>"
