/** The transcript under its reader: it moves when they sent something, and otherwise stays where they read. */
import { render } from "@testing-library/react";
import { expect, test } from "vitest";
import { aMessage } from "../testing/a-message";
import { giveSizes } from "../testing/give-sizes";
import { someDeeds } from "../testing/some-deeds";
import { EditsContext } from "./edits";
import { Thread } from "./Thread";
import { ThreadDeedsContext } from "./thread-deeds";
import type { ThreadItem } from "./thread-item";

const stored: ThreadItem[] = Array.from({ length: 40 }, (_, place) => {
  const message = aMessage({ id: `m${place}` });
  return { kind: "message", key: message.id, message, before: null };
});

function sent(id: string, writtenAt: number): ThreadItem {
  const outgoing = { id, conversationId: "c1", text: "And then?", model: "small", writtenAt };
  return { kind: "outgoing", key: id, outgoing: { ...outgoing, state: { kind: "waiting" } } };
}

function show() {
  const scrollTo = giveSizes();
  const deeds = someDeeds();
  const edits = { drafts: new Map(), write: () => {} };
  const thread = (...outgoing: ThreadItem[]) => (
    <ThreadDeedsContext value={deeds}>
      <EditsContext value={edits}>
        <Thread
          ref={{ current: null }}
          items={[...stored, ...outgoing]}
          hasOlder={false}
          isLoadingOlder={false}
          onReadOlder={() => {}}
          onPlace={() => {}}
        />
      </EditsContext>
    </ThreadDeedsContext>
  );
  const view = render(thread());
  return {
    atFirst: scrollTo.mock.calls.length,
    /** How often the view was moved by what changed. */
    movedBy: (...outgoing: ThreadItem[]) => {
      scrollTo.mockClear();
      view.rerender(thread(...outgoing));
      return scrollTo.mock.calls.length;
    },
  };
}

test("a conversation opens at its end", () => {
  expect(show().atFirst).toBeGreaterThan(0);
});

test("what was just sent is shown, and the view stays where it is when the server has taken it", () => {
  const { movedBy } = show();
  const [one, two] = [sent("one", 1), sent("two", 2)];

  expect(movedBy(one)).toBeGreaterThan(0);
  expect(movedBy(one, two)).toBeGreaterThan(0);
  expect(movedBy(two)).toBe(0);
  expect(movedBy()).toBe(0);
});

test("taking back the newest message does not move the view to the one before it", () => {
  const { movedBy } = show();
  const [one, two] = [sent("one", 1), sent("two", 2)];
  movedBy(one, two);

  expect(movedBy(one)).toBe(0);
});
