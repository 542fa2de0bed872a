// OpenAI's client for Node, through all that it does with a server: what came of each is printed as one line of JSON.

import OpenAI from "openai";

const client = new OpenAI({ maxRetries: 0 });
const [model, embeddingModel] = process.argv.slice(2);
const parameters = { type: "object", properties: { town: { type: "string" } }, required: ["town"] };
const heard = {};

const chat = await client.chat.completions.create({ model, messages: [{ role: "user", content: "Hello?" }] });
heard.chat = chat.choices[0].message.content;

heard.streamed = "";
const chunks = await client.chat.completions.create({
  model,
  messages: [{ role: "user", content: "Hello?" }],
  stream: true,
});
for await (const chunk of chunks) heard.streamed += chunk.choices[0]?.delta.content ?? "";

const messages = [{ role: "user", content: "How is it in Oslo?" }];
const tools = [{ type: "function", function: { name: "weather", parameters } }];
const called = await client.chat.completions.create({ model, messages, tools });
const [call] = called.choices[0].message.tool_calls;
messages.push(called.choices[0].message, { role: "tool", tool_call_id: call.id, content: "7 degrees" });
heard.tool = (await client.chat.completions.create({ model, messages, tools })).choices[0].message.content;

const first = await client.responses.create({ model, input: "How is it in Oslo?", tools: [{ type: "function", name: "weather", parameters, strict: false }] });
const second = await client.responses.create({
  model,
  previous_response_id: first.id,
  tools: [{ type: "function", name: "weather", parameters, strict: false }],
  input: [{ type: "function_call_output", call_id: first.output[0].call_id, output: "7 degrees" }],
});
heard.response = second.output_text;

const stream = client.responses.stream({ model, input: "Hello?" });
heard.response_streamed = (await stream.finalResponse()).output_text;

const format = { type: "json_schema", name: "weather", schema: parameters };
const shaped = await client.responses.create({ model, input: "How is it in Oslo?", text: { format } });
heard.shaped = JSON.parse(shaped.output_text);

try {
  await client.chat.completions.create({ model, messages: [{ role: "user", content: "too many of us" }] });
} catch (error) {
  heard.error = error instanceof OpenAI.RateLimitError ? error.code : String(error);
}

if (embeddingModel) {
  const embedded = await client.embeddings.create({ model: embeddingModel, input: "one" });
  heard.vector = embedded.data[0].embedding;
}

console.log(JSON.stringify(heard));
