import { useEffect, useState } from "react";
import { flushSync } from "react-dom";

/** Whether the page is being printed: then everything must be there, not only what is in view. */
export function usePrinting(): boolean {
  const [isPrinting, setIsPrinting] = useState(false);

  // Synchronises with the browser, which takes its picture right after the event.
  useEffect(() => {
    const before = () => flushSync(() => setIsPrinting(true));
    const after = () => setIsPrinting(false);
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);

  return isPrinting;
}
