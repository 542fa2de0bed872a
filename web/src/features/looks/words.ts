/** What is said about looking into other people's conversations. */
export const words = {
  title: "Who looked into your conversations",
  allowed:
    "This workspace lets whoever has the permission look into other people's conversations. Each look is recorded, and listed here.",
  notAllowed: "This workspace lets nobody look into other people's conversations.",
  none: "Nobody has looked.",
  failed: "That did not work. Try again.",
  listed: (who: string) => `${who} saw the list of your conversations`,
  read: (who: string, title: string | null) =>
    title === null ? `${who} read a conversation that is no longer here` : `${who} read “${title}”`,
  fresh: "New",
  noted: "Mark as seen",
  more: "Show more",
  unseen: (count: number) =>
    count === 1
      ? "Somebody looked into your conversations"
      : `Somebody looked into your conversations, ${count} times`,

  conversationsOf: (name: string) => `${name}’s conversations`,
  willBeTold: (name: string) =>
    `Each look is recorded with your name and your reason, and ${name} is told at once. You can read, and nothing else.`,
  reason: "Reason",
  reasonHint: "They read it. 3 to 200 characters.",
  look: "Look",
  close: "Close",
  untitled: "Untitled",
  nothing: "There are no conversations.",
  back: "All conversations",
  messages: "What was said",
  question: "Question",
  answer: "Answer",
  older: "Show older",
} as const;
