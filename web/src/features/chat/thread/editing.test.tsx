/** Changing what was asked: nothing that was typed is lost, and nothing is sent that was not meant to be. */
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { write } from "../../../shared/testing/write";
import { aMessage } from "../testing/a-message";
import { giveSizes } from "../testing/give-sizes";
import { someDeeds } from "../testing/some-deeds";
import { ThreadArea } from "./ThreadArea";
import { ThreadDeedsContext } from "./thread-deeds";
import type { ThreadItem } from "./thread-item";

let isTouch = false;

beforeEach(() => {
  isTouch = false;
  vi.stubGlobal("matchMedia", () => ({ matches: isTouch }));
  giveSizes();
});

function manyQuestions(): ThreadItem[] {
  return Array.from({ length: 40 }, (_, place) => {
    const message = aMessage({
      id: `m${place}`,
      content: [{ type: "text", text: `Question ${place}` }],
    });
    return { kind: "message", key: message.id, message, before: null };
  });
}

function show() {
  const deeds = someDeeds();
  const thread = {
    messages: [],
    isChosenHere: false,
    isPending: false,
    error: null,
    hasOlder: false,
    isLoadingOlder: false,
    readOlder: async () => {},
    readAgain: () => undefined,
  };
  render(
    <ThreadDeedsContext value={deeds}>
      <ThreadArea
        ref={{ current: null }}
        thread={thread}
        items={manyQuestions()}
        onPlace={() => {}}
        onNewChat={() => {}}
      />
    </ThreadDeedsContext>,
  );
  return deeds;
}

function scrollTo(top: number) {
  const scroller = screen.getByRole("region", { name: "Conversation" });
  scroller.scrollTop = top;
  fireEvent.scroll(scroller);
}

/** Presses the first pen there is. */
async function begin() {
  const [pen] = await screen.findAllByRole("button", { name: "Edit" });
  if (pen) await userEvent.click(pen);
}

async function edit(text: string) {
  await begin();
  const area = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Edit your message" });
  await write(area, text);
  return area;
}

const field = () => screen.queryByRole<HTMLTextAreaElement>("textbox");

test("an edit is still there when one comes back from far away, without taking the focus", async () => {
  show();
  scrollTo(0);
  await edit("How far is it to Bergen?");

  scrollTo(20_000);
  await waitFor(() => expect(field()).toBeNull());
  scrollTo(0);

  await waitFor(() => expect(field()?.value).toBe("How far is it to Bergen?"));
  expect(document.activeElement).not.toBe(field());
});

test("an edit is still there when the page was printed", async () => {
  show();
  scrollTo(0);
  await edit("How far is it to Bergen?");

  act(() => void window.dispatchEvent(new Event("beforeprint")));
  act(() => void window.dispatchEvent(new Event("afterprint")));
  scrollTo(0);

  await waitFor(() => expect(field()?.value).toBe("How far is it to Bergen?"));
});

test("what was changed is sent, and the message stands there again", async () => {
  const deeds = show();
  scrollTo(0);
  await edit("How far is it to Bergen?");

  await userEvent.keyboard("{Enter}");

  expect(deeds.edit).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ id: "m0" }),
    "How far is it to Bergen?",
  );
  expect(field()).toBeNull();
});

test("an edit that could not be sent stays", async () => {
  const deeds = show();
  deeds.edit.mockReturnValue(false);
  scrollTo(0);
  await edit("How far is it to Bergen?");

  await userEvent.click(screen.getByRole("button", { name: "Send" }));

  expect(deeds.edit).toHaveBeenCalledOnce();
  expect(field()?.value).toBe("How far is it to Bergen?");
});

test("a cancelled edit is forgotten", async () => {
  show();
  scrollTo(0);
  await edit("How far is it to Bergen?");

  await userEvent.keyboard("{Escape}");
  expect(field()).toBeNull();
  await begin();

  expect(field()?.value).toBe("Question 0");
});

test("on touch, Enter breaks the line and the button sends", async () => {
  isTouch = true;
  const deeds = show();
  scrollTo(0);
  await userEvent.type(await edit("One"), "{Enter}two");
  expect(deeds.edit).not.toHaveBeenCalled();

  await userEvent.click(screen.getByRole("button", { name: "Send" }));

  expect(deeds.edit).toHaveBeenCalledWith(expect.anything(), "One\ntwo");
});

test("Enter that ends the composing of a word does not send, in Safari neither", async () => {
  const deeds = show();
  scrollTo(0);
  const area = await edit("日本");

  fireEvent.keyDown(area, { key: "Enter", isComposing: true });
  fireEvent.keyDown(area, { key: "Enter", keyCode: 229 });

  expect(deeds.edit).not.toHaveBeenCalled();
});
