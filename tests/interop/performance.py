"""Performing the scenario: steps in, a transcript out; what a client library must do for it is a `Client`.

Owns the meaning of the steps in scenario.json; knows no gRPC library. tests/interop/node/client.mjs performs the same
steps in Node. Messages are their proto3 JSON.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, Protocol

SCENARIO = Path(__file__).with_name("scenario.json")
PATIENCE_S = 30.0

Json = Any
Transcript = dict[str, Any]
"""What was heard or answered, by the `as` of the step: a list of frames, or an answer."""


class Stream(Protocol):
    """One Collaborate call."""

    async def send(self, request: Json) -> None:
        """Send a CollaborateRequest."""

    async def receive(self) -> Json | None:
        """Return the next CollaborateResponse; None when the server ended the stream with OK."""

    async def half_close(self) -> None:
        """Say that nothing more will be sent."""

    async def hang_up(self) -> None:
        """End the call without a word."""


class Client(Protocol):
    """A person with a gRPC library."""

    async def call(self, method: str, request: Json) -> Json:
        """Return {"messages": […]}, or {"error": {"code", "reason", "domain"}} as the status and ErrorInfo say."""

    async def connect(self) -> Stream:
        """Begin a Collaborate call."""


async def perform(people: dict[str, Client]) -> Transcript:
    """Perform the scenario; raises TimeoutError with what was heard last when somebody waits in vain."""
    transcript: Transcript = {}
    lines: dict[str, Line] = {}
    for step in json.loads(SCENARIO.read_text())["steps"]:
        who = step["who"]
        if "created" in transcript:
            step = _naming(step, transcript["created"]["messages"][0]["document"]["name"])
        match step["do"]:
            case "call":
                transcript[step["as"]] = await people[who].call(step["method"], step["send"])
            case "connect":
                lines[who] = Line(await people[who].connect())
            case "send":
                await lines[who].stream.send({"frames": [step["frame"]]})
            case "hear":
                transcript[step["as"]] = await lines[who].hear(step["until"])
            case "hang up":
                await lines[who].stream.hang_up()
            case "end":
                transcript[step["as"]] = await lines[who].end()
            case unknown:
                raise ValueError(f"no step is called {unknown}")
    return transcript


class Line:
    """A stream, and the frames that came on it and were not heard yet."""

    def __init__(self, stream: Stream) -> None:
        self.stream, self._waiting = stream, list[Json]()

    async def hear(self, until: Json) -> list[Json]:
        """Return the frames up to and with the first that matches."""
        heard: list[Json] = []
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not heard or not matches(until, heard[-1]):
                    while not self._waiting:
                        response = await self.stream.receive()
                        assert response is not None, "the server ended the stream"
                        self._waiting += response["frames"]
                    heard.append(self._waiting.pop(0))
        except TimeoutError as error:
            raise TimeoutError(f"waited for {until}, heard {heard[-5:]}") from error
        return heard

    async def end(self) -> str:
        """Half-close, and return how the server ended the stream."""
        await self.stream.half_close()
        async with asyncio.timeout(PATIENCE_S):
            while await self.stream.receive() is not None:
                continue
        return "OK"


def matches(pattern: Json, value: Json) -> bool:
    """Whether `value` has all that `pattern` has; of a list, an element for each of the pattern's."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(key in value and matches(pattern[key], value[key]) for key in pattern)
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(matches(one, each) for each in value) for one in pattern)
    return bool(pattern == value)


def _naming(step: Json, document: str) -> Json:
    return json.loads(json.dumps(step).replace("$document", document))
