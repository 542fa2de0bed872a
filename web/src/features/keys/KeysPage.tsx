/** The inside of the page "Keys": what programs come with, one's own, an account's, or everybody's. */
import { skipToken, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Me } from "../../shared/api/types";
import { Button } from "../../shared/ui/Button";
import { PageBody } from "../../shared/ui/PageBody";
import { Select } from "../../shared/ui/Select";
import { FoundKeys } from "./FoundKeys";
import styles from "./Keys.module.css";
import { MakeKey } from "./MakeKey";
import { accountQuery, type Whose } from "./queries";
import type { Proven } from "./use-key-deeds";
import { words } from "./words";

export function KeysPage({
  me,
  account,
  proven,
}: {
  me: Me;
  /** The id of a service account whose keys are looked after. */
  account: string | null;
  proven: Proven;
}) {
  const person = useQuery({
    ...accountQuery(account ?? ""),
    ...(account === null && { queryFn: skipToken }),
  }).data;
  const [chosen, setChosen] = useState<"mine" | "everybodys">("mine");
  const [isMaking, setIsMaking] = useState(false);
  const whose: Whose = account === null ? chosen : { account };
  const mayMake = account === null ? mayMakeOwn(me, chosen) : mayMakeFor(me) && !!person;
  const make = () => setIsMaking(true);
  return (
    <PageBody
      title={person ? words.titleOf(person.name) : words.title}
      lead={leadOf(whose, person?.name)}
      action={
        mayMake && (
          <Button icon="plus" variant="primary" onClick={make}>
            {words.make}
          </Button>
        )
      }
    >
      {account === null && me.permissions.includes("key.manage_all") && (
        <WhoseKeys value={chosen} onChange={setChosen} />
      )}
      <FoundKeys
        key={account ?? chosen}
        me={me}
        whose={whose}
        proven={proven}
        {...(mayMake && { onMake: make })}
      />
      {isMaking && (
        <MakeKey account={person ?? null} proven={proven} onClose={() => setIsMaking(false)} />
      )}
    </PageBody>
  );
}

function mayMakeOwn(me: Me, chosen: "mine" | "everybodys"): boolean {
  return chosen === "mine" && me.permissions.includes("key.create");
}

function mayMakeFor(me: Me): boolean {
  return me.permissions.includes("service.manage");
}

function WhoseKeys({
  value,
  onChange,
}: {
  value: "mine" | "everybodys";
  onChange: (value: "mine" | "everybodys") => void;
}) {
  return (
    <div className={styles.tools}>
      <Select
        label={words.whose}
        value={value}
        onChange={(chosen) => onChange(chosen === "everybodys" ? chosen : "mine")}
      >
        <option value="mine">{words.mine}</option>
        <option value="everybodys">{words.everybodys}</option>
      </Select>
    </div>
  );
}

function leadOf(whose: Whose, name: string | undefined): string {
  if (whose === "everybodys") return words.leadEverybodys;
  return whose === "mine" || name === undefined ? words.lead : words.leadOf(name);
}
