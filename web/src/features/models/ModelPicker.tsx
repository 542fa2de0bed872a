/** The chip in the composer that says which model answers next, and the list behind it. */
import { Popover } from "@base-ui/react/popover";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { Icon } from "../../shared/ui/Icon";
import { joinClasses } from "../../shared/lib/join-classes";
import popover from "../../shared/ui/Popover.module.css";
import styles from "./ModelPicker.module.css";
import { PickerList } from "./PickerList";
import { modelsQuery } from "./queries";
import { words } from "./words";

export interface ModelPickerProps {
  value: string | null;
  onChange: (modelId: string) => void;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** To the page where models and connections are added. */
  onManage: () => void;
}

export function ModelPicker({ value, onChange, open, onOpenChange, onManage }: ModelPickerProps) {
  const { data } = useQuery(modelsQuery);
  const search = useRef<HTMLInputElement>(null);
  const chosen = data?.items.find(({ id }) => id === value);
  const name = chosen?.name ?? value;
  const close = () => onOpenChange(false);
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <Popover.Trigger
        className={styles.chip}
        aria-label={name === null ? words.chooseModel : words.model(name)}
      >
        <span className={styles.name}>{name ?? words.chooseModel}</span>
        <Icon name="chevron-down" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner
          className={popover.positioner}
          side="top"
          align="end"
          sideOffset={6}
          collisionPadding={12}
        >
          <Popover.Popup
            className={joinClasses(popover.popup, styles.popup)}
            initialFocus={search}
            aria-label={words.chooseModel}
          >
            <PickerList
              searchRef={search}
              models={data?.items ?? []}
              problems={data?.problems ?? []}
              value={value}
              onChoose={(modelId) => {
                onChange(modelId);
                close();
              }}
              onManage={() => {
                close();
                onManage();
              }}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
