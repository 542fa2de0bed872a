import { copyText } from "../../shared/lib/copy-text";
import { Button } from "../../shared/ui/Button";
import { Field } from "../../shared/ui/Field";
import { showToast } from "../../shared/ui/toast-list";
import styles from "./People.module.css";
import { words } from "./words";

/** A link that is shown once. Its secret stands behind a `#`, which is sent to no server and stands in no log. */
export function LinkToCopy({ page, token }: { page: "join" | "reset"; token: string }) {
  const link = `${location.origin}/${page}#${token}`;
  const copy = async () => {
    showToast((await copyText(link)) ? words.copied : words.notCopied);
  };
  return (
    <div className={styles.link}>
      <Field label={words.link} readOnly value={link} onFocus={(event) => event.target.select()} />
      <Button icon="copy" variant="primary" autoFocus onClick={() => void copy()}>
        {words.copy}
      </Button>
    </div>
  );
}
