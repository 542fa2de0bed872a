/** How often a claim about all texts is tried: seldom by default, as often as one has time for when asked. */
import { env } from "node:process";

/** `few`, or that many times `ARCANO_TEST_RUNS`. Each run begins with other texts; a failure prints its seed. */
export function runs(few: number): number {
  return few * Number(env["ARCANO_TEST_RUNS"] ?? 1);
}
