import styles from "./People.module.css";

export interface CheckItem<Id extends string> {
  id: Id;
  name: string;
  note?: string;
}

/** Several of many, each with a word about it. */
export function CheckList<Id extends string>({
  legend,
  items,
  chosen,
  onChange,
}: {
  legend: string;
  items: readonly CheckItem<Id>[];
  chosen: readonly Id[];
  onChange: (chosen: Id[]) => void;
}) {
  const toggle = (id: Id) => {
    onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  };
  return (
    <fieldset className={styles.checks}>
      <legend className={styles.label}>{legend}</legend>
      {items.map(({ id, name, note }) => (
        <label key={id} className={styles.check}>
          <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
          <span>
            {name}
            {note && <small>{note}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
