/** The page `/welcome`, after set-up: what was found, one click to start, and the way on when nothing was. */
import { useQuery } from "@tanstack/react-query";
import { LinkButton } from "../../shared/ui/LinkButton";
import { Section } from "../../shared/ui/Section";
import { ThemeButton } from "../../shared/ui/ThemeButton";
import { AddConnectionRow } from "./AddConnectionRow";
import { CatalogueList } from "./CatalogueList";
import { FirstRunHead } from "./FirstRunHead";
import styles from "./FirstRunPage.module.css";
import { FoundStart } from "./FoundStart";
import { ModelFileProblems } from "./ModelFileProblems";
import { catalogueQuery } from "./queries";
import { TryAgain } from "../../shared/ui/TryAgain";
import { useFound } from "./use-found";
import { words } from "./words";

export interface FirstRunPageProps {
  onStart: (modelId: string) => void;
  onLater: () => void;
}

export function FirstRunPage({ onStart, onLater }: FirstRunPageProps) {
  const { isLooking, isError, lookAgain, found, problems, modelCount, hasStarter } = useFound();
  const { data: catalogue } = useQuery(catalogueQuery);
  const machine = catalogue?.machine;
  const isEmpty = !isLooking && modelCount === 0;
  return (
    <div className={styles.page}>
      <header className={styles.top}>
        <ThemeButton />
      </header>
      <main className={styles.setup}>
        <FirstRunHead
          isLooking={isLooking}
          modelCount={modelCount}
          hasStarter={hasStarter}
          hasEngine={machine?.local_engine !== false}
        />
        {isError && <TryAgain onTry={lookAgain} />}
        {!isLooking && found.length > 0 && <FoundStart found={found} onStart={onStart} />}
        {problems.some(({ connection_id }) => connection_id === null) && (
          <Section title={words.brokenFiles}>
            <ModelFileProblems problems={problems} />
          </Section>
        )}
        <Section
          title={isEmpty ? words.downloadTitle : words.biggerTitle}
          note={machine && words.machine(machine.memory_bytes, machine.free_disk_bytes)}
        >
          <CatalogueList isShort recommends={isEmpty} />
        </Section>
        <Section title={words.otherSources}>
          <AddConnectionRow />
        </Section>
        <p className={styles.later}>
          <LinkButton onClick={onLater}>{words.later}</LinkButton>
        </p>
      </main>
    </div>
  );
}
