"""Gateway: an aiohttp handler that answers the requests of bindings by calling their rpcs.

Owns the way of a request: binding, around_call, rpc, answer; and that nothing but an answer or an error that is told
comes of it. How each part is done is told beside: `router`, `rule`, `unary`, `streaming`, `websocket`, `refusal`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from typing import Any

import aiohttp
import grpc
from aiohttp import web

from edge.gateway import forms, healthz, metadata, streaming, unary, websocket
from edge.gateway.answers import answer_error
from edge.gateway.binding import Binding, Method
from edge.gateway.errors import GatewayError, MethodNotAllowed
from edge.gateway.exchange import Exchange, read_body
from edge.gateway.leaving import CancelledWhenTheClientLeaves
from edge.gateway.marshal import Marshaler, Marshalers, media_type
from edge.gateway.options import GatewayOptions
from edge.gateway.router import Match, Router
from edge.gateway.rule import Rule

__all__ = ["Gateway", "GatewayOptions"]

ChannelOf = Callable[[str], grpc.aio.Channel]
"""Takes a service's full name, `package.Service`; asked once for each rpc."""

_CLIENT_LEFT = 499


class Gateway:
    """REST for the services behind `channels`: one channel for all, or a function from a service's name to its own.

    Use: `gateway.add(module.BINDINGS)`, then `app.add_routes(gateway.routes())`, last of all routes, since it takes
    every path; or call `gateway.handle` from a handler of your own. Channels are the caller's to close.
    """

    def __init__(self, channels: grpc.aio.Channel | ChannelOf, options: GatewayOptions | None = None) -> None:
        self._channels = channels
        self._options = options or GatewayOptions()
        self._marshalers = Marshalers(self._options.marshal, self._options.marshalers)
        self._incoming = metadata.Incoming(self._options.incoming_header, self._options.denied_metadata)
        self._router = Router(self._options.unescaping)
        self._rules: dict[int, Rule] = {}
        self._rpcs: dict[str, Any] = {}
        if self._options.healthz_path is not None:
            self.add([healthz.binding(self._options.healthz_path)])

    def add(self, bindings: Iterable[Binding]) -> None:
        """Serve `bindings` too; of several that fit a request, the one added last. Raises TemplateError."""
        options = self._options
        for binding in bindings:
            rule = Rule(binding, patch_masks=options.patch_masks, separator=options.repeated_path_param_separator)
            self._router.add(binding)
            self._rules[id(binding)] = rule  # the router keeps the binding, so its id is nobody else's

    def routes(self) -> list[web.RouteDef]:
        """Return the one route that takes every method and path."""
        return [web.route("*", "/{path:(?s:.*)}", self.handle)]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer `request`. Raises only what `around_call` raises and `answer_error` leaves."""
        try:
            return await self._serve(request)
        except (ConnectionError, aiohttp.ClientConnectionError):
            return web.Response(status=_CLIENT_LEFT)
        except web.HTTPException:
            raise
        except Exception as error:
            return await self._refuse(request, error)

    async def _refuse(self, request: web.Request, error: Exception) -> web.StreamResponse:
        if self._options.answer_error is not None:
            answer = self._options.answer_error(request, error)
            if answer is not None:
                return answer
        if isinstance(error, GatewayError | grpc.aio.AioRpcError):
            return await answer_error(request, self._options, error, self._marshalers_of(request)[1])
        raise error

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        upgrade = request if self._options.websockets and websocket.is_upgrade(request) else None
        if upgrade is not None:
            request = websocket.admit(upgrade, self._options)
        match, form = await self._match(request)
        rule = self._rules[id(match.binding)]
        around = self._options.around_call
        if rule.method is healthz.CHECK:
            return await healthz.serve(self._exchange(request, rule, match, form, ()))
        with CancelledWhenTheClientLeaves(request):
            async with nullcontext(()) if around is None else around(request, rule.method) as more:
                exchange = self._exchange(request, rule, match, form, more)
                if upgrade is not None:
                    return await websocket.serve(exchange, upgrade)
                if rule.method.server_streaming:
                    return await streaming.serve(exchange)
                return await unary.serve(exchange)

    async def _match(self, request: web.Request) -> tuple[Match, Sequence[tuple[str, str]]]:
        """Return the binding, and the parameters that a form has instead of a query."""
        path, verb = request.rel_url.raw_path, request.method
        is_form = verb == "POST" and media_type(request.headers.get("Content-Type", "")) == forms.MEDIA_TYPE
        if not (is_form and self._options.allow_form_method_override):
            return self._router.match(verb, path), ()
        verb = request.headers.get("X-HTTP-Method-Override", verb).upper()
        try:
            match = self._router.match(verb, path)
        except MethodNotAllowed:
            verb, match = "GET", self._router.match("GET", path)
        if verb == "POST":
            return match, ()
        body = await read_body(request, self._options.max_body_bytes)
        return match, forms.pairs_of(body)

    def _exchange(
        self,
        request: web.Request,
        rule: Rule,
        match: Match,
        form: Sequence[tuple[str, str]],
        more: Sequence[tuple[str, str | bytes]],
    ) -> Exchange:
        options = self._options
        inbound, outbound = self._marshalers_of(request)
        if rule.method.server_streaming and not outbound.streams:
            outbound = self._marshalers.default
        pairs = self._incoming.read(request.headers, request.host, request.remote)
        said = {key for key, _ in more}
        asked_s = metadata.timeout_s(request.headers)
        if asked_s is None:
            asked_s = options.default_stream_timeout_s if rule.method.server_streaming else options.default_timeout_s
        elif options.max_timeout_s is not None:
            asked_s = min(asked_s, options.max_timeout_s)
        return Exchange(
            request=request,
            options=options,
            rule=rule,
            captured=match.captured,
            pairs=[*request.rel_url.query.items(), *form] if request.rel_url.raw_query_string or form else (),
            inbound=inbound,
            outbound=outbound,
            metadata=[pair for pair in pairs if pair[0] not in said] + list(more),
            timeout_s=asked_s,
            rpc=self._rpc(rule.method),
        )

    def _marshalers_of(self, request: web.Request) -> tuple[Marshaler, Marshaler]:
        headers = request.headers
        inbound = self._marshalers.for_body(headers.get("Content-Type", ""))
        return inbound, self._marshalers.for_answer(headers.get("Accept", ""), inbound)

    def _rpc(self, method: Method) -> Any:
        rpc = self._rpcs.get(method.path)
        if rpc is None:
            channel = self._channels
            if not isinstance(channel, grpc.aio.Channel):
                channel = channel(method.path[1:].rpartition("/")[0])
            kind = f"{_ARITY[method.client_streaming]}_{_ARITY[method.server_streaming]}"
            rpc = self._rpcs[method.path] = getattr(channel, kind)(
                method.path,
                request_serializer=method.request.SerializeToString,
                response_deserializer=method.response.FromString,
            )
        return rpc


_ARITY = {False: "unary", True: "stream"}
