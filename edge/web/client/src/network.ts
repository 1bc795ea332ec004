/* Network: what the browser says of the network and the window, told to a connection.
 *
 * Owns three listeners. Does nothing where there is no window.
 */
import type { Connection } from "./connection";

/** Follows the browser until the returned function is called. */
export function followBrowser(connection: Connection): () => void {
  if (typeof window === "undefined") return () => undefined;
  const sleep = () => connection.sleep();
  const wake = () => connection.wake();
  const looked = () => document.visibilityState === "visible" && connection.wake();
  addEventListener("offline", sleep);
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", looked);
  return () => {
    removeEventListener("offline", sleep);
    removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", looked);
  };
}
