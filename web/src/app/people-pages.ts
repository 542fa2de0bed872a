/** The pages about people and about oneself, by their addresses. */
export const peoplePages = ["people", "groups", "roles", "access", "profile"] as const;

export type PeoplePageName = (typeof peoplePages)[number];
