"""A replay whose server is away: it tries for a while, then says in one sentence how to go on."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from cli import replay
from cli.client import Via, connect
from cli.errors import Failed
from cli.pace import Pace
from cli.replay_run import Progress, Replay
from cli.target import Target
from cli.trace import read_trace


@contextmanager
def nobody_there() -> Iterator[int]:
    """A port on which nobody answers while the block runs."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.mark.parametrize("via", list(Via))
async def test_a_replay_without_a_server_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, via: Via
) -> None:
    monkeypatch.setattr(replay, "_GIVE_UP_S", 0.3)
    path = tmp_path / "t.json"
    path.write_text('{"endContent": "a", "txns": [{"patches": [[0, 0, "a"]]}]}')
    with nobody_there() as port:
        target = Target(f"http://127.0.0.1:{port}", f"127.0.0.1:{port}", "token")
        wanted = Replay(read_trace(path), "documents/x", 0, partial(connect, target, via), Pace(None), Progress())
        with pytest.raises(Failed, match=r"To go on: shoal replay .*t\.json --document documents/x"):
            await asyncio.wait_for(replay._run(wanted, path), 30)


async def test_a_pace_lets_operations_fall_due_whatever_became_of_those_before() -> None:
    pace = Pace(1000)
    assert await pace.due(0, 10) == 1
    await asyncio.sleep(0.02)
    assert await pace.due(1, 5) == 5
    assert await Pace(None).due(0, 7) == 7
