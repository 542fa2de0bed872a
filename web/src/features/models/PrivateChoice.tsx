import { useQuery } from "@tanstack/react-query";
import { Option } from "./Option";
import { connectionsQuery } from "./queries";
import { words } from "./words";

/** Whether a connection may lead to the server's own machine and network. Only the owner is asked. */
export function PrivateChoice({
  isPrivate,
  onChange,
}: {
  isPrivate: boolean;
  onChange: (isPrivate: boolean) => void;
}) {
  const { data } = useQuery(connectionsQuery);
  // Only the owner is told how many others have connections.
  if (typeof data?.own_of_others !== "number") return null;
  return (
    <Option
      label={words.mayBePrivate}
      hint={words.mayBePrivateHint}
      checked={isPrivate}
      onChange={onChange}
    />
  );
}
