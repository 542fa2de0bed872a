"""LiteLLM as a client of an OpenAI-compatible server: what came of each is printed as one line of JSON."""

import json
import sys

import litellm

MODEL, *EMBEDDING_MODELS = (f"openai/{name}" for name in sys.argv[1:])
PARAMETERS = {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]}
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}]
heard: dict[str, object] = {}

greeting = [{"role": "user", "content": "Hello?"}]
heard["chat"] = litellm.completion(MODEL, greeting).choices[0].message.content
chunks = litellm.completion(MODEL, greeting, stream=True)
heard["streamed"] = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)

messages: list[object] = [{"role": "user", "content": "How is it in Oslo?"}]
called = litellm.completion(MODEL, messages, tools=TOOLS).choices[0].message
result = {"role": "tool", "tool_call_id": called.tool_calls[0].id, "content": "7 degrees"}
answered = litellm.completion(MODEL, [*messages, called, result], tools=TOOLS)
heard["tool"] = answered.choices[0].message.content

schema = {"type": "json_schema", "json_schema": {"name": "weather", "schema": PARAMETERS}}
shaped = litellm.completion(MODEL, messages, response_format=schema)
heard["shaped"] = json.loads(shaped.choices[0].message.content)

try:
    litellm.completion(MODEL, [{"role": "user", "content": "too many of us"}], num_retries=0)
except litellm.RateLimitError as limited:
    heard["error"] = limited.status_code

for embedding_model in EMBEDDING_MODELS:
    embedded = litellm.embedding(embedding_model, ["one"])
    heard["vector"] = embedded.data[0]["embedding"]
print(json.dumps(heard))
