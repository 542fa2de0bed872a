import styles from "./Usage.module.css";
import { words } from "./words";

const dayName = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});

export interface Bar {
  day: Date;
  amount: number;
}

/** A bar for each day, the highest named. The same numbers stand in a table below, for whoever would rather read. */
export function Bars({
  label,
  days,
  shown,
  whole,
}: {
  label: string;
  days: readonly Bar[];
  shown: (amount: number) => string;
  whole: (amount: number) => string;
}) {
  const most = days.reduce((best, one) => (one.amount > best.amount ? one : best), {
    day: new Date(0),
    amount: 0,
  });
  const width = 100 / Math.max(1, days.length);
  const summary = words.most(shown(most.amount), dayName.format(most.day));
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.note}>{most.amount > 0 ? summary : words.none}</figcaption>
      <svg
        className={styles.bars}
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}. ${summary}`}
      >
        {days.map(({ day, amount }, place) => {
          const height = most.amount === 0 ? 0 : (amount / most.amount) * 100;
          return (
            <rect
              key={day.toISOString()}
              x={place * width + width * 0.12}
              y={100 - height}
              width={width * 0.76}
              height={height}
            >
              <title>{`${dayName.format(day)}: ${whole(amount)}`}</title>
            </rect>
          );
        })}
      </svg>
      <div className={styles.axis} aria-hidden="true">
        <span>{days[0] && dayName.format(days[0].day)}</span>
        <span>{days.length > 0 && dayName.format(days[days.length - 1]?.day)}</span>
      </div>
      <details className={styles.numbers}>
        <summary>{words.asTable}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.day}</th>
              <th scope="col">{label}</th>
            </tr>
          </thead>
          <tbody>
            {days
              .filter(({ amount }) => amount > 0)
              .map(({ day, amount }) => (
                <tr key={day.toISOString()}>
                  <th scope="row">{dayName.format(day)}</th>
                  <td>{whole(amount)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
