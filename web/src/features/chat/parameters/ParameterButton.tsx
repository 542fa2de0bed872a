import { Popover } from "@base-ui/react/popover";
import { IconButton } from "../../../shared/ui/IconButton";
import { words } from "../words";
import styles from "./ParameterButton.module.css";
import { ParameterPanel } from "./ParameterPanel";
import { isOwnChoice, type Parameters } from "./parameters";

export interface ParameterButtonProps {
  personId: string;
  parameters: Parameters;
  onChange: (parameters: Parameters) => void;
}

/** The way to how answers are written. A dot says that something differs from the model's own choice. */
export function ParameterButton({ personId, parameters, onChange }: ParameterButtonProps) {
  const isChanged = !isOwnChoice(parameters);
  return (
    <Popover.Root>
      <Popover.Trigger
        render={
          <IconButton
            icon="sliders"
            label={isChanged ? words.parametersChanged : words.parameters}
            className={styles.button}
            data-changed={isChanged}
          />
        }
      />
      <Popover.Portal>
        <Popover.Positioner
          className={styles.positioner}
          side="top"
          align="start"
          sideOffset={6}
          collisionPadding={12}
        >
          <Popover.Popup className={styles.popup} aria-label={words.parameters}>
            <ParameterPanel personId={personId} parameters={parameters} onChange={onChange} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
