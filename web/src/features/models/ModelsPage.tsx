/** The inside of the page "Models": connections, and the models of this machine. */
import { useState } from "react";
import { Button } from "../../shared/ui/Button";
import { PageBody } from "../../shared/ui/PageBody";
import { Section } from "../../shared/ui/Section";
import { AddConnection } from "./AddConnection";
import { ConnectionList } from "./ConnectionList";
import { FindModel } from "./local/FindModel";
import { OnThisMachine } from "./local/OnThisMachine";
import { words as localWords } from "./local/words";
import { words } from "./words";

/** `mayManage`: whether this person looks after the models of this machine. */
export function ModelsPage({ mayManage = true }: { mayManage?: boolean }) {
  const [isAdding, setIsAdding] = useState(false);
  const [isFinding, setIsFinding] = useState(false);
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
      <Section
        title={words.onThisMachine}
        note={words.localNote}
        action={
          mayManage && (
            <Button icon="search" onClick={() => setIsFinding(true)}>
              {localWords.find}
            </Button>
          )
        }
      >
        <OnThisMachine readOnly={!mayManage} />
      </Section>
      <AddConnection
        title={words.addConnection}
        open={isAdding}
        onClose={() => setIsAdding(false)}
      />
      <FindModel open={isFinding} onClose={() => setIsFinding(false)} />
    </PageBody>
  );
}
