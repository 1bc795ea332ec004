/* Words: how many there are. Pure.
 *
 * A word is a run of letters and digits, with the marks and apostrophes in it; where a script has no spaces, each of its
 * signs is one. Characters are what a reader sees as such: no line breaks, and an emoji is not two.
 */
export interface Count {
  readonly words: number;
  readonly characters: number;
}

export const NONE: Count = { words: 0, characters: 0 };

const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}])+(?:['’.-](?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}])+)*/gu;
/** What stands for no character of its own: line breaks, marks, joiners, the second half of a pair. */
const UNSEEN = /[\n\r\u200d\ufe0e\ufe0f\p{M}]/gu;
const SECOND_HALF = /[\ud800-\udbff](?=[\udc00-\udfff])/g;

export function countOf(text: string): Count {
  const matched = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return { words: matched(WORD), characters: text.length - matched(SECOND_HALF) - matched(UNSEEN) };
}

export function sum(a: Count, b: Count): Count {
  return { words: a.words + b.words, characters: a.characters + b.characters };
}

/** Parts of about `size` units that end where a line does, so that no word is counted twice. */
export function* parts(text: string, size: number): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const line = text.indexOf("\n", at + size);
    const end = line < 0 ? text.length : line + 1;
    yield text.slice(at, end);
    at = end;
  }
}
