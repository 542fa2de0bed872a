import { Field } from "../../shared/ui/Field";
import styles from "./People.module.css";
import type { PersonFilter } from "./queries";
import { RoleSelect } from "./RoleSelect";
import { Select } from "../../shared/ui/Select";
import { words } from "./words";

/** Which people are listed. */
export function PersonFilters({
  filter,
  mayManage,
  onChange,
}: {
  filter: PersonFilter;
  mayManage: boolean;
  onChange: (filter: PersonFilter) => void;
}) {
  return (
    <search className={styles.tools}>
      <Field
        className={styles.search}
        label={words.search}
        type="search"
        value={filter.query}
        onChange={(event) => onChange({ ...filter, query: event.target.value })}
      />
      {mayManage && (
        <Select
          label={words.state}
          value={filter.state}
          onChange={(state) => onChange({ ...filter, state })}
        >
          <option value="">{words.anyState}</option>
          <option value="active">{words.states.active}</option>
          <option value="waiting">{words.states.waiting}</option>
          <option value="disabled">{words.states.disabled}</option>
        </Select>
      )}
      <RoleSelect any value={filter.role} onChange={(role) => onChange({ ...filter, role })} />
    </search>
  );
}
