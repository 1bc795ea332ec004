"""`shoal doctor` against a running instance, as its operator types it."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import quote

import asyncpg

from tests.system.people import insert, joined, new_document
from tests.system.shoal import ShoalProcess


async def execute(shoal: ShoalProcess, sql: str) -> None:
    host = quote(str(shoal.data / "postgres"), safe="")
    connection = await asyncpg.connect(f"postgresql://postgres@/shoal?host={host}")
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def written(shoal: ShoalProcess, name: str) -> str:
    document = await new_document(shoal, name)
    async with joined(shoal, document, "ada") as ada:
        for _ in range(5):
            await ada.type(insert(0, "fish "))
    return document


def test_doctor_finds_repairs_and_says_so_by_its_exit_code(shoal: ShoalProcess) -> None:
    document = asyncio.run(written(shoal, "patient"))
    done = shoal.command("doctor", "--document", document)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 documents and 5 operations checked; all is well\n"

    key = f"(SELECT document_key FROM document.documents WHERE id = '{document.removeprefix('documents/')}')"
    asyncio.run(execute(shoal, f"UPDATE document.document_checkpoints SET hash = 'x' WHERE document_key = {key}"))
    asyncio.run(execute(shoal, f"UPDATE document.document_sites SET last_sequence = 9 WHERE document_key = {key}"))
    done = shoal.command("doctor", "--document", document)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == f"warning {document}: the hash of a checkpoint is not that of its content"
    assert lines[1].startswith(f"warning {document} at 5: site ")
    assert lines[2:] == ["1 documents and 5 operations checked; 0 findings repaired, 2 left"]

    done = shoal.command("doctor", "--repair", "--json")
    assert done.returncode == 0
    events = [json.loads(line) for line in done.stdout.splitlines()]
    findings = [each["finding"] for each in events[:-1] if each["finding"]["document"] == document]
    assert [(each["check"], each["repaired"]) for each in findings] == [("CHECK_HASHES", True), ("CHECK_SITES", True)]
    assert events[-1]["done"]["unrepaired"] == "0"
    assert shoal.command("doctor").returncode == 0


def test_who_is_no_operator_is_refused(shoal: ShoalProcess) -> None:
    token = shoal.command("token", "--subject", "ada").stdout.strip()
    done = shoal.command("doctor", "--token", token)
    assert (done.returncode, done.stdout) == (1, "")
    assert "PERMISSION_DENIED" in done.stderr
    assert "DOCUMENT_NOT_FOUND" in shoal.command("doctor", "--document", "none-such").stderr
