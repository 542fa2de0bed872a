import type { Message } from "../../../shared/api/types";
import { money } from "../../../shared/lib/money";
import { useAnswerUsage } from "../usage/use-answer-usage";
import { counted, words } from "../words";
import { textOf } from "./thread-data";

const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** Who answered, when, and how much it took: one muted line. */
export function AnswerMeta({
  message,
  modelName,
}: {
  message: Message;
  modelName: (id: string | null) => string;
}) {
  const created = new Date(message.created_at);
  const usage = useAnswerUsage(message);
  // The message itself knows its last call only, and an answer that was continued took several.
  const tokens = usage?.output_tokens || message.usage?.output_tokens;
  const cost = usage?.cost_micros ?? null;
  const saved = message.from_cache?.saved_tokens;
  return (
    <>
      {answererWords(message, modelName)} ·{" "}
      <time dateTime={message.created_at} title={whole.format(created)}>
        {time.format(created)}
      </time>
      {tokens ? ` · ${counted(tokens, "token", "tokens")}` : ""}
      {cost === null ? "" : ` · ${money(cost)}`}
      {saved ? ` · ${words.saved(counted(saved, "token", "tokens"))}` : ""}
    </>
  );
}

/** The model that was asked for, and whoever wrote in its place. Who was tried and wrote nothing is not named. */
function answererWords(message: Message, nameOf: (id: string | null) => string) {
  const { model, answered_by: by } = message;
  const asked = nameOf(model);
  const hasWritten = textOf(message) !== "" || message.status === "finished";
  if (by === null || !hasWritten) return asked;
  const wrote = by.target === model ? null : words.writtenBy(nameOf(by.target));
  const variant = by.variant === null ? null : words.variant(by.variant);
  return [asked, wrote, variant].filter(Boolean).join(" · ");
}
