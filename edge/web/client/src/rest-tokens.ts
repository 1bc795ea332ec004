/* Tokens: the token that REST calls carry, asked for once and again when a call was refused for it.
 *
 * Owns the token in memory, never anywhere else. Many calls refused at once ask for one new token together.
 */
export class Tokens {
  private held: Promise<string> | undefined;

  constructor(private readonly ask: (renew: boolean) => Promise<string>) {}

  /** The token, asked for if there is none. Rejects as the callback does; the next call asks again. */
  current(): Promise<string> {
    return (this.held ??= this.asked(false));
  }

  /** A token that is not `refused`: one that another call got meanwhile, or a new one. */
  async other(refused: string): Promise<string> {
    const before = this.held;
    const token = await this.current();
    if (token !== refused) return token;
    if (this.held === before) this.held = this.asked(true);
    return this.current();
  }

  private asked(renew: boolean): Promise<string> {
    const asked: Promise<string> = this.ask(renew).catch((error: unknown) => {
      if (this.held === asked) this.held = undefined;
      throw error;
    });
    return asked;
  }
}
