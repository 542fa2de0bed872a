import { ApiProblem, type ProblemBody } from "./api-problem";
import { upload, type Watched } from "./upload";

type Query = Record<string, string | number | boolean | null | undefined>;

interface RequestOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
}

async function request<Answer>(
  method: string,
  path: string,
  { query, body, signal }: RequestOptions = {},
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(withQuery(path, query), {
      method,
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw ApiProblem.unreachable();
  }
  if (!response.ok) throw new ApiProblem(response.status, await problemOf(response));
  if (response.status === 204) return undefined as Answer;
  try {
    return (await response.json()) as Answer;
  } catch (error) {
    if (signal?.aborted) throw error;
    // Cut off on its way, or a page that something in between put in its place: the server's answer did not come.
    throw ApiProblem.unreachable();
  }
}

async function problemOf(response: Response): Promise<ProblemBody> {
  try {
    return (await response.json()) as ProblemBody;
  } catch {
    // A proxy in between may answer with a page of its own.
    return {};
  }
}

function withQuery(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size > 0 ? `${path}?${parameters}` : path;
}

/**
 * The server, one method per HTTP verb. The caller names the shape of the answer.
 *
 * Throws `ApiProblem`, also when the server cannot be reached; aborting throws what `fetch` throws.
 */
export const api = {
  get: <Answer>(path: string, query?: Query, signal?: AbortSignal) =>
    request<Answer>("GET", path, { ...(query && { query }), ...(signal && { signal }) }),
  post: <Answer>(path: string, body?: unknown) => request<Answer>("POST", path, { body }),
  /** Sends a file as it is, as `type`, and says how much of it has left. */
  upload: <Answer>(path: string, query: Query, content: Blob, type: string, watched: Watched) =>
    upload<Answer>(withQuery(path, query), content, type, watched),
  put: <Answer>(path: string, body: unknown) => request<Answer>("PUT", path, { body }),
  patch: <Answer>(path: string, body: unknown) => request<Answer>("PATCH", path, { body }),
  delete: <Answer = void>(path: string, query?: Query) =>
    request<Answer>("DELETE", path, { ...(query && { query }) }),
};
