"""grpcurl, which has no proto files, against a running instance: one real call of each kind of rpc, and its errors.

That all public rpcs can be called so is in test_reflection.py.
"""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.system.curl import Grpcurl, find_grpcurl, run
from tests.system.people import new_document
from tests.system.shoal import ShoalProcess

COLLAB, DOCUMENTS = "shoal.collab.v1.CollabService", "shoal.document.v1.DocumentService"
HISTORY = "shoal.document.v1.HistoryService"


@pytest.fixture(scope="session")
def grpcurl(shoal: ShoalProcess) -> Grpcurl:
    return find_grpcurl(shoal)


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


def test_a_history_goes_out_by_one_stream_and_comes_in_by_another(shoal: ShoalProcess, grpcurl: Grpcurl) -> None:
    name = asyncio.run(new_document(shoal, "exported"))
    run(grpcurl(f"{COLLAB}/SubmitOperation", data={"name": name, "operation": {"components": [{"insert": "Old"}]}}))
    parts = messages(run(grpcurl(f"{HISTORY}/ExportHistory", data={"document": name})))
    exported = b"".join(base64.b64decode(part.get("chunk", "")) for part in parts)
    copy = name.removeprefix("documents/")[:50] + "-copy"
    half = len(exported) // 2
    first = {"documentId": copy, "chunk": base64.b64encode(exported[:half]).decode()}
    second = {"chunk": base64.b64encode(exported[half:]).decode()}
    command = grpcurl(f"{HISTORY}/ImportHistory", streamed=True)
    imported = json.loads(run(command, json.dumps(first) + "\n" + json.dumps(second)))
    assert imported["operations"] == "1"
    assert (imported["document"]["name"], imported["document"]["creator"]) == (f"documents/{copy}", "users/grpcurl")
    get = grpcurl(f"{DOCUMENTS}/GetContent", data={"name": f"documents/{copy}", "format": "CONTENT_FORMAT_TEXT"})
    assert json.loads(run(get))["text"] == "Old"


def test_the_live_stream_is_spoken_from_a_terminal(shoal: ShoalProcess, grpcurl: Grpcurl, tmp_path: Path) -> None:
    name = asyncio.run(new_document(shoal, "live"))
    with (tmp_path / "stderr").open("w") as stderr:
        live = subprocess.Popen(
            grpcurl(f"{COLLAB}/Collaborate", streamed=True),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True,
        )  # fmt: skip
    try:
        say(live, {"session": 3, "open": {"document": name, "site": "terminal"}})
        opened = next_frame(live, "opened")
        assert (opened["session"], opened["opened"]["role"]) == (3, "ROLE_EDITOR")
        components = [{"insert": "typed "}, {"insert": "blind"}]
        say(live, {"session": 3, "submit": {"firstSiteSequence": 1, "operations": [{"components": components}]}})
        (committed,) = next_frame(live, "committed")["committed"]["operations"]
        assert (committed["revision"], committed["author"]) == ("1", "users/grpcurl")
        assert committed["operation"] == {"components": [{"insert": "typed blind"}]}
        say(live, {"session": 3, "submit": {"firstSiteSequence": 3, "operations": [{"components": components}]}})
        refused = next_frame(live, "refused")["refused"]["fault"]
        assert refused["reason"] == "ERROR_REASON_SITE_SEQUENCE_GAP"
        assert refused["metadata"]["expected"] == "2"
        live.communicate(timeout=60)
        assert live.returncode == 0, (tmp_path / "stderr").read_text()
    finally:
        live.kill()
        live.communicate()


@pytest.mark.parametrize(
    ("method", "data", "code", "reason"),
    [
        (f"{DOCUMENTS}/GetDocument", {"name": "documents/none"}, 5, "DOCUMENT_NOT_FOUND"),
        (f"{DOCUMENTS}/GetContent", {"name": "documents/none"}, 5, "DOCUMENT_NOT_FOUND"),
        (f"{DOCUMENTS}/GetContent", {"name": "none"}, 3, "INVALID_FIELD"),
        (f"{HISTORY}/ImportHistory", {"chunk": base64.b64encode(b"{}\n").decode()}, 3, "INVALID_HISTORY"),
    ],
)
def test_an_error_says_why(grpcurl: Grpcurl, method: str, data: dict[str, Any], code: int, reason: str) -> None:
    failed = subprocess.run(grpcurl("-format-error", method, data=data), capture_output=True, text=True, timeout=60)
    status = json.loads(failed.stderr)
    assert status["code"] == code
    info = next(each for each in status["details"] if each["@type"].endswith("google.rpc.ErrorInfo"))
    assert (info["reason"], info["domain"]) == (f"ERROR_REASON_{reason}", "shoal.dev")
    violated = [
        each["field_violations"] for each in status["details"] if each["@type"].endswith("google.rpc.BadRequest")
    ]
    assert bool(violated) == (reason == "INVALID_FIELD")
    assert all(each[0]["field"] == "name" for each in violated)


def test_all_that_is_wrong_with_a_request_is_told_at_once(grpcurl: Grpcurl) -> None:
    data = {"document": {"title": "x" * 201, "folder": "attic"}, "documentId": "-"}
    command = grpcurl("-format-error", f"{DOCUMENTS}/CreateDocument", data=data)
    failed = subprocess.run(command, capture_output=True, text=True, timeout=60)
    (bad,) = [each for each in json.loads(failed.stderr)["details"] if each["@type"].endswith("google.rpc.BadRequest")]
    assert {each["field"] for each in bad["field_violations"]} == {"document.title", "document.folder", "document_id"}


def say(process: subprocess.Popen[str], frame: dict[str, Any]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps({"frames": [frame]}) + "\n")
    process.stdin.flush()


def next_frame(process: subprocess.Popen[str], kind: str) -> Any:
    """The next frame of this kind; the others are let pass."""
    while True:
        for frame in next_message(process)["frames"]:
            if kind in frame:
                return frame


def messages(printed: str) -> list[Any]:
    """The JSON objects of a stream that is over."""
    found, decoder, rest = [], json.JSONDecoder(), printed.lstrip()
    while rest:
        message, end = decoder.raw_decode(rest)
        found.append(message)
        rest = rest[end:].lstrip()
    return found


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
