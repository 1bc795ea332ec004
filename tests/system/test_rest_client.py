"""@shoal/client/rest, built as it is published, under Node against a real Shoal."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import need
from tests.system.people import target_of
from tests.system.shoal import ROOT, ShoalProcess

WEB = ROOT / "edge" / "web"
PROGRAM = Path(__file__).with_name("rest_client.mjs")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built package."""
    vite = WEB / "node_modules" / ".bin" / "vite"
    need(shutil.which("node") is not None and vite.exists(), "Node with the packages of edge/web (make setup)")
    out = tmp_path_factory.mktemp("client")
    build = [str(vite), "build", "--config", "client/vite.config.ts", "--outDir", str(out), "--logLevel", "error"]
    subprocess.run(build, cwd=WEB, check=True, timeout=120)
    return out


@pytest.fixture(scope="session")
def found(client: Path, shoal: ShoalProcess) -> dict[str, Any]:
    """What the program met with."""
    (client / "package.json").write_text('{ "type": "module" }')
    arguments = [f"{client}/rest.js", shoal.url, target_of(shoal, "ada").token]
    done = subprocess.run(["node", str(PROGRAM), *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_a_document_is_created_listed_changed_and_deleted(found: dict[str, Any]) -> None:
    assert found["document"]["name"] == "documents/rest-of-node"
    assert found["document"]["headRevision"] == "1"
    assert found["listed"] == [["Written by node"], ["Written by node, too"]]
    assert (found["title"], found["labels"]) == ("Renamed", {"by": "node"})
    assert found["deleted"] == found["kept"]
    assert found["deleted"].endswith("Z")


def test_a_watch_tells_what_was_and_what_happens(found: dict[str, Any], shoal: ShoalProcess) -> None:
    (first, before), (second, after) = found["watched"]
    assert (first, second) == ("1", "2")
    assert [each["insert"] for each in before] == ["one"]
    assert [each.get("retain") or each.get("insert") for each in after] == [3, " two 😀"]
    assert found["text"] == "one two 😀" == shoal.command("cat", "rest-of-node").stdout


def test_a_refused_token_is_renewed_once_for_all_calls(found: dict[str, Any]) -> None:
    assert found["renewals"] == [False, True]


def test_all_that_is_wrong_with_a_request_is_told_at_once(found: dict[str, Any]) -> None:
    invalid = found["invalid"]
    assert (invalid["code"], invalid["status"]) == ("INVALID_ARGUMENT", 400)
    assert invalid["reason"] == "ERROR_REASON_INVALID_FIELD"
    assert {each["field"] for each in invalid["violations"]} == {"document_id", "document.title"}
    assert all(each["description"] for each in invalid["violations"])


def test_refusals_have_their_reason_and_the_id_of_their_request(found: dict[str, Any], shoal: ShoalProcess) -> None:
    assert found["stale"]["reason"] == "ERROR_REASON_ETAG_MISMATCH"
    for name in ("missing", "missingStream"):
        assert (found[name]["code"], found[name]["status"]) == ("NOT_FOUND", 404)
        assert found[name]["reason"] == "ERROR_REASON_DOCUMENT_NOT_FOUND"
    ids = {found[name]["requestId"] for name in ("stale", "invalid", "missing", "missingStream")}
    assert len(ids) == 4
    assert all(len(each) == 32 for each in ids)
