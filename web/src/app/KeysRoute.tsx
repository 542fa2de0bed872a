import { KeysPage } from "../features/keys/KeysPage";
import { useProven } from "../features/second-factors/use-proven";
import type { Me } from "../shared/api/types";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** `/keys`: one's own, or everybody's; `/keys/{account}`: those of a service account. */
export function KeysRoute({ me, account }: { me: Me; account: string | null }) {
  const [proven, dialog] = useProven();
  return (
    <PlainPage title={words.keys}>
      <KeysPage key={account} me={me} account={account} proven={proven} />
      {dialog}
    </PlainPage>
  );
}
