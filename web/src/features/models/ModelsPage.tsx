/** The inside of the page "Models": connections, model files of this machine, and what can be downloaded. */
import { useState } from "react";
import { Button } from "../../shared/ui/Button";
import { PageBody } from "../../shared/ui/PageBody";
import { Section } from "../../shared/ui/Section";
import { AddConnection } from "./AddConnection";
import { CatalogueList } from "./CatalogueList";
import { ConnectionList } from "./ConnectionList";
import { LocalModels } from "./LocalModels";
import { words } from "./words";

export function ModelsPage() {
  const [isAdding, setIsAdding] = useState(false);
  return (
    <PageBody
      title={words.pageTitle}
      lead={words.pageLead}
      action={
        <Button icon="plus" variant="primary" onClick={() => setIsAdding(true)}>
          {words.addConnection}
        </Button>
      }
    >
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
    </PageBody>
  );
}
