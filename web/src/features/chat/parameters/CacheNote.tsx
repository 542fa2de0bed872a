import { useQuery } from "@tanstack/react-query";
import { cacheRuleQuery } from "../queries";
import { words } from "../words";
import styles from "./ParameterPanel.module.css";
import { mayBeKept, type Parameters } from "./parameters";

/** Says, where it is so, that an answer may be one that was given before. */
export function CacheNote({ parameters }: { parameters: Parameters }) {
  const { data } = useQuery(cacheRuleQuery);
  if (data === undefined || !mayBeKept(data.answers, parameters)) return null;
  return <p className={styles.hint}>{words.mayBeKept}</p>;
}
