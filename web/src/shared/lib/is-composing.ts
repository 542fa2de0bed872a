/** While a word is composed (Japanese, Chinese, accents), its keys belong to the keyboard. */
export function isComposing(event: KeyboardEvent): boolean {
  // Safari says that the word has ended before it tells of the key that ended it (WebKit bug 165004). Only the key's
  // number still says so.
  return event.isComposing || event.keyCode === 229;
}
