"""Close codes of our own, after HTTP's: 4000 + a status. The rest are RFC 6455's, from aiohttp.WSCloseCode."""

from __future__ import annotations

from typing import Final

BAD_MESSAGE: Final = 4400
UNAUTHENTICATED: Final = 4401
FORBIDDEN: Final = 4403
TOO_SLOW: Final = 4410
TOO_MANY: Final = 4413
DRAINING: Final = 4503
