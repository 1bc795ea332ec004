"""docs/identity.md names every setting there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from cli.settings import ServiceIdentitySettings
from mesh.settings import ClaimSettings, IdentitySettings, IssuerSettings, TlsSettings

PAGE = (Path(__file__).parents[3] / "docs" / "identity.md").read_text()


def rows(heading: str) -> list[str]:
    """The first cells of the table that begins with `heading`."""
    table = PAGE.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


def test_the_table_of_settings_is_whole() -> None:
    named = [
        f"{kind.model_config['env_prefix']}{field.upper()}"
        for kind in (IdentitySettings, ServiceIdentitySettings, TlsSettings)
        for field in kind.model_fields
    ]
    assert sorted(rows("variable")) == sorted(named)


def test_the_table_of_an_entry_is_whole() -> None:
    assert rows("in an entry") == list(IssuerSettings.model_fields)
    told = PAGE.split("the names of ", 1)[1].split(";", 1)[0]
    assert re.findall(r"`(\w+)`", told) == list(ClaimSettings.model_fields)


def test_lines_are_no_longer_than_elsewhere() -> None:
    assert max(len(line) for line in PAGE.splitlines()) <= 126
