/** The whole page, as it opens for Ada: with one model, and a server that the test is. */
import { vi } from "vitest";
import { aModel } from "../../features/models/a-model";
import { type Answers, fakeServer, page } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { Gate } from "../Gate";
import { aPerson } from "./a-person";

/** The server's end of the page's socket. */
class FarEnd extends EventTarget {
  readyState = 0;
  send(): void {}
  close(): void {}

  accept(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  drop(code: number): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

export function openPage(path: string, answers: Answers) {
  const server = fakeServer({
    "GET /api/me": { body: aPerson() },
    "GET /api/models": page([aModel()]),
    ...answers,
  });
  const sockets: FarEnd[] = [];
  vi.stubGlobal(
    "WebSocket",
    class extends FarEnd {
      constructor() {
        super();
        sockets.push(this);
      }
    },
  );
  history.replaceState(null, "", path);
  const replace = vi.fn<(path: string) => void>();
  const real = location;
  const get = (_: object, name: string) => (name === "replace" ? replace : Reflect.get(real, name));
  vi.stubGlobal("location", new Proxy({}, { get }));
  renderPage(<Gate />);
  return { server, socket: () => sockets.at(-1), replace };
}
