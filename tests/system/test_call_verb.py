"""`shoal call`: any rpc of any kind from a terminal, with refusals in full and never a traceback."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import uuid
from typing import Any

import pytest

from tests.system.people import new_document
from tests.system.shoal import ROOT, ShoalProcess


def called(shoal: ShoalProcess, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", "call", *arguments, "--data", str(shoal.data)],
        input=stdin, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False,
    )  # fmt: skip


def answered(shoal: ShoalProcess, *arguments: str, stdin: str = "") -> list[Any]:
    """The messages that a call printed, one a line."""
    done = called(shoal, *arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def refused(shoal: ShoalProcess, *arguments: str, code: int = 1, stdin: str = "") -> str:
    """What a call that must fail says on stderr."""
    done = called(shoal, *arguments, stdin=stdin)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout
    return done.stderr


def test_flags_go_over_json_and_json_may_come_from_stdin_or_a_file(shoal: ShoalProcess, own_folder: Any) -> None:
    said = json.dumps({"document": {"title": "by json", "labels": {"a": "b"}, "type": "DOCUMENT_TYPE_PLAIN_TEXT"}})
    file = own_folder / "request.json"
    file.write_text(said)
    for how, stdin in ((said, ""), ("-", said), (f"@{file}", "")):
        flags = ("--document.title", "by flag", "--document.labels", "c=d")
        [made] = answered(shoal, "CreateDocument", "--json", how, *flags, "--as", "Ada", stdin=stdin)
        document = made["document"]
        assert (document["title"], document["labels"]) == ("by flag", {"c": "d"})
        assert (document["type"], document["creator"]) == ("DOCUMENT_TYPE_PLAIN_TEXT", "users/ada")


def test_all_pages_are_followed_and_one_is_printed_without_all(shoal: ShoalProcess) -> None:
    for _ in range(3):
        answered(shoal, "DocumentService.CreateDocument", "--document.title", "paged", "--as", "Pager")
    paged = ("ListDocuments", "--filter", 'title:"paged"', "--page-size", "2", "--as", "Pager")
    [first] = answered(shoal, *paged)
    assert len(first["documents"]) == 2
    assert first["nextPageToken"]
    pages = answered(shoal, *paged, "--all")
    assert [len(each["documents"]) for each in pages] == [2, 1]
    [second] = answered(shoal, *paged, "--page_token", first["nextPageToken"])
    assert second == pages[1]


def test_a_stream_of_responses_is_printed_as_it_comes(shoal: ShoalProcess) -> None:
    name = asyncio.run(new_document(shoal, "called"))
    watching = shoal.begin("call", "WatchDocument", "--name", name, "--after_revision", "0")
    try:
        assert watching.stdout
        for number, word in enumerate(("one", "two"), 1):
            insert = ("--positional_operation.type", "insert", "--positional_operation.content", word)
            [made] = answered(shoal, "SubmitOperation", "--name", name, *insert, "--request_id", str(uuid.uuid4()))
            assert made["operation"]["revision"] == str(number)
            [seen] = json.loads(watching.stdout.readline())["operations"]
            assert seen["operation"]["components"][0] == {"insert": word}
    finally:
        watching.kill()
        watching.communicate()


def test_a_stream_both_ways_takes_its_messages_from_stdin(shoal: ShoalProcess) -> None:
    name = asyncio.run(new_document(shoal, "collaborated"))
    opened = {"frames": [{"session": 1, "open": {"document": name, "site": "s"}}]}
    operation = {"components": [{"insert": "hi"}]}
    submitted = {"frames": [{"session": 1, "submit": {"firstSiteSequence": "1", "operations": [operation]}}]}
    stdin = f"{json.dumps(opened)}\n\n{json.dumps(submitted)}\n"
    frames = [each for said in answered(shoal, "Collaborate", stdin=stdin) for each in said["frames"]]
    assert frames[0]["opened"]["document"] == name
    assert any(each.get("committed", {}).get("operations", [{}])[0].get("revision") == "1" for each in frames)


def test_a_stream_of_requests_takes_its_messages_from_stdin(shoal: ShoalProcess) -> None:
    name = asyncio.run(new_document(shoal, "moved"))
    exported = answered(shoal, "ExportHistory", "--document", name)
    stdin = "\n".join(json.dumps({"chunk": each["chunk"]}) for each in exported)
    [made] = answered(shoal, "ImportHistory", stdin=stdin)
    assert made["document"]["name"] != name


def test_every_violation_of_a_request_is_told_with_the_reason_and_the_requests_id(shoal: ShoalProcess) -> None:
    told = refused(shoal, "CreateDocument", "--document_id", "Not An Id", "--document.language", "none such")
    assert told.startswith("shoal: INVALID_ARGUMENT: ")
    for line in (
        "reason: ERROR_REASON_INVALID_FIELD",
        "field document_id: ",
        "field document.language: ",
        "request id: ",
    ):
        assert f"\n  {line}" in told


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "said"),
    [
        (("NoSuchThing",), "", 2, "no rpc is called 'NoSuchThing'"),
        (("GetDocumen",), "", 2, "did you mean GetDocument"),
        (("Notify",), "", 2, "no rpc is called 'Notify'"),
        (("GetDocument", "--nmae", "x"), "", 2, "--nmae"),
        (("GetDocument", "--json", "{"), "", 2, "no GetDocumentRequest"),
        (("GetDocument", "--json", "[1]"), "", 2, "no GetDocumentRequest"),
        (("GetDocument", "--json", "@/nowhere/at all"), "", 2, "cannot read"),
        (("GetDocument", "--json", '{"nmae": "x"}'), "", 2, 'no field named "nmae"'),
        (("CreateDocument", "--document.type", "paper"), "", 2, "none of rich_text, plain_text"),
        (("CreateDocument", "--copy.document", "documents/x", "--source.text", "y"), "", 2, "choose one of"),
        (("GetDocument", "--name", "documents/none"), "", 1, "NOT_FOUND: documents/none does not exist"),
        (("GetDocument", "--name", "documents/x", "--token", "none"), "", 1, "UNAUTHENTICATED"),
        (("GetDocument", "--name", "documents/x", "--grpc", "127.0.0.1:1"), "", 1, "no Shoal answers at 127.0.0.1:1"),
        (("GetDocument", "--name", "documents/x", "--timeout", "0"), "", 2, "--timeout"),
        (("GetDocument", "--name", "documents/x", "--timeout", "inf"), "", 2, "--timeout"),
        (("GetDocument", "--name", "documents/x", "--token", "a\nb"), "", 1, "--token"),
        (("GetDocument", "--name", "documents/x", "--grpc", "http://x:1"), "", 1, "grpcs://HOST:PORT"),
        (("GetDocument", "more", "--name", "documents/x"), "", 2, "more"),
        (("Collaborate", "--grpc", "127.0.0.1:1"), "", 1, "no Shoal answers"),
        (("ImportHistory", "--grpc", "127.0.0.1:1"), '{"chunk": "e30="}', 1, "no Shoal answers"),
        (("Collaborate",), "{", 1, "message 1 on stdin is no CollaborateRequest"),
        (("ImportHistory",), "", 1, "INVALID_ARGUMENT"),
        (("ImportHistory",), '{"chunk": "e30="}', 1, "INVALID_ARGUMENT"),
    ],
)
def test_what_cannot_be_done_is_told_in_words(
    shoal: ShoalProcess, arguments: tuple[str, ...], stdin: str, code: int, said: str
) -> None:
    assert said in refused(shoal, *arguments, code=code, stdin=stdin)


def test_a_token_of_a_request_is_not_the_callers(shoal: ShoalProcess) -> None:
    told = refused(shoal, "AcceptInvitation", "--name", "invitations/none", "--request.token", "x", "--as", "Ada")
    assert "UNAUTHENTICATED" not in told
    assert "NOT_FOUND" in told
