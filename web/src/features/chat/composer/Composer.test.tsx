import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Composer, type ComposerProps } from "./Composer";
import { draftKeeper } from "./draft-keeper";

let isTouch = false;

beforeEach(() => {
  isTouch = false;
  vi.stubGlobal("matchMedia", () => ({ matches: isTouch }));
});

// What is not written down yet would be, while another test runs.
afterEach(() => draftKeeper.forget());

let places = 0;

function show(changes: Partial<ComposerProps> = {}) {
  const onSend = vi.fn<(text: string) => void>();
  const onStop = vi.fn<() => void>();
  const props: ComposerProps = {
    draftKey: `person place-${++places}`,
    initialText: null,
    returned: null,
    onReturnedTaken: () => {},
    isRunning: false,
    canSend: true,
    isAlmostReady: false,
    hasMessages: false,
    parameters: null,
    modelPicker: null,
    onSend,
    onStop,
    ...changes,
  };
  const view = render(<Composer {...props} />);
  const again = (more: Partial<ComposerProps>) => view.rerender(<Composer {...props} {...more} />);
  const field = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message" });
  return { onSend, onStop, again, field, ...view };
}

test("Enter sends what was written and empties the field", async () => {
  const { onSend, field } = show();

  await userEvent.type(field, "How far is it?{Enter}");

  expect(onSend).toHaveBeenCalledWith("How far is it?");
  expect(field.value).toBe("");
});

test("Shift and Enter break the line", async () => {
  const { onSend, field } = show();

  await userEvent.type(field, "One{Shift>}{Enter}{/Shift}two");

  expect(onSend).not.toHaveBeenCalled();
  expect(field.value).toBe("One\ntwo");
});

test("on touch, Enter breaks the line and the button sends", async () => {
  isTouch = true;
  const { onSend, field } = show();

  await userEvent.type(field, "One{Enter}two");
  await userEvent.click(screen.getByRole("button", { name: "Send" }));

  expect(onSend).toHaveBeenCalledWith("One\ntwo");
});

test("Enter that ends the composing of a word does not send", () => {
  const { onSend, field } = show({ initialText: "日本" });

  fireEvent.keyDown(field, { key: "Enter", isComposing: true });

  expect(onSend).not.toHaveBeenCalled();
});

test("Enter that ended a word in Safari, which tells of the end before the key, does not send", () => {
  const { onSend, field } = show({ initialText: "日本" });

  fireEvent.keyDown(field, { key: "Enter", isComposing: false, keyCode: 229 });

  expect(onSend).not.toHaveBeenCalled();
});

test("nothing is sent without a model, or without a word", async () => {
  const { onSend, field, again } = show({ canSend: false });
  await userEvent.type(field, "Anybody?{Enter}");
  expect(field.value).toBe("Anybody?");

  again({ canSend: true });
  await userEvent.clear(field);
  await userEvent.type(field, "   {Enter}");

  expect(onSend).not.toHaveBeenCalled();
});

test("Enter pressed before the models are known sends once they are", async () => {
  const { onSend, field, again } = show({ canSend: false, isAlmostReady: true });
  await userEvent.type(field, "Am I early?{Enter}");
  expect(onSend).not.toHaveBeenCalled();

  again({ canSend: true, isAlmostReady: false });

  expect(onSend).toHaveBeenCalledExactlyOnceWith("Am I early?");
  expect(field.value).toBe("");
});

test("while an answer is written the button stops it, and what is typed can wait behind it", async () => {
  const { onSend, onStop, field } = show({ isRunning: true });

  await userEvent.click(screen.getByRole("button", { name: "Stop" }));
  expect(onStop).toHaveBeenCalled();
  await userEvent.type(field, "And then?");
  await userEvent.click(screen.getByRole("button", { name: "Send when this answer has ended" }));

  expect(onSend).toHaveBeenCalledWith("And then?");
});

test("each conversation keeps its own draft", async () => {
  const { field, again } = show({ draftKey: "person one" });
  await userEvent.type(field, "Half a thought");

  again({ draftKey: "person two" });
  expect(field.value).toBe("");
  again({ draftKey: "person one" });

  expect(field.value).toBe("Half a thought");
});

test("a message taken back is put before what was typed since, and is taken once", async () => {
  const onReturnedTaken = vi.fn<() => void>();
  const { field, again } = show();
  await userEvent.type(field, "newer");

  again({ returned: "older", onReturnedTaken });

  expect(field.value).toBe("older\n\nnewer");
  expect(onReturnedTaken).toHaveBeenCalledTimes(1);
});
