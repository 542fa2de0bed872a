/**
 * The whole page. Whose it is: what one person wrote never leaves as another, and nothing of theirs is left for whoever
 * comes. And what they send: in a new chat while it becomes a conversation, and behind an answer.
 *
 * It is one file because to load the whole page is what such tests cost.
 */
import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { draftKeeper } from "../features/chat/composer/draft-keeper";
import { aConversation } from "../features/chat/testing/a-conversation";
import { eventually } from "../shared/testing/eventually";
import { page, problem } from "../shared/testing/fake-server";
import { write } from "../shared/testing/write";
import { aPerson } from "./testing/a-person";
import { openPage } from "./testing/open-page";

const nobody = problem(401, "not-signed-in");
const turns = "POST /api/conversations/c1/turns";
const accepted = { turn_id: "t1", user_message_id: "q1", assistant_message_id: "a1" };

afterEach(() => {
  vi.useRealTimers();
  // What is not written down yet would be, while another test runs.
  draftKeeper.forget();
  history.replaceState(null, "", "/");
});

describe("a page", () => {
  it("sends nothing while a session has ended: another tab may begin one for somebody else", async () => {
    const { sentSince } = await openEndedSession();

    await act(() => vi.advanceTimersByTimeAsync(60_000));

    expect(sentSince()).toBe(0);
  });

  it("sends what had to wait once the same person is back", async () => {
    const { server, sentSince } = await openEndedSession();
    server.answer({ "POST /api/session": { body: aPerson() }, "GET /api/me": { body: aPerson() } });

    await signInAgain();

    await eventually(() => expect(sentSince()).toBeGreaterThan(0));
  });

  it("begins anew, and sends nothing, when somebody else signs in above it", async () => {
    const { server, replace, sentSince } = await openEndedSession();
    const grace = aPerson({ id: "grace", name: "Grace", email: "grace@example.org" });
    server.answer({ "POST /api/session": { body: grace }, "GET /api/me": { body: grace } });

    await signInAgain();
    await eventually(() => expect(replace).toHaveBeenCalledWith("/"));
    await act(() => vi.advanceTimersByTimeAsync(60_000));

    expect(sentSince()).toBe(0);
    expect(localStorage.getItem("arcano-outbox ada q1")).toBeNull();
  });

  it("begins anew when somebody wants to sign in as somebody else", async () => {
    const { replace, sentSince } = await openEndedSession();

    await userEvent.click(screen.getByRole("button", { name: "Sign in as somebody else" }));
    await act(() => vi.advanceTimersByTimeAsync(60_000));

    expect(replace).toHaveBeenCalledExactlyOnceWith("/");
    expect(sentSince()).toBe(0);
    expect(localStorage.getItem("arcano-outbox ada q1")).toContain("Between us");
  });
});

describe("a new chat", () => {
  it("shows all that is sent before its conversation exists, and makes one conversation for it", async () => {
    const { server, field, make } = await openNewChat();

    await send(field, "First of all");
    await send(field, "And one more thing");
    onPaper();
    expect(screen.getByText("First of all")).toBeTruthy();
    expect(screen.getByText("And one more thing")).toBeTruthy();
    await make();

    await eventually(() => expect(location.pathname).toBe("/c/c1"));
    await eventually(() =>
      expect(server.sentTo(turns)).toMatchObject([{ content: "First of all" }]),
    );
    onPaper();
    expect(screen.getByText("And one more thing")).toBeTruthy();
    expect(server.sentTo("POST /api/conversations")).toHaveLength(1);
  });

  it("takes along what is being written when it becomes a conversation", async () => {
    const { field, make } = await openNewChat();
    await send(field, "First of all");
    await write(field, "And one thing");
    field.setSelectionRange(3, 3);

    await make();

    await eventually(() => expect(location.pathname).toBe("/c/c1"));
    expect(field.value).toBe("And one thing");
    expect(field.selectionStart).toBe(3);
  });
});

