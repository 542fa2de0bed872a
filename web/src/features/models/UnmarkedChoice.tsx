import { useQuery } from "@tanstack/react-query";
import { Option } from "./Option";
import { connectionKindsQuery } from "./queries";
import { words } from "./words";

/** Whether answers are whole without a mark of their end. Asked only about kinds of which some servers leave it out. */
export function UnmarkedChoice({
  kind,
  isUnmarked,
  onChange,
}: {
  kind: string;
  isUnmarked: boolean;
  onChange: (isUnmarked: boolean) => void;
}) {
  const { data } = useQuery(connectionKindsQuery);
  if (!data?.items.find(({ id }) => id === kind)?.may_end_unmarked) return null;
  return (
    <Option
      label={words.endsUnmarked}
      hint={words.endsUnmarkedHint}
      checked={isUnmarked}
      onChange={onChange}
    />
  );
}
