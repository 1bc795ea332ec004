"""Keys for services and issuers: written for their owner alone, and believed by what their public half is put into."""

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import KeySet
from typer.testing import CliRunner, Result

from cli.errors import Failed
from cli.main import command_line
from mesh.identity import ALGORITHMS, Issuer, StaticKeys, TokenVerifier
from mesh.identity.keys import read_keys


def shoal(*arguments: str) -> Result:
    return CliRunner().invoke(command_line([arguments[0]]), arguments)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def entry(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_key_is_its_owners_alone_and_only_its_public_half_is_printed(folder: Path) -> None:
    printed = entry(shoal("key", "create", "services/edge"))
    assert stat.S_IMODE((folder / "edge.json").stat().st_mode) == 0o600
    private = json.loads((folder / "edge.json").read_text())
    assert "d" in private
    assert "d" not in printed
    assert (printed["sub"], printed["x"], printed["kid"]) == ("services/edge", private["x"], private["kid"])
    [read] = read_keys({"keys": [printed]}, ALGORITHMS)
    assert read.sign_for == "services/edge"


def test_keys_are_gathered_in_a_set_that_never_holds_a_private_one(folder: Path) -> None:
    for name in ("services/edge", "services/collab", "partner"):
        entry(shoal("key", "create", name, "--into", "keys.json"))
    keys = json.loads((folder / "keys.json").read_text())["keys"]
    assert [each.get("sub") for each in keys] == ["services/edge", "services/collab", None]
    assert len(StaticKeys.from_file(folder / "keys.json").keys) == 3
    listed = [json.loads(line) for line in shoal("key", "list", "keys.json", "edge.json").stdout.splitlines()]
    assert [(each["kid"], each["private"]) for each in listed] == [
        *((each["kid"], False) for each in keys), (keys[0]["kid"], True),
    ]  # fmt: skip
    refused = shoal("key", "create", "services/ai", "--into", "edge.json")
    assert isinstance(refused.exception, Failed)
    assert not (folder / "ai.json").exists()


def test_a_key_that_is_there_is_left_as_it_is(folder: Path) -> None:
    entry(shoal("key", "create", "partner"))
    before = (folder / "partner.json").read_bytes()
    assert isinstance(shoal("key", "create", "partner").exception, Failed)
    assert (folder / "partner.json").read_bytes() == before


@pytest.mark.parametrize("name", ["services/none", "services/", "", "a b", "../up"])
def test_a_name_is_a_word_or_a_service(name: str, folder: Path) -> None:
    assert shoal("key", "create", name).exit_code == 2
    assert not list(folder.iterdir())


def test_a_token_signed_with_it_is_believed_by_who_has_its_public_half() -> None:
    public = entry(shoal("key", "create", "partner"))
    said = ("--issuer", "https://partner.example", "--audience", "shoal", "--subject", "sync")
    token = shoal("token", "--key", "partner.json", *said).stdout.strip()
    keys = StaticKeys(read_keys(KeySet.import_key_set({"keys": [public]}).as_dict(private=False), ALGORITHMS))
    verifier = TokenVerifier([Issuer("https://partner.example", "shoal", keys, "partner:")])
    assert asyncio.run(verifier.verify(token)).subject == "partner:sync"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": []}', '{"kty": "OKP", "crv": "Ed25519", "x": "AA"}'])
def test_a_file_that_is_no_private_key_signs_nothing(text: str, folder: Path) -> None:
    (folder / "key.json").write_text(text)
    assert isinstance(shoal("token", "--key", "key.json").exception, Failed)
    assert isinstance(shoal("token", "--key", "nowhere.json").exception, Failed)
