/** Filling in a field, where what happens letter by letter is not what the test is about. */
import userEvent from "@testing-library/user-event";

/** Puts `text` in the place of what a field holds, at once as a paste does; the field has the focus then. */
export async function write(field: HTMLElement, text: string): Promise<void> {
  await userEvent.clear(field);
  if (text) await userEvent.paste(text);
}
