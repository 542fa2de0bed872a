import type { Found } from "./found-choices";
import { canAnswer } from "./found-choices";
import { FoundChoice } from "./FoundChoice";
import styles from "./FoundList.module.css";
import { words } from "./words";

export interface FoundListProps {
  found: readonly Found[];
  chosen: Found | undefined;
  chosenModel: string | undefined;
  onChoose: (found: Found, modelId: string) => void;
}

/** Everything that was found; what answers can be chosen. */
export function FoundList({ found, chosen, chosenModel, onChoose }: FoundListProps) {
  return (
    <fieldset className={styles.found}>
      <legend className="visually-hidden">{words.startWith}</legend>
      {found.map((one) => (
        <FoundChoice
          key={one.id}
          found={one}
          isChosen={one === chosen && canAnswer(one)}
          chosenModel={one === chosen ? chosenModel : undefined}
          onChoose={(modelId) => onChoose(one, modelId)}
        />
      ))}
    </fieldset>
  );
}
