import { useEffect, useState } from "react";
import { copyText } from "../../../shared/lib/copy-text";
import { IconButton } from "../../../shared/ui/IconButton";
import { showToast } from "../../../shared/ui/toast-list";
import { words } from "../words";

const tickMs = 1_600;

/** Copies, and shows a tick for a moment where the button was. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [isCopied, setIsCopied] = useState(false);

  // Synchronises with the clock.
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setIsCopied(false), tickMs);
    return () => clearTimeout(timer);
  }, [isCopied]);

  const copy = async () => {
    if (await copyText(text)) setIsCopied(true);
    else showToast(words.copyFailed);
  };
  return (
    <>
      <IconButton
        icon={isCopied ? "check" : "copy"}
        label={isCopied ? words.copied : label}
        onClick={() => void copy()}
      />
      <span className="visually-hidden" role="status">
        {isCopied ? words.copied : ""}
      </span>
    </>
  );
}
