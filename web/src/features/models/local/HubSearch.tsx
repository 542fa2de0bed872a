import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../../../shared/api/api-problem";
import type { HubRepository } from "../../../shared/api/types";
import { Button } from "../../../shared/ui/Button";
import { Field } from "../../../shared/ui/Field";
import { IconButton } from "../../../shared/ui/IconButton";
import { size } from "../format";
import type { Downloads } from "../use-downloads";
import { failureWords, words as allWords } from "../words";
import styles from "./HubSearch.module.css";
import { lookUpRepository } from "./queries";
import { words } from "./words";

/** Any repository of the hub, by its name: what it holds, to download. */
export function HubSearch({ downloads }: { downloads: Downloads }) {
  const [name, setName] = useState("");
  const look = useMutation({ mutationFn: lookUpRepository });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) look.mutate(name.trim());
  };
  return (
    <div className={styles.hub}>
      <form className={styles.form} onSubmit={submit}>
        <Field
          label={words.hub}
          hint={words.hubHint}
          error={look.error ? whyNot(look.error) : undefined}
          placeholder="maker/model-GGUF"
          autoCapitalize="off"
          spellCheck={false}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <Button type="submit" disabled={look.isPending || !name.trim()}>
          {look.isPending ? words.lookingUp : words.lookUp}
        </Button>
      </form>
      {look.data && <Repository found={look.data} downloads={downloads} />}
    </div>
  );
}

function Repository({ found, downloads }: { found: HubRepository; downloads: Downloads }) {
  return (
    <>
      <p className={styles.about}>
        <a href={found.url} target="_blank" rel="noopener noreferrer">
          {found.repo}
        </a>
        <span>{words.hubLicence(found.licence)}</span>
        {found.gated && <span>{words.gated}</span>}
        {found.items.length === 0 && <span>{words.hubEmpty}</span>}
      </p>
      <ul aria-label={found.repo}>
        {found.items.map((model) => (
          <li key={model.name} className={styles.model}>
            <span className={styles.name}>{model.name}</span>
            <span className={styles.facts}>
              {model.size_bytes === null ? words.unknownSize : size(model.size_bytes)}
              {model.fits === false && `, ${words.tooLarge}`}
            </span>
            <IconButton
              icon="download"
              label={`${allWords.download} ${model.name}`}
              disabled={downloads.isBusy}
              onClick={() => downloads.start({ repo: found.repo, name: model.name })}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

function whyNot(error: Error): string {
  return error instanceof ApiProblem
    ? failureWords({ code: error.code, message: error.detail })
    : failureWords({ code: "unreachable", message: error.message });
}
