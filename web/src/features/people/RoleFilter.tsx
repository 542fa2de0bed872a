import { useQuery } from "@tanstack/react-query";
import { rolesQuery } from "./queries";
import { Select } from "./Select";
import { words } from "./words";

/** Which role those who are listed have. */
export function RoleFilter({
  value,
  onChange,
}: {
  value: string;
  onChange: (role: string) => void;
}) {
  const roles = useQuery(rolesQuery).data?.items ?? [];
  return (
    <Select label={words.role} value={value} onChange={onChange}>
      <option value="">{words.anyRole}</option>
      {roles.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}
