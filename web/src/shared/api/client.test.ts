/** What a page makes of answers that are none. */
import { expect, test, vi } from "vitest";
import { ApiProblem } from "./api-problem";
import { api } from "./client";

async function problemOf(response: Response): Promise<unknown> {
  vi.stubGlobal("fetch", async () => response);
  return await api.post("/api/conversations", {}).catch((error: unknown) => error);
}

test("a page that a proxy puts in the place of the answer counts as a server that cannot be reached", async () => {
  const problem = await problemOf(new Response("<html>Please accept our terms</html>"));

  expect(problem).toBeInstanceOf(ApiProblem);
  expect(problem).toMatchObject({ code: "unreachable", retryable: true });
});

test("so does an answer that is cut off on its way", async () => {
  const cut = new ReadableStream({
    start: (stream) => stream.error(new TypeError("network error")),
  });

  expect(await problemOf(new Response(cut))).toMatchObject({ code: "unreachable" });
});
