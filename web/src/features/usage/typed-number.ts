/** The whole, and its fraction. A whole that is set apart in thousands does not begin with 0. */
const forms = [
  /^(\d*)\.(\d+)$/,
  /^(\d+)(?:,(\d{1,2}))?$/,
  // 1,250.50
  /^([1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d+))?$/,
  // 1.250,50; one point alone is the decimal sign
  /^([1-9]\d{0,2}(?:\.\d{3})+),(\d{1,2})$/,
  /^([1-9]\d{0,2}(?:\.\d{3}){2,})$/,
  // 1 250,50; spaces that do not break, and the Swiss sign, too
  /^([1-9]\d{0,2}(?:[\s_'’]\d{3})+)(?:[.,](\d{1,2}))?$/,
];

/** A number as people of several countries write it; null where it is none, or could be several. */
export function typedNumber(typed: string): number | null {
  const written = typed.trim();
  const found = forms.map((form) => form.exec(written)).find((one) => one !== null);
  if (!found) return null;
  const [, whole = "", fraction = ""] = found;
  return Number(`${whole.replaceAll(/\D/g, "")}.${fraction}`);
}
