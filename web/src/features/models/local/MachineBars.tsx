import type { Machine } from "../../../shared/api/types";
import styles from "./MachineBars.module.css";
import { words } from "./words";

/** How full this machine is: graphics memory, main memory, disk; and a device that could be used and is not. */
export function MachineBars({ machine }: { machine: Machine }) {
  const { memory_bytes, available_bytes, disk_bytes, free_disk_bytes, unused } = machine;
  // What shares the main memory is in its bar.
  const devices = machine.devices.filter(({ shares_memory }) => !shares_memory);
  return (
    <>
      <div className={styles.bars}>
        {devices.map(({ name, total_bytes, free_bytes }) => (
          <Bar
            key={name}
            name={words.gpuMemory(name)}
            used={total_bytes - free_bytes}
            total={total_bytes}
          />
        ))}
        <Bar name={words.memory} used={memory_bytes - available_bytes} total={memory_bytes} />
        <Bar name={words.disk} used={disk_bytes - free_disk_bytes} total={disk_bytes} />
      </div>
      {unused && <p className={styles.unused}>{withLinks(unused)}</p>}
    </>
  );
}

/** The addresses in a sentence can be followed. */
function withLinks(text: string) {
  return text.split(/(https:\/\/[\w./-]*\w)/).map((part, place) =>
    place % 2 === 0 ? (
      part
    ) : (
      <a key={part} href={part} target="_blank" rel="noopener noreferrer">
        {part}
      </a>
    ),
  );
}

function Bar({ name, used, total }: { name: string; used: number; total: number }) {
  const percent = total > 0 ? Math.max(0, Math.min(100, (used / total) * 100)) : 0;
  return (
    <div className={styles.bar}>
      <div className={styles.line}>
        <span>{name}</span>
        <span className={styles.figure}>{words.used(Math.max(0, used), total)}</span>
      </div>
      <div
        className={styles.track}
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(percent)}
        aria-valuetext={words.used(Math.max(0, used), total)}
      >
        <span style={{ width: `${percent}%` }} />
      </div>
    </div>
  );
}
