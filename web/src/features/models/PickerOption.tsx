import type { Model } from "../../shared/api/types";
import { Icon } from "../../shared/ui/Icon";
import { count, money, size } from "./format";
import styles from "./PickerOption.module.css";
import { abilityWords } from "./model-facts";
import { words } from "./words";

export interface PickerOptionProps {
  id: string;
  model: Model;
  isCurrent: boolean;
  isChosen: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

/** One model: its name, what it can take, how much it remembers, and whether it is awake. */
export function PickerOption({
  id,
  model,
  isCurrent,
  isChosen,
  onPoint,
  onChoose,
}: PickerOptionProps) {
  return (
    // The field above has the focus and the keys: this is what it points at.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="option"
      aria-selected={isCurrent}
      className={styles.option}
      onPointerMove={onPoint}
      onClick={onChoose}
    >
      <span className={styles.words}>
        <span className={styles.name}>{model.name}</span>
        <span className={styles.facts}>{factsOf(model)}</span>
      </span>
      {model.price && <PriceTag price={model.price} />}
      {isChosen && (
        <>
          <Icon name="check" />
          <span className="visually-hidden">, chosen</span>
        </>
      )}
    </div>
  );
}

/** What a million tokens cost, those that are read and those that are written; or an hour of this machine. */
function PriceTag({ price }: { price: NonNullable<Model["price"]> }) {
  const { currency, input_micros, output_micros, hour_micros } = price;
  if (hour_micros !== null) {
    return <span className={styles.price}>{words.pricePerHour(money(hour_micros, currency))}</span>;
  }
  return (
    <span className={styles.price} title={words.pricePerMillion}>
      {money(input_micros, currency)} / {money(output_micros, currency)}
      <span className="visually-hidden"> {words.pricePerMillion}</span>
    </span>
  );
}

function factsOf(model: Model): string {
  const { kind, where, targets, capabilities, context_tokens, size_bytes, loaded, own, starter } =
    model;
  if (starter) return words.starterNote;
  const facts = [
    own && words.onlyForMe.toLowerCase(),
    kind === "route" && words.oneOf(targets),
    kind === "route" && (where === "elsewhere" ? words.mayLeave : words.stays),
    capabilities.length > 0 && abilityWords(capabilities),
    context_tokens !== null && `${count(context_tokens)} tokens`,
    size_bytes !== null && size(size_bytes),
    loaded === true && words.loaded,
  ];
  return facts.filter(Boolean).join(" · ");
}
