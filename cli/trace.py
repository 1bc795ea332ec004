"""Recorded editing sessions: what a trace file holds, and what each of its transactions knew of the others.

Pure but for the one function that reads a file. Positions are code points and are used as UTF-16 units, so a trace
with characters past U+FFFF, where the two differ, is refused. Format: github.com/josephg/editing-traces.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import orjson

from cli.causality import last_foreign_known, log_order
from cli.errors import Failed
from ot.compose import compose
from ot.operation import Delete, Insert, Operation, Retain

Patch = tuple[int, int, str]
"""Position, how many are deleted there, what is inserted there."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A recorded session, its transactions numbered in the order in which they go into the log.

    `patches[i]` are those of transaction i, each made after the one before, and `agents[i]` made it.
    `knows[i]` is the last transaction of anybody else that i's agent had seen when making i, -1 for none.
    `own[agent]` are the transactions of one agent in order; `numbers[i]` is i's place among them, from 1.
    """

    title: str
    digest: str
    end_content: str
    patches: Sequence[Sequence[Patch]]
    agents: Sequence[int]
    knows: Sequence[int]
    numbers: Sequence[int]
    own: Sequence[Sequence[int]]

    def __len__(self) -> int:
        return len(self.patches)

    @property
    def is_concurrent(self) -> bool:
        """Whether anybody wrote without knowing all that was written before."""
        return len(self.own) > 1

    def site(self, agent: int) -> str:
        """Return the site an agent writes as: the same whenever and wherever this file is replayed."""
        return f"replay-{self.digest[:16]}-{agent}"

    def operation(self, transaction: int) -> Operation:
        """Return a transaction as one operation."""
        return one_operation(self.patches[transaction])


def read_trace(path: Path) -> Trace:
    """Read a trace file. Raises Failed when it is none, or is one that cannot be replayed."""
    try:
        raw = path.read_bytes()
        text = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        parsed = orjson.loads(text)
    except OSError as error:
        raise Failed(f"cannot read {path}: {error.strerror or error}") from error
    except (EOFError, zlib.error, orjson.JSONDecodeError) as error:
        raise Failed(f"{path} is not a trace: {error}") from error
    title = path.name.removesuffix(".gz").removesuffix(".json")
    try:
        return _trace(title, hashlib.sha256(text).hexdigest(), parsed)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise Failed(f"{path} is not a trace: {type(error).__name__} {error}") from error


def _trace(title: str, digest: str, parsed: dict[str, object]) -> Trace:
    transactions, end_content = parsed["txns"], parsed["endContent"]
    if not isinstance(transactions, list) or not isinstance(end_content, str):
        raise TypeError("txns or endContent")
    if parsed.get("startContent"):
        raise Failed("this trace starts from a text that is not empty, which replay does not do")
    patches = [[_patch(*patch) for patch in each["patches"]] for each in transactions]
    if any(text and max(text) > "\uffff" for each in patches for _, _, text in each):
        raise Failed("this trace has characters past U+FFFF: its positions, in code points, would be ambiguous")
    agents = [int(each.get("agent", 0)) for each in transactions]
    knows: list[int] = []
    if is_concurrent := len(set(agents)) > 1:
        parents = [_earlier(each["parents"], index) for index, each in enumerate(transactions)]
        order = log_order(parents, agents)
        place = {index: at for at, index in enumerate(order)}
        parents = [[place[parent] for parent in parents[index]] for index in order]
        patches, agents = [patches[index] for index in order], [agents[index] for index in order]
    own: list[list[int]] = [[] for _ in range(max(agents, default=0) + 1)]
    numbers = []
    for index, agent in enumerate(agents):
        own[agent].append(index)
        numbers.append(len(own[agent]))
    if is_concurrent:
        knows = last_foreign_known(parents, agents, own)
    return Trace(title, digest, end_content, patches, agents, knows, numbers, own)


def _earlier(parents: list[int], index: int) -> list[int]:
    if any(not 0 <= parent < index for parent in parents):
        raise ValueError(f"transaction {index} has a parent that is not earlier")
    return parents


def _patch(position: int, deleted: int, inserted: str) -> Patch:
    if position < 0 or deleted < 0:
        raise ValueError("a negative position or length")
    return position, deleted, inserted


def one_operation(patches: Sequence[Patch]) -> Operation:
    """Return the patches of one transaction, each made after the one before, as one operation."""
    steps = (Operation([Retain(at), Insert(inserted), Delete(deleted)]) for at, deleted, inserted in patches)
    return reduce(compose, steps, Operation())
