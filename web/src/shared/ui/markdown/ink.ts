export type Ink = "keyword" | "string" | "number" | "comment";

/** Neighbouring letters of one ink; null is the ink of plain text. */
export interface Run {
  ink: Ink | null;
  text: string;
}
