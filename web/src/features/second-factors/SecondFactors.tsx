import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "../../shared/api/api-problem";
import type { CodesBegun, Factors } from "../../shared/api/types";
import { canUsePasskeys, makePasskey } from "../../shared/lib/passkeys";
import { Button } from "../../shared/ui/Button";
import { Section } from "../../shared/ui/Section";
import { showToast } from "../../shared/ui/toast-list";
import { NamePasskey } from "./NamePasskey";
import {
  addPasskey,
  beginCodes,
  beginPasskey,
  dropCodes,
  dropPasskey,
  factorsQuery,
  renewRecoveryCodes,
} from "./queries";
import { RecoveryCodes } from "./RecoveryCodes";
import styles from "./SecondFactors.module.css";
import { SetUpCodes } from "./SetUpCodes";
import { useProven } from "./use-proven";
import { failureWords, words } from "./words";

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

/** What is asked for after the password: set up, looked through, taken away. */
export function SecondFactors() {
  const { data } = useQuery(factorsQuery);
  const client = useQueryClient();
  const [proven, proof] = useProven();
  const [begun, setBegun] = useState<CodesBegun | null>(null);
  const [isNaming, setIsNaming] = useState(false);
  const [recovery, setRecovery] = useState<readonly string[]>([]);

  const doIt = async <T,>(deed: () => Promise<T>, then: (answer: T) => void) => {
    try {
      then(await proven(deed));
      await client.invalidateQueries({ queryKey: factorsQuery.queryKey });
    } catch (error) {
      if (error instanceof ApiProblem && error.code !== "proof-needed") {
        showToast(failureWords(error.code));
      }
    }
  };
  const add = (name: string) => {
    setIsNaming(false);
    void doIt(
      async () => {
        const { token, options } = await beginPasskey();
        const credential = options === null ? null : await makePasskey(options);
        return credential === null ? null : addPasskey({ token, name, credential });
      },
      (made) =>
        made === null ? showToast(words.passkeyNotMade) : setRecovery(made.recovery_codes),
    );
  };
  return (
    <Section title={words.title} note={words.note}>
      {data !== undefined && (
        <ul className={styles.list}>
          <Codes
            factors={data}
            onSetUp={() => doIt(beginCodes, setBegun)}
            onDrop={() => doIt(dropCodes, () => showToast(words.removed(words.codes)))}
          />
          <Passkeys
            factors={data}
            onAdd={() => setIsNaming(true)}
            onDrop={(id, name) =>
              doIt(
                () => dropPasskey(id),
                () => showToast(words.removed(name)),
              )
            }
          />
          <Recovery
            factors={data}
            onRenew={() =>
              doIt(renewRecoveryCodes, ({ recovery_codes }) => setRecovery(recovery_codes))
            }
          />
        </ul>
      )}
      {begun !== null && (
        <SetUpCodes
          begun={begun}
          onClose={() => setBegun(null)}
          onDone={(codes) => {
            setBegun(null);
            setRecovery(codes);
            void client.invalidateQueries({ queryKey: factorsQuery.queryKey });
          }}
        />
      )}
      {isNaming && <NamePasskey onClose={() => setIsNaming(false)} onName={add} />}
      {recovery.length > 0 && <RecoveryCodes codes={recovery} onClose={() => setRecovery([])} />}
      {proof}
    </Section>
  );
}

function Codes(props: { factors: Factors; onSetUp: () => void; onDrop: () => void }) {
  const isOn = props.factors.has_codes;
  return (
    <li className={styles.row}>
      <div>
        <h3 className={styles.name}>{words.codes}</h3>
        <p className={styles.note}>{isOn ? words.codesOn : words.codesOff}</p>
      </div>
      {isOn ? (
        <Button onClick={props.onDrop}>{words.turnOff}</Button>
      ) : (
        <Button onClick={props.onSetUp}>{words.setUpCodes}</Button>
      )}
    </li>
  );
}

function Passkeys(props: {
  factors: Factors;
  onAdd: () => void;
  onDrop: (id: string, name: string) => void;
}) {
  const { passkeys } = props.factors;
  const isPossible = canUsePasskeys();
  return (
    <li className={styles.row}>
      <div>
        <h3 className={styles.name}>{words.passkeys}</h3>
        {passkeys.length === 0 && (
          <p className={styles.note}>{isPossible ? words.noPasskeys : words.passkeysNowhere}</p>
        )}
        <ul className={styles.passkeys}>
          {passkeys.map(({ id, name, used_at }) => (
            <li key={id}>
              <span className={styles.passkey}>
                {name}{" "}
                <small>
                  {used_at ? words.usedLast(day.format(new Date(used_at))) : words.neverUsed}
                </small>
              </span>
              <Button
                variant="quiet"
                aria-label={words.removeNamed(name)}
                onClick={() => props.onDrop(id, name)}
              >
                {words.remove}
              </Button>
            </li>
          ))}
        </ul>
      </div>
      <Button disabled={!isPossible} onClick={props.onAdd}>
        {words.addPasskey}
      </Button>
    </li>
  );
}

function Recovery({ factors, onRenew }: { factors: Factors; onRenew: () => void }) {
  if (!factors.has_codes && factors.passkeys.length === 0) return null;
  return (
    <li className={styles.row}>
      <div>
        <h3 className={styles.name}>{words.recovery}</h3>
        <p className={styles.note}>{words.recoveryLeft(factors.recovery_codes_left)}</p>
      </div>
      <Button onClick={onRenew}>{words.newRecovery}</Button>
    </li>
  );
}
