import { useState } from "react";
import type { ConnectionKind } from "../../shared/api/types";
import { ConnectionForm } from "./ConnectionForm";
import { KindChoice } from "./KindChoice";

/** A new connection in two steps: of which kind, then what that kind needs to be told. */
export function NewConnection({
  onDone,
}: {
  onDone: (name: string, models: number | null) => void;
}) {
  const [kind, setKind] = useState<ConnectionKind | null>(null);
  const [isChosen, setIsChosen] = useState(false);
  if (kind && isChosen) {
    return <ConnectionForm kind={kind} onBack={() => setIsChosen(false)} onDone={onDone} />;
  }
  return (
    <KindChoice
      before={kind}
      onChoose={(chosen) => {
        setKind(chosen);
        setIsChosen(true);
      }}
    />
  );
}
