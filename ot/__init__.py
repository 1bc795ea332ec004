"""The algebra of rich text: operations, documents, the laws between them, and the client's side of the protocol.

Standard library only; no I/O, no clock, no randomness, no protobuf. All lengths and positions are UTF-16 code
units. Behaves as quill-delta 5, operation by operation.
"""
