"""Random cases for the comparison with quill-delta: each a JSON object, made from a seeded generator."""

from __future__ import annotations

import random
from typing import Any

Delta = list[dict[str, Any]]

_CHARACTERS = [*'abc xyz\n\t"\\ßé语\u2028\x00\x7f\x1f', "😀", "👍🏽", "𝒳", "\ufffd"]
_KEYS = ["bold", "italic", "color", "10", "9", "ü", "\uffee", "😀"]
_NUMBERS = [
    0,
    1,
    -1,
    7,
    2.5,
    1.0,
    -0.0,
    1e21,
    1e20,
    123456789012345680000,
    1e-6,
    1.5e-7,
    0.1,
    5e-324,
    2**53,
    2**60 + 1,
]
_NUMBERS += [1.7976931348623157e308, -1e21, 1.25e22, 100.0, 1e300, 0.000123]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class Cases:
    """A stream of cases. The same seed gives the same stream."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def text(self, most: int = 5) -> str:
        return "".join(self._random.choices(_CHARACTERS, k=self._random.randint(1, most)))

    def value(self, depth: int = 0) -> Any:
        r = self._random
        pick = r.random()
        if pick < 0.35:
            return r.choice([True, False, 1, 0, "red", "blue"])
        if pick < 0.55:
            return r.choice(_NUMBERS) if r.random() < 0.5 else r.uniform(-1, 1) * 10.0 ** r.randint(-12, 25)
        if pick < 0.75:
            return self.text(3)
        if depth > 1:
            return None
        if pick < 0.9:
            return {r.choice(_KEYS): self.value(depth + 1) for _ in range(r.randint(0, 3))}
        return [self.value(depth + 1) for _ in range(r.randint(0, 3))]

    def attributes(self, nulls: bool) -> dict[str, Any]:
        r = self._random
        found = {}
        for _ in range(r.randint(1, 2)):
            # Few keys and values, so that they meet.
            key = r.choice(_KEYS[:3] if r.random() < 0.8 else _KEYS)
            value = r.choice([True, 1, "red"]) if r.random() < 0.6 else self.value()
            found[key] = None if nulls and r.random() < 0.3 else value
        return found

    def insert(self, nulls: bool) -> dict[str, Any]:
        r = self._random
        content: Any = self.text()
        if r.random() < 0.15:
            content = r.choice([{"image": "a.png"}, {"image": "b.png"}, {"formula": {"z": 1, "a": [True, 1]}}])
        component = {"insert": content}
        if r.random() < 0.4:
            component["attributes"] = self.attributes(nulls)
        return component

    def document(self, nulls: bool = False) -> Delta:
        return [self.insert(nulls) for _ in range(self._random.randint(0, 6))]

    def boundaries(self, document: Delta) -> list[int]:
        places, at = [0], 0
        for component in document:
            content = component["insert"]
            for character in content if isinstance(content, str) else "e":
                at += units(character)
                places.append(at)
        return places

    def operation(self, document: Delta, nulls: bool = False) -> Delta:
        """Not canonical on purpose: components in any order, empty ones among them."""
        r = self._random
        places = self.boundaries(document)
        components: Delta = []
        at = 0
        for _ in range(r.randint(0, 7)):
            pick = r.random()
            if pick < 0.4:
                components.append(self.insert(nulls))
                continue
            to = min(len(places) - 1, at + r.choice([1, 1, 2, 3, 6]))
            length = places[to] - places[at]
            at = to
            if not length:
                continue
            if pick < 0.65:
                components.append({"delete": length})
            elif pick < 0.85:
                components.append({"retain": length})
            else:
                components.append({"retain": length, "attributes": self.attributes(nulls=True)})
        return components

    def case(self, kind: str) -> dict[str, Any]:
        r = self._random
        # Null attributes on inserts are unusual, and diff cannot make them out of none.
        nulls = r.random() < 0.3 and kind not in ("diff",)
        document = self.document(nulls)
        a = self.operation(document, nulls)
        case: dict[str, Any] = {"kind": kind, "document": document, "a": a}
        if kind == "transform":
            case |= {"b": self.operation(document, nulls), "first": r.random() < 0.5}
        elif kind == "transformPosition":
            case |= {"position": r.randint(0, 30), "first": r.random() < 0.5}
        return case
