import { useState } from "react";
import { Field, type FieldProps } from "../../shared/ui/Field";
import { LinkButton } from "../../shared/ui/LinkButton";
import { words } from "./words";

/** A password, hidden unless its owner wants to see what they type. */
export function PasswordField({
  label = words.password,
  ...props
}: Omit<FieldProps, "label" | "type" | "aside"> & { label?: string }) {
  const [isShown, setIsShown] = useState(false);
  const toggle = (
    <LinkButton aria-pressed={isShown} onClick={() => setIsShown(!isShown)}>
      {isShown ? words.hidePassword : words.showPassword}
      <span className="visually-hidden"> {label.toLowerCase()}</span>
    </LinkButton>
  );
  return (
    <Field
      label={label}
      type={isShown ? "text" : "password"}
      autoCapitalize="none"
      spellCheck={false}
      aside={toggle}
      {...props}
    />
  );
}
