import type { Ref } from "react";
import { usePrinting } from "../../../shared/lib/use-printing";
import { EditsContext } from "./edits";
import { PrintedThread } from "./PrintedThread";
import { Thread, type ThreadHandle } from "./Thread";
import type { ThreadItem } from "./thread-item";
import { ThreadTrouble } from "./ThreadTrouble";
import { useEdits } from "./use-edits";
import type { useThread } from "./use-thread";

/** The thread, what stands in its place while it is read for the first time, or why it cannot be read. */
export function ThreadArea({
  thread,
  items,
  onPlace,
  onNewChat,
  ref,
}: {
  thread: ReturnType<typeof useThread>;
  items: readonly ThreadItem[];
  onPlace: (isAtEnd: boolean) => void;
  onNewChat: () => void;
  ref: Ref<ThreadHandle>;
}) {
  const isPrinting = usePrinting();
  const edits = useEdits();
  if (thread.error) {
    return (
      <ThreadTrouble error={thread.error} onTryAgain={thread.readAgain} onNewChat={onNewChat} />
    );
  }
  if (items.length === 0) return <div aria-busy="true" />;
  return (
    <EditsContext value={edits}>
      {isPrinting ? (
        <PrintedThread items={items} />
      ) : (
        <Thread
          ref={ref}
          items={items}
          hasOlder={thread.hasOlder}
          isLoadingOlder={thread.isLoadingOlder}
          onReadOlder={thread.readOlder}
          onPlace={onPlace}
        />
      )}
    </EditsContext>
  );
}
