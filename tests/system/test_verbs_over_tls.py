"""Verbs reach a port that takes nobody without a certificate, by `--grpc grpcs://`, and say why where they do not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.servers import RunningShoal, shoal_mesh
from tests.integration.mesh.certificates import Authority
from tests.system.shoal import ROOT

TLS = ("SHOAL_TLS_CERT", "SHOAL_TLS_KEY", "SHOAL_TLS_CA", "SHOAL_TLS_REQUIRE_CLIENT")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours")


@pytest.fixture
def mesh(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningShoal]:
    service = authority.issue("service")
    for name, value in zip(TLS, (service.cert, service.key, authority.ca, "true"), strict=True):
        monkeypatch.setenv(name, str(value))
    with shoal_mesh() as running:
        for name in TLS:
            monkeypatch.delenv(name)
        yield running


def verb(mesh: RunningShoal, *arguments: str, address: str, **variables: str) -> subprocess.CompletedProcess[str]:
    where = ("--url", f"http://{mesh.edge}", "--grpc", address, "--token", mesh.token("ada"))
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments, *where], capture_output=True, text=True, cwd=ROOT, timeout=120,
        check=False, env={**os.environ, **variables},
    )  # fmt: skip


def test_call_and_the_other_verbs_come_in_with_a_certificate_and_only_with_one_that_is_believed(
    mesh: RunningShoal, authority: Authority, tmp_path: Path
) -> None:
    partner, stranger = authority.issue("partner"), Authority(tmp_path / "theirs")
    known = {
        "SHOAL_TLS_CA": str(authority.ca), "SHOAL_TLS_CERT": str(partner.cert), "SHOAL_TLS_KEY": str(partner.key),
    }  # fmt: skip
    sealed = f"grpcs://{mesh.documents}"
    create = ("call", "CreateDocument", "--document.title", "sealed", "--document_id", "sealed")
    made = verb(mesh, *create, address=sealed, **known)
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["document"]["name"] == "documents/sealed"
    shown = verb(mesh, "show", "sealed", address=sealed, **known)
    assert json.loads(shown.stdout)["title"] == "sealed"
    watched = verb(mesh, "call", "WatchDocument", "--name", "sealed", address=f"grpcs://{mesh.collab}", **known)
    assert "INVALID_ARGUMENT" in watched.stderr

    for refused, said in (
        (verb(mesh, "show", "sealed", address=sealed, **known | {"SHOAL_TLS_CA": str(stranger.ca)}), "believed"),
        (verb(mesh, *create, address=sealed, SHOAL_TLS_CA=str(authority.ca)), "believed"),
        (verb(mesh, *create, address=mesh.documents, **known), "no Shoal answers"),
        (verb(mesh, *create, address=sealed, **known | {"SHOAL_TLS_CA": "/nowhere/ca.pem"}), "cannot read /nowhere"),
        (verb(mesh, *create, address=sealed, SHOAL_TLS_CERT=known["SHOAL_TLS_CERT"]), "come together"),
    ):
        assert refused.returncode == 1
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr
