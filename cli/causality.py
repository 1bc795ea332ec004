"""Causality of a concurrent trace: in which order its transactions can go into one log, and what each knew then.

Pure. A log is one order; an agent that has taken in a prefix of it can be in the state a transaction was made on only
if that transaction's ancestors are such a prefix, but for its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from cli.errors import Failed


def log_order(parents: Sequence[Sequence[int]], agents: Sequence[int]) -> list[int]:
    """Return the order in which a replay brings the transactions into the log; ancestors always come first.

    The file's order. But between two agents any causal order will do, and of the two the first one then goes as
    early as it can: where both wrote at one place at once, as after one of them replaced what stood there, the
    recorder put the first agent's text to the left, and this log puts the earlier one there.
    """
    if len(set(agents)) != 2:
        return list(range(len(agents)))
    waiting = [[index for index, agent in enumerate(agents) if agent == each] for each in sorted(set(agents))]
    for queue in waiting:
        queue.reverse()
    order: list[int] = []
    gone = [False] * len(agents)
    while any(waiting):
        ready = (queue for queue in waiting if queue and all(gone[parent] for parent in parents[queue[-1]]))
        index = next(ready).pop()
        gone[index] = True
        order.append(index)
    return order


def last_foreign_known(
    parents: Sequence[Sequence[int]], agents: Sequence[int], own: Sequence[Sequence[int]]
) -> list[int]:
    """Return for each transaction the last one of anybody else among its ancestors, -1 for none.

    Raises Failed unless that says it all: the ancestors must be all foreign transactions up to it, and all own ones.
    """
    clocks: list[list[int]] = []  # by transaction: how many of each agent's it knows, itself included
    written = [[0] * len(own)]  # by transaction: how many each agent had made before it
    known = []
    for index, agent in enumerate(agents):
        clock = [0] * len(own)
        for parent in parents[index]:
            clock = [max(pair) for pair in zip(clock, clocks[parent], strict=True)]
        others = [other for other in range(len(own)) if other != agent]
        last = max((own[other][clock[other] - 1] for other in others if clock[other]), default=-1)
        before = written[last + 1]
        if clock[agent] != written[index][agent] or any(clock[other] != before[other] for other in others):
            raise Failed(f"transaction {index} of this trace does not know a prefix of the others; it has no replay")
        clock[agent] += 1
        clocks.append(clock)
        written.append([*written[index][:agent], clock[agent], *written[index][agent + 1 :]])
        known.append(last)
    return known
