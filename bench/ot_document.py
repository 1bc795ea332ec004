"""Costs of the algebra, and W8: a random one-character insert into 1 MB of text against one into 10 KB.

Run `python bench/ot_document.py` from anywhere. Times are the best of several rounds, per call; rounds of the two
sizes alternate, so that a busy machine slows both. Makes its operations beforehand: only the call named is timed.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ot.compose import compose
from ot.diff import diff
from ot.document import Document
from ot.operation import Operation, delete_at, format_at, insert_at
from ot.transform import transform, transform_position

SEED = 20240
ROUNDS = 7
CALLS = 5_000


def microseconds(call: Callable[[Operation], object], operations: Sequence[Operation]) -> float:
    """The mean cost of `call` over `operations`."""
    begun = time.perf_counter()
    for operation in operations:
        call(operation)
    return (time.perf_counter() - begun) / len(operations) * 1e6


def inserts(size: int, random_: random.Random, text: str) -> list[Operation]:
    return [insert_at(random_.randrange(size // len(text)) * len(text), text) for _ in range(CALLS)]


def rich(size: int) -> Document:
    """Text whose formatting changes every 20 characters."""
    spans = [{"insert": "x" * 20, "attributes": {"bold": True}}, {"insert": "y" * 20}]
    return Document.from_delta(spans * (size // 40))


def random_inserts(kinds: dict[str, Document], text: str = "x") -> dict[str, float]:
    """The cost of inserting `text` into each document, at random multiples of its length."""
    random_ = random.Random(SEED)
    best = dict.fromkeys(kinds, float("inf"))
    for _ in range(ROUNDS):
        for name, document in kinds.items():
            operations = inserts(document.length, random_, text)
            best[name] = min(best[name], microseconds(document.copy().apply, operations))
    return best


def best_of(call: Callable[[], object], calls: int = CALLS) -> float:
    """The cost of `call` in microseconds, best of the rounds."""
    rounds = [microseconds(lambda _: call(), [Operation()] * calls) for _ in range(ROUNDS)]
    return min(rounds)


def append_row(count: int) -> tuple[float, int]:
    """Microseconds for each of `count` single characters appended in a row, and the blocks they lie in."""
    document = Document()
    begun = time.perf_counter()
    for position in range(count):
        document.apply(insert_at(position, "x"))
    return (time.perf_counter() - begun) / count * 1e6, len(document._blocks)


def main() -> None:
    """Measure and print."""
    plain = {"10 KB": Document.from_text("x" * 10_000), "1 MB": Document.from_text("x" * 1_000_000)}
    emoji = {"10 KB": Document.from_text("x😀y" * 2_500), "1 MB": Document.from_text("x😀y" * 250_000)}
    print(f"seed {SEED}, best of {ROUNDS} rounds of {CALLS} calls, µs a call\n")
    print(f"{'random one-character insert':<34}{'10 KB':>9}{'1 MB':>9}{'ratio':>8}")
    for name, kinds, text in (
        ("plain text (W8)", plain, "x"),
        ("formatting every 20 characters", {"10 KB": rich(10_000), "1 MB": rich(1_000_000)}, "x"),
        ("every third an emoji (4 units)", emoji, "xxxx"),
    ):
        cost = random_inserts(kinds, text)
        print(f"{name:<34}{cost['10 KB']:>9.2f}{cost['1 MB']:>9.2f}{cost['1 MB'] / cost['10 KB']:>8.2f}")
    a, b, c = insert_at(500, "a"), insert_at(900, "bb"), delete_at(300, 4)
    bold = format_at(100, 600, {"bold": True})
    megabyte = plain["1 MB"]
    changed = megabyte.copy()
    changed.apply(insert_at(500_000, "changed"))
    megabyte_emoji = emoji["1 MB"]
    print(f"\n{'one call':<44}{'µs':>9}")
    rows: list[tuple[str, Callable[[], object], int]] = [
        ("transform: insert over a later insert", lambda: transform(a, b, first=False), CALLS),
        ("transform: insert over an earlier insert", lambda: transform(b, a, first=False), CALLS),
        ("transform: insert over a delete", lambda: transform(a, c, first=False), CALLS),
        ("transform: format over an insert", lambda: transform(bold, a, first=False), CALLS),
        ("transform_position", lambda: transform_position(700, a), CALLS),
        ("compose: insert, insert", lambda: compose(a, b), CALLS),
        ("compose: insert, delete", lambda: compose(a, c), CALLS),
        ("make an insert (insert_at)", lambda: insert_at(500, "a"), CALLS),
        ("copy a 1 MB document", megabyte.copy, 500),
        ("hash a 1 MB document", megabyte.hash, 5),
        ("hash a 1 MB document of emoji", megabyte_emoji.hash, 5),
        ("diff of 1 MB, 7 characters changed", lambda: diff(megabyte, changed), 5),
    ]
    for name, call, calls in rows:
        print(f"{name:<44}{best_of(call, calls):>9.2f}")
    cost_each, blocks = append_row(1_000_000)
    print(f"\n1,000,000 characters typed in a row: {cost_each:.2f} µs each, made and applied; {blocks} blocks")


if __name__ == "__main__":
    main()
