/** What a person fills in about a connection, and what of it is sent. */
import type { Connection, ConnectionKind } from "../../shared/api/types";
import { host } from "./format";
import type { ConnectionChange, ConnectionDraft } from "./queries";
import { words } from "./words";

export interface Filled {
  name: string;
  base_url: string;
  key: string;
  /** Separated by commas or lines; empty: the server is asked which there are. */
  models: string;
  /** Only for whoever connects it. */
  own: boolean;
  /** It may lead to the server's own machine and network. Only the owner is asked. */
  isPrivate: boolean;
  /** Its server leaves out the mark of an answer's end. */
  isUnmarked: boolean;
}

export type FieldName = Exclude<keyof Filled, "own" | "isPrivate" | "isUnmarked">;

export function blankOf({ base_url }: ConnectionKind): Filled {
  const empty = { name: "", key: "", models: "" };
  return { ...empty, base_url: base_url ?? "", own: false, isPrivate: true, isUnmarked: false };
}

export function filledFrom(connection: Connection): Filled {
  const { name, base_url, models, own } = connection;
  return {
    name,
    base_url,
    key: "",
    models: models?.join(", ") ?? "",
    own,
    isPrivate: connection.private_addresses,
    isUnmarked: connection.unmarked_end,
  };
}

function namedModels(models: string): string[] {
  const names = models.split(/[,\n]/).map((name) => name.trim());
  return [...new Set(names.filter(Boolean))];
}

/** What is wrong with an address, before it is sent. */
export function addressFault({ base_url }: Filled): string | undefined {
  const address = base_url.trim();
  const isAddress = /^https?:\/\/\S+$/i.test(address) && URL.canParse(address);
  return isAddress ? undefined : words.addressWrong;
}

export function draftOf(kind: ConnectionKind, filled: Filled): ConnectionDraft & { name: string } {
  const address = filled.base_url.trim();
  const key = filled.key.trim();
  const models = namedModels(filled.models);
  const isVendors = address === kind.base_url && kind.needs_key;
  return {
    kind: kind.id,
    name: filled.name.trim() || (isVendors ? kind.label : host(address)),
    base_url: address,
    ...(key && { key }),
    ...(models.length > 0 && { models }),
    ...(filled.own && { own: true }),
    ...(!filled.isPrivate && { private_addresses: false }),
  };
}

/** Only what differs from what is kept; null takes a key or named models back. */
export function changeOf(
  connection: Connection,
  filled: Filled,
  removesKey: boolean,
): ConnectionChange {
  const address = filled.base_url.trim();
  const name = filled.name.trim() || host(address);
  const key = filled.key.trim();
  const models = namedModels(filled.models);
  const areSame = models.join("\n") === (connection.models ?? []).join("\n");
  return {
    ...(name !== connection.name && { name }),
    ...(address !== connection.base_url && { base_url: address }),
    ...(key ? { key } : removesKey && { key: null }),
    ...(!areSame && { models: models.length > 0 ? models : null }),
    ...(filled.isPrivate !== connection.private_addresses && {
      private_addresses: filled.isPrivate,
    }),
    ...(filled.isUnmarked !== connection.unmarked_end && { unmarked_end: filled.isUnmarked }),
  };
}
