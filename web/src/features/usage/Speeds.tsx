import { useQuery } from "@tanstack/react-query";
import { counted, duration } from "./numbers";
import { speedsQuery, type Wanted } from "./queries";
import styles from "./Usage.module.css";
import { words } from "./words";

/** How long answers took, of each model. */
export function Speeds({ wanted }: { wanted: Wanted }) {
  const { data } = useQuery(speedsQuery(wanted));
  const { what, calls, half, most, all } = words.speedColumns;
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={words.speeds}>
      <table className={styles.table}>
        <thead>
          <tr>
            {[what, calls, half, most, all].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data?.items.map((item) => (
            <tr key={`${item.of[0]?.id} ${item.measure}`}>
              <th scope="row">
                {item.of[0]?.id ?? words.none}{" "}
                <span className={styles.note}>
                  {item.measure === "latency" ? words.wholeAnswer : words.firstWord}
                </span>
              </th>
              <td>{counted(item.calls)}</td>
              <td>{duration(item.p50_ms)}</td>
              <td>{duration(item.p90_ms)}</td>
              <td>{duration(item.p99_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
