import type { ReactNode } from "react";
import { Field } from "../../shared/ui/Field";
import type { FieldName, Filled } from "./connection-fields";
import { words } from "./words";

export interface ConnectionFieldsProps {
  filled: Filled;
  onChange: (field: FieldName, value: string) => void;
  errorOf: (field: FieldName) => string | undefined;
  /** Where the cursor stands when the form opens. */
  first: FieldName;
  addressExample: string;
  addressHint: string;
  keyHint: string;
  /** A small deed beside the key. */
  keyAside?: ReactNode;
}

/** What can be said about a connection: the one thing that is needed first, and the rest below it. */
export function ConnectionFields(props: ConnectionFieldsProps) {
  const { filled, onChange, errorOf, first } = props;
  const bind = (field: FieldName) => ({
    error: errorOf(field),
    autoFocus: field === first,
    autoComplete: "off",
    value: filled[field],
    onChange: (event: { target: { value: string } }) => onChange(field, event.target.value),
  });
  const address = (
    <Field
      key="address"
      label={words.address}
      hint={props.addressHint}
      inputMode="url"
      autoCapitalize="none"
      spellCheck={false}
      placeholder={props.addressExample}
      {...bind("base_url")}
    />
  );
  const key = (
    <Field
      key="key"
      label={words.key}
      hint={props.keyHint}
      aside={props.keyAside}
      type="password"
      {...bind("key")}
    />
  );
  return (
    <>
      {first === "key" ? [key, address] : [address, key]}
      <Field
        label={words.connectionName}
        hint={words.connectionNameHint}
        maxLength={100}
        {...bind("name")}
      />
      <Field
        label={words.namedModels}
        hint={words.namedModelsHint}
        autoCapitalize="none"
        spellCheck={false}
        {...bind("models")}
      />
    </>
  );
}
