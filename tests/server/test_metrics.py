"""The figures at `/metrics`: who may have them, what stands in them after a day's work, and what never does."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families
from tests.support import promtool
from tests.support.house import a_house
from tests.support.server import Server
from tests.support.upstream import MODEL, Call, Upstream
from tests.support.visitor import EMAIL, Visitor

from arcano.entrypoints.watching import catalogue

TOKEN = "a-token-of-the-metrics-alone"
FROM_OUTSIDE = {"X-Forwarded-For": "203.0.113.7"}


@asynccontextmanager
async def measured(
    upstream: Upstream, folder: Path, **settings: str
) -> AsyncGenerator[tuple[Server, Visitor]]:
    async with a_house(
        upstream, folder, settings={"ARCANO_METRICS__TOKEN": TOKEN, **settings}
    ) as at:
        yield at


async def page_of(
    server: Server, visitor: Visitor, *, token: str | None = TOKEN, **more: str
) -> tuple[int, str]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with visitor.http.get(server.url + "/metrics", headers={**headers, **more}) as answer:
        return answer.status, await answer.text()


def samples(page: str, name: str) -> list[tuple[Mapping[str, str], float]]:
    return [
        (sample.labels, sample.value)
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == name
    ]


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def worked(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a server that has answered, failed, refused a mistyped name and run a job."""

    async def refuse(call: Call) -> None:
        await call.refuse(500, {"error": {"message": "Broken."}})

    upstream.when_asked("what breaks", refuse)
    folder = tmp_path_factory.mktemp("measured") / "data"
    async with measured(upstream, folder, ARCANO_INFERENCE__CACHE__ANSWERS="all") as (
        server,
        visitor,
    ):
        for question in ("what is counted", "what is counted", "what breaks"):
            turn = await visitor.ask(question)
            await visitor.hear_out(turn)
        made = await visitor.post("/api/keys", {"name": "Program", "doors": ["openai"]})
        for name in (MODEL, "no-such-model-anywhere"):
            asked = [{"role": "user", "content": "by a program"}]
            body = {"model": name, "messages": asked, "stream": True}
            headers = {"Authorization": f"Bearer {made.body['key']}"}
            async with visitor.http.post(
                server.url + "/v1/chat/completions", json=body, headers=headers
            ) as answer:
                text = await answer.text()
                assert answer.status == (200 if name == MODEL else 404), text
        job = await visitor.call(
            "POST",
            "/api/batches?name=Job",
            raw=b"question\nHow?\n",
            headers={"Content-Type": "text/csv"},
        )
        assert job.status == 201, job
        status, page = await page_of(server, visitor)
        assert status == 200
    return page


async def test_without_a_setting_there_are_no_metrics(server: Server, visitor: Visitor) -> None:
    status, body = await page_of(server, visitor)

    assert status == 404
    assert "metrics.token" in body


@pytest.mark.parametrize("token", [None, "", "another-token-altogether", TOKEN[:-1]])
async def test_only_their_own_token_opens_the_metrics(
    token: str | None, upstream: Upstream, tmp_path: Path
) -> None:
    async with measured(upstream, tmp_path / "data") as (server, visitor):
        status, body = await page_of(server, visitor, token=token)

    assert status == 401
    assert "arcano_build_info" not in body


async def test_this_machine_needs_no_token_where_the_settings_say_so_but_its_proxy_does(
    upstream: Upstream, tmp_path: Path
) -> None:
    only_here = {"ARCANO_METRICS__FROM_THIS_MACHINE": "true"}
    async with a_house(upstream, tmp_path / "data", settings=only_here) as (server, visitor):
        status, page = await page_of(server, visitor, token=None)
        passed_on, _ = await page_of(server, visitor, token=None, **FROM_OUTSIDE)

    assert (status, passed_on) == (200, 404)
    assert samples(page, "arcano_build_info")


async def test_every_figure_of_the_catalogue_has_its_place_on_the_page_and_no_other_has(
    worked: str,
) -> None:
    families = {family.name: family for family in text_string_to_metric_families(worked)}
    ours = {name for name in families if not name.startswith("process_")}

    assert ours == {figure.name.removesuffix("_total") for figure in catalogue.ALL}
    for figure in catalogue.ALL:
        family = families[figure.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (figure.kind, figure.help)
        for sample in family.samples:
            assert set(sample.labels) - {"le"} <= set(figure.labels)


async def test_a_call_is_counted_with_its_model_its_provider_and_how_it_ended(worked: str) -> None:
    durations = samples(worked, "gen_ai_client_operation_duration_seconds_count")
    ended = {
        (at["gen_ai_request_model"], at["outcome"], at["error_type"]): n for at, n in durations
    }
    tokens = samples(worked, "gen_ai_client_token_usage_sum")

    assert ended[MODEL, "finished", ""] == 2, ended
    assert ended[MODEL, "failed", "provider-error"] == 1, ended
    assert {at["gen_ai_provider_name"] for at, _ in durations} <= {"openai-compatible", "_OTHER"}
    assert {at["gen_ai_token_type"]: n for at, n in tokens} == {"input": 14, "output": 6}


async def test_an_answer_from_the_cache_is_a_call_and_no_operation(worked: str) -> None:
    cached = [
        (at["door"], n)
        for at, n in samples(worked, "arcano_calls_total")
        if at["from_cache"] == "true"
    ]

    assert cached == [("page", 1)]
    assert ({"result": "hit"}, 1) in samples(worked, "arcano_answer_cache_calls_total")


async def test_a_name_that_nobody_knows_is_no_label(worked: str) -> None:
    assert "no-such-model" not in worked


async def test_nothing_on_the_page_says_who_asked_or_what(worked: str) -> None:
    uuids = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}")

    assert not uuids.search(worked)
    for told in (EMAIL, "Ada", "what is counted", "An ordinary answer", "sk-", TOKEN):
        assert told not in worked
    labels = {name for figure in catalogue.ALL for name in figure.labels}
    assert not {name for name in labels if re.search("user|person|key|conversation|address", name)}


async def test_promtool_has_nothing_to_say_against_the_page(worked: str) -> None:
    assert promtool.check("check", "metrics", stdin=worked.encode()) == ""
