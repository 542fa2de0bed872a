/** What the form about a provider holds, as texts that somebody types, and what it is sent as. */
import type {
  SignInProviderChange,
  SignInProviderDraft,
  SignInSettings,
} from "../../../shared/api/types";

export type Kind = SignInSettings["kind"];

export interface Filled {
  kind: Kind;
  name: string;
  label: string;
  issuer: string;
  clientId: string;
  secret: string;
  newPeople: SignInSettings["new_people"];
  domains: string;
  scopes: string;
  groupClaim: string;
  groups: string;
  makeGroups: boolean;
  roleClaim: string;
  roles: string;
  trustEmail: boolean;
  secondFactor: SignInSettings["second_factor"];
  isPrivate: boolean;
}

export const kinds: readonly Kind[] = ["google", "github", "oidc", "firebase"];
export const newPeople: readonly Filled["newPeople"][] = ["refuse", "wait", "let-in"];
export const secondFactors: readonly Filled["secondFactor"][] = [
  "always",
  "unless-vouched",
  "never",
];

const names: Record<Kind, string> = {
  google: "google",
  github: "github",
  oidc: "company",
  firebase: "firebase",
};

/** An empty form, with a name that is not taken. */
export function blank(kind: Kind, taken: readonly string[]): Filled {
  return {
    kind,
    name: freeName(names[kind], taken),
    label: "",
    issuer: "",
    clientId: "",
    secret: "",
    newPeople: "wait",
    domains: "",
    scopes: "",
    groupClaim: "",
    groups: "",
    makeGroups: false,
    roleClaim: "",
    roles: "",
    trustEmail: false,
    secondFactor: "unless-vouched",
    isPrivate: false,
  };
}

/** The same form for another kind: a name that nobody typed follows the kind. */
export function turnedInto(filled: Filled, kind: Kind, taken: readonly string[]): Filled {
  const isOwnName = filled.name !== freeName(names[filled.kind], taken);
  return { ...filled, kind, name: isOwnName ? filled.name : freeName(names[kind], taken) };
}

export function filledFrom({ name, said }: SignInSettings): Filled {
  const empty = blank("oidc", []);
  if (!said) return { ...empty, name };
  return {
    ...empty,
    kind: said.kind,
    name,
    label: said.label,
    issuer: said.issuer,
    clientId: said.kind === "firebase" ? said.project : said.client_id,
    newPeople: said.new_people,
    domains: (said.domains ?? []).join(", "),
    scopes: (said.scopes ?? []).join(" "),
    groupClaim: said.group_claim,
    groups: linesOf(said.groups ?? {}),
    makeGroups: said.make_groups,
    roleClaim: said.role_claim,
    roles: linesOf(said.roles ?? {}),
    trustEmail: said.trust_email,
    secondFactor: said.second_factor,
    isPrivate: said.private_addresses,
  };
}

export function draftFrom(filled: Filled): SignInProviderDraft {
  const { secret } = filled;
  return {
    ...factsOf(filled),
    name: filled.name.trim(),
    is_enabled: true,
    client_secret: secret === "" ? null : secret,
  };
}

/** What is not said of the secret leaves it as it is. */
export function changeFrom(filled: Filled, version: number): SignInProviderChange {
  const { secret } = filled;
  return { ...factsOf(filled), version, ...(secret !== "" && { client_secret: secret }) };
}

/** Only what the kind knows: what was typed for another one is not sent along. */
function factsOf(filled: Filled): Omit<SignInProviderChange, "version" | "client_secret"> {
  const isFirebase = filled.kind === "firebase";
  return {
    kind: filled.kind,
    label: filled.label.trim(),
    client_id: isFirebase ? "" : filled.clientId.trim(),
    project: isFirebase ? filled.clientId.trim() : "",
    issuer: filled.kind === "oidc" || filled.kind === "github" ? filled.issuer.trim() : "",
    scopes: isFirebase ? [] : wordsOf(filled.scopes),
    group_claim: filled.groupClaim.trim(),
    groups: pairsOf(filled.groups),
    make_groups: filled.makeGroups,
    role_claim: filled.roleClaim.trim(),
    roles: pairsOf(filled.roles),
    domains: wordsOf(filled.domains),
    new_people: filled.newPeople,
    trust_email: filled.trustEmail,
    second_factor: filled.secondFactor,
    private_addresses: filled.isPrivate,
  };
}

function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let number = 2; taken.includes(name); number += 1) name = `${wanted}-${number}`;
  return name;
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== "");
}

/** A line each: the value there, an equals sign, the name here. A value may have equals signs of its own. */
function pairsOf(text: string): Record<string, string> {
  const pairs = text.split("\n").flatMap((line) => {
    const at = line.lastIndexOf("=");
    const [value, name] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    return at > 0 && value !== "" && name !== "" ? [[value, name] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function linesOf(pairs: Record<string, string>): string {
  return Object.entries(pairs)
    .map(([value, name]) => `${value} = ${name}`)
    .join("\n");
}
