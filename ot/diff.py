"""Diff: the edit that makes one document into another.

Owns the search for what stayed. Works on code points, so it never splits a character. Small changes are found
exactly (Myers 1986) within a fixed amount of work; large ones by lines, then words, that occur once on both sides
(patience), and what still differs is replaced. Never quadratic in the size of the documents.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from .attributes import diff as diff_attributes
from .document import Document
from .operation import Builder, Insert, Operation, new_insert

__all__ = ["diff"]

# A stretch common to both texts: where it begins in each, and its length, in code points.
_Match: TypeAlias = tuple[int, int, int]

# Myers looks at most at this many differences; 256 cost about 15 ms, and a person's edit has far fewer.
_MAX_DIFFERENCES = 256
_MAX_DIFFERENCES_IN_GAP = 48
_STRIDE = 4096
_EMBED = "\x00"
_TOKENS = (re.compile(r"[^\n]*\n|[^\n]+"), re.compile(r"\s+|\w+|[^\w\s]"))


def diff(before: Document, after: Document) -> Operation:
    """The operation that makes `after` out of `before`. Small, not always the smallest.

    Law: apply(before, diff(before, after)) == after, unless both hold null attributes where they differ in others.
    Raises nothing. Cost O(length) for a small change, O(length log length) for any.
    """
    mine, theirs = before.runs(), after.runs()
    source, target = _flat(mine), _flat(theirs)
    builder = Builder()
    old, new = _Reader(mine), _Reader(theirs)
    at_source = at_target = 0
    for in_source, in_target, length in _matches(source, target):
        _replace(builder, old, new, in_source - at_source, in_target - at_target)
        _keep(builder, old, new, length)
        at_source, at_target = in_source + length, in_target + length
    _replace(builder, old, new, len(source) - at_source, len(target) - at_target)
    return builder.operation()


def _flat(runs: Sequence[Insert]) -> str:
    return "".join([run.content if isinstance(run.content, str) else _EMBED for run in runs])


class _Reader:
    """Takes pieces of runs, measured in code points, in order."""

    def __init__(self, runs: Sequence[Insert]) -> None:
        self._runs = runs
        self._place = 0
        self._offset = 0

    def left_in_run(self) -> int:
        content = self._runs[self._place].content
        return (len(content) if isinstance(content, str) else 1) - self._offset

    def take(self, count: int) -> Insert:
        """The next `count` code points, at most what is left in the run."""
        run = self._runs[self._place]
        content, offset = run.content, self._offset
        if count == self.left_in_run():
            self._place += 1
            self._offset = 0
        else:
            self._offset += count
        if not isinstance(content, str) or count == len(content):
            return run
        text = content[offset : offset + count]
        length = count if run.length == len(content) else len(text.encode("utf-16-le")) >> 1
        return new_insert(text, length, run.attributes)


def _replace(builder: Builder, old: _Reader, new: _Reader, deleted: int, inserted: int) -> None:
    while inserted:
        count = min(inserted, new.left_in_run())
        builder.insert(new.take(count))
        inserted -= count
    while deleted:
        count = min(deleted, old.left_in_run())
        builder.delete(old.take(count).length)
        deleted -= count


def _keep(builder: Builder, old: _Reader, new: _Reader, count: int) -> None:
    while count:
        step = min(count, old.left_in_run(), new.left_in_run())
        was, now = old.take(step), new.take(step)
        if was.content != now.content:  # an embed that is another one now
            builder.insert(now)
            builder.delete(was.length)
        else:
            builder.retain(was.length, diff_attributes(was.attributes, now.attributes))
        count -= step


def _matches(source: str, target: str, level: int = 0) -> Iterator[_Match]:
    """The stretches to keep, in order. `level` counts the token sizes tried so far."""
    head = _common_prefix(source, target)
    tail = _common_suffix(source, target, min(len(source), len(target)) - head)
    if head:
        yield 0, 0, head
    middle = _middle_matches(source[head : len(source) - tail], target[head : len(target) - tail], level)
    for in_source, in_target, length in middle:
        yield in_source + head, in_target + head, length
    if tail:
        yield len(source) - tail, len(target) - tail, tail


def _middle_matches(source: str, target: str, level: int) -> Iterator[_Match]:
    """Matches of two texts that neither begin nor end alike."""
    if not source or not target:
        return
    found = _myers(source, target, _MAX_DIFFERENCES_IN_GAP if level else _MAX_DIFFERENCES)
    if found is not None:
        yield from found
    elif level < len(_TOKENS):
        at_source = at_target = 0
        for in_source, in_target, length in [*_anchors(source, target, level), (len(source), len(target), 0)]:
            gap = _matches(source[at_source:in_source], target[at_target:in_target], level + 1)
            for x, y, count in gap:
                yield x + at_source, y + at_target, count
            if length:
                yield in_source, in_target, length
            at_source, at_target = in_source + length, in_target + length


def _common_prefix(a: str, b: str) -> int:
    limit = min(len(a), len(b))
    at = 0
    while at < limit and a[at : at + _STRIDE] == b[at : at + _STRIDE]:
        at += _STRIDE
    if at >= limit:
        return limit
    low, high = at, min(at + _STRIDE, limit)
    while low < high:
        middle = (low + high + 1) // 2
        if a[at:middle] == b[at:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_suffix(a: str, b: str, limit: int) -> int:
    """Length of the common end, at most `limit`."""
    a, b = a[len(a) - limit :], b[len(b) - limit :]
    at = 0
    while at < limit and a[max(0, limit - at - _STRIDE) : limit - at] == b[max(0, limit - at - _STRIDE) : limit - at]:
        at += _STRIDE
    if at >= limit:
        return limit
    low, high = at, min(at + _STRIDE, limit)
    while low < high:
        middle = (low + high + 1) // 2
        if a[limit - middle : limit - at] == b[limit - middle : limit - at]:
            low = middle
        else:
            high = middle - 1
    return low


def _myers(a: str, b: str, max_differences: int) -> list[_Match] | None:
    """The matches of a shortest edit script, or None if it has more than `max_differences` steps."""
    n, m = len(a), len(b)
    if abs(n - m) > max_differences:
        return None
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for d in range(min(max_differences, n + m) + 1):
        trace.append(furthest.copy())
        for k in range(-d, d + 1, 2):
            if k == -d or (k != d and furthest.get(k - 1, -1) < furthest.get(k + 1, -1)):
                x = furthest[k + 1]
            else:
                x = furthest[k - 1] + 1
            y = x - k
            if x < n and y < m and a[x] == b[y]:
                x += _common_run(a, b, x, y)
            furthest[k] = x
            if k == n - m and x == n:
                return _walk_back(trace, n, m)
    return None


def _common_run(a: str, b: str, x: int, y: int) -> int:
    """How many code points are equal from `x` and `y` on: singly at first, then in doubling steps."""
    n, m = len(a), len(b)
    start, step = x, 16
    while x < n and y < m and a[x] == b[y]:
        x += 1
        y += 1
        if x - start == 16:
            while x + step <= n and y + step <= m and a[x : x + step] == b[y : y + step]:
                x += step
                y += step
                step *= 2
            return x - start + _common_prefix(a[x : x + step], b[y : y + step])
    return x - start


def _walk_back(trace: list[dict[int, int]], x: int, y: int) -> list[_Match]:
    matches: list[_Match] = []
    for d in range(len(trace) - 1, -1, -1):
        furthest = trace[d]
        k = x - y
        down = k == -d or (k != d and furthest.get(k - 1, -1) < furthest.get(k + 1, -1))
        before_k = k + 1 if down else k - 1
        before_x = furthest[before_k]
        start = before_x if down else before_x + 1
        if x > start:
            matches.append((start, start - k, x - start))
        x, y = before_x, before_x - before_k
    matches.reverse()
    return matches


def _anchors(source: str, target: str, level: int) -> list[_Match]:
    """Tokens that occur once on both sides, in an order common to both (patience)."""
    source_tokens, target_tokens = _tokens(source, level), _tokens(target, level)
    places = {token: place for place, token in _unique(target_tokens)}
    pairs = [(place, places[token], len(token)) for place, token in _unique(source_tokens) if token in places]
    return _longest_increasing(pairs)


def _tokens(text: str, level: int) -> list[tuple[int, str]]:
    return [(match.start(), match.group()) for match in _TOKENS[level].finditer(text)]


def _unique(tokens: list[tuple[int, str]]) -> list[tuple[int, str]]:
    counts = Counter(token for _, token in tokens)
    return [(place, token) for place, token in tokens if counts[token] == 1]


def _longest_increasing(pairs: list[_Match]) -> list[_Match]:
    """The longest subsequence of `pairs`, sorted by their first place, that is sorted by the second too."""
    ends: list[int] = []
    tops: list[int] = []
    previous: list[int] = []
    for index, (_, place, _) in enumerate(pairs):
        at = bisect_left(ends, place)
        previous.append(tops[at - 1] if at else -1)
        if at == len(ends):
            ends.append(place)
            tops.append(index)
        else:
            ends[at], tops[at] = place, index
    chain: list[_Match] = []
    index = tops[-1] if tops else -1
    while index >= 0:
        chain.append(pairs[index])
        index = previous[index]
    chain.reverse()
    return chain
