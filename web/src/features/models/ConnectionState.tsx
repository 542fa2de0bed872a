import { useQuery } from "@tanstack/react-query";
import type { Connection } from "../../shared/api/types";
import { State } from "../../shared/ui/State";
import { connectionTestQuery } from "./queries";
import { problemWords, words } from "./words";

/** Whether a connection answers, asked when it comes into view. */
export function ConnectionState({
  connection,
  saysTime = false,
}: {
  connection: Connection;
  /** Where the time has no column of its own. */
  saysTime?: boolean;
}) {
  const { data, isError, isFetching } = useQuery(connectionTestQuery(connection.id));
  if (isFetching) return <State kind="running">{words.testing}</State>;
  if (isError || !data) return <State kind="off">{words.notAnswering}</State>;
  if (data.problem) return <State kind="loss">{problemWords(data.problem).state}</State>;
  if (connection.key_hint !== null) return <State kind="done">{words.keyAccepted}</State>;
  const time = saysTime ? data.latency_ms : null;
  return <State kind="done">{time === null ? words.answers : words.answeredIn(time)}</State>;
}
