/* When: moments as people say them.
 *
 * Owns nothing; `now` can be given, so that what is said can be tested.
 */
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
const DAY_MS = 86_400_000;

/** `just now`, `3 min. ago`, `yesterday`; older than a week: the date. */
export function ago(when: Date, now = new Date()): string {
  const seconds = (when.getTime() - now.getTime()) / 1000;
  if (Math.abs(seconds) > 7 * 86_400) return dateOf(when, now);
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.round(seconds / size), unit);
  }
  return "just now";
}

/** `Today`, `Yesterday`, else the day with its weekday: what a feed is grouped by. */
export function dayOf(when: Date, now = new Date()): string {
  const days = Math.round((midnight(now) - midnight(when)) / DAY_MS);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  return `${when.toLocaleDateString("en", { weekday: "long" })}, ${dateOf(when, now)}`;
}

/** A greeting for the hour. */
export function greeting(now = new Date()): string {
  const hour = now.getHours();
  if (hour < 5 || hour >= 18) return "Good evening";
  return hour < 12 ? "Good morning" : "Good afternoon";
}

function dateOf(when: Date, now: Date): string {
  const year = when.getFullYear() === now.getFullYear() ? undefined : ("numeric" as const);
  return when.toLocaleDateString("en", { day: "numeric", month: "short", year });
}

function midnight(when: Date): number {
  return Date.UTC(when.getFullYear(), when.getMonth(), when.getDate());
}
