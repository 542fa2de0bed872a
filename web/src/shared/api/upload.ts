/** Sending a file while somebody watches: `fetch` does not say how much of it has left. */
import { ApiProblem, type ProblemBody } from "./api-problem";

export interface Watched {
  /** How much has left, from 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** Sends `content` as it is, as `type`. Throws `ApiProblem`; aborting throws the signal's reason. */
export function upload<Answer>(
  path: string,
  content: Blob,
  type: string,
  { onProgress, signal }: Watched,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", type);
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      onProgress(loaded / Math.max(1, total)),
    );
    request.addEventListener("error", () => reject(ApiProblem.unreachable()));
    request.addEventListener("abort", () => reject(signal.reason as Error));
    request.addEventListener("load", () => {
      const body = bodyOf(request.responseText);
      const { status } = request;
      if (status >= 200 && status < 300) resolve(body as Answer);
      else reject(new ApiProblem(status, body as ProblemBody));
    });
    signal.addEventListener("abort", () => request.abort(), { once: true });
    if (signal.aborted) reject(signal.reason as Error);
    else request.send(content);
  });
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy in between may answer with a page of its own.
    return {};
  }
}
