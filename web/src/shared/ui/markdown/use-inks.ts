import { useEffect, useRef, useState } from "react";
import type { Run } from "./ink";
import type { Language } from "./languages";

/** Longer listings stay in one ink: colouring them would cost the reader more than it helps. */
const longest = 40_000;
/** While a listing grows it is coloured again at most this often, and in at most a tenth of the time. */
const shortestPause = 120;
const share = 10;

interface Inked {
  code: string;
  language: Language;
  runs: readonly Run[];
}

const nothing: readonly Run[] = [];

/** The part of `code` that has its colours by now; the rest is to be shown plain. */
export function useInks(code: string, language: Language): readonly Run[] {
  const [inked, setInked] = useState<Inked | null>(null);
  const pause = useRef({ until: 0 });

  // Synchronises with highlight.js, which is fetched when needed and must not hold up a frame.
  useEffect(() => {
    const { grammar } = language;
    if (!grammar || code.length > longest) return;
    let wanted = true;
    const colour = async () => {
      const [engine, { default: words }] = await Promise.all([
        import("./highlight-engine"),
        grammar(),
      ]);
      if (!wanted) return;
      const start = performance.now();
      const runs = engine.highlight(code, language.name, words);
      const end = performance.now();
      pause.current.until = end + Math.max(shortestPause, (end - start) * share);
      setInked({ code, language, runs });
    };
    const wait = Math.max(0, pause.current.until - performance.now());
    // Without its grammar a listing is still readable: nothing is said.
    const timer = setTimeout(() => void colour().catch(() => {}), wait);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [code, language]);

  const fits = inked?.language === language && code.startsWith(inked.code);
  return fits ? inked.runs : nothing;
}
