"""Routes on a whole server: a change holds for the next question, and everybody's page is told to look again."""

import asyncio

from tests.support.upstream import Call, Upstream
from tests.support.visitor import Socket, Visitor, text_heard


async def names_its_model(call: Call) -> None:
    await call.say(f"I am {call.body['model']}.")
    await call.finish()


async def until_told(socket: Socket, notice: str) -> None:
    """Something is asked again and again, and what came meanwhile is looked through."""
    async with asyncio.timeout(15):
        while not any(said.get("notice", {}).get("name") == notice for said in socket.unread):
            await socket.command("ping")


async def test_a_route_is_chosen_at_once_changed_for_the_next_question_and_gone_when_removed(
    visitor: Visitor, upstream: Upstream
) -> None:
    for question in ("Who, first?", "Who, then?"):
        upstream.when_asked(question, names_its_model)
    draft = {"name": "team/at-once", "targets": [{"model": "wordy"}, {"model": "other"}]}
    async with visitor.socket() as socket:
        made = await visitor.post("/api/routes", draft)
        await until_told(socket, "models-changed")
    models = (await visitor.get("/api/models")).body["items"]
    first = await visitor.hear_out(await visitor.ask("Who, first?", model="team/at-once"))

    changed = await visitor.call(
        "PUT",
        "/api/routes/team/at-once",
        {**draft, "targets": [{"model": "other"}], "version": made.body["version"]},
    )
    then = await visitor.hear_out(await visitor.ask("Who, then?", model="team/at-once"))
    removed = await visitor.call(
        "DELETE", f"/api/routes/team/at-once?version={changed.body['version']}"
    )
    place = await visitor.new_conversation()
    gone = await visitor.try_to_ask("Who, last?", conversation_id=place, model="team/at-once")

    assert made.status == 201
    assert [
        (model["id"], model["kind"], model["targets"])
        for model in models
        if model["kind"] == "route"
    ] == [("team/at-once", "route", ["wordy", "other"])]
    assert text_heard(first) == "I am wordy."
    assert text_heard(then) == "I am other."
    assert removed.status == 204
    assert (gone.status, gone.code) == (404, "model-not-found")


async def test_a_stranger_is_told_nothing_of_routes_and_targets(visitor: Visitor) -> None:
    visitor.http.cookie_jar.clear()

    for method, path in (
        ("GET", "/api/routes"),
        ("POST", "/api/routes"),
        ("PUT", "/api/routes/any"),
        ("DELETE", "/api/routes/any?version=1"),
        ("GET", "/api/status"),
        ("POST", "/api/status/targets/any/reset"),
    ):
        answered = await visitor.call(method, path, {})
        assert (answered.status, answered.code) == (401, "not-signed-in"), path
