"""All contracts of this repository, as their generated code knows them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from google.protobuf.descriptor import FileDescriptor

ROOT = Path(__file__).resolve().parents[3]


def generated_contracts() -> list[FileDescriptor]:
    """Every file of gen/shoal, by name."""
    modules = sorted(path.relative_to(ROOT / "gen").with_suffix("") for path in (ROOT / "gen/shoal").rglob("*_pb2.py"))
    return [import_module(".".join(module.parts)).DESCRIPTOR for module in modules]
