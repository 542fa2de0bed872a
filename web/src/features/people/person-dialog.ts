/** What a person can be asked about in a dialog. */
export type PersonDialog = "edit" | "delete" | "reset" | "look";
