import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import type { ConnectionProblem, Model } from "../../shared/api/types";
import { isComposing } from "../../shared/lib/is-composing";
import { Icon } from "../../shared/ui/Icon";
import styles from "./PickerList.module.css";
import { PickerOption } from "./PickerOption";
import { PickerProblems } from "./PickerProblems";
import { upTo, type PickerGroup, pickerGroups, problemsToShow } from "./picker-groups";
import { words } from "./words";

/** What a list stays quick with, and more than anybody looks through. */
const mostShown = 100;

export interface PickerListProps {
  searchRef: RefObject<HTMLInputElement | null>;
  models: readonly Model[];
  problems: readonly ConnectionProblem[];
  value: string | null;
  onChoose: (modelId: string) => void;
  onManage: () => void;
}

/** A field that searches, and every model grouped by where it runs. */
export function PickerList(props: PickerListProps) {
  const { searchRef, models, problems, value, onChoose, onManage } = props;
  const [typed, setTyped] = useState("");
  const [pointedAt, setPointedAt] = useState(value);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => pickerGroups(models, typed), [models, typed]);
  const { groups, left } = useMemo(() => upTo(mostShown, found, value), [found, value]);
  const shown = groups.flatMap((group) => group.models);
  const current = shown.find((model) => model.id === pointedAt) ?? shown[0];

  // Scrolls, which React does not do: the model pointed at stays in view.
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView?.({ block: "nearest" });
  }, [current]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const leap = { PageDown: 8, PageUp: -8 }[event.key];
    if ((step ?? leap) !== undefined && current) {
      event.preventDefault();
      const next = shown.indexOf(current) + (step ?? leap ?? 0);
      // A step goes round; a leap ends at the end.
      const place =
        step === undefined
          ? Math.min(Math.max(next, 0), shown.length - 1)
          : (next + shown.length) % shown.length;
      setPointedAt(shown[place]?.id ?? null);
    }
    if (event.key === "Enter" && !isComposing(event.nativeEvent) && current) {
      event.preventDefault();
      onChoose(current.id);
    }
  };
  const optionId = (model: Model) => `${id}-${shown.indexOf(model)}`;
  return (
    <>
      <div className={styles.search}>
        <Icon name="search" />
        <input
          ref={searchRef}
          className={styles.field}
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={current && optionId(current)}
          aria-label={words.findModel}
          placeholder={words.findModel}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className={styles.scroll}>
        <div id={id} ref={list} role="listbox" aria-label={words.chooseModel}>
          {groups.map((group) => (
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
            <div key={group.id} role="group" aria-label={groupLabel(group)}>
              <div className={styles.group} aria-hidden="true">
                <span>{group.name}</span>
                <span>{whereWords(group)}</span>
              </div>
              {group.models.map((model) => (
                <PickerOption
                  key={model.id}
                  id={optionId(model)}
                  model={model}
                  isCurrent={model === current}
                  isChosen={model.id === value}
                  onPoint={() => setPointedAt(model.id)}
                  onChoose={() => onChoose(model.id)}
                />
              ))}
            </div>
          ))}
        </div>
        {shown.length === 0 && (
          <p className={styles.nothing} role="status">
            {models.length === 0 ? words.noModels : words.noMatch}
          </p>
        )}
        {left > 0 && <p className={styles.nothing}>{words.moreToFind(left)}</p>}
        <PickerProblems problems={problemsToShow(problems, typed)} />
      </div>
      {shown.some(({ price }) => price !== null && price.hour_micros === null) && (
        <p className={styles.note}>{words.priceNote}</p>
      )}
      <button type="button" className={styles.manage} onClick={onManage}>
        <Icon name="chip" />
        {words.manage}
      </button>
    </>
  );
}

function groupLabel(group: PickerGroup): string {
  return [group.name, whereWords(group)].filter(Boolean).join(". ");
}

/** Files of this machine say so by the name of their group; of routes each says it for itself. */
function whereWords({ where, models }: PickerGroup): string {
  if (models[0]?.kind === "route") return "";
  if (where === "elsewhere") return words.leaves;
  return models[0]?.kind === "local" ? "" : words.staysHere;
}
