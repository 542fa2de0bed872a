import type { SignInFindings } from "../../../shared/api/types";
import { State } from "../../../shared/ui/State";
import styles from "./ProviderSection.module.css";
import { findingName } from "./words";

/** What a test of a provider came to: each thing that was looked at, and how it is. */
export function Findings({
  label,
  findings,
}: {
  label: string;
  findings: SignInFindings["items"];
}) {
  return (
    <ul className={styles.findings} aria-label={label}>
      {findings.map(({ what, is_good, detail }) => (
        <li key={what} className={styles.finding}>
          <State kind={is_good ? "done" : "loss"}>{findingName(what)}</State>
          <span className={styles.detail}>{detail}</span>
        </li>
      ))}
    </ul>
  );
}
