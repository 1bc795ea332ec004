"""Keys: which published keys may verify a token, and with which algorithms.

Owns the reading of JWK sets (RFC 7517) and the one allow-list of asymmetric algorithms. A key is used for what it is
published for and for nothing else; of a JWK only the public numbers are read, so that no header and no key can name a
place to fetch from.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog
from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from mesh.faults import TokenInvalid

_log = structlog.get_logger(__name__)
_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_FITTING: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("RSA", ""): _RSA,
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    # RFC 9864 gave the two kinds of EdDSA names of their own; providers use the old name and the new.
    ("OKP", "Ed25519"): ("EdDSA", "Ed25519"),
    ("OKP", "Ed448"): ("EdDSA", "Ed448"),
}
ALGORITHMS = (*_RSA, "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "Ed448")
"""All that may ever be believed: asymmetric, so that who verifies cannot sign."""
_MEMBERS = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x")}
_READERS: Mapping[str, Callable[[Any], Key]] = {
    "RSA": RSAKey.import_key,
    "EC": ECKey.import_key,
    "OKP": OKPKey.import_key,
}
_MIN_RSA_BITS = 2048
_MAX_MODULUS_CHARACTERS = 8192 // 6 + 4
_MAX_EXPONENT_CHARACTERS = 12
"""With larger numbers a single check costs what a thousand do."""
_MAX_KEYS = 64
_MAX_TRIED = 8
"""Keys tried for a token that names none."""


class KeysUnusable(ValueError):
    """A file of keys holds none that could verify a token."""


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key; `sign_for` is the only subject it speaks for, empty when any of its issuer's."""

    kid: str | None
    algorithms: frozenset[str]
    key: Key
    thumbprint: str
    sign_for: str = ""


class KeySource(Protocol):
    """Where the keys of an issuer come from."""

    @property
    def generation(self) -> int:
        """Grows when keys change."""
        ...

    def stands(self, generation: int) -> bool:
        """Whether what was verified by the keys of `generation` may be believed without a look at them."""
        ...

    async def find(self, kid: str | None, algorithm: str) -> Sequence[VerifyingKey]:
        """Return the keys that may have signed what names this key, or none, and this algorithm.

        Raises IdentityProviderUnavailable when that cannot be known now.
        """
        ...


class StaticKeys:
    """Keys that stay as they are, from a file or from next door."""

    generation = 0

    def __init__(self, keys: Iterable[VerifyingKey]) -> None:
        self.keys = tuple(keys)

    @classmethod
    def from_file(cls, path: Path, algorithms: Collection[str] = ALGORITHMS) -> StaticKeys:
        """Read a JWK set file. Raises OSError, JSONDecodeError, KeysUnusable."""
        listed = json.loads(path.read_text())
        try:
            keys = read_keys(listed, algorithms)
        except ValueError as error:
            raise KeysUnusable(f"{path}: {error}") from error
        if not keys:
            raise KeysUnusable(f"{path} holds no key that could verify a token")
        return cls(keys)

    def stands(self, generation: int) -> bool:
        """As KeySource says."""
        return True

    async def find(self, kid: str | None, algorithm: str) -> Sequence[VerifyingKey]:
        """As KeySource says."""
        return fitting(self.keys, kid, algorithm)


def fitting(keys: Iterable[VerifyingKey], kid: str | None, algorithm: str) -> list[VerifyingKey]:
    """Return the keys of this id, or all when none is named, that are for this algorithm; a few at most."""
    return [each for each in keys if algorithm in each.algorithms and (kid is None or each.kid == kid)][:_MAX_TRIED]


def read_keys(jwks: object, algorithms: Collection[str]) -> tuple[VerifyingKey, ...]:
    """Return the keys of a JWK set that may verify with one of `algorithms`; others are left out.

    A key that names its algorithm is for that alone, another for those of `algorithms` that fit its kind.
    Raises ValueError for what is no JWK set.
    """
    listed = jwks.get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(listed, list) or len(listed) > _MAX_KEYS:
        raise ValueError("not a JWK set")
    return tuple(key for each in listed if (key := _read(each, algorithms)) is not None)


def check_signature(token: str, key: VerifyingKey, algorithm: str) -> Mapping[str, Any] | None:
    """Return the claims of a token that `key` signed, None when it did not. Raises TokenInvalid for other shapes."""
    try:
        payload = jws.deserialize_compact(token, key.key, registry=_OneAlgorithm(algorithm)).payload
    except (JoseError, ValueError, TypeError):
        return None
    try:
        claims = json.loads(payload or b"")
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise TokenInvalid("the token holds no claims")
    return claims


class _OneAlgorithm(jws.JWSRegistry):
    """The library's registry, for one algorithm and headers as providers write them; what is critical stays refused."""

    max_header_length = 4096

    def __init__(self, algorithm: str) -> None:
        super().__init__(algorithms=[algorithm], strict_check_header=False)

    def get_alg(self, name: str) -> Any:
        """Return the algorithm, without the library's warning that EdDSA has a newer name."""
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError(f"Algorithm of '{name}' is not allowed")
        return self.algorithms[name]


def _read(jwk: object, allowed: Collection[str]) -> VerifyingKey | None:
    if not isinstance(jwk, Mapping) or not _is_for_verifying(jwk):
        return None
    algorithms, kid, sign_for = _algorithms_of(jwk, allowed), jwk.get("kid"), jwk.get("sub", "")
    if not algorithms or not isinstance(kid, str | None) or not isinstance(sign_for, str):
        return None
    try:
        key = _READERS[jwk["kty"]](_public_numbers(jwk))
        return VerifyingKey(kid, algorithms, key, key.thumbprint(), sign_for)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        _log.warning("a key of a set cannot be used", kid=str(kid)[:64], error=type(error).__name__)
        return None


def _is_for_verifying(jwk: Mapping[str, Any]) -> bool:
    operations = jwk.get("key_ops")
    return jwk.get("use", "sig") == "sig" and (
        operations is None or (isinstance(operations, list) and "verify" in operations)
    )


def _algorithms_of(jwk: Mapping[str, Any], allowed: Collection[str]) -> frozenset[str]:
    kty, curve, named = jwk.get("kty"), jwk.get("crv", ""), jwk.get("alg")
    if not isinstance(kty, str) or not isinstance(curve, str):
        return frozenset()
    fitting_kind = _FITTING.get((kty, "" if kty == "RSA" else curve), ())
    if named is not None and named not in fitting_kind:
        return frozenset()
    if kty == "OKP":
        # The two names of one algorithm are one.
        return frozenset(fitting_kind) if any(each in allowed for each in fitting_kind) else frozenset()
    return frozenset(each for each in fitting_kind if each in allowed and named in (None, each))


def _public_numbers(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """Return the public members alone. Raises ValueError for an RSA key of a size that is not for us."""
    if jwk["kty"] == "RSA":
        if len(jwk["n"]) > _MAX_MODULUS_CHARACTERS or len(jwk["e"]) > _MAX_EXPONENT_CHARACTERS:
            raise ValueError("an RSA key this large is not used")
        if int.from_bytes(urlsafe_b64decode(jwk["n"] + "==")).bit_length() < _MIN_RSA_BITS:
            raise ValueError("an RSA key this small is not used")
    return {name: jwk[name] for name in _MEMBERS[jwk["kty"]]}
