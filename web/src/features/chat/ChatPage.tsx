import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import type { Model } from "../../shared/api/types";
import { newId } from "../../shared/lib/new-id";
import { ChatBar } from "./ChatBar";
import styles from "./ChatPage.module.css";
import type { ChatSlots } from "./chat-slots";
import { Composer } from "./composer/Composer";
import { draftKeeper } from "./composer/draft-keeper";
import { useModelPicker } from "./composer/use-model-picker";
import { ContextGauge } from "./context/ContextGauge";
import { useStop } from "./composer/use-stop";
import { EmptyChat } from "./EmptyChat";
import { useParameterButton } from "./parameters/use-parameter-button";
import { useStandingIn } from "./sharing/use-standing-in";
import { Announcer } from "./thread/Announcer";
import { Dock } from "./thread/Dock";
import { Offline } from "./thread/Offline";
import { parentOfNext } from "./thread/parent-of-next";
import { StandingContext, useStanding } from "./thread/standing";
import type { ThreadHandle } from "./thread/Thread";
import { ThreadArea } from "./thread/ThreadArea";
import { ThreadDeedsContext } from "./thread/thread-deeds";
import { useRegenerate } from "./thread/use-regenerate";
import { useRunning } from "./thread/use-running";
import { useThread } from "./thread/use-thread";
import { useThreadDeeds } from "./thread/use-thread-deeds";
import { useThreadItems } from "./thread/use-thread-items";
import { useOnTheirWay } from "./use-on-their-way";

export interface ChatPageProps extends ChatSlots {
  personId: string;
  /** Null: a chat nobody has written in yet. */
  conversationId: string | null;
  initialText: string | null;
  initialModel: string | null;
  /** What stands before the title: the way to the sidebar. */
  lead: ReactNode;
  onOpen: (conversationId: string) => void;
  onNewChat: () => void;
}

/** A message taken back before it was sent, on its way to the composer. */
interface Returned {
  conversationId: string | null;
  text: string;
}

const noModels: readonly Model[] = [];

/** One conversation, as its reader stands to it. */
export function ChatPage(props: ChatPageProps) {
  const standing = useStandingIn(props.conversationId, props.personId);
  return (
    <StandingContext value={standing}>
      <OpenChat {...props} />
    </StandingContext>
  );
}

/** Its thread, and the composer under it. The composer stays the same when a chat begins. */
function OpenChat(props: ChatPageProps) {
  const { personId, conversationId, onOpen } = props;
  const standing = useStanding();
  const { outbox, onTheirWay, goal, made } = useOnTheirWay(conversationId);
  const [returned, setReturned] = useState<Returned | null>(null);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const threadView = useRef<ThreadHandle>(null);

  const thread = useThread(conversationId);
  const running = useRunning(conversationId, thread.messages, outbox);
  const items = useThreadItems(thread.messages, onTheirWay);
  const place = `${personId} ${conversationId ?? "new"}`;
  const { parametersFor, moveTo, view } = useParameterButton(personId, place, props.models);
  const regenerate = useRegenerate(parametersFor);
  const picker = useModelPicker(props, thread.messages, regenerate);
  const deeds = useThreadDeeds({
    conversationId,
    model: picker.model,
    parametersFor,
    outbox,
    regenerate,
    modelName: picker.modelName,
    priceOf: picker.priceOf,
    askAnotherModel: picker.askFor,
    manageModels: props.onManageModels,
    giveBack: (text) => setReturned({ conversationId, text }),
  });
  const stop = useStop(running?.turn_id ?? null);

  // A new chat gets its address once the server has made its conversation.
  useEffect(() => {
    if (!made) return;
    const madePlace = `${personId} ${made}`;
    moveTo(madePlace);
    draftKeeper.move(place, madePlace);
    onOpen(made);
  }, [made, onOpen, moveTo, personId, place]);

  const send = (text: string) => {
    if (picker.model === null) return;
    const { model } = picker;
    const parameters = parametersFor(model);
    outbox.add({
      id: newId(),
      ...goal,
      ...parentOfNext(thread, standing, onTheirWay),
      text,
      model,
      parameters,
      writtenAt: Date.now(),
    });
  };
  const forgetReturned = useCallback(() => setReturned(null), []);
  const onJump = useCallback(() => threadView.current?.jumpToEnd(), []);
  const isEmpty = items.length === 0 && !thread.isPending && !thread.error;

  return (
    <ThreadDeedsContext value={deeds}>
      <div className={styles.page} data-empty={isEmpty}>
        <ChatBar
          conversationId={conversationId}
          lead={props.lead}
          onNewChat={props.onNewChat}
          onOpen={onOpen}
        />
        {isEmpty ? (
          <EmptyChat hasModels={props.models?.length !== 0} onManageModels={props.onManageModels} />
        ) : (
          <ThreadArea
            key={conversationId}
            ref={threadView}
            thread={thread}
            items={items}
            onPlace={setIsAtEnd}
            onNewChat={props.onNewChat}
          />
        )}
        <Dock running={running} isAtEnd={isAtEnd || items.length === 0} onJump={onJump}>
          <Offline />
          {!thread.error && (
            <Composer
              draftKey={place}
              initialText={conversationId === null ? props.initialText : null}
              // What belongs to one conversation does not come back in another.
              returned={returned?.conversationId === conversationId ? returned.text : null}
              onReturnedTaken={forgetReturned}
              isRunning={running !== null}
              canSend={picker.model !== null}
              isAlmostReady={props.models === null}
              hasMessages={items.length > 0}
              parameters={view(picker.model)}
              modelPicker={picker.view}
              renderGauge={(draft) => (
                <ContextGauge
                  draft={draft}
                  conversationId={conversationId}
                  head={thread.messages[0]}
                  model={picker.model}
                  maxTokens={parametersFor(picker.model).max_tokens}
                  models={props.models ?? noModels}
                  modelName={picker.modelName}
                />
              )}
              onSend={send}
              onStop={stop}
            />
          )}
        </Dock>
        <Announcer key={`announcer ${conversationId}`} turnId={running?.turn_id ?? null} />
      </div>
    </ThreadDeedsContext>
  );
}
