import { useEffect, useState } from "react";
import styles from "./Tooltips.module.css";

const patience = 450;

interface Tip {
  words: string;
  left: number;
  top: number;
  above: boolean;
}

function tipFor(target: EventTarget | null): Tip | null {
  if (!(target instanceof Element)) return null;
  const owner = target.closest<HTMLElement>("[data-tooltip]");
  const words = owner?.dataset["tooltip"];
  if (!owner || !words) return null;
  const box = owner.getBoundingClientRect();
  const above = box.bottom + 40 > innerHeight;
  const left = Math.min(Math.max(box.left + box.width / 2, 60), innerWidth - 60);
  return { words, left, top: above ? box.top - 6 : box.bottom + 6, above };
}

/**
 * One tooltip for the whole page, mounted once by the app: it shows the `data-tooltip` of what is pointed at or
 * focused by keyboard. Hundreds of buttons in a long thread then cost nothing. It repeats the control's own name,
 * so it is hidden from screen readers.
 */
export function Tooltips() {
  const [tip, setTip] = useState<Tip | null>(null);

  // Synchronises with the pointer and the focus, wherever in the document they are.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      setTip(null);
    };
    const point = (event: PointerEvent) => {
      hide();
      if (event.pointerType !== "mouse" || !matchMedia("(hover: hover)").matches) return;
      if (!tipFor(event.target)) return;
      timer = setTimeout(() => setTip(tipFor(event.target)), patience);
    };
    const focus = (event: FocusEvent) => {
      hide();
      if (event.target instanceof Element && event.target.matches(":focus-visible")) {
        setTip(tipFor(event.target));
      }
    };
    const hiding = ["pointerdown", "keydown", "scroll", "focusout"] as const;
    document.addEventListener("pointerover", point);
    document.addEventListener("focusin", focus);
    for (const name of hiding) document.addEventListener(name, hide, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerover", point);
      document.removeEventListener("focusin", focus);
      for (const name of hiding) document.removeEventListener(name, hide, true);
    };
  }, []);

  if (!tip) return null;
  return (
    <div
      className={styles.tip}
      data-above={tip.above}
      style={{ left: tip.left, top: tip.top }}
      aria-hidden="true"
    >
      {tip.words}
    </div>
  );
}
