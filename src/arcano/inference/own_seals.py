"""Whose seals go where: a model gets back what it sealed itself, and another gets the words alone.

A border between targets and between connections: one vendor refuses what another sealed, and one
organisation's account what another's made.
"""

from dataclasses import replace
from hashlib import sha256

from arcano.providers import (
    FoundModel,
    ModelEvent,
    ModelRequest,
    ReasoningPart,
    ReasoningSealed,
    RequestMessage,
    RequestPart,
    Seal,
    TextPart,
    ToolCallDelta,
    ToolCallPart,
)


def maker_digest(maker: str) -> str:
    """A maker as it is told to those who are not to know of connections."""
    return f"sha256:{sha256(maker.encode()).hexdigest()}"


def maker_of(found: FoundModel) -> str | None:
    """Whose seals it gives and takes: a model at a server. None where it cannot be told from others."""
    return f"{found.place} {found.upstream_name}" if found.place else None


def is_made_by(seal: Seal, maker: str | None) -> bool:
    """Whether `maker` may have it back."""
    return maker is not None and seal.made_by in (maker, maker_digest(maker))


def sealed_by(maker: str | None, event: ModelEvent) -> ModelEvent:
    """The event with `maker` as who made the seal in it, if it has one."""
    if isinstance(event, ReasoningSealed) or (isinstance(event, ToolCallDelta) and event.seal):
        assert event.seal is not None  # noqa: S101 - for the type checker: looked at just now
        return replace(event, seal=replace(event.seal, made_by=maker))
    return event


def with_own_seals(request: ModelRequest, maker: str | None) -> ModelRequest:
    """The request as `maker` may read it: sealed thoughts of others are left out, their words stay.

    None is nobody: all that is sealed is left out.
    """
    if not any(_is_foreign(part, maker) for message in request.messages for part in message.parts):
        return request
    messages = tuple(_with_own_seals(message, maker) for message in request.messages)
    return replace(request, messages=messages)


def names_other_makers(request: ModelRequest, maker: str | None) -> bool:
    """Whether something in it is known to be sealed by others. Of a vendor's own words, as a program brings them, nobody knows."""
    seals = (_seal_of(part) for message in request.messages for part in message.parts)
    return any(
        seal is not None and seal.made_by is not None and not is_made_by(seal, maker)
        for seal in seals
    )


def _with_own_seals(message: RequestMessage, maker: str | None) -> RequestMessage:
    if not any(_is_foreign(part, maker) for part in message.parts):
        return message
    parts: list[RequestPart] = []
    for part in message.parts:
        if not _is_foreign(part, maker):
            _add(parts, part)
        elif isinstance(part, TextPart | ToolCallPart):
            _add(parts, replace(part, seal=None))
    return replace(message, parts=tuple(parts))


def _add(parts: list[RequestPart], part: RequestPart) -> None:
    """Words that only a seal kept apart are one text again: two texts may be sent as two paragraphs."""
    last = parts[-1] if parts else None
    if (
        isinstance(part, TextPart)
        and isinstance(last, TextPart)
        and part.seal is None
        and last.seal is None
    ):
        parts[-1] = TextPart(last.text + part.text)
    else:
        parts.append(part)


def _is_foreign(part: RequestPart, maker: str | None) -> bool:
    seal = _seal_of(part)
    return seal is not None and not is_made_by(seal, maker)


def _seal_of(part: RequestPart) -> Seal | None:
    return part.seal if isinstance(part, TextPart | ReasoningPart | ToolCallPart) else None
