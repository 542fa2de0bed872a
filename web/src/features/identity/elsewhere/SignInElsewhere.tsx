/** The other ways in, below the form: a button for each provider, and what a try at one of them came to. */
import { useQuery } from "@tanstack/react-query";
import { FormFailure } from "../FormFailure";
import { beginAddress, providersQuery } from "./queries";
import styles from "./SignInElsewhere.module.css";
import { useFailure } from "./use-failure";
import { failureWords, words } from "./words";

export function SignInElsewhere() {
  const { data } = useQuery(providersQuery);
  const failure = useFailure();
  // Firebase's tokens are handed over by applications; a browser cannot be sent there.
  const ways = data?.items.filter(({ kind }) => kind !== "firebase") ?? [];
  if (ways.length === 0 && failure === null) return null;
  return (
    <div className={styles.elsewhere}>
      {failure !== null && <FormFailure>{failureWords(failure)}</FormFailure>}
      {ways.length > 0 && (
        <>
          <p className={styles.or}>{words.or}</p>
          <ul className={styles.ways}>
            {ways.map(({ name, label }) => (
              <li key={name}>
                <a className={styles.way} href={beginAddress(name)}>
                  {words.signInWith(label)}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
