"""A concurrent trace, through a server that orders it as the file does: every replica ends at the recorded text."""

import gzip
import json
from pathlib import Path

import pytest

from cli.author import Author
from cli.errors import Failed
from cli.trace import Trace, read_trace
from ot.document import Document
from ot.operation import Operation
from ot.transform import rebase

# Ada writes "ab"; Bob, knowing only "a", writes "B" before it, and knowing all, "!" at the end; Ada deletes Bob's "B"
# while Bob deletes it too: one of the two deletions becomes empty and still keeps its place.
STORY = {
    "kind": "concurrent",
    "endContent": "ab!",
    "txns": [
        {"parents": [], "agent": 0, "patches": [[0, 0, "a"]]},
        {"parents": [0], "agent": 0, "patches": [[1, 0, "b"]]},
        {"parents": [0], "agent": 1, "patches": [[0, 0, "B"]]},
        {"parents": [1, 2], "agent": 1, "patches": [[3, 0, "!"]]},
        {"parents": [1, 3], "agent": 0, "patches": [[0, 1, ""]]},
        {"parents": [3], "agent": 1, "patches": [[0, 1, ""]]},
    ],
}


def written(path: Path, story: dict[str, object]) -> Path:
    path.write_bytes(gzip.compress(json.dumps(story).encode()))
    return path


def commit_all(trace: Trace, log: list[Operation], authors: list[Author], *, flight: int) -> Document:
    """Be the server: transform each flight from its base to the head, in the file's order."""
    while len(log) < len(trace):
        first = len(log)
        last = first
        while last + 1 < len(trace) and trace.agents[last + 1] == trace.agents[first] and last + 1 - first < flight:
            last += 1
        author = authors[trace.agents[first]]
        while author.known < author.needed_for(first, last):
            author.receive(log[author.known])
        run = author.make(first, last)
        for committed in log[author.known :]:
            run, _ = rebase(run, committed)
        log.extend(run)
    document = Document()
    for operation in log:
        document.apply(operation)
    return document


def text(document: Document) -> str:
    return "".join(str(component["insert"]) for component in document.to_operation().to_delta())


@pytest.mark.parametrize("flight", [1, 2, 1000])
def test_agents_that_write_at_once_end_at_the_recorded_text(tmp_path: Path, flight: int) -> None:
    trace = read_trace(written(tmp_path / "story.json.gz", STORY))
    log: list[Operation] = []
    authors = [Author(trace, agent) for agent in range(2)]
    assert text(commit_all(trace, log, authors, flight=flight)) == "ab!"
    assert len(log) == len(trace)


@pytest.mark.parametrize("cut", range(7))
def test_agents_rebuilt_from_a_log_that_was_cut_off_go_on_where_they_were(tmp_path: Path, cut: int) -> None:
    trace = read_trace(written(tmp_path / "story.json.gz", STORY))
    log: list[Operation] = []
    commit_all(trace, log, [Author(trace, agent) for agent in range(2)], flight=1)
    rebuilt = [Author(trace, agent) for agent in range(2)]
    assert text(commit_all(trace, log[:cut], rebuilt, flight=1000)) == "ab!"


def test_a_trace_whose_agent_knows_no_prefix_of_the_others_is_refused(tmp_path: Path) -> None:
    story = {
        "endContent": "",
        "txns": [
            {"parents": [], "agent": 0, "patches": [[0, 0, "a"]]},
            {"parents": [], "agent": 1, "patches": [[0, 0, "b"]]},
            {"parents": [1], "agent": 2, "patches": [[0, 0, "c"]]},
        ],
    }
    with pytest.raises(Failed, match="transaction 2"):
        read_trace(written(tmp_path / "story.json.gz", story))
