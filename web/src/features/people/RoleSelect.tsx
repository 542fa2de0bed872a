import { useQuery } from "@tanstack/react-query";
import { Select } from "./Select";
import { rolesQuery } from "./queries";
import { words } from "./words";

/** The roles that can be given; the owner's is handed over instead. */
export function RoleSelect({
  value,
  onChange,
}: {
  value: string;
  onChange: (role: string) => void;
}) {
  const roles = useQuery(rolesQuery).data?.items ?? [];
  return (
    <Select label={words.role} value={value} onChange={onChange}>
      {roles
        .filter(({ id }) => id !== "owner")
        .map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
    </Select>
  );
}
