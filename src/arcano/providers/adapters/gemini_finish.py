"""Why an answer of Gemini's ended: well, short, refused, or not at all.

Source: Gemini API reference, `Candidate.FinishReason` and `BlockReason`; the guide "Troubleshooting".
"""

from typing import Any

from arcano.providers.errors import ProviderError, ProviderRejectedRequestError
from arcano.providers.events import FinishReason

_MAX_QUOTED = 300

_REASONS: dict[str, FinishReason] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "CONTINUATION": "length",
    "SAFETY": "content-filter",
    "RECITATION": "content-filter",
    "LANGUAGE": "content-filter",
    "BLOCKLIST": "content-filter",
    "PROHIBITED_CONTENT": "content-filter",
    "SPII": "content-filter",
    "IMAGE_SAFETY": "content-filter",
    "IMAGE_PROHIBITED_CONTENT": "content-filter",
    "IMAGE_RECITATION": "content-filter",
    "ESCALATION": "content-filter",
    "PUP_LIMITED_DISABLED": "content-filter",
    "MODEL_ARMOR": "content-filter",
    # The guide: "the prompt or the answer may violate the terms of service".
    "OTHER": "content-filter",
}

_FAILURES = {
    "MALFORMED_FUNCTION_CALL": "it wrote a tool call that cannot be read",
    "UNEXPECTED_TOOL_CALL": "it called a tool that it was not given",
    "TOO_MANY_TOOL_CALLS": "it called tools of its own without coming to an answer",
    "MALFORMED_RESPONSE": "it wrote an answer that cannot be read",
    "IMAGE_OTHER": "it could not draw the image",
    "NO_IMAGE": "it drew no image",
}


def is_unfinished(reason: Any) -> bool:
    """Does this reason say that there is none yet?"""
    return not reason or reason == "FINISH_REASON_UNSPECIFIED"


def finish_of(provider: str, reason: str, *, message: str = "") -> FinishReason:
    """What the reason is in our words; one that nobody knew when this was written is a good end.

    `message` is what Google says about it.

    Raises:
        ProviderRejectedRequestError: The request lacked a signature.
        ProviderError: The model failed to answer; asked again it may not.
    """
    said = " ".join(message.split())[:_MAX_QUOTED]
    quote = f" It says: {said}" if said else ""
    if failure := _FAILURES.get(reason):
        raise ProviderError(
            f"The model at {provider} gave no answer: {failure} ({reason}). Try again.{quote}"
        )
    if reason == "MISSING_THOUGHT_SIGNATURE":
        raise ProviderRejectedRequestError(
            f"{provider} misses the signature of an earlier tool call ({reason}). "
            f"Ask again from before that call.{quote}"
        )
    return _REASONS.get(reason, "stop")
