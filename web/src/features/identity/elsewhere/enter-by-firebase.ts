/**
 * Asks Firebase whether a password is right, and hands over what it says. The password reaches nobody else.
 *
 * Source: Firebase Auth REST API, "Sign in with email / password".
 */
import { ApiProblem } from "../../../shared/api/api-problem";
import { api } from "../../../shared/api/client";
import type { Me, SignInProvider } from "../../../shared/api/types";
import type { Credentials, SecondStep } from "../queries";

type Door = NonNullable<SignInProvider["firebase"]>;

/** What Firebase answers, as far as it is read here; it may be anything. */
type Said = { idToken?: unknown; error?: { message?: string } };

/** Firebase's words for what is wrong, up to a blank or a colon, as codes of ours. */
const codes: Readonly<Record<string, string>> = {
  EMAIL_NOT_FOUND: "wrong-credentials",
  INVALID_EMAIL: "wrong-credentials",
  INVALID_LOGIN_CREDENTIALS: "wrong-credentials",
  INVALID_PASSWORD: "wrong-credentials",
  TOO_MANY_ATTEMPTS_TRY_LATER: "too-many-attempts",
  USER_DISABLED: "account-disabled",
};

export async function enterByFirebase(
  name: string,
  door: Door,
  { email, password }: Credentials,
): Promise<Me | SecondStep> {
  const token = await askFirebase(door, email, password);
  return api.post<Me | SecondStep>(`/api/sign-in/${encodeURIComponent(name)}`, { id_token: token });
}

async function askFirebase(door: Door, email: string, password: string): Promise<string> {
  const address = `${door.toolkit_url}/v1/accounts:signInWithPassword?key=${encodeURIComponent(door.web_key)}`;
  let status = 0;
  let said: Said;
  try {
    // ast-grep-ignore: request-past-client - the one address that the policy of the page names besides its own
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password, returnSecureToken: true }),
    });
    status = answer.status;
    said = await answer.json();
  } catch {
    throw new ApiProblem(0, {
      code: "unreachable",
      detail: "Firebase could not be reached. Try again in a moment.",
      retryable: true,
    });
  }
  const { idToken, error } = said;
  if (typeof idToken === "string") return idToken;
  const word = /^[A-Z_]*/u.exec(error?.message ?? "")?.[0] ?? "";
  throw new ApiProblem(status, {
    code: codes[word] ?? "sign-in-refused",
    detail: "Firebase did not let you in. Try again, or sign in another way.",
  });
}
