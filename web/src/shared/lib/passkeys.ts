/** The browser's passkeys, in the JSON that the server speaks (WebAuthn, section 5.1.8). */

export type PasskeyOptions = Record<string, unknown>;

/** Under an address that browsers do not trust there are none. */
export function canUsePasskeys(): boolean {
  return (
    typeof PublicKeyCredential === "function" &&
    typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function"
  );
}

/** Asks the person to show a passkey. Null: they did not. */
export async function usePasskeyFor(options: PasskeyOptions): Promise<object | null> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options["publicKey"] as PublicKeyCredentialRequestOptionsJSON,
  );
  return asJson(() => navigator.credentials.get({ publicKey }));
}

/** Asks the person to make a passkey. Null: they did not. */
export async function makePasskey(options: PasskeyOptions): Promise<object | null> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options["publicKey"] as PublicKeyCredentialCreationOptionsJSON,
  );
  return asJson(() => navigator.credentials.create({ publicKey }));
}

async function asJson(ask: () => Promise<Credential | null>): Promise<object | null> {
  try {
    const credential = await ask();
    return credential instanceof PublicKeyCredential ? (credential.toJSON() as object) : null;
  } catch (error) {
    // Refused, out of time, or known to this device already: the browser has said why.
    if (error instanceof DOMException) return null;
    throw error;
  }
}
