import { type ReactNode, useId } from "react";
import type { ModelRoute, RouteTarget } from "../../shared/api/types";
import { Icon } from "../../shared/ui/Icon";
import { IconButton } from "../../shared/ui/IconButton";
import { Menu, MenuItem } from "../../shared/ui/Menu";
import { State } from "../../shared/ui/State";
import { factsOfRoute, factsOfTarget } from "./facts";
import styles from "./RouteBlock.module.css";
import { words } from "./words";

/** One route: its name, the models behind it in their order, and what leads from one to the next. */
export function RouteBlock({
  route,
  nameOf,
  renderHealth,
  onEdit,
  onDelete,
}: {
  route: ModelRoute;
  /** What a model is called. */
  nameOf: (model: string) => string;
  renderHealth: (target: RouteTarget) => ReactNode;
  /** Left out where it cannot be changed here. */
  onEdit?: () => void;
  onDelete?: () => void;
}) {
  const id = useId();
  return (
    <li className={styles.route} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id} className={styles.name}>
          {route.name}
        </h2>
        {route.source === "settings" && (
          <span className={styles.locked}>
            <Icon name="lock" />
            {words.fromFile}
          </span>
        )}
        {onEdit && onDelete && (
          <div className={styles.more}>
            <Menu trigger={<IconButton icon="more" label={words.more(route.name)} />}>
              <MenuItem icon="pen" onSelect={onEdit}>
                {words.edit}
              </MenuItem>
              <MenuItem icon="trash" loss onSelect={onDelete}>
                {words.delete}
              </MenuItem>
            </Menu>
          </div>
        )}
      </div>
      <p className={styles.facts}>{factsOfRoute(route)}</p>
      {route.source === "settings" && <p className={styles.facts}>{words.lockedWhy}</p>}
      {route.problem !== null && (
        <div className={styles.problem}>
          <State kind="loss">{words.notInEffect}</State>
          <p>{route.problem}</p>
        </div>
      )}
      <ol className={styles.targets} aria-label={words.targets(route.name)}>
        {route.targets.map((target, place) => (
          <li key={target.id} className={styles.target}>
            <span className={styles.place} aria-hidden="true">
              {place + 1}
            </span>
            <div className={styles.who}>
              <p className={styles.model}>
                {target.id === target.model ? nameOf(target.model) : target.id}
              </p>
              {target.id !== target.model && <p className={styles.facts}>{nameOf(target.model)}</p>}
            </div>
            <div className={styles.health}>{renderHealth(target)}</div>
            <p className={styles.conditions}>{factsOfTarget(target)}</p>
          </li>
        ))}
      </ol>
    </li>
  );
}
