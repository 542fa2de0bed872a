import { flushSync } from "react-dom";

/** Shows what is wrong in a form, and puts the cursor where the first of it is. */
export function showFaults(form: HTMLFormElement, show: () => void): void {
  flushSync(show);
  form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
}
