import { useId } from "react";
import { Icon } from "../../shared/ui/Icon";
import { State } from "../../shared/ui/State";
import { ConnectionState } from "./ConnectionState";
import { canAnswer, type Found, isStarter, staysHere } from "./found-choices";
import styles from "./FoundChoice.module.css";
import { countWord, host, size } from "./format";
import { problemWords, words } from "./words";

export interface FoundChoiceProps {
  found: Found;
  isChosen: boolean;
  chosenModel: string | undefined;
  onChoose: (modelId: string) => void;
}

/** One place where answers can come from, with what it means to choose it. */
export function FoundChoice({ found, isChosen, chosenModel, onChoose }: FoundChoiceProps) {
  const id = useId();
  const { connection, models } = found;
  const first = models[0];
  return (
    <div className={styles.choice} data-chosen={isChosen} data-silent={!canAnswer(found)}>
      <label className={styles.label}>
        <input
          type="radio"
          name="found"
          className={styles.radio}
          checked={isChosen}
          disabled={!first}
          aria-describedby={id}
          onChange={() => first && onChoose(chosenModel ?? first.id)}
        />
        <span className={styles.words}>
          <span className={styles.name}>{nameOf(found)}</span>
          <span id={id} className={styles.description}>
            {descriptionOf(found)}
          </span>
        </span>
        <span className={styles.state}>
          {connection ? (
            <ConnectionState connection={connection} saysTime />
          ) : (
            <State kind="done">{first?.loaded ? words.loaded : words.ready}</State>
          )}
        </span>
      </label>
      {isChosen && models.length > 1 && (
        <span className={styles.which}>
          <select
            className={styles.select}
            aria-label={words.whichModel(found.name)}
            value={chosenModel}
            onChange={(event) => onChoose(event.target.value)}
          >
            {models.map((model) => (
              <option key={model.id} value={model.id}>
                {model.name}
              </option>
            ))}
          </select>
          <Icon name="chevron-down" />
        </span>
      )}
    </div>
  );
}

function nameOf({ name, models, connection }: Found): string {
  const only = models.length === 1 ? models[0] : undefined;
  return connection && only ? `${only.name}, from ${name}` : name;
}

function descriptionOf(found: Found): string {
  const { connection, models, problem } = found;
  const [first] = models;
  if (isStarter(found)) return `${words.starterNote}. ${words.staysHere}.`;
  if (!connection) {
    const facts = [
      first?.size_bytes && size(first.size_bytes),
      first?.context_tokens && words.context(first.context_tokens).toLowerCase(),
    ];
    return [...[facts.filter(Boolean).join(", ")].filter(Boolean), words.staysHere, ""]
      .join(". ")
      .trim();
  }
  const address = host(connection.base_url);
  if (!first) return `${address}. ${problem ? problemWords(problem).advice : ""}`.trim();
  const number = models.length === 1 ? "One model" : `${capital(countWord(models.length))} models`;
  const where = staysHere(found) ? words.staysHere : words.leaves;
  const billed = connection.key_hint && !staysHere(found) ? " and is billed to the key" : "";
  return `${number} at ${address}. ${where}${billed}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
