"""REST for shoal/type/v1/operation.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders

from shoal.type.v1 import operation_pb2


def encode_operation(m: operation_pb2.Operation) -> dict[str, Any]:
    return {
        "components": [encode_component(each) for each in m.components],
    }


def encode_component(m: operation_pb2.Component) -> dict[str, Any]:
    out: dict[str, Any] = {
        "attributes": {key: encoders.value(value) for key, value in m.attributes.items()},
    }
    if m.HasField("retain"):
        out["retain"] = m.retain
    elif m.HasField("insert"):
        out["insert"] = m.insert
    elif m.HasField("delete"):
        out["delete"] = m.delete
    elif m.HasField("embed"):
        out["embed"] = encode_embed(m.embed)
    return out


def encode_embed(m: operation_pb2.Embed) -> dict[str, Any]:
    return {
        "type": m.type,
        "value": encoders.value(m.value) if m.HasField("value") else None,
    }


def encode_content(m: operation_pb2.Content) -> dict[str, Any]:
    return {
        "components": [encode_component(each) for each in m.components],
    }


def encode_selection(m: operation_pb2.Selection) -> dict[str, Any]:
    return {
        "anchor": m.anchor,
        "head": m.head,
    }


def encode_provenance(m: operation_pb2.Provenance) -> dict[str, Any]:
    return {
        "agent": m.agent,
    }


def encode_committed_operation(m: operation_pb2.CommittedOperation) -> dict[str, Any]:
    return {
        "revision": str(m.revision),
        "site": m.site,
        "siteSequence": str(m.site_sequence),
        "author": m.author,
        "operation": encode_operation(m.operation) if m.HasField("operation") else None,
        "provenance": encode_provenance(m.provenance) if m.HasField("provenance") else None,
        "baseRevision": str(m.base_revision),
        "commitTime": encoders.timestamp(m.commit_time) if m.HasField("commit_time") else None,
    }
