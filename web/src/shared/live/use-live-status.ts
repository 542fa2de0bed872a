import { useSyncExternalStore } from "react";
import { live } from "./live";
import type { LiveStatus } from "./live-socket";

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(live.subscribe, live.status);
}
