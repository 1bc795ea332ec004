"""Who one is at a terminal: `--as` signs as whom the page would sign in by that name."""

from __future__ import annotations

import base64
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.acting import named, with_as, with_target
from cli.instance import DEFAULT_DATA, DataDirectory
from cli.main import _VERBS, command_line
from cli.target import DataOption, Target, TokenOption


def claims_in(token: str | None) -> dict[str, Any]:
    """What a token says, unverified: that the key is the directory's is the verifier's matter."""
    assert token is not None
    body = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert isinstance(claims, dict)
    return claims


def subject(token: str | None) -> str:
    return str(claims_in(token)["sub"])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    DataDirectory(tmp_path).signer(create=True)
    return tmp_path


def old_verb(name: str, *, token: TokenOption = None, data: DataOption = DEFAULT_DATA) -> str | None:
    return token


def test_a_verb_with_a_token_takes_a_name_instead(data: Path) -> None:
    verb: Any = with_as(old_verb)
    assert subject(verb(name="x", token=None, data=data, acting_as="Ada Lovelace")) == "users/ada-lovelace"
    assert verb(name="x", token="t", data=data, acting_as=None) == "t"
    assert verb(name="x", token=None, data=data, acting_as=None) is None
    with pytest.raises(typer.BadParameter, match="choose one of --as and --token"):
        verb(name="x", token="t", data=data, acting_as="Ada")


def test_a_verb_without_a_token_is_left_as_it_is() -> None:
    def up(data: DataOption = DEFAULT_DATA) -> None: ...

    assert with_as(up) is up


def test_a_verb_is_handed_its_target_whole(data: Path) -> None:
    seen: list[tuple[str, Target]] = []
    app = typer.Typer()

    def verb(name: str, *, target: Target) -> None:
        seen.append((name, target))

    app.command()(with_target(verb))
    ran = CliRunner().invoke(app, ["x", "--grpc", "127.0.0.1:7", "--as", "Bob", "--data", str(data)])
    assert ran.exit_code == 0, ran.output
    [(name, target)] = seen
    assert (name, target.grpc_address, subject(target.token)) == ("x", "127.0.0.1:7", "users/bob")
    assert "target" not in inspect.signature(with_target(verb)).parameters


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada", "users/ada"),
        ("Ada Lovelace", "users/ada-lovelace"),
        ("Zoë  O'Neill-Šimić", "users/zoe-o-neill-simic"),
        ("-- 7 --", "users/7"),
        ("李", "users/e69d8e"),
    ],
)
def test_a_name_is_always_the_same_person(name: str, expected: str) -> None:
    assert named(name) == expected


@pytest.mark.parametrize("name", ["", " ", " Ada", "Ada\n", "x" * 61])
def test_what_the_page_would_not_take_is_no_name(name: str) -> None:
    with pytest.raises(typer.BadParameter, match="1 to 60 printable characters"):
        named(name)


def test_a_token_carries_the_claims_that_are_asked_for(data: Path) -> None:
    asked = [
        "token",
        "--as",
        "Bob",
        "--email",
        "bob@example.com",
        "--group",
        "a",
        "--group",
        "b",
        "--organization",
        "o",
    ]
    ran = CliRunner().invoke(command_line(["token"]), [*asked, "--data", str(data)])
    assert ran.exit_code == 0, ran.output
    claims = claims_in(ran.output)
    assert {key: claims[key] for key in ("sub", "name", "email", "email_verified", "groups", "organizations")} == {
        "sub": "users/bob", "name": "Bob", "email": "bob@example.com", "email_verified": True,
        "groups": ["a", "b"], "organizations": ["o"],
    }  # fmt: skip


def test_a_token_for_nobody_in_particular_is_ones_own(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ada")
    ran = CliRunner().invoke(command_line(["token"]), ["token", "--data", str(data)])
    assert subject(ran.output) == "ada"


def verbs_of(command: Any, path: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every verb, in groups too, with its options."""
    for name, each in getattr(command, "commands", {}).items():
        yield from verbs_of(each, f"{path} {name}".strip())
    if not hasattr(command, "commands"):
        yield path, {option for parameter in command.params for option in parameter.opts}


def test_every_verb_that_speaks_for_somebody_can_speak_for_anybody_here() -> None:
    verbs = dict(verbs_of(typer.main.get_command(command_line(_VERBS))))
    assert {"cat", "project create", "org groups list"} <= verbs.keys()
    assert [verb for verb, options in verbs.items() if "--token" in options and "--as" not in options] == []
    assert "--as" not in verbs["up"]
