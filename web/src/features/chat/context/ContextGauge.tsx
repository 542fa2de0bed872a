import { Popover } from "@base-ui/react/popover";
import { useId, useMemo, useRef, useState } from "react";
import type { Model } from "../../../shared/api/types";
import { contextWords as words } from "../context-words";
import { joinClasses } from "../../../shared/lib/join-classes";
import popover from "../../../shared/ui/Popover.module.css";
import styles from "./ContextGauge.module.css";
import { ContextParts } from "./ContextParts";
import { ContextWarning } from "./ContextWarning";
import { type Filling, fillingOf, percent } from "./gauge";
import { PolicyChoice } from "./PolicyChoice";
import { type GaugePlace, useGauge } from "./use-gauge";
import { usePolicy } from "./use-policy";
import { useRested } from "./use-rested";

const draftRestMs = 150;

export interface ContextGaugeProps extends GaugePlace {
  draft: string;
  models: readonly Model[];
  modelName: (id: string | null) => string;
}

/** How full the model's window is: a line along the composer, and on demand its parts in numbers. */
export function ContextGauge(props: ContextGaugeProps) {
  const gauge = useGauge(props);
  const draft = useRested(props.draft, draftRestMs);
  const filling = useMemo(() => gauge && fillingOf(gauge, draft), [gauge, draft]);
  const { policy, choose } = usePolicy(props.conversationId);
  const { open, onOpenChange, finalFocus, ...opening } = useOpenOnFocus();
  const titleId = useId();
  if (!filling) return null;
  const model = props.modelName(props.model);
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <div className={styles.gauge} data-open={open}>
        <Track filling={filling} />
        <Popover.Trigger
          openOnHover
          delay={200}
          closeDelay={150}
          className={styles.trigger}
          aria-label={words.show}
          {...opening}
        />
      </div>
      <ContextWarning
        filling={filling}
        policy={policy}
        model={model}
        onChange={choose && (() => onOpenChange(true))}
      />
      <Popover.Portal>
        <Popover.Positioner
          className={popover.positioner}
          side="top"
          align="start"
          sideOffset={4}
          collisionPadding={12}
        >
          <Popover.Popup
            className={joinClasses(popover.popup, styles.popup)}
            aria-labelledby={titleId}
            initialFocus={false}
            finalFocus={finalFocus}
          >
            <ContextParts titleId={titleId} filling={filling} model={model} />
            {choose && <PolicyChoice policy={policy} models={props.models} onChange={choose} />}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Track({ filling }: { filling: Filling }) {
  const { parts, room, total, share } = filling;
  const widest = Math.max(room ?? 0, total, 1);
  return (
    <div
      className={styles.track}
      role="meter"
      aria-label={words.title}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(100, percent(share))}
      aria-valuetext={words.said(filling)}
      data-state={filling.state}
    >
      {room !== null &&
        parts.map(
          ({ name, tokens }) =>
            tokens > 0 && (
              <i key={name} data-part={name} style={{ width: `${(100 * tokens) / widest}%` }} />
            ),
        )}
    </div>
  );
}

/** Open on hover, on a press, and when the keyboard comes to it; closed with Escape it stays closed. */
function useOpenOnFocus() {
  const [open, setOpen] = useState(false);
  // A press opens by itself, and the focus that comes back after Escape is nobody's wish to open again.
  const isFocusOurs = useRef(false);
  return {
    open,
    onOpenChange: setOpen,
    // Only the keyboard is lost without a place to go back to.
    finalFocus: (closedBy: string) => {
      isFocusOurs.current = closedBy === "keyboard";
      return isFocusOurs.current;
    },
    onPointerDown: () => {
      isFocusOurs.current = true;
    },
    onFocus: (event: React.FocusEvent<HTMLElement>) => {
      const comes = event.target.matches(":focus-visible") && !isFocusOurs.current;
      isFocusOurs.current = false;
      if (comes) setOpen(true);
    },
    onBlur: () => {
      isFocusOurs.current = false;
    },
  };
}
