import type { MadeKey } from "../../shared/api/types";
import { copyText } from "../../shared/lib/copy-text";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import { showToast } from "../../shared/ui/toast-list";
import styles from "./Keys.module.css";
import { snippetFor } from "./snippet";
import { words } from "./words";

async function copy(text: string, said: string) {
  showToast((await copyText(text)) ? said : words.notCopied);
}

/** The secret of a key, the one time that it is shown, and how to try it. */
export function ShownOnce({ made }: { made: MadeKey }) {
  const snippet = snippetFor(made.details, made.key, location.origin);
  return (
    <>
      <Field
        className={styles.secret}
        label={words.secret}
        readOnly
        spellCheck={false}
        value={made.key}
        onFocus={(event) => event.target.select()}
      />
      <Button
        icon="copy"
        variant="primary"
        autoFocus
        onClick={() => void copy(made.key, words.copied)}
      >
        {words.copy}
      </Button>
      <div className={styles.snippet}>
        <div className={styles.snippetHead}>
          <span className={styles.label}>{words.snippet}</span>
          <Button icon="copy" onClick={() => void copy(snippet, words.snippetCopied)}>
            {words.copySnippet}
          </Button>
        </div>
        <pre tabIndex={0} aria-label={words.snippet}>
          <code>{snippet}</code>
        </pre>
      </div>
    </>
  );
}
