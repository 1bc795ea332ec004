"""All contracts of this repository: as their generated code knows them, and as the baseline does."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet

ROOT = Path(__file__).resolve().parents[3]


def generated_contracts() -> list[FileDescriptor]:
    """Every file of gen/shoal, by name."""
    modules = sorted(path.relative_to(ROOT / "gen").with_suffix("") for path in (ROOT / "gen/shoal").rglob("*_pb2.py"))
    return [import_module(".".join(module.parts)).DESCRIPTOR for module in modules]


def current() -> FileDescriptorSet:
    """The contracts as they are generated."""
    image = FileDescriptorSet()
    for contract in generated_contracts():
        contract.CopyToProto(image.file.add())
    return image


def baseline() -> FileDescriptorSet:
    """The contracts that partners were promised."""
    generated_contracts()  # Whose options are then known.
    return FileDescriptorSet.FromString((ROOT / "proto" / "baseline.binpb").read_bytes())
