/** The words of the frame: what belongs to no single feature. */
export const words = {
  skip: "Skip to the conversation",
  skipToPage: "Skip to the page",
  sidebar: "Conversations",
  showSidebar: "Show sidebar",
  hideSidebar: "Hide sidebar",
  openDrawer: "Conversations",
  closeDrawer: "Close",
  newChat: "New chat",
  search: "Search",
  models: "Models",
  batches: "Batch jobs",
  routes: "Routes and fallback",
  makeRoute: "Make a route",
  editRoute: "Edit a route",
  status: "Status",
  audit: "Audit",
  people: "People",
  groups: "Groups",
  roles: "Roles",
  access: "Registration",
  profile: "Your profile",
  keys: "Keys",
  usage: "Usage",
  budgets: "Budgets",
  budgetWarned: (name: string, percent: number) => `${percent} % of the budget “${name}” is used.`,
  signIn: "Sign-in",
  settings: "Settings",
  backToChats: "Back to chats",
  welcome: "Welcome",
  shortcuts: "Keyboard shortcuts",
  searchHint: "Find a conversation, or do something",
  nothingFound: "Nothing of that name.",
  stillLooking: "Looking through older conversations",
  notAllLookedAt: "Nothing of that name among the newest. The older ones could not be read.",
  conversations: "Conversations",
  actions: "Actions",
  unreachableTitle: "The server cannot be reached",
  unreachableLead: "This page tries again by itself. What you wrote is kept in this browser.",
  tryAgain: "Try again",
  lost: "Not found",
  startNew: "Start a new chat",
  lostTitle: "There is nothing at this address",
  lostLead: "It may have been mistyped or moved, or your role does not open it.",
  brokenTitle: "This page stumbled",
  brokenLead: "Nothing you wrote is lost. Loading the page again usually helps.",
  reload: "Load again",
  pageBroken: "Not shown",
  pageBrokenTitle: "This page could not be shown",
  pageBrokenLead:
    "Nothing you wrote is lost, and the conversations stay. If the network is away, wait until it is back.",
  loading: "Loading",
} as const;

export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

const control = isMac ? "⌘" : "Ctrl";
const shift = isMac ? "⇧" : "Shift";

/** Every shortcut of the page, as the dialog lists them. */
export const shortcutList: readonly { keys: readonly string[]; deed: string }[] = [
  { keys: [control, "K"], deed: "Search" },
  { keys: [control, shift, "O"], deed: "New chat" },
  { keys: [control, shift, "S"], deed: "Show or hide the sidebar" },
  { keys: [shift, "Esc"], deed: "Go to the message field" },
  { keys: ["Enter"], deed: "Send" },
  { keys: [shift, "Enter"], deed: "New line" },
  { keys: ["Esc"], deed: "Stop the answer, or close what is on top" },
  { keys: [control, "/"], deed: "This list" },
];

export const searchKeys = isMac ? "⌘ K" : "Ctrl K";
