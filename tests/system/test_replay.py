"""Recorded sessions through the running system, by both doors: the text is the recorded one, each edit its own."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path

import pytest

from tests.system.people import insert, joined
from tests.system.shoal import ShoalProcess

TRACES = ["rustcode", "sveltecomponent", "friendsforever_flat", "friendsforever"]


@pytest.mark.slow
@pytest.mark.parametrize("via", ["edge", "grpc"])
@pytest.mark.parametrize("name", TRACES)
def test_a_recorded_session_ends_at_the_recorded_text(shoal: ShoalProcess, traces: Path, name: str, via: str) -> None:
    done = shoal.command("replay", str(traces / f"{name}.json.gz"), "--via", via)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    print(report)
    assert list(report) == [
        "document", "transactions", "operations", "revisions", "seconds", "operations_per_second", "matches",
    ]  # fmt: skip
    assert report["matches"] is True
    assert report["transactions"] == report["operations"] == report["revisions"]
    assert "━" in done.stderr
    with gzip.open(traces / f"{name}.json.gz") as file:
        recorded = json.load(file)
    assert len(recorded["txns"]) == report["transactions"]
    assert shoal.command("cat", report["document"]).stdout == recorded["endContent"]


def a_trace(folder: Path, *, letters: int = 40, end: str | None = None, agents: int = 1) -> Path:
    """Letters typed one after the other at the end; with two agents, in turns of three, each knowing all before."""
    typed = [chr(97 + index % 26) for index in range(letters)]
    transactions = [
        {"patches": [[index, 0, letter]], "agent": index // 3 % agents, "parents": [index - 1] if index else []}
        for index, letter in enumerate(typed)
    ]
    path = folder / "typed.json.gz"
    story = {"startContent": "", "endContent": "".join(typed) if end is None else end, "txns": transactions}
    path.write_bytes(gzip.compress(json.dumps(story).encode()))
    return path


@pytest.mark.parametrize("agents", [1, 2])
def test_a_replay_into_the_same_document_sends_nothing_again(shoal: ShoalProcess, tmp_path: Path, agents: int) -> None:
    trace = a_trace(tmp_path, agents=agents)
    first = json.loads(shoal.command("replay", str(trace)).stdout)
    assert (first["operations"], first["revisions"], first["matches"]) == (40, 40, True)
    again = json.loads(shoal.command("replay", str(trace), "--document", first["document"]).stdout)
    assert (again["operations"], again["revisions"], again["matches"]) == (0, 40, True)


@pytest.mark.parametrize("via", ["edge", "grpc"])
@pytest.mark.parametrize("agents", [1, 2])
def test_a_replay_that_was_cut_off_goes_on_where_it_was(
    shoal: ShoalProcess, tmp_path: Path, agents: int, via: str
) -> None:
    trace = a_trace(tmp_path, letters=3000, agents=agents)
    document = shoal.command("create", "--title", "cut off", "--type", "plain_text").stdout.strip()
    running = shoal.begin("replay", str(trace), "--document", document, "--rate", "1000", "--via", via)
    tail = shoal.begin("tail", document, "--after", "0")
    assert tail.stdout is not None
    while json.loads(tail.stdout.readline())["revision"] < 200:
        pass
    for process in (running, tail):
        process.kill()
        process.communicate()
    done = shoal.command("replay", str(trace), "--document", document, "--via", via)
    report = json.loads(done.stdout)
    assert report["matches"], done
    assert 0 < report["operations"] <= 2800
    assert report["revisions"] == 3000


def test_a_text_that_is_not_the_recorded_one_is_exit_code_1(shoal: ShoalProcess, tmp_path: Path) -> None:
    done = shoal.command("replay", str(a_trace(tmp_path, end="something else")))
    assert done.returncode == 1
    assert json.loads(done.stdout)["matches"] is False


@pytest.mark.parametrize("agents", [1, 2])
def test_a_rich_document_keeps_its_last_newline_and_matches(shoal: ShoalProcess, tmp_path: Path, agents: int) -> None:
    document = shoal.command("create", "--title", "rich").stdout.strip()
    trace = str(a_trace(tmp_path, agents=agents))
    report = json.loads(shoal.command("replay", trace, "--document", document).stdout)
    assert (report["operations"], report["revisions"], report["matches"]) == (40, 41, True)
    again = json.loads(shoal.command("replay", trace, "--document", document).stdout)
    assert (again["operations"], again["revisions"], again["matches"]) == (0, 41, True)


def test_a_rate_is_kept(shoal: ShoalProcess, tmp_path: Path) -> None:
    report = json.loads(shoal.command("replay", str(a_trace(tmp_path, letters=300)), "--rate", "200").stdout)
    assert report["matches"]
    assert 1.4 < report["seconds"] < 3


def test_a_document_with_edits_of_others_is_left_alone(shoal: ShoalProcess, tmp_path: Path) -> None:
    document = shoal.command("create", "--title", "taken").stdout.strip()

    async def type_a_letter() -> None:
        async with joined(shoal, document, "ada") as ada:
            await ada.type(insert(0, "x"))

    asyncio.run(type_a_letter())
    done = shoal.command("replay", str(a_trace(tmp_path)), "--document", document)
    assert done.returncode == 1
    assert "holds other edits" in done.stderr
    assert shoal.command("cat", document).stdout == "x\n"
