import { type ReactNode, useState } from "react";
import styles from "./DraftForm.module.css";
import type { ModelSlot } from "./model-slot";
import { words } from "./words";

/** Who is asked. */
export function ModelField({
  value,
  onChange,
  renderModelPicker,
}: {
  value: string | null;
  onChange: (model: string) => void;
  renderModelPicker: (slot: ModelSlot) => ReactNode;
}) {
  const [open, onOpenChange] = useState(false);
  return (
    <div>
      <h2 className={styles.label}>{words.model}</h2>
      <div className={styles.model}>
        {renderModelPicker({ value, onChange, open, onOpenChange })}
      </div>
    </div>
  );
}
