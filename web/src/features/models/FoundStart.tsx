import { useEffect, useRef, useState } from "react";
import { Button } from "../../shared/ui/Button";
import { canAnswer, type Found } from "./found-choices";
import { FoundList } from "./FoundList";
import styles from "./FoundStart.module.css";
import { words } from "./words";

/** Choosing what was found and starting with it: one click where the first choice is the right one. */
export function FoundStart({
  found,
  onStart,
}: {
  found: readonly Found[];
  onStart: (modelId: string) => void;
}) {
  const [choice, setChoice] = useState<{ found: string; model: string } | null>(null);
  const chosen =
    found.find((one) => one.id === choice?.found && canAnswer(one)) ?? found.find(canAnswer);
  const model = chosen?.models.find(({ id }) => id === choice?.model) ?? chosen?.models[0];
  const form = useRef<HTMLFormElement>(null);

  // Scrolls, which React does not do: what was found while one read further down comes into view.
  useEffect(() => {
    const top = form.current?.getBoundingClientRect().top ?? 0;
    if (top < 0) form.current?.scrollIntoView({ block: "center" });
  }, []);

  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        if (model) onStart(model.id);
      }}
    >
      <FoundList
        found={found}
        chosen={chosen}
        chosenModel={model?.id}
        onChoose={(one, modelId) => setChoice({ found: one.id, model: modelId })}
      />
      {model && (
        <div className={styles.go}>
          <Button type="submit" variant="primary" large className={styles.start}>
            {words.start(model.name)}
          </Button>
          <span className={styles.note}>{words.owner}</span>
        </div>
      )}
    </form>
  );
}
