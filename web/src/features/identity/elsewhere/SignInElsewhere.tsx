/** The other ways in, below the form: a button for each provider, and what a try at one of them came to. */
import { useQuery } from "@tanstack/react-query";
import type { Me } from "../../../shared/api/types";
import { FormFailure } from "../FormFailure";
import { beginAddress, providersQuery } from "./queries";
import styles from "./SignInElsewhere.module.css";
import { SignInWithFirebase } from "./SignInWithFirebase";
import { useFailure } from "./use-failure";
import { failureWords, words } from "./words";

export function SignInElsewhere({ onDone }: { onDone: (me: Me) => void }) {
  const { data } = useQuery(providersQuery);
  const failure = useFailure();
  // A browser cannot be sent to Firebase: the page asks there itself where it may, and applications hand over tokens.
  const ways = data?.items.filter(({ kind, firebase }) => kind !== "firebase" || firebase) ?? [];
  if (ways.length === 0 && failure === null) return null;
  return (
    <div className={styles.elsewhere}>
      {failure !== null && <FormFailure>{failureWords(failure)}</FormFailure>}
      {ways.length > 0 && (
        <>
          <p className={styles.or}>{words.or}</p>
          <ul className={styles.ways}>
            {ways.map(({ name, label, firebase }) => (
              <li key={name}>
                {firebase ? (
                  <SignInWithFirebase name={name} label={label} door={firebase} onDone={onDone} />
                ) : (
                  <a className={styles.way} href={beginAddress(name)}>
                    {words.signInWith(label)}
                  </a>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
