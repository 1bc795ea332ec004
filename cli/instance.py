"""The data directory of a local instance: its key, its lock, and where it can be reached.

Owns the names of the files in it, except what PostgreSQL keeps there. One `shoal up` at a time holds the lock; the
kernel lets it go when that process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from cli.errors import Failed
from mesh.identity import TokenSigner, TokenVerifier

DEFAULT_DATA = Path(".shoal")

# The same for all local instances, since what tells them apart is the key; equal to what mesh.settings.IdentitySettings
# believes by default, so that `shoal serve` believes them too. Not read from there: that import takes half a second.
ISSUER, AUDIENCE = "https://shoal.localhost", "shoal"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running instance listens: `url` of the edge, `grpc` as host:port, and the process that is it."""

    url: str
    grpc: str
    pid: int

    @classmethod
    def of(cls, url: str, grpc: str) -> Address:
        """Return the address of this process."""
        return cls(url, grpc, os.getpid())


class DataDirectory:
    """What `shoal up` keeps at `path`, and what the other verbs find there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def key_path(self) -> Path:
        """The private key that signs this instance's tokens; readable by its owner alone."""
        return self.path / "keys" / "token-key.json"

    @property
    def _address_path(self) -> Path:
        return self.path / "instance.json"

    def make(self) -> None:
        """Create the directory. Raises Failed when that is not possible."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Failed(f"cannot use {self.path} as the data directory: {error.strerror}") from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the one instance on this data. Raises Failed when another one is."""
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Failed(f"another Shoal is running on {self.path}{self._who()}") from None
            yield
        finally:
            os.close(descriptor)

    def signer(self, *, create: bool = False) -> TokenSigner:
        """Return what signs tokens for this instance. Raises Failed when there is no key and none is to be made."""
        if not create and not self.key_path.exists():
            raise Failed(f"{self.path} holds no Shoal data; run `shoal up`, or give --data, or --url and --token")
        try:
            return TokenSigner.open(self.key_path, issuer=ISSUER, audience=AUDIENCE)
        except (OSError, ValueError) as error:
            raise Failed(f"cannot read the key {self.key_path}: {error}") from error

    def verifier(self, signer: TokenSigner) -> TokenVerifier:
        """Return what verifies the tokens of this instance."""
        return TokenVerifier.for_development(signer.public_keys(), issuer=ISSUER, audience=AUDIENCE)

    @contextmanager
    def published(self, address: Address) -> Iterator[None]:
        """Let the other verbs find this instance while the block runs."""
        made = self._address_path.with_suffix(".new")
        made.write_text(json.dumps(asdict(address)) + "\n")
        made.rename(self._address_path)
        try:
            yield
        finally:
            self._address_path.unlink(missing_ok=True)

    def address(self) -> Address | None:
        """Return where the instance on this data listens, None when nothing says so."""
        try:
            return Address(**json.loads(self._address_path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def _who(self) -> str:
        address = self.address()
        return f" (process {address.pid}, {address.url})" if address else ""
