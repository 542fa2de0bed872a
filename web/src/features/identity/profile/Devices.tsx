import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Device } from "../../../shared/api/types";
import { agoInWords } from "../../../shared/lib/ago-in-words";
import { useNow } from "../../../shared/lib/use-now";
import { Button } from "../../../shared/ui/Button";
import { Section } from "../../../shared/ui/Section";
import { showToast } from "../../../shared/ui/toast-list";
import { TryAgain } from "../../../shared/ui/TryAgain";
import { devicesQuery, signDeviceOut, signOthersOut } from "../queries";
import { told } from "../told";
import { words } from "../words";
import { nameOf } from "./device-name";
import styles from "./Profile.module.css";

/** Where one is signed in: this device first, and the way out of each of the others. */
export function Devices() {
  const client = useQueryClient();
  const { data, isError, refetch } = useQuery({ ...devicesQuery, staleTime: 0 });
  const now = useNow(60_000);
  const ending = useMutation({
    mutationFn: ({ id }: { id: string | null }) =>
      id === null ? signOthersOut() : signDeviceOut(id),
    onSuccess: (_, { id }) =>
      showToast(id === null ? words.othersSignedOut : words.deviceSignedOut),
    onError: (error) => showToast(told(error)),
    onSettled: () => client.invalidateQueries(devicesQuery),
  });
  const devices = data?.items ?? [];
  return (
    <Section
      title={words.devices}
      note={words.devicesNote}
      action={
        devices.length > 1 && (
          <Button onClick={() => ending.mutate({ id: null })}>{words.signOthersOut}</Button>
        )
      }
    >
      {isError && <TryAgain onTry={() => void refetch()} />}
      <ul className={styles.devices} aria-label={words.devices}>
        {devices.map((device) => (
          <DeviceRow
            key={device.id}
            device={device}
            now={now}
            onEnd={() => ending.mutate({ id: device.id })}
          />
        ))}
      </ul>
    </Section>
  );
}

function DeviceRow({ device, now, onEnd }: { device: Device; now: Date; onEnd: () => void }) {
  const name = nameOf(device.user_agent) ?? words.unknownDevice;
  const seen = new Date(device.seen_at);
  return (
    <li className={styles.device}>
      <div>
        <span className={styles.name}>{name}</span>
        <div className={styles.note}>
          {device.address} · {words.since(new Date(device.signed_in_at).toLocaleDateString())}
        </div>
      </div>
      <time className={styles.note} dateTime={device.seen_at} title={seen.toLocaleString()}>
        {words.used(agoInWords(seen, now))}
      </time>
      {device.this ? (
        <strong className={styles.this}>{words.thisDevice}</strong>
      ) : (
        <Button aria-label={words.signDeviceOut(name)} onClick={onEnd}>
          {words.signOut}
        </Button>
      )}
    </li>
  );
}
