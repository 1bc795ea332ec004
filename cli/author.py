"""Author: one agent of a concurrent trace, and what it knows of the others when it makes each transaction.

Pure. Owns the agent's pending operations, transformed over what it has taken in. ot.client.Client would do but for one
thing: it drops operations that have become empty, and here every transaction keeps its number in the log.
"""

from __future__ import annotations

from cli.trace import Trace
from ot.operation import Operation
from ot.transform import rebase


class Author:
    """Makes the transactions of `agent`, each on the state that its parents name.

    The log has the transactions in the trace's order. `known` is how many of them this agent has taken in.
    """

    def __init__(self, trace: Trace, agent: int) -> None:
        self._trace, self._agent, self._own = trace, agent, trace.own[agent]
        self._made = 0
        self._pending: list[Operation] = []
        self.known = 0

    def needed_for(self, first: int, last: int) -> int:
        """Return what must be known to make transactions `first` to `last`, all of this agent, none between.

        That is what the last of them knows of the others, and one's own before the first, so that it is sent already.
        """
        number = self._trace.numbers[first]
        before = self._own[number - 2] if number > 1 else -1
        return max(self._trace.knows[last], before) + 1

    def receive(self, committed: Operation) -> None:
        """Take in the next committed one, transaction `known`.

        Transactions that do not know it are made first. One's own is one's oldest pending: it is acknowledged, or,
        when this agent is rebuilt from the log, was sent by the agent it continues.
        """
        transaction = self.known
        if self._trace.agents[transaction] == self._agent:
            self._make_through(self._trace.numbers[transaction])
            del self._pending[0]
        else:
            self._make_through(self._made_before(transaction))
            self._pending, _ = rebase(self._pending, committed)
        self.known += 1

    def make(self, first: int, last: int) -> list[Operation]:
        """Return the transactions `first` to `last` as they apply to `known`, each after the one before.

        `known` is at least what `needed_for` says.
        """
        count = self._trace.numbers[last] - self._trace.numbers[first] + 1
        self._make_through(self._trace.numbers[last])
        return self._pending[:count]

    def _made_before(self, foreign: int) -> int:
        """Return how many of one's own do not know `foreign`, or are made already."""
        made = self._made
        while made < len(self._own) and self._trace.knows[self._own[made]] < foreign:
            made += 1
        return made

    def _make_through(self, number: int) -> None:
        while self._made < number:
            self._pending.append(self._trace.operation(self._own[self._made]))
            self._made += 1
