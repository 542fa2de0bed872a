/** The inside of the page "Models": connections, model files of this machine, and what can be downloaded. */
import { useState } from "react";
import { Button } from "../../shared/ui/Button";
import { AddConnection } from "./AddConnection";
import { CatalogueList } from "./CatalogueList";
import { ConnectionList } from "./ConnectionList";
import { LocalModels } from "./LocalModels";
import styles from "./ModelsPage.module.css";
import { Section } from "./Section";
import { words } from "./words";

export function ModelsPage() {
  const [isAdding, setIsAdding] = useState(false);
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <div className={styles.words}>
          <h1 className={styles.title}>{words.pageTitle}</h1>
          <p className={styles.lead}>{words.pageLead}</p>
        </div>
        <Button icon="plus" variant="primary" onClick={() => setIsAdding(true)}>
          {words.addConnection}
        </Button>
      </div>
      <Section title={words.connections} note={words.connectionsNote}>
        <ConnectionList onAdd={() => setIsAdding(true)} />
      </Section>
      <Section title={words.onThisMachine} note={words.localNote}>
        <LocalModels />
      </Section>
      <Section title={words.catalogue} note={words.catalogueNote}>
        <CatalogueList />
      </Section>
      <AddConnection open={isAdding} onClose={() => setIsAdding(false)} />
    </div>
  );
}
