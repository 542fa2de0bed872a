"""LangChain's `ChatOpenAI`, by both of OpenAI's APIs: what came of each is printed as one line of JSON."""

import json
import sys

import openai
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

MODEL, *EMBEDDING_MODELS = sys.argv[1:]
heard: dict[str, object] = {}


class Weather(BaseModel):
    """The weather somewhere."""

    town: str
    degrees: int


@tool
def weather(town: str) -> str:
    """The weather somewhere."""
    return "7 degrees" if town == "Oslo" else "unknown"


def ask(model: ChatOpenAI, name: str) -> None:
    heard[f"{name}chat"] = model.invoke("Hello?").text
    heard[f"{name}streamed"] = "".join(chunk.text for chunk in model.stream("Hello?"))
    question = HumanMessage("How is it in Oslo?")
    with_tools = model.bind_tools([weather])
    called = with_tools.invoke([question])
    results = [
        ToolMessage(weather.invoke(call["args"]), tool_call_id=call["id"])
        for call in called.tool_calls
    ]
    heard[f"{name}tool"] = with_tools.invoke([question, called, *results]).text
    shaped = model.with_structured_output(Weather, method="json_schema").invoke([question])
    heard[f"{name}shaped"] = shaped.model_dump()
    try:
        model.invoke("too many of us")
    except openai.RateLimitError as limited:
        heard[f"{name}error"] = limited.status_code


ask(ChatOpenAI(model=MODEL, max_retries=0), "")
ask(ChatOpenAI(model=MODEL, max_retries=0, use_responses_api=True), "response_")
for embedding_model in EMBEDDING_MODELS:
    embeddings = OpenAIEmbeddings(model=embedding_model, check_embedding_ctx_length=False)
    heard["vector"] = embeddings.embed_query("one")
print(json.dumps(heard))
