// The AI SDK with its provider for OpenAI, by both of OpenAI's APIs: what came of each is printed as one line of JSON.

import { createOpenAI } from "@ai-sdk/openai";
import { APICallError, embed, generateText, Output, isStepCount, streamText, tool } from "ai";
import { z } from "zod";

const [modelId, embeddingModelId] = process.argv.slice(2);
const openai = createOpenAI({});
const heard = {};

async function ask(model, name) {
  heard[`${name}chat`] = (await generateText({ model, prompt: "Hello?", maxRetries: 0 })).text;

  const stream = streamText({ model, prompt: "Hello?", maxRetries: 0 });
  heard[`${name}streamed`] = "";
  for await (const piece of stream.textStream) heard[`${name}streamed`] += piece;

  const weather = tool({
    description: "The weather somewhere.",
    inputSchema: z.object({ town: z.string() }),
    execute: async ({ town }) => (town === "Oslo" ? "7 degrees" : "unknown"),
  });
  const asked = { model, prompt: "How is it in Oslo?", tools: { weather }, stopWhen: isStepCount(3), maxRetries: 0 };
  heard[`${name}tool`] = (await generateText(asked)).text;

  const schema = z.object({ town: z.string(), degrees: z.number() });
  const shaped = await generateText({ model, prompt: "How is it in Oslo?", output: Output.object({ schema }), maxRetries: 0 });
  heard[`${name}shaped`] = shaped.output;

  try {
    await generateText({ model, prompt: "too many of us", maxRetries: 0 });
  } catch (error) {
    heard[`${name}error`] = APICallError.isInstance(error) ? error.statusCode : String(error);
  }
}

await ask(openai.chat(modelId), "");
await ask(openai.responses(modelId), "response_");

if (embeddingModelId) {
  const { embedding } = await embed({ model: openai.embedding(embeddingModelId), value: "one" });
  heard.vector = embedding;
}

console.log(JSON.stringify(heard));
