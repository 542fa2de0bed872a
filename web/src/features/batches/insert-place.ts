/** A template with a place for a column put where the cursor is, and where the cursor is afterwards. */
export function insertPlace(
  template: string,
  column: string,
  selection: { start: number; end: number },
): { template: string; cursor: number } {
  const place = `{{ ${column} }}`;
  const before = template.slice(0, selection.start);
  return {
    template: before + place + template.slice(selection.end),
    cursor: before.length + place.length,
  };
}
