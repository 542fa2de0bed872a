import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Me } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Section } from "../../../shared/ui/Section";
import { Select } from "../../../shared/ui/Select";
import { showToast } from "../../../shared/ui/toast-list";
import type { Proven } from "../elsewhere/proven";
import { FormFailure } from "../FormFailure";
import { PasswordField } from "../PasswordField";
import { handOver, meQuery } from "../queries";
import { told } from "../told";
import { words } from "../words";
import styles from "./Profile.module.css";

export interface HandOverProps {
  me: Me;
  heirs: readonly { id: string; name: string }[];
  proven: Proven;
}

/** Another person becomes the owner. There is no way back but through them, so the password is asked for. */
export function HandOver({ me, heirs, proven }: HandOverProps) {
  const client = useQueryClient();
  const [to, setTo] = useState("");
  const [password, setPassword] = useState("");
  const heir = heirs.find((one) => one.id === to);
  const handing = useMutation({
    mutationFn: (wish: { to: string; password: string }) => proven(() => handOver(wish)),
    onSuccess: (after) => {
      showToast(words.handedOver(heir?.name ?? ""));
      client.setQueryData(meQuery.queryKey, after);
    },
  });
  const isReady = heir !== undefined && (password !== "" || !me.has_password);
  const give = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) handing.mutate({ to, password });
  };
  return (
    <Section title={words.handOver} note={words.handOverNote}>
      <form className={styles.form} onSubmit={give} noValidate>
        <p className={styles.note}>{words.handOverLead}</p>
        <Select label={words.heir} value={to} onChange={setTo}>
          <option value="">{words.noHeir}</option>
          {heirs.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
        {heir && me.has_password && (
          <PasswordField
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
        {handing.error && <FormFailure>{told(handing.error)}</FormFailure>}
        <Button type="submit" disabled={!isReady || handing.isPending}>
          {words.handOverNow}
        </Button>
      </form>
    </Section>
  );
}
