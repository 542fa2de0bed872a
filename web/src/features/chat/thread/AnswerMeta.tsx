import type { Message } from "../../../shared/api/types";
import { counted, words } from "../words";

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
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
  const tokens = message.usage?.output_tokens;
  const saved = message.from_cache?.saved_tokens;
  return (
    <>
      {answererWords(message, modelName)} ·{" "}
      <time dateTime={message.created_at} title={whole.format(created)}>
        {time.format(created)}
      </time>
      {tokens ? ` · ${counted(tokens, "token", "tokens")}` : ""}
      {saved ? ` · ${words.saved(counted(saved, "token", "tokens"))}` : ""}
    </>
  );
}

/** The model that was asked for, and whoever wrote in its place. */
function answererWords({ model, answered_by: by }: Message, nameOf: (id: string | null) => string) {
  const asked = nameOf(model);
  if (by === null) return asked;
  const wrote = by.target === model ? null : words.writtenBy(nameOf(by.target));
  const variant = by.variant === null ? null : words.variant(by.variant);
  return [asked, wrote, variant].filter(Boolean).join(" · ");
}
