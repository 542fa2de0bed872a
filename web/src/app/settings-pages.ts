/** The pages where one looks after the workspace, in the order and the groups in which the sidebar lists them. */
import type { Me } from "../shared/api/types";
import type { IconName } from "../shared/ui/icons";

export interface SettingsPage {
  path: string;
  label: string;
  icon: IconName;
  /** Without this permission the server tells nothing of it. */
  needs?: Me["permissions"][number];
}

export interface SettingsGroup {
  name: string;
  pages: readonly SettingsPage[];
}

/** A page is entered here when its address is in `Routes`, and not before. */
const groups: readonly SettingsGroup[] = [
  {
    name: "Models",
    pages: [
      { path: "/models", label: "Models", icon: "chip" },
      { path: "/routes", label: "Routes and fallback", icon: "swap" },
      { path: "/batches", label: "Batch jobs", icon: "list" },
      { path: "/status", label: "Status", icon: "pulse", needs: "status.read" },
    ],
  },
  {
    name: "People",
    pages: [
      { path: "/people", label: "People", icon: "person", needs: "person.read" },
      { path: "/groups", label: "Groups", icon: "group", needs: "person.read" },
      { path: "/roles", label: "Roles", icon: "shield", needs: "person.read" },
      { path: "/access", label: "Registration", icon: "door", needs: "sign_in.manage" },
      { path: "/sign-in", label: "Sign-in", icon: "lock", needs: "sign_in.manage" },
    ],
  },
  {
    name: "Workspace",
    pages: [
      { path: "/budgets", label: "Budgets", icon: "sliders", needs: "budget.manage" },
      { path: "/audit", label: "Audit", icon: "text", needs: "audit.read" },
    ],
  },
  {
    name: "You",
    pages: [
      { path: "/profile", label: "Your profile", icon: "person" },
      { path: "/keys", label: "Keys", icon: "key" },
      { path: "/usage", label: "Usage", icon: "bars" },
    ],
  },
];

/** What this person can open. */
export function settingsGroupsFor(me: Me): SettingsGroup[] {
  return groups
    .map(({ name, pages }) => ({ name, pages: pages.filter((page) => mayOpen(me, page)) }))
    .filter(({ pages }) => pages.length > 0);
}

function mayOpen(me: Me, { needs }: SettingsPage): boolean {
  return !needs || me.permissions.includes(needs);
}

/** Whether an address is a page that this person cannot open: to them it looks as if there were none. */
export function isBarred(me: Me, path: string): boolean {
  return groups.some(({ pages }) => pages.some((page) => isAt(page, path) && !mayOpen(me, page)));
}

export function isSettingsPath(path: string): boolean {
  return groups.some(({ pages }) => pages.some((page) => isAt(page, path)));
}

/** Whether an address is a page's own, or below it. */
export function isAt(page: SettingsPage, path: string): boolean {
  return path === page.path || path.startsWith(`${page.path}/`);
}
