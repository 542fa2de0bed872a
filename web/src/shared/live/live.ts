import { LiveSocket } from "./live-socket";

/** The page's socket. The app connects it while somebody is signed in. */
export const live = new LiveSocket({
  open: () => new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/ws`),
});
