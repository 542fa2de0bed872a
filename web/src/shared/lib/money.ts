const dollars = new Intl.NumberFormat(undefined, { style: "currency", currency: "USD" });
const cents = new Intl.NumberFormat(undefined, {
  style: "currency",
  currency: "USD",
  maximumSignificantDigits: 2,
});

/** Millionths of a dollar. What is less than a cent keeps two digits, so that little is not nothing. */
export function money(micros: number): string {
  const amount = micros / 1_000_000;
  return micros !== 0 && amount < 0.01 ? cents.format(amount) : dollars.format(amount);
}
