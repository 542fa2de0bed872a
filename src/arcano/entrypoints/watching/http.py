"""The door of the figures: `GET /metrics`, for whoever has their token, or asks from this machine.

It asks for no account: what scrapes has none. With neither of the two settings it is not there.
"""

import hmac
from ipaddress import ip_address
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from arcano.identity import open_to_all
from arcano.platform.errors import NotFoundError
from arcano.platform.telemetry.errors import NoMetricsError
from arcano.platform.telemetry.settings import MetricsSettings

if TYPE_CHECKING:
    from arcano.entrypoints.watching.metrics import Metrics

router = APIRouter(tags=["health"], dependencies=[open_to_all])

TEXT = "text/plain; version=0.0.4; charset=utf-8"
_PASSED_ON = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"})


class MetricsDoor:
    """Put at `app.state.metrics_door` by the wiring. `metrics` None: nobody may ask."""

    def __init__(self, settings: MetricsSettings, metrics: "Metrics | None") -> None:
        token = settings.token
        self._token = None if token is None else token.get_secret_value().encode()
        self._from_here = settings.from_this_machine
        self._metrics = metrics

    async def page_for(self, request: Request) -> bytes:
        """The page, if this request may have it.

        Raises:
            NotFoundError: There is none, or not from there.
            NoMetricsError: There is, with a token.
        """
        if self._metrics is None:
            raise NotFoundError("There are no metrics here. `metrics.token` switches them on.")
        if not (self._from_here and _is_from_here(request)):
            self._expect_token(request)
        return await self._metrics.page()

    def _expect_token(self, request: Request) -> None:
        if self._token is None:
            raise NotFoundError("Metrics are for this machine alone.")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = token.strip().encode()
        if scheme.lower() != "bearer" or not hmac.compare_digest(given, self._token):
            raise NoMetricsError("Send the token of the metrics: `Authorization: Bearer …`.")


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def show_metrics(request: Request) -> Response:
    """How the server does, for Prometheus. It has a token of its own: `metrics.token` of the settings."""
    door: MetricsDoor = request.app.state.metrics_door
    page = await door.page_for(request)
    return Response(page, media_type=TEXT, headers={"Cache-Control": "no-store"})


def _is_from_here(request: Request) -> bool:
    """From this machine, and not from a proxy on it that asks for somebody else."""
    if request.client is None or not _PASSED_ON.isdisjoint(request.headers.keys()):
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    # ast-grep-ignore: own-address-table - loopback is the one row in which Python's table has no hole
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
