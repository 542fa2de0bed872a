import { UsagePage } from "../features/usage/UsagePage";
import type { Me } from "../shared/api/types";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** `/usage`: what one used oneself, or everybody did. */
export function UsageRoute({ me }: { me: Me }) {
  return (
    <PlainPage title={words.usage}>
      <UsagePage me={me} />
    </PlainPage>
  );
}
