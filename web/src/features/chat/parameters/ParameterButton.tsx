import { Popover } from "@base-ui/react/popover";
import { IconButton } from "../../../shared/ui/IconButton";
import { words } from "../words";
import { joinClasses } from "../../../shared/lib/join-classes";
import popover from "../../../shared/ui/Popover.module.css";
import styles from "./ParameterButton.module.css";
import { ParameterPanel, type ParameterPanelProps } from "./ParameterPanel";
import { isOwnChoice } from "./parameters";

export type ParameterButtonProps = ParameterPanelProps;

/** The way to how answers are written. A dot says that something differs from the model's own choice. */
export function ParameterButton(props: ParameterButtonProps) {
  const isChanged = !isOwnChoice(props.parameters);
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
          className={popover.positioner}
          side="top"
          align="start"
          sideOffset={6}
          collisionPadding={12}
        >
          <Popover.Popup
            className={joinClasses(popover.popup, styles.popup)}
            aria-label={words.parameters}
          >
            <ParameterPanel {...props} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
