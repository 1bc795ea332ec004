"""Cost of attribution: random one-character inserts by six writers, and the runs. `python -m bench.ot_attribution`.

Times are the best of several rounds. Operations are made and measured by the document beforehand, as in use; runs are
20 units on average, or one for the whole.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from ot.attribution import Attribution
from ot.document import Document
from ot.operation import insert_at

SEED, ROUNDS, CALLS, WRITERS = 20240, 7, 5_000, 6


def mixed(size: int, mean: int, random_: random.Random) -> Attribution:
    """`size` units in runs of `mean` on average."""
    runs: list[tuple[int, int]] = []
    while size:
        length = min(size, random_.randint(1, 2 * mean - 1))
        runs.append((length, len(runs) % WRITERS))
        size -= length
    return Attribution.from_runs(runs)


def best_ms(call: Callable[[], object]) -> float:
    """The least of several rounds, in milliseconds."""
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - begun)
    return min(seconds) * 1e3


def keystroke_us(attribution: Attribution, random_: random.Random) -> float:
    """The cost of a keystroke at a random place, in microseconds."""
    best = float("inf")
    for _ in range(ROUNDS):
        mine, document = attribution.copy(), Document.from_text("x" * attribution.length)
        keystrokes = [
            (insert_at(random_.randrange(mine.length), "x"), random_.randrange(WRITERS)) for _ in range(CALLS)
        ]
        for operation, _ in keystrokes:
            document.apply(operation)
        begun = time.perf_counter()
        for operation, writer in keystrokes:
            mine.apply(operation, writer)
        best = min(best, time.perf_counter() - begun)
    return best / CALLS * 1e6


def main() -> None:
    """Measure and print."""
    random_ = random.Random(SEED)
    print(f"seed {SEED}, best of {ROUNDS} rounds\n")
    print(f"{'units':>9}{'runs':>9}{'keystroke µs':>14}{'copy µs':>9}{'runs() ms':>11}{'from_runs ms':>14}")
    for size in (10_000, 100_000, 1_000_000):
        for mean in (20, 100, size):
            attribution = mixed(size, mean, random_)
            runs = attribution.runs()
            print(
                f"{size:>9,}{len(runs):>9,}{keystroke_us(attribution, random_):>14.2f}"
                f"{best_ms(attribution.copy) * 1e3:>9.1f}{best_ms(attribution.runs):>11.2f}"
                f"{best_ms(lambda runs=runs: Attribution.from_runs(runs)):>14.2f}"  # type: ignore[misc]
            )


if __name__ == "__main__":
    main()
