import { type Frame, type Notice, readFrame } from "../api/frame";
import { isClosing, type TurnEvent } from "../api/turn-event";
import { backoff } from "./backoff";

export type LiveStatus = "connecting" | "open" | "waiting" | "signed-out" | "closed";

type HearEvent = (sequence: number, event: TurnEvent) => void;

interface Follow {
  lastSequence: number;
  hear: HearEvent;
}

/** As much of a WebSocket as is used. */
export interface Line {
  readonly readyState: number;
  send: (text: string) => void;
  close: () => void;
  addEventListener: (type: string, listener: (event: Event) => void) => void;
}

interface LiveSocketOptions {
  open: () => Line;
  /** Milliseconds before the given attempt. */
  wait?: (attempt: number) => number;
}

const lineIsOpen = 1;
const sessionEnded = 4401;
const wentSilent = 1006;
const heartbeatMs = 25_000;
const patienceMs = 10_000;
/** What changes while a first connection takes longer than this may have been read before it changed. */
const lateMs = 300;
/** A network that swallows what is sent refuses no connection: one that takes longer may never come about. */
const stuckMs = 3_000;

/**
 * The page's one WebSocket: events of the turns it follows, and notices.
 *
 * It reconnects by itself and asks each followed turn for what came after the last number heard, so a reader
 * misses nothing. It never sends anything that changes something: that goes over HTTP, where it can be repeated.
 */
export class LiveSocket {
  #socket: Line | null = null;
  #status: LiveStatus = "closed";
  #attempt = 0;
  #hasBeenLost = false;
  #nextId = 1;
  #lastHeardAt = 0;
  #connectingSince = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  readonly #follows = new Map<string, Follow>();
  readonly #noticeListeners = new Set<(notice: Notice) => void>();
  readonly #statusListeners = new Set<() => void>();
  readonly #reopenListeners = new Set<() => void>();
  readonly #options: LiveSocketOptions;

  constructor(options: LiveSocketOptions) {
    this.#options = options;
  }

  status = (): LiveStatus => this.#status;

  subscribe = (listener: () => void): (() => void) => {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  };

  onNotice(listener: (notice: Notice) => void): () => void {
    this.#noticeListeners.add(listener);
    return () => this.#noticeListeners.delete(listener);
  }

  /** Called after every reconnect, and after a first connection that came late: notices were missed, so look again. */
  onReopen(listener: () => void): () => void {
    this.#reopenListeners.add(listener);
    return () => this.#reopenListeners.delete(listener);
  }

  connect(): void {
    if (this.#socket) return;
    clearTimeout(this.#retryTimer);
    this.#become("connecting");
    this.#connectingSince = Date.now();
    const socket = this.#options.open();
    this.#socket = socket;
    socket.addEventListener("open", () => this.#opened(socket));
    socket.addEventListener("message", (event) => {
      if (socket !== this.#socket || !(event instanceof MessageEvent)) return;
      if (typeof event.data === "string") this.#hear(readFrame(event.data));
    });
    socket.addEventListener("close", (event) => {
      const code = "code" in event && typeof event.code === "number" ? event.code : wentSilent;
      this.#lost(socket, code);
    });
  }

  /** Does not wait for the next attempt, nor for one that gets nowhere: the network is back, or a person asks. */
  hurry(): void {
    const isStuck = this.#status === "connecting" && Date.now() - this.#connectingSince > stuckMs;
    if (this.#status !== "waiting" && !isStuck) return;
    const stuck = this.#socket;
    this.#socket = null;
    stuck?.close();
    this.#attempt = 0;
    this.connect();
  }

  /** The network is said to be away, which a server on this machine does not mind: asked at once, it answers. */
  doubt(): void {
    this.#beat();
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#retryTimer);
    clearInterval(this.#heartbeat);
    this.#attempt = 0;
    this.#hasBeenLost = false;
    this.#become("closed");
    socket?.close();
  }

  /** Follows a turn from after the given number until its closing event, or until the returned function is called. */
  follow(turnId: string, after: number, hear: HearEvent): () => void {
    const follow: Follow = { lastSequence: after, hear };
    this.#follows.set(turnId, follow);
    if (this.#status === "open") this.#askFor(turnId, follow);
    return () => {
      if (this.#follows.get(turnId) !== follow) return;
      this.#follows.delete(turnId);
      this.#send({ type: "unfollow-turn", turn_id: turnId });
    };
  }

  #opened(socket: Line): void {
    if (socket !== this.#socket) return;
    const mayHaveMissed = this.#hasBeenLost || Date.now() - this.#connectingSince > lateMs;
    this.#hasBeenLost = false;
    this.#attempt = 0;
    this.#lastHeardAt = Date.now();
    clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
    this.#become("open");
    for (const [turnId, follow] of this.#follows) this.#askFor(turnId, follow);
    if (mayHaveMissed) for (const listener of this.#reopenListeners) listener();
  }

  #lost(socket: Line, code: number): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    clearInterval(this.#heartbeat);
    if (code === sessionEnded) {
      this.#become("signed-out");
      return;
    }
    this.#hasBeenLost = true;
    this.#attempt += 1;
    this.#become("waiting");
    const wait = this.#options.wait ?? backoff;
    this.#retryTimer = setTimeout(() => this.connect(), wait(this.#attempt));
  }

  /** A dead network closes no socket for minutes: a ping that nobody answers does. */
  #beat(): void {
    const socket = this.#socket;
    if (!socket) return;
    const askedAt = Date.now();
    this.#send({ type: "ping" });
    setTimeout(() => {
      if (socket !== this.#socket || this.#lastHeardAt >= askedAt) return;
      socket.close();
      this.#lost(socket, wentSilent);
    }, patienceMs);
  }

  #hear(frame: Frame): void {
    this.#lastHeardAt = Date.now();
    if (frame.type === "notice") {
      for (const listener of this.#noticeListeners) listener(frame.notice);
    }
    if (frame.type !== "event") return;
    const follow = this.#follows.get(frame.turn_id);
    if (!follow) return;
    follow.lastSequence = frame.sequence;
    if (isClosing(frame.event)) this.#follows.delete(frame.turn_id);
    follow.hear(frame.sequence, frame.event);
  }

  #askFor(turnId: string, { lastSequence }: Follow): void {
    this.#send({ type: "follow-turn", turn_id: turnId, after: lastSequence });
  }

  #send(command: Record<string, unknown>): void {
    if (this.#socket?.readyState !== lineIsOpen) return;
    this.#socket.send(JSON.stringify({ id: String(this.#nextId++), ...command }));
  }

  #become(status: LiveStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of this.#statusListeners) listener();
  }
}
