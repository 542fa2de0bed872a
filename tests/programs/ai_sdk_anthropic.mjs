// The AI SDK with its provider for Anthropic: what came of each thing that it was asked is printed as one line of JSON.

import { createAnthropic } from "@ai-sdk/anthropic";
import { ask } from "./ai_sdk_tasks.mjs";

const [modelId] = process.argv.slice(2);
// Of models that it does not know, it would ask for objects by forcing a tool.
const options = { anthropic: { structuredOutputMode: "outputFormat" } };

console.log(JSON.stringify(await ask(createAnthropic()(modelId), options)));
