"""grpcurl, which has no proto files, against a running instance: list, describe, submit in both forms, read, watch."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import need
from tests.system.people import new_document
from tests.system.shoal import ROOT, ShoalProcess

COLLAB, DOCUMENTS = "shoal.collab.v1.CollabService", "shoal.document.v1.DocumentService"
Grpcurl = Callable[..., list[str]]


@pytest.fixture(scope="session")
def grpcurl(shoal: ShoalProcess) -> Grpcurl:
    """Returns a function that gives the command line of a call."""
    built = ROOT / ".venv" / "bin" / "grpcurl"
    program = str(built) if built.exists() else shutil.which("grpcurl")
    need(program is not None, "grpcurl (tests/install-tools.sh builds it)")
    token = shoal.command("token", "--subject", "users/grpcurl").stdout.strip()

    def command(*arguments: str, data: dict[str, Any] | None = None) -> list[str]:
        said = ["-d", json.dumps(data)] if data is not None else []
        return [str(program), "-plaintext", "-H", f"authorization: Bearer {token}", *said, shoal.grpc, *arguments]

    return command


def run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_there_can_be_listed_and_described(grpcurl: Grpcurl) -> None:
    listed = run(grpcurl("list")).split()
    assert {COLLAB, DOCUMENTS, "grpc.health.v1.Health"} <= set(listed)
    assert "shoal.document.v1.OperationLogService" not in listed
    assert f"{COLLAB}.SubmitOperation" in run(grpcurl("list", COLLAB))
    described = run(grpcurl("describe", COLLAB))
    assert "rpc SubmitOperation ( .shoal.collab.v1.SubmitOperationRequest )" in described
    assert "oneof edit" in run(grpcurl("describe", "shoal.collab.v1.SubmitOperationRequest"))


def test_an_operation_is_submitted_in_both_forms_and_read_and_watched(shoal: ShoalProcess, grpcurl: Grpcurl) -> None:
    name = asyncio.run(new_document(shoal, "grpcurl"))
    submit = f"{COLLAB}/SubmitOperation"
    walk = {"components": [{"insert": "Hello"}]}
    first = json.loads(run(grpcurl(submit, data={"name": name, "operation": walk})))
    assert first["operation"]["revision"] == "1"
    assert first["operation"]["author"] == "users/grpcurl"
    by_position = {"type": "TYPE_INSERT", "position": 5, "content": ", fish"}
    second = json.loads(run(grpcurl(submit, data={"name": name, "positionalOperation": by_position})))
    assert second["operation"]["operation"] == {"components": [{"retain": 5}, {"insert": ", fish"}]}
    on_the_old = {"name": name, "positionalOperation": {"type": "TYPE_DELETE", "length": 1}, "baseRevision": 1}
    third = json.loads(run(grpcurl(submit, data=on_the_old)))
    assert (third["operation"]["revision"], third["transformed_against"]) == ("3", ["2"])

    moved = subprocess.run(
        grpcurl(submit, data={"name": name, "operation": walk, "requireRevision": 1}),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert moved.returncode != 0
    assert "FailedPrecondition" in moved.stderr
    assert "ERROR_REASON_REVISION_MOVED" in moved.stderr

    request = "0f0e9d7e-6a53-4a0c-8a2f-0d5f6c1a9b11"
    once = {"name": name, "requestId": request, "positionalOperation": by_position | {"content": "!", "position": 10}}
    answers = [json.loads(run(grpcurl(submit, data=once))) for _ in range(2)]
    assert answers[0]["operation"]["revision"] == answers[1]["operation"]["revision"] == "4"

    get = f"{DOCUMENTS}/GetContent"
    content = json.loads(run(grpcurl(get, data={"name": name, "format": "CONTENT_FORMAT_TEXT"})))
    assert (content["text"], content["revision"]) == ("ello, fish!", "4")
    delta = json.loads(run(grpcurl(get, data={"name": name, "revision": 1})))
    assert delta["content"]["components"] == [{"insert": "Hello"}]


def test_a_document_is_watched_live(shoal: ShoalProcess, grpcurl: Grpcurl, tmp_path: Path) -> None:
    name = asyncio.run(new_document(shoal, "watched"))
    submit = f"{COLLAB}/SubmitOperation"
    run(grpcurl(submit, data={"name": name, "operation": {"components": [{"insert": "a"}]}}))
    with (tmp_path / "stderr").open("w") as stderr:
        watch = subprocess.Popen(
            grpcurl(f"{COLLAB}/WatchDocument", data={"name": name, "afterRevision": 0}),
            stdout=subprocess.PIPE, stderr=stderr, text=True,
        )  # fmt: skip
    try:
        assert watch.stdout is not None
        assert next_message(watch)["operations"][0]["revision"] == "1"
        run(grpcurl(submit, data={"name": name, "operation": {"components": [{"insert": "b"}]}}))
        assert next_message(watch)["operations"][0]["operation"] == {"components": [{"insert": "b"}]}
    finally:
        watch.kill()
        watch.communicate()


def next_message(process: subprocess.Popen[str]) -> Any:
    """The next JSON object of a stream that prints them over several lines."""
    assert process.stdout is not None
    lines = ""
    while True:
        line = process.stdout.readline()
        assert line, "the stream ended"
        lines += line
        if line.rstrip() == "}":
            return json.loads(lines)
