import type { ComponentProps } from "react";
import type { Me } from "../../shared/api/types";
import styles from "./AccountButton.module.css";
import { words } from "./words";

function initials(name: string): string {
  const parts = name.split(/\s+/).filter(Boolean);
  const ends = parts.length > 1 ? [parts[0], parts.at(-1)] : [parts[0]];
  return ends.map((part) => [...(part ?? "")][0]?.toUpperCase() ?? "").join("");
}

/** Who one is here, as a button. */
export function AccountButton({ me, ...rest }: { me: Me } & ComponentProps<"button">) {
  return (
    <button type="button" className={styles.account} {...rest}>
      <span className={styles.avatar} aria-hidden="true">
        {initials(me.name)}
      </span>
      <span className="visually-hidden">{words.account}</span>
      <span className={styles.who}>
        <span>{me.name}</span>
        <span className={styles.role}>{me.role_name}</span>
      </span>
    </button>
  );
}
