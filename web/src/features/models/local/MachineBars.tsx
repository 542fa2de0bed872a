import type { Machine } from "../../../shared/api/types";
import { copyText } from "../../../shared/lib/copy-text";
import { LinkButton } from "../../../shared/ui/LinkButton";
import { showToast } from "../../../shared/ui/toast-list";
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
      {unused && (
        <p className={styles.unused}>
          {unused.advice}{" "}
          {unused.command && (
            <>
              <code className={styles.command}>{unused.command}</code>
              <LinkButton onClick={() => void copy(unused.command ?? "")}>{words.copy}</LinkButton>
            </>
          )}
        </p>
      )}
    </>
  );
}

async function copy(text: string): Promise<void> {
  if (await copyText(text)) showToast(words.copied);
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
