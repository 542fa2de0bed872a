/** What the renderer itself says, around the words of the model. */
export const words = {
  copy: "Copy",
  copied: "Copied",
  copyFailed: "Not copied",
  wrap: "Wrap lines",
  plainText: "Text",
  code: (language: string) => `${language} code`,
  table: (columns: string) => (columns ? `Table: ${columns}` : "Table"),
  formula: "Formula",
  image: (name: string, host: string) => `Image: ${name || "untitled"} (${host})`,
  imageWithoutAddress: (name: string) => `Image: ${name || "untitled"}`,
  asWritten: "Too long and intricate to lay out. From here on, as it was written:",
  done: "Done",
  toDo: "To do",
};
