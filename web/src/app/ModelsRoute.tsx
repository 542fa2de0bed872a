import { ModelsPage } from "../features/models/ModelsPage";
import { PlainPage } from "./PlainPage";
import { words } from "./words";

/** `/models`: where answers come from. */
export function ModelsRoute() {
  return (
    <PlainPage title={words.models}>
      <ModelsPage />
    </PlainPage>
  );
}
