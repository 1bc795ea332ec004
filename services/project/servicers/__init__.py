"""The gRPC faces of the project service, one a service of the contract: parse, one use case, convert.

Permissions, deadlines and faults are the interceptor's. Contract: proto/shoal/project/v1.
"""
