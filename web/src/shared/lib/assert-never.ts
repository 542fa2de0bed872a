/** Closes a `switch` over a union: a case nobody handles is a compile error here. */
export function assertNever(value: never): never {
  throw new Error(`A case nobody handles: ${JSON.stringify(value)}`);
}
