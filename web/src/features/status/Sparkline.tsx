import styles from "./Sparkline.module.css";

/** How something went, without numbers: they stand beside it. Nothing is drawn of fewer than two. */
export function Sparkline({ values }: { values: readonly number[] }) {
  if (values.length < 2) return null;
  const most = Math.max(...values);
  const least = Math.min(...values);
  const span = most - least;
  const points = values.map((value, place) => {
    const x = (100 * place) / (values.length - 1);
    // What does not change runs through the middle.
    const y = span === 0 ? 50 : 90 - (80 * (value - least)) / span;
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return (
    <svg
      className={styles.line}
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={`M${points.join(" L")}`} />
    </svg>
  );
}
