import type { components } from "./schema";

/** What the server says went wrong, as RFC 9457 carries it; a proxy in between may say less, or nothing. */
export type ProblemBody = Partial<components["schemas"]["ProblemView"]>;

/**
 * A request that did not work. `code` picks the words on screen, `detail` is the fallback.
 *
 * `code` is `unreachable` when no answer came at all.
 */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly retryable: boolean;
  /** Seconds. */
  readonly retryAfter: number | null;
  readonly requestId: string | null;
  /** What is wrong with which field, by field name; only for 422. */
  readonly fields: ReadonlyMap<string, string>;

  constructor(status: number, body: ProblemBody) {
    const detail =
      body.detail ?? body.title ?? "The server answered in a way this page cannot read.";
    super(detail);
    this.code = body.code ?? "unknown";
    this.status = status;
    this.detail = detail;
    this.retryable = body.retryable ?? status >= 500;
    this.retryAfter = body.retry_after ?? null;
    this.requestId = body.request_id ?? null;
    this.fields = new Map((body.errors ?? []).map(({ field, message }) => [field, message]));
  }

  static unreachable(): ApiProblem {
    return new ApiProblem(0, {
      code: "unreachable",
      detail: "The server could not be reached.",
      retryable: true,
    });
  }
}
