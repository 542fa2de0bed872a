import type { Download } from "./types";

/** The data of a `download` event. */
export function readDownload(data: string): Download {
  return JSON.parse(data) as Download;
}
