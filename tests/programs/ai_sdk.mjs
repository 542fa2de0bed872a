// The AI SDK with its provider for OpenAI, by both of OpenAI's APIs: what came of each is printed as one line of JSON.

import { createOpenAI } from "@ai-sdk/openai";
import { embed } from "ai";
import { ask } from "./ai_sdk_tasks.mjs";

const [modelId, embeddingModelId] = process.argv.slice(2);
const openai = createOpenAI({});
const heard = await ask(openai.chat(modelId));

for (const [name, value] of Object.entries(await ask(openai.responses(modelId)))) {
  heard[`response_${name}`] = value;
}

if (embeddingModelId) {
  const { embedding } = await embed({ model: openai.embedding(embeddingModelId), value: "one" });
  heard.vector = embedding;
}

console.log(JSON.stringify(heard));
