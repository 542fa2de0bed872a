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
  /** Of a file that is sent: how much of it leaves, before nothing more happens. */
  stuckAt?: number;
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
  const answerTo = (call: Call): Answer => {
    calls.push(call);
    const found = answers[`${call.method} ${call.path}`];
    return (typeof found === "function" ? found(call) : found) ?? problem(404, "not-found");
  };
  vi.stubGlobal("XMLHttpRequest", fakeUploads(answerTo));
  vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}): Promise<Response> => {
    const method = init.method ?? "GET";
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const { status = 200, body: answer } = answerTo({ method, path, body });
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

/** Of the browser's other way to ask, as much as sending a file needs. */
function fakeUploads(answerTo: (call: Call) => Answer) {
  return class extends EventTarget {
    readonly upload = new EventTarget();
    status = 0;
    responseText = "";
    #call = { method: "", path: "", body: undefined };

    open(method: string, path: string) {
      this.#call = { method, path, body: undefined };
    }

    setRequestHeader() {}

    send(content: Blob) {
      const { status = 200, body, stuckAt } = answerTo(this.#call);
      const total = content.size;
      const loaded = total * (stuckAt ?? 1);
      this.upload.dispatchEvent(new ProgressEvent("progress", { loaded, total }));
      if (stuckAt !== undefined) return;
      this.status = status;
      this.responseText = JSON.stringify(body);
      queueMicrotask(() => this.dispatchEvent(new Event("load")));
    }

    abort() {
      this.dispatchEvent(new Event("abort"));
    }
  };
}

export function problem(status: number, code: string, more: object = {}): Answer {
  return { status, body: { status, code, detail: `The server says ${code}.`, ...more } };
}

export function page(items: unknown[], more: object = {}): Answer {
  return { body: { items, next_cursor: null, ...more } };
}
