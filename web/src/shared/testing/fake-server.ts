/** A server for tests: answers by method and path, and remembers what it was asked. */
import { vi } from "vitest";

export interface Call {
  method: string;
  path: string;
  body: unknown;
}

export interface Answer {
  status?: number;
  body?: unknown;
}

export type Answers = Record<string, Answer | ((call: Call) => Answer)>;

export interface FakeServer {
  calls: Call[];
  /** What was sent with the calls to `"POST /api/session"` and the like. */
  sentTo: (door: string) => unknown[];
  /** Takes the place of earlier answers. */
  answer: (answers: Answers) => void;
}

export function fakeServer(first: Answers): FakeServer {
  let answers = first;
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}): Promise<Response> => {
    const method = init.method ?? "GET";
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const call = { method, path, body };
    calls.push(call);
    const found = answers[`${method} ${path}`];
    const { status = 200, body: answer } =
      (typeof found === "function" ? found(call) : found) ?? problem(404, "not-found");
    return new Response(status === 204 ? null : JSON.stringify(answer), { status });
  });
  return {
    calls,
    sentTo: (door) =>
      calls.filter((call) => `${call.method} ${call.path}` === door).map((call) => call.body),
    answer: (more) => {
      answers = { ...answers, ...more };
    },
  };
}

export function problem(status: number, code: string, more: object = {}): Answer {
  return { status, body: { status, code, detail: `The server says ${code}.`, ...more } };
}

export function page(items: unknown[], more: object = {}): Answer {
  return { body: { items, next_cursor: null, ...more } };
}
