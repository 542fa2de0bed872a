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
export async function askForPasskey(options: PasskeyOptions): Promise<object | null> {
  if (!isRequest(options)) return null;
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey);
  return asJson(() => navigator.credentials.get({ publicKey }));
}

/** Asks the person to make a passkey. Null: they did not. */
export async function makePasskey(options: PasskeyOptions): Promise<object | null> {
  if (!isCreation(options)) return null;
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey);
  return asJson(() => navigator.credentials.create({ publicKey }));
}

function isRequest(
  options: PasskeyOptions,
): options is { publicKey: PublicKeyCredentialRequestOptionsJSON } {
  return typeof options["publicKey"] === "object";
}

function isCreation(
  options: PasskeyOptions,
): options is { publicKey: PublicKeyCredentialCreationOptionsJSON } {
  return typeof options["publicKey"] === "object";
}

async function asJson(ask: () => Promise<Credential | null>): Promise<object | null> {
  try {
    const credential = await ask();
    if (!(credential instanceof PublicKeyCredential)) return null;
    const json: object = credential.toJSON();
    return json;
  } catch (error) {
    // Refused, out of time, or known to this device already: the browser has said why.
    if (error instanceof DOMException) return null;
    throw error;
  }
}
