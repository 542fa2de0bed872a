// What programs do with the AI SDK, whoever their provider is: they chat, stream, call a tool, get an object, and hear an error.

import { APICallError, generateText, isStepCount, Output, streamText, tool } from "ai";
import { z } from "zod";

const weather = tool({
  description: "The weather somewhere.",
  inputSchema: z.object({ town: z.string() }),
  execute: async ({ town }) => (town === "Oslo" ? "7 degrees" : "unknown"),
});
const schema = z.object({ town: z.string(), degrees: z.number() });

export async function ask(model, providerOptions = {}) {
  const how = { model, providerOptions, maxRetries: 0 };
  const heard = { chat: (await generateText({ ...how, prompt: "Hello?" })).text, streamed: "" };

  const stream = streamText({ ...how, prompt: "Hello?" });
  for await (const piece of stream.textStream) heard.streamed += piece;

  const asked = { ...how, prompt: "How is it in Oslo?" };
  heard.tool = (await generateText({ ...asked, tools: { weather }, stopWhen: isStepCount(3) })).text;
  heard.shaped = (await generateText({ ...asked, output: Output.object({ schema }) })).output;

  try {
    await generateText({ ...how, prompt: "too many of us" });
  } catch (error) {
    heard.error = APICallError.isInstance(error) ? error.statusCode : String(error);
  }
  return heard;
}
