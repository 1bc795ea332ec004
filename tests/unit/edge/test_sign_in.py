"""Development sign-in is for this machine alone."""

from __future__ import annotations

import pytest

from edge.app import open_edge
from edge.settings import EdgeSettings
from mesh.channels import Channels
from mesh.identity import TokenSigner, TokenVerifier
from mesh.loopback import is_loopback


@pytest.mark.parametrize("host", ["localhost", "shoal.localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_names_of_this_machine_are_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "192.0.2.1", "::", "evil.example", "localhost.evil.example"])
def test_names_of_other_machines_are_not_taken_for_ours(host: str) -> None:
    assert not is_loopback(host)


async def test_an_edge_open_to_others_signs_nobody_in_by_name(signer: TokenSigner, verifier: TokenVerifier) -> None:
    opened = open_edge(
        EdgeSettings(host="0.0.0.0", port=0),
        verifier,
        channels=Channels(),
        development_signer=signer,
    )
    with pytest.raises(ValueError, match="loopback"):
        await opened.__aenter__()
