import { useQuery } from "@tanstack/react-query";
import { Select } from "../../shared/ui/Select";
import { rolesQuery } from "./queries";
import { words } from "./words";

/** One of the roles that can be given; the owner's is handed over instead. With `any`, also the owner's, or none. */
export function RoleSelect({
  any = false,
  value,
  onChange,
}: {
  any?: boolean;
  value: string;
  onChange: (role: string) => void;
}) {
  const roles = useQuery(rolesQuery).data?.items ?? [];
  return (
    <Select label={words.role} value={value} onChange={onChange}>
      {any && <option value="">{words.anyRole}</option>}
      {roles
        .filter(({ id }) => any || id !== "owner")
        .map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
    </Select>
  );
}
