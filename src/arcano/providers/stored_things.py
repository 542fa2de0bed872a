"""What a request names that lies in the account of a connection at its vendor: files, containers, caches.

Such an account is shared by everybody who may ask through the connection, and a vendor asks nobody here whose a thing in it
is. Whoever knew or guessed a name could read what another put there; so a body that is passed on unread may name none.
"""

from pydantic import JsonValue

NAMES = frozenset(
    {
        # OpenAI: files, containers, earlier responses and stores of vectors
        "file_id",
        "file_ids",
        "container",
        "container_id",
        "previous_response_id",
        "vector_store_ids",
        # Anthropic: servers of tools, with what they are told
        "mcp_servers",
        "server_url",
        # Gemini has caches and files
        "cachedContent",
        "cached_content",
        "fileData",
        "fileUri",
        "file_uri",
    }
)

_SCHEMAS = frozenset(
    {
        "parameters",
        "parametersJsonSchema",
        "input_schema",
        "schema",
        "responseSchema",
        "arguments",
        "input",
        "args",
    }
)
"""Descriptions of JSON and what fits them: a tool of somebody's own may well take a `file_id`."""


def named_things(body: dict[str, JsonValue]) -> list[str]:
    """The names of the fields that do, each once, in order. What a tool is described with is not looked into."""
    found: set[str] = set()
    waiting: list[JsonValue] = [body]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found |= {name for name, said in value.items() if name in NAMES and said is not None}
            waiting += [said for name, said in value.items() if name not in _SCHEMAS]
        elif isinstance(value, list):
            waiting += value
    return sorted(found)
