"""Plugins of protoc: `protoc-gen-aiohttp-gateway` and `protoc-gen-openapi`.

Each reads a CodeGeneratorRequest from standard input and writes a CodeGeneratorResponse. They take any annotated proto
and know nothing of Shoal. How they are used: docs/gateway.md.
"""
