import { useQuery } from "@tanstack/react-query";
import type { Permission } from "../../shared/api/types";
import { CheckList } from "./CheckList";
import { permissionsQuery } from "./queries";

/** Every permission with what it means, to be chosen from. */
export function PermissionChecks({
  legend,
  chosen,
  onChange,
}: {
  legend: string;
  chosen: readonly Permission["name"][];
  onChange: (chosen: Permission["name"][]) => void;
}) {
  const permissions = useQuery(permissionsQuery).data?.items ?? [];
  return (
    <CheckList
      legend={legend}
      items={permissions.map(({ name, meaning }) => ({ id: name, name: meaning, note: name }))}
      chosen={chosen}
      onChange={onChange}
    />
  );
}
