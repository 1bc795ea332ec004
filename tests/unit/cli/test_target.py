"""Where a verb calls, and as whom: what the options say, and what the local instance says where they do not."""

import os
from pathlib import Path

import pytest

from cli.errors import Failed
from cli.instance import Address, DataDirectory
from cli.target import Target, find_target, full_name


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory whose instance listens on ports 81 and 82."""
    directory = DataDirectory(tmp_path)
    directory.signer(create=True)
    (tmp_path / "instance.json").write_text('{"url": "http://localhost:81", "grpc": "127.0.0.1:82", "pid": 1}')
    assert directory.address() == Address("http://localhost:81", "127.0.0.1:82", 1)
    return tmp_path


def found(data: Path, url: str | None = None, grpc_address: str | None = None, token: str | None = "t") -> Target:
    return find_target(url=url, grpc_address=grpc_address, token=token, data=data)


async def test_without_options_it_is_the_local_instance_and_oneself(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "ada")
    target = found(data, token=None)
    assert (target.url, target.grpc_address) == ("http://localhost:81", "127.0.0.1:82")
    directory = DataDirectory(data)
    assert (await directory.verifier(directory.signer()).verify(target.token)).subject == "ada"
    assert os.environ["LOGNAME"] == "ada"


@pytest.mark.parametrize(
    ("url", "grpc_address", "expected"),
    [
        ("http://localhost:81", None, ("http://localhost:81", "127.0.0.1:82")),
        ("http://127.0.0.1:81/", None, ("http://127.0.0.1:81", "127.0.0.1:82")),
        ("http://localhost:99", None, ("http://localhost:99", "localhost:50051")),
        ("https://shoal.example", None, ("https://shoal.example", "shoal.example:50051")),
        ("https://shoal.example", "mesh.example:1", ("https://shoal.example", "mesh.example:1")),
        (None, "127.0.0.1:5", ("http://localhost:81", "127.0.0.1:5")),
    ],
)
def test_options_say_where(data: Path, url: str | None, grpc_address: str | None, expected: tuple[str, str]) -> None:
    target = found(data, url, grpc_address)
    assert (target.url, target.grpc_address) == expected


def test_without_an_instance_and_options_there_is_nobody_to_call(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="shoal up"):
        found(tmp_path)
    assert found(tmp_path, grpc_address="mesh:1").url == "http://mesh:8080"


def test_a_name_may_be_short() -> None:
    assert full_name("notes") == full_name("documents/notes") == "documents/notes"
    for bad in ("", "Notes", "a/b", "documents/", "documents/a/b"):
        with pytest.raises(Failed, match="not the name of a document"):
            full_name(bad)
