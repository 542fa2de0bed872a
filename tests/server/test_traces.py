"""Traces: one tree of spans for each turn or request, from the door over the line to the provider's first word."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest
from tests.support.collector import Collector, Seen, a_collector
from tests.support.house import a_house
from tests.support.server import CANARY_KEY, Server
from tests.support.upstream import MODEL, Call, Upstream
from tests.support.visitor import EMAIL, Visitor

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NOT_WANTED = CALLER[:-2] + "00"
ROUTE = orjson.dumps([{"name": "both", "targets": [{"model": MODEL}, {"model": "other"}]}]).decode()


@asynccontextmanager
async def traced(
    upstream: Upstream, folder: Path, **settings: str
) -> AsyncGenerator[tuple[Collector, Server, Visitor]]:
    async with a_collector() as collector:
        known = {"ARCANO_TRACES__ENDPOINT": collector.endpoint, "OPENAI_API_KEY": CANARY_KEY}
        async with a_house(upstream, folder, settings={**known, **settings}) as (server, visitor):
            yield collector, server, visitor


def named(spans: Sequence[Seen], name: str) -> Seen:
    (span,) = [span for span in spans if span.name == name]
    return span


async def by_a_program(
    server: Server, visitor: Visitor, question: str, headers: Mapping[str, str], model: str = MODEL
) -> int:
    made = await visitor.post("/api/keys", {"name": "Program", "doors": ["openai"]})
    body = {"model": model, "messages": [{"role": "user", "content": question}], "stream": True}
    sent = {"Authorization": f"Bearer {made.body['key']}", **headers}
    async with visitor.http.post(
        server.url + "/v1/chat/completions", json=body, headers=sent
    ) as answer:
        await answer.read()
        return answer.status


async def test_a_turn_is_one_tree_from_the_door_to_the_first_word(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with traced(upstream, tmp_path / "data") as (collector, _, visitor):
        turn = await visitor.ask("trace me")
        await visitor.hear_out(turn)
        spans = await collector.until(lambda spans: any(span.name == "turn" for span in spans))

    root, line, asked = (named(spans, name) for name in ("turn", "queue", f"chat {MODEL}"))
    assert (root.parent_id, line.parent_id, asked.parent_id) == ("", root.id, root.id)
    assert len({span.trace_id for span in spans}) == 1
    assert root.began <= line.began <= line.ended <= asked.began <= asked.ended <= root.ended
    ((event, at),) = asked.events
    assert event == "first token"
    assert asked.began <= at <= asked.ended
    assert root.told["arcano.turn.id"] == turn.id
    assert root.told["arcano.door"] == "page"
    assert asked.told["gen_ai.usage.output_tokens"] == 3
    assert (root.kind, line.kind, asked.kind) == (2, 1, 3)


async def test_a_target_that_fails_and_the_one_after_it_hang_below_the_same_request(
    upstream: Upstream, tmp_path: Path
) -> None:
    async def refuse_the_first(call: Call) -> None:
        if call.body["model"] == MODEL:
            await call.refuse(500, {"error": {"message": "Broken."}})
        else:
            await upstream.otherwise(call)

    upstream.when_asked("who else", refuse_the_first)
    async with traced(upstream, tmp_path / "data", ARCANO_INFERENCE__ROUTES=ROUTE) as (
        collector,
        server,
        visitor,
    ):
        assert await by_a_program(server, visitor, "who else", {}, model="both") == 200
        spans = await collector.until(lambda spans: any(span.name == "request" for span in spans))

    root, first, second = (
        named(spans, name) for name in ("request", f"chat {MODEL}", "chat other")
    )
    assert [span.name for span in spans].count("queue") == 2
    assert first.failed
    assert first.told["error.type"] == "provider-error"
    assert not second.failed
    assert not root.failed
    assert [name for name, _ in root.events] == ["target switched"]
    assert {first.parent_id, second.parent_id} == {root.id}
    assert root.told["arcano.door"] == "openai"


async def test_a_callers_trace_is_continued_and_providers_are_told_only_where_the_settings_say_so(
    upstream: Upstream, tmp_path: Path
) -> None:
    told: dict[bool, str | None] = {}
    parents: set[str] = set()
    for to_providers in (False, True):
        question = f"is the provider told {to_providers}"
        settings = {"ARCANO_TRACES__TO_PROVIDERS": str(to_providers)}
        async with traced(upstream, tmp_path / str(to_providers), **settings) as (
            collector,
            server,
            visitor,
        ):
            await by_a_program(server, visitor, question, {"traceparent": CALLER})
            spans = await collector.until(
                lambda spans: any(span.name == "request" for span in spans)
            )
        told[to_providers] = (await upstream.call_about(question)).headers.get("traceparent")
        assert {span.trace_id for span in spans} == {CALLER.split("-")[1]}
        parents.add(named(spans, "request").parent_id)
        attempt = named(spans, f"chat {MODEL}").id

    assert parents == {CALLER.split("-")[2]}
    assert told == {False: None, True: f"00-{CALLER.split('-')[1]}-{attempt}-01"}


@pytest.mark.parametrize("sent", [NOT_WANTED, None], ids=["a caller that wants none", "share 0"])
async def test_what_is_not_to_be_traced_sends_nothing(
    sent: str | None, upstream: Upstream, tmp_path: Path
) -> None:
    settings = {} if sent else {"ARCANO_TRACES__SHARE": "0"}
    async with traced(upstream, tmp_path / "data", **settings) as (collector, server, visitor):
        headers = {"traceparent": sent or CALLER}
        assert await by_a_program(server, visitor, "leave me out", headers) == 200
        server.ask_to_stop()
        await server.exit_code()

    assert collector.spans == []


async def test_a_traceparent_that_is_none_begins_a_trace_of_our_own(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with traced(upstream, tmp_path / "data") as (collector, server, visitor):
        broken = {"traceparent": CALLER + "-and-more'\"<script>"}
        assert await by_a_program(server, visitor, "a broken parent", broken) == 200
        spans = await collector.until(lambda spans: any(span.name == "request" for span in spans))

    assert named(spans, "request").parent_id == ""
    assert CALLER.split("-")[1] not in {span.trace_id for span in spans}


async def test_no_span_says_what_was_asked_or_answered_or_by_whom(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with traced(upstream, tmp_path / "data") as (collector, _, visitor):
        turn = await visitor.ask("a secret that is only mine")
        await visitor.hear_out(turn)
        await collector.until(lambda spans: any(span.name == "turn" for span in spans))
        person = (await visitor.get("/api/me")).body

    sent = b"".join(collector.raw)
    for secret in (
        "secret that is",
        "ordinary",
        EMAIL,
        "Ada",
        CANARY_KEY,
        person["id"],
    ):
        assert secret.encode() not in sent, secret


async def test_a_collector_that_is_away_keeps_nobody_waiting(
    upstream: Upstream, tmp_path: Path
) -> None:
    nobody = {"ARCANO_TRACES__ENDPOINT": "http://127.0.0.1:9/v1/traces"}
    async with a_house(upstream, tmp_path / "data", settings=nobody) as (server, visitor):
        turn = await visitor.ask("nobody collects")
        heard = await visitor.hear_out(turn)
        server.ask_to_stop()
        code = await server.exit_code()

    assert heard[-1].type == "turn-finished"
    assert code == 0


async def test_what_the_environment_says_of_a_collector_makes_nobody_else_send_anything(
    upstream: Upstream, tmp_path: Path
) -> None:
    """The web framework would by itself: addresses, and the words of whatever went wrong."""
    async with a_collector() as collector:
        theirs = {
            "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.port}",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        }
        async with a_house(upstream, tmp_path / "data", settings=theirs) as (server, visitor):
            turn = await visitor.ask("to whom is this sent")
            await visitor.hear_out(turn)
            await visitor.get("/api/people/no-such-person")
            server.ask_to_stop()
            await server.exit_code()

    assert collector.heads == []
