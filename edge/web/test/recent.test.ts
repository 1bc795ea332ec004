/* Recent names: the newest first, each once, few, and never in the way. */
import { describe, expect, it } from "vitest";
import { forgetName, recentNames, rememberName } from "../src/app/recent";

class Memory implements Storage {
  private readonly kept = new Map<string, string>();

  get length(): number {
    return this.kept.size;
  }

  clear(): void {
    this.kept.clear();
  }

  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }

  key(): string | null {
    return null;
  }

  removeItem(key: string): void {
    this.kept.delete(key);
  }

  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
}

class Full extends Memory {
  override setItem(): void {
    throw new DOMException("full", "QuotaExceededError");
  }
}

describe("recent names", () => {
  it("has the last one first, and each once", () => {
    const store = new Memory();
    for (const name of ["Ada", "Bob", "Ada"]) rememberName(store, name);
    expect(recentNames(store)).toEqual(["Ada", "Bob"]);
    forgetName(store, "Ada");
    expect(recentNames(store)).toEqual(["Bob"]);
  });

  it("keeps six", () => {
    const store = new Memory();
    for (let each = 1; each <= 8; each += 1) rememberName(store, `P${each}`);
    expect(recentNames(store)).toEqual(["P8", "P7", "P6", "P5", "P4", "P3"]);
  });

  it.each(["", "nonsense", "{}", "[1,null]"])("takes what is not its own, %j, for none", (stored) => {
    const store = new Memory();
    store.setItem("shoal.names", stored);
    expect(recentNames(store)).toEqual([]);
  });

  it("goes on where nothing can be kept", () => {
    rememberName(new Full(), "Ada");
    expect(recentNames(new Full())).toEqual([]);
  });
});
