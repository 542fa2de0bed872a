import { ModelsPage } from "../features/models/ModelsPage";
import type { Me } from "../shared/api/types";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** `/models`: where answers come from. */
export function ModelsRoute({ me }: { me: Me }) {
  return (
    <PlainPage title={words.models}>
      <ModelsPage mayManage={me.permissions.includes("model.manage")} />
    </PlainPage>
  );
}
