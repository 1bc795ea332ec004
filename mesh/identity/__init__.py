"""Identity: who calls, proven by signed tokens, of people by their identity providers' and of services by their own.

Owns verification, the key sets it rests on, and, for development and between services, signing. The verified caller
travels in a context variable; nobody reads a claim anywhere else. Tokens are never logged. What talks to providers over
HTTP stands in `mesh.identity.opening`, apart: a verb that only signs need not load it.
"""

from mesh.identity.caller import SERVICE_AUDIENCE, Identity, act_as, acting_as, bearer, current_identity
from mesh.identity.claims import ClaimNames
from mesh.identity.keys import ALGORITHMS, KeySource, KeysUnusable, StaticKeys, VerifyingKey
from mesh.identity.signer import OwnToken, TokenSigner
from mesh.identity.verifier import Issuer, IssuersNotApart, Services, TokenVerifier

__all__ = [
    "ALGORITHMS",
    "SERVICE_AUDIENCE",
    "ClaimNames",
    "Identity",
    "Issuer",
    "IssuersNotApart",
    "KeySource",
    "KeysUnusable",
    "OwnToken",
    "Services",
    "StaticKeys",
    "TokenSigner",
    "TokenVerifier",
    "VerifyingKey",
    "act_as",
    "acting_as",
    "bearer",
    "current_identity",
]
