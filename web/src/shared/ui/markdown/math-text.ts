/**
 * Formulas inside a paragraph: `$x$`, `$$x$$`, `\(x\)` and `\[x\]`.
 *
 * Prices stay words: a `$` opens only before something that is not blank and not after a letter or digit, and
 * closes only after something that is not blank and not before a digit. Whatever cannot close gives up at the
 * next marker, so that a long line of markers is still read once.
 */
import type { Code, Construct, State, Tokenizer } from "micromark-util-types";
import { codes, isBlank, isDigit, isLineEnd, isSign, isWordCharacter } from "./math-codes";

const tokenize: Tokenizer = function tokenizeMathText(effects, ok, nok) {
  const before = this.previous;
  let closing: number = codes.dollar;
  let size = 1;
  let empty = true;
  let looksRight = false;
  let last: Code = null;

  const closingBracket: Construct = {
    partial: true,
    tokenize: (effects, ok, nok) => {
      const bracketAfter: State = (code) => {
        effects.exit("mathTextMarker");
        return code === closing ? ok(code) : nok(code);
      };
      return (code) => {
        effects.enter("mathTextMarker");
        effects.consume(code);
        return bracketAfter;
      };
    },
  };

  return function start(code): State | undefined {
    effects.enter("mathText");
    effects.enter("mathTextMarker");
    effects.consume(code);
    return code === codes.dollar ? secondDollar : bracket;
  };

  function secondDollar(code: Code): State | undefined {
    if (code !== codes.dollar) {
      const opens = !isBlank(code) && !isWordCharacter(before);
      looksRight = true;
      return opens ? open(code) : nok(code);
    }
    size = 2;
    looksRight = true;
    effects.consume(code);
    return open;
  }

  function bracket(code: Code): State | undefined {
    if (code !== codes.openParenthesis && code !== codes.openBracket) return nok(code);
    closing = code === codes.openBracket ? codes.closeBracket : codes.closeParenthesis;
    // `\[1\]` is how careful writers put brackets into Markdown: a formula has a sign, or air around it.
    looksRight = closing === codes.closeParenthesis;
    effects.consume(code);
    return afterBracket;
  }

  function afterBracket(code: Code): State | undefined {
    if (isBlank(code)) looksRight = true;
    return open(code);
  }

  function open(code: Code): State | undefined {
    effects.exit("mathTextMarker");
    return content(code);
  }

  function content(code: Code): State | undefined {
    if (code === null) return nok(code);
    if (isLineEnd(code)) {
      effects.enter("lineEnding");
      effects.consume(code);
      effects.exit("lineEnding");
      last = code;
      return content;
    }
    if (code === codes.dollar && closing === codes.dollar) return closeDollar(code);
    if (code === codes.backslash && closing !== codes.dollar) {
      return effects.check(closingBracket, closeBracket, enterValue)(code);
    }
    return enterValue(code);
  }

  function enterValue(code: Code): State | undefined {
    effects.enter("mathTextValue");
    return code === codes.backslash ? escape(code) : value(code);
  }

  function value(code: Code): State | undefined {
    if (isLineEnd(code) || (code === codes.dollar && closing === codes.dollar)) {
      effects.exit("mathTextValue");
      return content(code);
    }
    if (code !== codes.backslash) return keep(code);
    return closing === codes.dollar
      ? escape(code)
      : effects.check(closingBracket, exitValue, escape)(code);
  }

  function keep(code: Code): State | undefined {
    if (!isBlank(code)) empty = false;
    if (isSign(code)) looksRight = true;
    last = code;
    effects.consume(code);
    return value;
  }

  function escape(code: Code): State | undefined {
    empty = false;
    looksRight = true;
    last = code;
    effects.consume(code);
    return escaped;
  }

  function escaped(code: Code): State | undefined {
    if (isLineEnd(code)) return value(code);
    const opensAgain = code === codes.openParenthesis || code === codes.openBracket;
    return closing !== codes.dollar && opensAgain ? nok(code) : keep(code);
  }

  function closeDollar(code: Code): State | undefined {
    if (empty || (size === 1 && isBlank(last))) return nok(code);
    effects.enter("mathTextMarker");
    effects.consume(code);
    if (size === 2) return closeSecondDollar;
    effects.exit("mathTextMarker");
    return afterDollar;
  }

  function closeSecondDollar(code: Code): State | undefined {
    if (code !== codes.dollar) return nok(code);
    effects.consume(code);
    effects.exit("mathTextMarker");
    return finish;
  }

  function afterDollar(code: Code): State | undefined {
    return isDigit(code) ? nok(code) : finish(code);
  }

  function exitValue(code: Code): State | undefined {
    effects.exit("mathTextValue");
    return closeBracket(code);
  }

  function closeBracket(code: Code): State | undefined {
    if (empty || !looksRight) return nok(code);
    effects.enter("mathTextMarker");
    effects.consume(code);
    return afterBackslash;
  }

  function afterBackslash(code: Code): State | undefined {
    effects.consume(code);
    effects.exit("mathTextMarker");
    return finish;
  }

  function finish(code: Code): State | undefined {
    effects.exit("mathText");
    return ok(code);
  }
};

export const mathText: Construct = {
  name: "mathText",
  tokenize,
  previous(code) {
    return code !== codes.dollar || this.events.at(-1)?.[1].type === "characterEscape";
  },
};
