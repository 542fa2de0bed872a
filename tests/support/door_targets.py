"""A house for the doors of programs: one server, and a target of each of four formats behind it.

What a test wants a model to do is said once, in `Say`; each target says it in the words of its own vendor.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import orjson
from aiohttp import web
from tests.support import anthropic_upstream, gemini_upstream, ollama_upstream
from tests.support.house import a_house
from tests.support.server import CANARY_KEY, Server
from tests.support.upstream import Call, Upstream
from tests.support.visitor import Visitor

HOST = "127.0.0.1"

Format = Literal["openai", "gemini", "ollama", "anthropic"]

MODELS: Mapping[Format, str] = {
    "openai": "wordy",
    "gemini": "gemini-3-flash",
    "ollama": "llama3.2:latest",
    "anthropic": "claude-haiku-4-5",
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002"
    "0001e221bc330000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Say:
    """What a model does next: it thinks, speaks, calls tools; or its server refuses, or breaks off after the words."""

    text: tuple[str, ...] = ()
    thought: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    refuse: int = 0
    cut: bool = False
    endless: bool = False
    length: bool = False


@dataclass(slots=True, eq=False)
class Targets:
    """The four, and what they were asked."""

    server: Server
    visitor: Visitor
    openai: Upstream
    gemini: gemini_upstream.GeminiUpstream
    ollama: ollama_upstream.OllamaUpstream
    anthropic: anthropic_upstream.AnthropicUpstream
    _hung_up: dict[Format, asyncio.Event] = field(default_factory=dict[Format, asyncio.Event])

    async def key(self, door: str) -> str:
        made = await self.visitor.post("/api/keys", {"name": f"For {door}", "doors": [door]})
        assert made.status == 201, made
        return made.body["key"]

    def will(self, target: Format, *says: Say) -> None:
        """What its model does at the next calls, the last for good."""
        match target:
            case "openai":
                waiting = list(says)

                async def speak(call: Call) -> None:
                    await _as_openai(call, waiting.pop(0) if len(waiting) > 1 else waiting[0])

                self.openai.otherwise = speak
            case "gemini":
                answers = [_as_gemini(say) for say in says]
                self.gemini.when_asked(":generateContent", *answers)
                self.gemini.when_asked(":streamGenerateContent", *answers)
            case "ollama":
                left = list(says)

                async def chat(call: ollama_upstream.ChatCall) -> web.Response | None:
                    return await _as_ollama(call, left.pop(0) if len(left) > 1 else left[0])

                self.ollama.script = chat
            case "anthropic":
                self.anthropic.then(*(_as_anthropic(say) for say in says))

    def asked(self, target: Format) -> dict[str, Any]:
        """The body of the last question that it was asked."""
        match target:
            case "openai":
                return self.openai.calls[-1].body
            case "gemini":
                return self.gemini.asked[-1].body
            case "ollama":
                return self.ollama.chats[-1].body
            case "anthropic":
                return self.anthropic.asked[-1].body

    async def hung_up(self, target: Format) -> None:
        """Returns once the last call there was left by us."""
        match target:
            case "openai":
                await self.openai.calls[-1].wait_for_hang_up()
            case "gemini":
                await self.gemini.asked[-1].hung_up.wait()
            case "ollama":
                await self.ollama.chats[-1].hung_up.wait()
            case "anthropic":
                await self.anthropic.asked[-1].hung_up.wait()


@asynccontextmanager
async def door_targets(openai: Upstream, data_dir: Path) -> AsyncGenerator[Targets]:
    """The house, as long as the block lasts."""
    async with AsyncExitStack() as stack:
        gemini = await stack.enter_async_context(gemini_upstream.a_gemini_upstream())
        anthropic = await stack.enter_async_context(anthropic_upstream.an_anthropic_upstream())
        ollama, _ = await stack.enter_async_context(ollama_upstream.an_ollama())
        server, visitor = await stack.enter_async_context(
            a_house(openai, data_dir, ARCANO_EGRESS__ALLOWED_NETWORKS=f'["{HOST}/32"]')
        )
        addresses: dict[Format, str] = {
            "gemini": gemini.base_url,
            "anthropic": anthropic.base_url,
            "ollama": ollama.base_url,
        }
        for kind, base_url in addresses.items():
            models = [MODELS[kind]]
            if kind == "gemini":
                models.append("gemini-embedding-001")
            draft = {"kind": kind, "base_url": base_url, "key": CANARY_KEY, "models": models}
            made = await visitor.post("/api/connections", draft)
            assert made.status == 201, made
        yield Targets(server, visitor, openai, gemini, ollama, anthropic)


async def _as_openai(call: Call, say: Say) -> None:
    if say.refuse:
        headers = {"Retry-After": "7"} if say.refuse == 429 else None
        await call.refuse(say.refuse, {"error": {"message": "No."}}, headers=headers)
        return
    calls = [
        {
            "index": place,
            "id": f"call_{place}",
            "type": "function",
            "function": {"name": name, "arguments": orjson.dumps(arguments).decode()},
        }
        for place, (name, arguments) in enumerate(say.calls)
    ]
    reason = "tool_calls" if calls else "length" if say.length else "stop"
    if not call.body.get("stream"):
        message: dict[str, Any] = {"role": "assistant", "content": "".join(say.text) or None}
        if calls:
            message["tool_calls"] = calls
        if say.thought:
            message["reasoning_content"] = say.thought
        choice = {"index": 0, "message": message, "finish_reason": reason}
        usage = {"prompt_tokens": 7, "completion_tokens": 3}
        await call.refuse(200, {**_HEAD, "choices": [choice], "usage": usage})
        return
    if say.thought:
        await _delta(call, reasoning_content=say.thought)
    for text in say.text:
        await _delta(call, content=text)
    while say.endless:
        await _delta(call, content="word ")
        await asyncio.sleep(0.05)
    if say.cut:
        call.cut()
        return
    for piece in calls:
        await _delta(call, tool_calls=[piece])
    await _delta(call, reason)
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    await call.event({**_HEAD, "choices": [], "usage": usage})
    await call.send(b"data: [DONE]\n\n")
    await call.end()


_HEAD: dict[str, Any] = {
    "id": "c1",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": MODELS["openai"],
}


async def _delta(call: Call, finish_reason: str | None = None, **fields: Any) -> None:
    choice = {"index": 0, "delta": fields, "finish_reason": finish_reason}
    await call.event({**_HEAD, "choices": [choice]})


def _as_gemini(say: Say) -> gemini_upstream.Answer:
    async def answer(request: web.Request, asked: gemini_upstream.Asked) -> web.StreamResponse:
        if say.refuse:
            body = gemini_upstream.error(say.refuse, "RESOURCE_EXHAUSTED")
            return await gemini_upstream.gives(body, status=say.refuse)(request, asked)
        parts: list[dict[str, Any]] = []
        if say.thought:
            parts.append({"text": say.thought, "thought": True})
        parts += [{"text": text} for text in say.text]
        signature = {"thoughtSignature": "c2lnbmVk"}
        parts += [
            {"functionCall": {"name": name, "args": args}, **signature} for name, args in say.calls
        ]
        usage = {"promptTokenCount": 7, "candidatesTokenCount": 3, "totalTokenCount": 10}
        finish = "MAX_TOKENS" if say.length else "STOP"
        if not asked.path.endswith(":streamGenerateContent"):
            whole = gemini_upstream.chunk(*parts, finish=finish, usage=usage)
            return await gemini_upstream.gives(whole)(request, asked)
        reads = [gemini_upstream.sse(gemini_upstream.chunk(part, usage=usage)) for part in parts]
        if say.cut:
            return await gemini_upstream.breaks_after(*reads)(request, asked)
        if say.endless:
            return await gemini_upstream.stays_open_after(*reads)(request, asked)
        end = gemini_upstream.sse(gemini_upstream.chunk(finish=finish, usage=usage))
        return await gemini_upstream.sends(*reads, end)(request, asked)

    return answer


async def _as_ollama(call: ollama_upstream.ChatCall, say: Say) -> web.Response | None:
    if say.refuse:
        return web.json_response({"error": "No."}, status=say.refuse)
    calls = [{"function": {"name": name, "arguments": args}} for name, args in say.calls]
    counts = {"prompt_eval_count": 7, "eval_count": 3}
    end: dict[str, Any] = ollama_upstream.ends("length" if say.length else "stop") | counts
    if not call.body["stream"]:
        message: dict[str, Any] = {
            "content": "".join(say.text),
            "thinking": say.thought,
            "tool_calls": calls,
        }
        said = {name: value for name, value in message.items() if value}
        whole = {**end, "message": {**end["message"], **said}}
        await call.send(ollama_upstream.line(whole).rstrip())
        return None
    if say.thought:
        await call.say(ollama_upstream.says(thinking=say.thought))
    await call.say(*(ollama_upstream.says(content=text) for text in say.text))
    while say.endless:
        await call.say(ollama_upstream.says(content="word "), every=0.05)
    if say.cut:
        call.cut()
        return None
    if calls:
        await call.say(ollama_upstream.says(tool_calls=calls))
    await call.say(end)
    return None


def _as_anthropic(say: Say) -> anthropic_upstream.Answer:
    async def answer(request: web.Request, asked: anthropic_upstream.Asked) -> web.StreamResponse:
        up = anthropic_upstream
        if say.refuse:
            headers = {"Retry-After": "7"} if say.refuse == 429 else None
            return await up.gives(up.error("api_error"), say.refuse, headers)(request, asked)
        blocks: list[dict[str, Any]] = []
        if say.thought:
            blocks.append({"type": "thinking", "thinking": say.thought, "signature": "c2ln"})
        if say.text:
            blocks.append({"type": "text", "text": "".join(say.text)})
        blocks += [
            {"type": "tool_use", "id": f"toolu_{place}", "name": name, "input": args}
            for place, (name, args) in enumerate(say.calls)
        ]
        reason = "tool_use" if say.calls else "max_tokens" if say.length else "end_turn"
        if not asked.body.get("stream"):
            return await up.gives(up.message(*blocks, stop=reason))(request, asked)
        events = [up.start()]
        for index, block in enumerate(blocks):
            events += _block_events(index, block, say)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(up.sse(*events))
        while say.endless:
            await response.write(up.sse(up.PING))
            await asyncio.sleep(0.05)
        if say.cut:
            assert request.transport is not None
            request.transport.abort()
            return response
        await response.write(up.sse(*up.stop(reason)))
        await response.write_eof()
        return response

    return answer


def _block_events(index: int, block: dict[str, Any], say: Say) -> list[dict[str, Any]]:
    up = anthropic_upstream
    match block["type"]:
        case "text":
            return up.texts(index, *say.text)
        case "thinking":
            return [
                up.begins(index, type="thinking", thinking="", signature=""),
                up.grows(index, "thinking_delta", thinking=block["thinking"]),
                up.grows(index, "signature_delta", signature=block["signature"]),
                up.ends(index),
            ]
        case _:
            arguments = orjson.dumps(block["input"]).decode()
            return [
                up.begins(index, **{**block, "input": {}}),
                up.grows(index, "input_json_delta", partial_json=arguments),
                up.ends(index),
            ]