describe("a message", () => {
  it("goes out behind an answer that ended before the socket could say so", async () => {
    const waiting = { id: "q1", conversationId: "c1", text: "And then?", model: "m", writtenAt: 1 };
    localStorage.setItem("arcano-outbox ada q1", JSON.stringify(waiting));
    const { server, socket } = openPage("/models", {
      "GET /api/conversations/c1": { body: aConversation({ running_turn_ids: ["t1"] }) },
      [turns]: { status: 202, body: accepted },
    });
    await eventually(() => expect(server.sentTo("GET /api/conversations/c1")).toHaveLength(1));

    server.answer({ "GET /api/conversations/c1": { body: aConversation() } });
    act(() => socket()?.accept());

    await eventually(() => expect(server.sentTo(turns)).toHaveLength(1));
  });

  it("comes back once when it is taken back, and not in the next conversation that is opened", async () => {
    const refused = {
      id: "q1",
      conversationId: "c1",
      text: "Never mind",
      model: "m",
      writtenAt: 1,
    };
    localStorage.setItem("arcano-outbox ada q1", JSON.stringify(refused));
    openPage("/c/c1", {
      "GET /api/conversations/c1": { body: aConversation() },
      "GET /api/conversations/c1/messages?through=head&limit=40": page([]),
      [turns]: problem(403, "not-allowed"),
      "GET /api/conversations/c2/messages?through=head&limit=40": page([]),
    });
    await field();
    onPaper();
    await userEvent.click(await screen.findByRole("button", { name: "Take back" }));
    expect((await field()).value).toBe("Never mind");

    // Where a conversation is not there, neither is the composer: it is a new one afterwards.
    act(() => history.pushState(null, "", "/c/gone"));
    await eventually(() => expect(screen.queryByRole("textbox", { name: "Message" })).toBeNull());
    act(() => history.pushState(null, "", "/c/c2"));

    expect((await field()).value).toBe("");
  });
});

/** Ada's session has ended; what she sent meanwhile is on her page, and was refused for that. */
async function openEndedSession() {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const unsent = { id: "q1", conversationId: "c1", text: "Between us", model: "m", writtenAt: 1 };
  localStorage.setItem("arcano-outbox ada q1", JSON.stringify(unsent));
  const there = openPage("/c/new", {
    [turns]: nobody,
    "GET /api/conversations/c1": { body: { running_turn_ids: [] } },
  });
  await eventually(() => expect(there.server.sentTo(turns)).not.toEqual([]));
  there.server.answer({ "GET /api/me": nobody });
  await act(async () => there.socket()?.drop(4401));
  await screen.findByRole("dialog", { name: "Sign in again" });
  const sentSoFar = there.server.sentTo(turns).length;
  return { ...there, sentSince: () => there.server.sentTo(turns).length - sentSoFar };
}

async function signInAgain(): Promise<void> {
  await write(screen.getByLabelText("Password"), "the right one");
  await userEvent.keyboard("{Enter}");
}

/** At a new chat; the server makes its conversation when the test lets it. */
async function openNewChat() {
  const { server } = openPage("/c/new", {
    "POST /api/conversations": { status: 201, body: aConversation({ title: null }) },
    [turns]: { status: 202, body: accepted },
    "GET /api/conversations/c1": { body: aConversation({ running_turn_ids: ["t1"] }) },
    "GET /api/conversations/c1/messages?through=head&limit=40": page([]),
  });
  const answerNow = fetch;
  const makings: (() => void)[] = [];
  const mayBeMade = new Promise<void>((resolve) => makings.push(resolve));
  vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}) => {
    if (init.method === "POST" && path === "/api/conversations") await mayBeMade;
    return await answerNow(path, init);
  });
  await screen.findByText("Small");
  return { server, field: await field(), make: () => act(async () => makings[0]?.()) };
}

function field(): Promise<HTMLTextAreaElement> {
  return screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Message" });
}

async function send(field: HTMLElement, text: string): Promise<void> {
  await write(field, text);
  await userEvent.keyboard("{Enter}");
}

/** The transcript is drawn as far as it is in view, and a test has no view; on paper all of it is there. */
function onPaper(): void {
  act(() => void window.dispatchEvent(new Event("beforeprint")));
}
