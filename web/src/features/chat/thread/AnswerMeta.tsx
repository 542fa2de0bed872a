import type { Message } from "../../../shared/api/types";
import { counted } from "../words";

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** Who answered, when, and how much it took: one muted line. */
export function AnswerMeta({ message, modelName }: { message: Message; modelName: string }) {
  const created = new Date(message.created_at);
  const tokens = message.usage?.output_tokens;
  return (
    <>
      {modelName} ·{" "}
      <time dateTime={message.created_at} title={whole.format(created)}>
        {time.format(created)}
      </time>
      {tokens ? ` · ${counted(tokens, "token", "tokens")}` : ""}
    </>
  );
}
