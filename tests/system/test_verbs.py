"""The small verbs of `shoal` against a running instance: token, create, cat, tail, serve."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys

import pytest

from cli.documents import Type
from mesh.identity import TokenVerifier
from shoal.type.v1 import operation_pb2
from tests.system.people import delete, insert, joined, new_document
from tests.system.shoal import ROOT, ShoalProcess


async def write(shoal: ShoalProcess, document: str, *operations: operation_pb2.Operation) -> None:
    async with joined(shoal, document, "ada") as ada:
        for operation in operations:
            await ada.type(operation)


def test_create_prints_the_name_and_cat_the_text_at_any_revision(shoal: ShoalProcess) -> None:
    created = shoal.command("create", "--title", "Notes", "--type", "plain_text", "--id", "verbs-cat")
    assert (created.returncode, created.stdout) == (0, "documents/verbs-cat\n")
    asyncio.run(write(shoal, "documents/verbs-cat", insert(0, "fish 🐟"), insert(4, "es"), delete(0, 1)))
    assert shoal.command("cat", "documents/verbs-cat").stdout == "ishes 🐟"
    assert shoal.command("cat", "verbs-cat", "--revision", "1").stdout == "fish 🐟"
    assert shoal.command("cat", "verbs-cat", "--revision", "0").stdout == ""
    assert json.loads(shoal.command("cat", "verbs-cat", "--format", "delta").stdout) == [{"insert": "ishes 🐟"}]


def test_formats_are_in_the_delta(shoal: ShoalProcess) -> None:
    document = asyncio.run(new_document(shoal, "rich", Type.RICH_TEXT))
    bold = insert(0, "loud")
    bold.components[0].attributes["bold"].bool_value = True
    asyncio.run(write(shoal, document, bold))
    assert json.loads(shoal.command("cat", document, "--format", "delta").stdout) == [
        {"insert": "loud", "attributes": {"bold": True}},
        {"insert": "\n"},
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cat", "documents/none-such"], "documents/none-such does not exist (DOCUMENT_NOT_FOUND)"),
        (["cat", "Not/A-Name"], "'Not/A-Name' is not the name of a document: name: must be documents/{document}"),
        (["create", "--title", "x", "--id", "-bad-"], "(INVALID_FIELD)"),
        (["create", "--title", "x" * 201], "(INVALID_FIELD)"),
        (["cat", "x", "--token", "nonsense"], "(TOKEN_INVALID)"),
        (["cat", "x", "--grpc", "127.0.0.1:1"], "no Shoal answers at 127.0.0.1:1; is `shoal up` running?"),
        (["cat", "x", "--url", "ftp://here"], "--url must be http://HOST:PORT, not 'ftp://here'"),
        (["replay", "/none.json.gz"], "cannot read /none.json.gz: No such file or directory"),
    ],
)
def test_what_fails_is_one_line_on_stderr_and_exit_code_1(shoal: ShoalProcess, arguments: list[str], said: str) -> None:
    done = shoal.command(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert done.stderr.startswith("shoal: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["bogus"], ["cat"], ["replay", "x", "--rate", "fast"], ["serve", "nothing"]])
def test_wrong_usage_is_exit_code_2(shoal: ShoalProcess, arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "cli.main", *arguments], capture_output=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_a_revision_above_the_head_is_told(shoal: ShoalProcess) -> None:
    document = asyncio.run(new_document(shoal, "short"))
    assert "(REVISION_AHEAD)" in shoal.command("cat", document, "--revision", "7").stderr


def test_an_id_can_be_taken_once(shoal: ShoalProcess) -> None:
    assert shoal.command("create", "--title", "a", "--id", "verbs-once").returncode == 0
    assert "(DOCUMENT_ALREADY_EXISTS)" in shoal.command("create", "--title", "b", "--id", "verbs-once").stderr


def test_a_token_is_of_its_subject_and_its_time(shoal: ShoalProcess) -> None:
    from cli.instance import DataDirectory

    directory = DataDirectory(shoal.data)
    token = shoal.command("token", "--subject", "users/ada", "--lifetime", "60").stdout.strip()
    verifier: TokenVerifier = directory.verifier(directory.signer())
    identity = asyncio.run(verifier.verify(token))
    assert (identity.subject, identity.is_service) == ("users/ada", False)
    document = asyncio.run(new_document(shoal, "by token"))
    assert shoal.command("cat", document, "--token", token).returncode == 0
    assert shoal.command("cat", document, "--token", token, "--url", shoal.url, "--grpc", shoal.grpc).returncode == 0


def test_tail_shows_each_operation_once_as_it_is_committed(shoal: ShoalProcess) -> None:
    document = asyncio.run(new_document(shoal, "tailed"))
    asyncio.run(write(shoal, document, insert(0, "a"), insert(1, "b")))
    tail = shoal.begin("tail", document, "--after", "1")
    assert tail.stdout is not None
    try:
        line = json.loads(tail.stdout.readline())
        asyncio.run(write(shoal, document, delete(0, 2)))
        lines = [line, json.loads(tail.stdout.readline())]
    finally:
        tail.kill()
        tail.communicate()
    assert [each["revision"] for each in lines] == [2, 3]
    assert [each["delta"] for each in lines] == [[{"retain": 1}, {"insert": "b"}], [{"delete": 2}]]
    assert [(each["site"], each["site_sequence"], each["author"]) for each in lines] == [
        ("ada", 2, "users/ada"),
        ("ada", 3, "users/ada"),
    ]


def test_a_service_that_does_not_exist_yet_says_so() -> None:
    command = [sys.executable, "-m", "cli.main", "serve", "ai"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert done.stderr == "shoal: the ai service does not exist yet; there are collab, document, project and edge\n"


def test_a_service_without_its_settings_names_what_is_missing() -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SHOAL_")}
    command = [sys.executable, "-m", "cli.main", "serve", "edge"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert (done.returncode, done.stderr) == (1, "shoal: SHOAL_TOKEN_JWKS: Field required\n")
