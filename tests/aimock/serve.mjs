// A third party's stand-in for the vendors (@copilotkit/aimock), with its chaos switched on.
//
// `node serve.mjs '{"chaos": {...}, "cutRate": 0.2}'` prints its port and answers until it is killed. Asked "Story 12?",
// it tells story 12, which tests/support/aimock.py knows too. Asked to go on with the beginning of a story, it does
// what models do: it goes on exactly, repeats the last words first, or begins anew.

import { LLMock } from "@copilotkit/aimock";

const WORDS = 40;
const MARKS = ["", "é", "語", "🦉"];
const MILLISECONDS_A_CHUNK = 2;
const CUT_AFTER = [1, 2, 5, 9, 17];

const { chaos = {}, cutRate = 0 } = JSON.parse(process.argv[2] ?? "{}");

const textOf = (message) =>
  typeof message.content === "string"
    ? message.content
    : (message.content ?? []).map((part) => part.text ?? "").join("");

function story(number) {
  const words = Array.from({ length: WORDS }, (_, place) => `${number}.${place}${MARKS[place % 4]} `);
  return words.join("");
}

function answer(request) {
  const asked = request.messages.map(textOf).join("\n").match(/Story (\d+)\?/);
  if (asked === null) return { content: "An ordinary answer." };
  const whole = story(Number(asked[1]));
  const spoken = request.messages.filter(({ role }) => role === "assistant").map(textOf);
  const begun = spoken.at(-1) ?? "";
  if (!begun || !whole.startsWith(begun)) return { content: whole };
  const again = [0, Math.min(30, begun.length), begun.length][Math.floor(Math.random() * 3)];
  return { content: whole.slice(begun.length - again) };
}

const standIn = new LLMock({ port: 0, logLevel: "silent", journalMaxEntries: 1, chaos, chunkSize: 12 });
CUT_AFTER.forEach((after, place) => {
  // Asked only if those before it declined: so each place of a cut has the same chance.
  const chance = cutRate / (CUT_AFTER.length - place * cutRate);
  // The stand-in cuts the connection without sending what it holds: at its fastest, that were all of it.
  const options = { truncateAfterChunks: after, latency: MILLISECONDS_A_CHUNK };
  standIn.on({ predicate: () => Math.random() < chance }, answer, options);
});
standIn.on({ predicate: () => true }, answer);
// What Ollama says of its models, which the stand-in does not know.
for (const [path, said] of [
  ["/api/show", { capabilities: ["completion"], details: {}, model_info: {} }],
  ["/api/ps", { models: [] }],
]) {
  standIn.mount(path, {
    handleRequest: async (_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(said));
      return true;
    },
  });
}
const url = await standIn.start();
process.stdout.write(`${new URL(url).port}\n`);
