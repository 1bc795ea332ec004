"""TLS between services: certificates from files into gRPC's credentials.

Owns the reading; a certificate that is replaced on disk is used from the next connection on, without a restart.
"""

from __future__ import annotations

from pathlib import Path

import grpc
import structlog

from mesh.settings import TlsSettings

_log = structlog.get_logger(__name__)


def server_credentials(settings: TlsSettings) -> grpc.ServerCredentials | None:
    """Return what a gRPC port proves itself with, None for a plain one. Raises OSError for a file that is not there."""
    if settings.cert is None or settings.key is None:
        return None
    files = _ServerFiles(settings.cert, settings.key, settings.ca)
    return grpc.dynamic_ssl_server_credentials(
        files.read(),
        files.changed,  # type: ignore[arg-type]  # None stands for "as before", which the stubs do not know
        settings.require_client,
    )


def channel_credentials(settings: TlsSettings) -> grpc.ChannelCredentials | None:
    """Return what a channel proves itself with and whom it believes, None for a plain one. Raises OSError."""
    if settings.ca is None and settings.cert is None:
        return None
    return grpc.ssl_channel_credentials(
        root_certificates=settings.ca.read_bytes() if settings.ca else None,
        private_key=settings.key.read_bytes() if settings.key else None,
        certificate_chain=settings.cert.read_bytes() if settings.cert else None,
    )


class _ServerFiles:
    """A server's three files, looked at whenever somebody connects: on a thread of gRPC's, and so without a lock."""

    def __init__(self, cert: Path, key: Path, ca: Path | None) -> None:
        self._cert, self._key, self._ca = cert, key, ca
        self._seen = self._stamps()

    def read(self) -> grpc.ServerCertificateConfiguration:
        """Return what is in them. Raises OSError."""
        return grpc.ssl_server_certificate_configuration(
            [(self._key.read_bytes(), self._cert.read_bytes())],
            root_certificates=self._ca.read_bytes() if self._ca else None,
        )

    def changed(self) -> grpc.ServerCertificateConfiguration | None:
        """Return what is in them if that is not what was, None else; files half replaced are left for the next time."""
        try:
            stamps = self._stamps()
            if stamps == self._seen:
                return None
            configuration = self.read()
        except OSError as error:
            _log.warning("a certificate cannot be read; the one before stays", error=str(error))
            return None
        self._seen = stamps
        return configuration

    def _stamps(self) -> list[int]:
        return [each.stat().st_mtime_ns for each in (self._cert, self._key, self._ca) if each is not None]
