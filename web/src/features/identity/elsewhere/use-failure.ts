import { useEffect, useState } from "react";

const failed = "sign-in-failed";
const by = "sign-in-by";

/** With which code a sign-in elsewhere came back to this page. */
export function useFailure(): string | null {
  const [code] = useState(() => new URL(location.href).searchParams.get(failed));

  // The address is outside React; what it says of a try is untrue as soon as there is another.
  useEffect(() => {
    const place = new URL(location.href);
    if (!place.searchParams.has(failed)) return;
    place.searchParams.delete(failed);
    place.searchParams.delete(by);
    history.replaceState(history.state, "", place);
  }, []);
  return code;
}
