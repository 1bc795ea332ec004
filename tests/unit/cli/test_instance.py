"""The data directory of a local instance."""

import os
from pathlib import Path

import pytest

from cli.errors import Failed
from cli.instance import AUDIENCE, ISSUER, Address, DataDirectory
from mesh.settings import IdentitySettings


def test_local_tokens_are_believed_by_services_with_default_settings() -> None:
    assert IdentitySettings.model_fields["issuer"].default == ISSUER
    assert IdentitySettings.model_fields["audience"].default == AUDIENCE


def test_one_holds_the_lock_and_the_next_is_told_who(tmp_path: Path) -> None:
    first, second = DataDirectory(tmp_path), DataDirectory(tmp_path)
    with first.locked(), first.published(Address.of("http://localhost:1", "127.0.0.1:2")):
        with pytest.raises(Failed, match=rf"process {os.getpid()}, http://localhost:1"), second.locked():
            pass
        assert second.address() == Address("http://localhost:1", "127.0.0.1:2", os.getpid())
    with second.locked():
        assert second.address() is None


def test_an_address_left_behind_that_is_garbage_is_none(tmp_path: Path) -> None:
    (tmp_path / "instance.json").write_text("{}")
    assert DataDirectory(tmp_path).address() is None


async def test_no_key_is_made_where_none_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="holds no Shoal data"):
        DataDirectory(tmp_path).signer()
    assert not list(tmp_path.iterdir())
    token = DataDirectory(tmp_path).signer(create=True).sign("users/ada", lifetime_s=60)
    directory = DataDirectory(tmp_path)
    assert (await directory.verifier(directory.signer()).verify(token)).subject == "users/ada"
