"""REST for gRPC services: serves google.api.http bindings on aiohttp, as grpc-gateway v2 does.

Owns the way from an HTTP request to an rpc and back; what protoc-gen-aiohttp-gateway writes is data for it. Knows
nothing of Shoal, so that it can be used alone: it imports nothing of this project. How it is used: docs/gateway.md.
"""
