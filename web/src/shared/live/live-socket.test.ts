import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TurnEvent } from "../api/turn-event";
import { LiveSocket } from "./live-socket";

/** The far end of a socket, which the test is. */
class FakeSocket extends EventTarget {
  readyState = 0;
  sent: unknown[] = [];
  hasBeenClosed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.hasBeenClosed = true;
  }

  accept(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  say(frame: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  drop(code = 1006): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

function aSocket() {
  const opened: FakeSocket[] = [];
  const live = new LiveSocket({
    open: () => {
      const socket = new FakeSocket();
      opened.push(socket);
      return socket;
    },
    wait: () => 1_000,
  });
  const latest = (): FakeSocket => {
    const socket = opened.at(-1);
    if (!socket) throw new Error("Nothing was opened.");
    return socket;
  };
  return { live, opened, latest };
}

function word(text: string): TurnEvent {
  return { type: "text-delta", text };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("a turn is asked for as soon as the socket is open, and its events arrive", () => {
  const { live, latest } = aSocket();
  const heard: [number, TurnEvent][] = [];
  live.follow("t1", 0, (sequence, event) => heard.push([sequence, event]));
  live.connect();

  latest().accept();
  latest().say({ type: "event", turn_id: "t1", sequence: 1, event: word("Hi") });

  expect(latest().sent).toEqual([{ id: "1", type: "follow-turn", turn_id: "t1", after: 0 }]);
  expect(heard).toEqual([[1, word("Hi")]]);
});

test("after a lost connection each turn goes on after the last number heard", () => {
  const { live, opened, latest } = aSocket();
  live.follow("t1", 0, () => {});
  live.connect();
  latest().accept();
  latest().say({ type: "event", turn_id: "t1", sequence: 7, event: word("Hi") });

  latest().drop();
  expect(live.status()).toBe("waiting");
  vi.advanceTimersByTime(1_000);
  latest().accept();

  expect(opened).toHaveLength(2);
  expect(latest().sent).toMatchObject([{ type: "follow-turn", turn_id: "t1", after: 7 }]);
});

test("a turn that ended is not asked for again", () => {
  const { live, latest } = aSocket();
  live.follow("t1", 0, () => {});
  live.connect();
  latest().accept();
  latest().say({ type: "event", turn_id: "t1", sequence: 9, event: { type: "turn-stopped" } });

  latest().drop();
  vi.advanceTimersByTime(1_000);
  latest().accept();

  expect(latest().sent).toEqual([]);
});

test("notices are passed on, and a reconnect says that some were missed", () => {
  const { live, latest } = aSocket();
  const notices: unknown[] = [];
  const missed = vi.fn<() => void>();
  live.onNotice((notice) => notices.push(notice));
  live.onReopen(missed);
  live.connect();
  latest().accept();
  latest().say({ type: "notice", notice: { name: "models-changed" } });
  expect(missed).not.toHaveBeenCalled();

  latest().drop();
  vi.advanceTimersByTime(1_000);
  latest().accept();

  expect(notices).toEqual([{ name: "models-changed" }]);
  expect(missed).toHaveBeenCalledTimes(1);
});

test("a session that ended is not knocked at again until somebody signs in", () => {
  const { live, opened, latest } = aSocket();
  live.connect();
  latest().accept();

  latest().drop(4401);
  vi.advanceTimersByTime(60_000);
  expect(live.status()).toBe("signed-out");
  expect(opened).toHaveLength(1);

  live.connect();
  expect(opened).toHaveLength(2);
});

test("a network that died without a word is noticed by a ping nobody answers", () => {
  const { live, latest } = aSocket();
  live.connect();
  latest().accept();
  const first = latest();

  vi.advanceTimersByTime(25_000);
  expect(first.sent).toMatchObject([{ type: "ping" }]);
  vi.advanceTimersByTime(10_000);

  expect(first.hasBeenClosed).toBe(true);
  expect(live.status()).not.toBe("open");
});

test("where the network is said to be away, the server is asked at once", () => {
  const { live, latest } = aSocket();
  live.connect();
  latest().accept();
  const first = latest();

  vi.advanceTimersByTime(1_000);
  live.doubt();
  expect(first.sent).toMatchObject([{ type: "ping" }]);
  vi.advanceTimersByTime(10_000);

  expect(first.hasBeenClosed).toBe(true);
  expect(live.status()).not.toBe("open");
});

test("a person who asks to connect now does not wait for the next attempt", () => {
  const { live, opened, latest } = aSocket();
  live.connect();
  latest().accept();
  latest().drop();

  live.hurry();

  expect(opened).toHaveLength(2);
});

test("and then, too, hears that notices were missed", () => {
  const { live, latest } = aSocket();
  const missed = vi.fn<() => void>();
  live.onReopen(missed);
  live.connect();
  latest().accept();
  latest().drop();

  live.hurry();
  latest().accept();

  expect(missed).toHaveBeenCalledTimes(1);
});

test("a person who asks to connect now is not kept waiting by an attempt that gets nowhere", () => {
  const { live, opened, latest } = aSocket();
  live.connect();
  const swallowed = latest();
  vi.advanceTimersByTime(2_000);
  live.hurry();
  expect(opened).toHaveLength(1);

  vi.advanceTimersByTime(2_000);
  live.hurry();
  expect(swallowed.hasBeenClosed).toBe(true);
  latest().accept();
  swallowed.drop();

  expect(opened).toHaveLength(2);
  expect(live.status()).toBe("open");
});
