"""Comments of the contracts: what stands above an rpc, a message or a field, word for word.

Owns the reading of the image that the generator packs beside the generated code. The descriptors that run have no
comments; the image is read when somebody asks for help, and never else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet

IMAGE = "contracts.binpb"
_MESSAGES, _SERVICES = 4, 6
"""Numbers of FileDescriptorProto's fields, which paths into a file consist of."""
_FIELDS, _NESTED = 2, 3
_METHODS = 2


def comment(full_name: str) -> str:
    """Return what the contract says of `package.Service.Method` or `package.Message.field`, on one line; empty when it
    says nothing."""
    return _comments().get(full_name, "")


@cache
def _comments() -> dict[str, str]:
    image = FileDescriptorSet.FromString(resources.files("shoal").joinpath(IMAGE).read_bytes())
    return {name: text for file in image.file for name, text in _of_file(file)}


def _of_file(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    said = {tuple(each.path): " ".join(each.leading_comments.split()) for each in file.source_code_info.location}
    for path, name in (*_messages(file.package, (_MESSAGES,), file.message_type), *_services(file)):
        if text := said.get(path):
            yield name, text


def _messages(
    scope: str, under: Sequence[int], messages: Iterable[DescriptorProto]
) -> Iterator[tuple[tuple[int, ...], str]]:
    for path, name, message in _numbered(scope, under, messages):
        yield path, name
        yield from ((at, field) for at, field, _ in _numbered(name, (*path, _FIELDS), message.field))
        yield from _messages(name, (*path, _NESTED), message.nested_type)


def _services(file: FileDescriptorProto) -> Iterator[tuple[tuple[int, ...], str]]:
    for path, name, service in _numbered(file.package, (_SERVICES,), file.service):
        yield from ((at, method) for at, method, _ in _numbered(name, (*path, _METHODS), service.method))


def _numbered(scope: str, under: Sequence[int], named: Iterable[Any]) -> Iterator[tuple[tuple[int, ...], str, Any]]:
    for number, each in enumerate(named):
        yield (*under, number), f"{scope}.{each.name}", each
