/** What was found on this machine and in its settings, as places where the first answer can come from. */
import type { Connection, ConnectionProblem, Model } from "../../shared/api/types";

export interface Found {
  /** Stable while the lists are read again. */
  id: string;
  name: string;
  models: readonly Model[];
  /** Null for a file on this machine. */
  connection: Connection | null;
  problem: ConnectionProblem | null;
}

/**
 * Files on this machine first, each by itself; then one entry per connection, those that answer before the others.
 * Starter comes after all that answers: the first is what one starts with.
 */
export function foundChoices(
  models: readonly Model[],
  connections: readonly Connection[],
  problems: readonly ConnectionProblem[],
): Found[] {
  const files = models
    .filter(({ kind }) => kind === "local")
    .map((model) => ({
      id: model.id,
      name: model.name,
      models: [model],
      connection: null,
      problem: null,
    }));
  const reached = connections.map((connection) => ({
    id: connection.id,
    name: connection.name,
    models: models.filter(({ connection_id }) => connection_id === connection.id),
    connection,
    problem: problems.find(({ connection_id }) => connection_id === connection.id) ?? null,
  }));
  const answering = reached.filter((found) => found.models.length > 0);
  const silent = reached.filter((found) => found.models.length === 0);
  // What stays on this machine is offered first.
  const here = answering.filter(staysHere);
  const elsewhere = answering.filter((found) => !staysHere(found));
  const own = files.filter((found) => !isStarter(found));
  return [...here, ...own, ...elsewhere, ...files.filter(isStarter), ...silent];
}

/** The tiny model that comes with Arcano. */
export function isStarter({ models }: Found): boolean {
  return models[0]?.starter === true;
}

export function staysHere({ models, connection }: Found): boolean {
  return connection === null || models[0]?.where === "this-machine";
}

/** Whether one can start with it. */
export function canAnswer({ models }: Found): boolean {
  return models.length > 0;
}
