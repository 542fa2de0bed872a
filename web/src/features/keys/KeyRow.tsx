import type { ProgramKey } from "../../shared/api/types";
import { IconButton } from "../../shared/ui/IconButton";
import { Menu, MenuItem, MenuLine } from "../../shared/ui/Menu";
import { State } from "../../shared/ui/State";
import { usedInWords } from "./key-facts";
import styles from "./Keys.module.css";
import { words } from "./words";

export type KeyDeed = "change" | "rotate" | "revoke";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** One key: how it is known again, what it opens, when it was last used, when it ends. */
export function KeyRow({
  program,
  now,
  isOwners,
  mayChange,
  onAsk,
}: {
  program: ProgramKey;
  now: Date;
  /** Whose it is, is plain from the page. */
  isOwners: boolean;
  mayChange: boolean;
  onAsk: (what: KeyDeed) => void;
}) {
  const [current, ...earlier] = program.secrets;
  return (
    <li className={styles.row}>
      <div>
        <span className={styles.name}>{program.name}</span>
        {!isOwners && <span className={styles.tag}>{words.of(program.owner_name)}</span>}
        <div className={styles.muted}>
          <code>{current?.shown}</code>
        </div>
        {earlier.map((each) => (
          <div key={each.made_at} className={styles.muted}>
            {words.goesOn(
              each.shown,
              moment.format(new Date(each.ends_at ?? "")),
              usedInWords(each.last_used_at, now).toLowerCase(),
            )}
          </div>
        ))}
      </div>
      <div className={styles.muted}>
        {program.doors.map((door) => words.door[door]).join(", ")}
        <div>{program.models.join() === "*" ? words.every : program.models.join(", ")}</div>
        {program.addresses.length > 0 && <div>{words.from(program.addresses.join(", "))}</div>}
      </div>
      <div className={styles.muted}>
        <time
          dateTime={program.last_used_at ?? undefined}
          title={program.last_used_at ? new Date(program.last_used_at).toLocaleString() : undefined}
        >
          {usedInWords(program.last_used_at, now)}
        </time>
        <div>
          {program.state === "expired" ? (
            <State kind="off">{words.expired}</State>
          ) : program.expires_at ? (
            words.until(day.format(new Date(program.expires_at)))
          ) : (
            words.forGood
          )}
        </div>
      </div>
      <div className={styles.end}>
        <Menu trigger={<IconButton icon="more" label={words.more(program.name)} />}>
          {mayChange && (
            <>
              <MenuItem icon="pen" onSelect={() => onAsk("change")}>
                {words.change}
              </MenuItem>
              <MenuItem icon="redo" onSelect={() => onAsk("rotate")}>
                {words.rotate}
              </MenuItem>
              <MenuLine />
            </>
          )}
          <MenuItem icon="trash" loss onSelect={() => onAsk("revoke")}>
            {words.revoke}
          </MenuItem>
        </Menu>
      </div>
    </li>
  );
}
