"""Matching: which of the files that appeared are files that vanished, renamed.

Pure. A rename is not told by the file system: it shows as a file missing and another new within one look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from cli.mirroring.model import EMPTY, FileSeen, Mirrored

_ALIKE = 0.5
"""How much of two sketches must be common for an edited file to be taken for the same; as git has it."""
_MAX_PAIRS = 100_000


def renamed(lost: Iterable[Mirrored], found: Mapping[str, FileSeen]) -> dict[str, str]:
    """Return the new paths of documents whose files were renamed: same bytes first, then alike ones, best first."""
    paths: dict[str, str] = {}
    left = dict(found)
    rest: list[Mirrored] = []
    by_digest: defaultdict[str, list[str]] = defaultdict(list)
    for path, file in sorted(found.items(), reverse=True):
        by_digest[file.digest].append(path)
    for entry in sorted(lost, key=lambda entry: entry.path):
        same = by_digest[entry.disk]
        # The name, else the inode, chooses between copies; files without text are told by the inode alone.
        same.sort(key=lambda path: (found[path].inode == entry.inode, _name(path) == _name(entry.path)))
        if same and (entry.disk != EMPTY or found[same[-1]].inode == entry.inode):
            paths[entry.document] = same.pop()
            del left[paths[entry.document]]
        else:
            rest.append(entry)
    return paths | _alike(rest, left)


def _alike(lost: list[Mirrored], found: Mapping[str, FileSeen]) -> dict[str, str]:
    if len(lost) * len(found) > _MAX_PAIRS:
        return {}
    scored = [(_score(entry, file), entry.document, path) for entry in lost for path, file in found.items()]
    paths: dict[str, str] = {}
    for score, document, path in sorted(scored, reverse=True):
        if score >= _ALIKE and document not in paths and path not in paths.values():
            paths[document] = path
    return paths


def _score(entry: Mirrored, file: FileSeen) -> float:
    """Return how alike, 0 to 1. An inode number is given again soon, so it counts only with some common text."""
    mine, theirs = set(entry.sketch), set(file.sketch)
    if not mine & theirs:
        return 0.0
    if entry.inode == file.inode:
        return 1.0
    smallest = set(sorted(mine | theirs)[: max(len(mine), len(theirs))])
    return len(smallest & mine & theirs) / len(smallest)


def _name(path: str) -> str:
    return path.rpartition("/")[2]
