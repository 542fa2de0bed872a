import { useEffect, useState } from "react";
import { words } from "./words";
import { copyText } from "../../lib/copy-text";
import { Button } from "../Button";

type Outcome = "none" | "copied" | "failed";

const stay = 2_000;
const said: Record<Outcome, string> = {
  none: words.copy,
  copied: words.copied,
  failed: words.copyFailed,
};

/** Copies, and says for two seconds whether it did. */
export function CopyButton({ text }: { text: string }) {
  const [outcome, setOutcome] = useState<Outcome>("none");

  // Synchronises with the clock: the word goes back by itself.
  useEffect(() => {
    if (outcome === "none") return;
    const timer = setTimeout(() => setOutcome("none"), stay);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => setOutcome((await copyText(text)) ? "copied" : "failed");
  return (
    <>
      <Button
        variant="quiet"
        icon={outcome === "copied" ? "check" : "copy"}
        onClick={() => void copy()}
      >
        {said[outcome]}
      </Button>
      <span className="visually-hidden" role="status">
        {outcome === "none" ? "" : said[outcome]}
      </span>
    </>
  );
}
