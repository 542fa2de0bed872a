/**
 * Formulas on lines of their own: from `$$` or `\[` at the start of a line to `$$` or `\]` at the end of one.
 *
 * A blank line, a second opening or words after the end mean that it was none: the lines are then read as a
 * paragraph. Punctuation after the end belongs to the formula, as in print.
 */
import type { Code, Construct, State, Tokenizer } from "micromark-util-types";
import { factorySpace } from "micromark-factory-space";
import { markdownSpace } from "micromark-util-character";
import { codes, isBlank, isLineEnd } from "./math-codes";

const punctuation = new Set([...".,;:!?"].map((sign) => sign.charCodeAt(0)));

const tokenize: Tokenizer = function tokenizeMathFlow(effects, ok, nok) {
  const parser = this.parser;
  const interrupt = this.interrupt;
  const now = () => this.now();
  let opening: Code = null;
  let closing: Code = null;
  let empty = true;

  const nextLine: Construct = {
    partial: true,
    tokenize: (effects, ok, nok) => {
      const lineStart: State = (code) => {
        const stays = !parser.lazy[now().line] && code !== null;
        return stays ? ok(code) : nok(code);
      };
      return (code) => {
        if (code === null) return nok(code);
        effects.enter("lineEnding");
        effects.consume(code);
        effects.exit("lineEnding");
        return lineStart;
      };
    },
  };

  const end: Construct = {
    partial: true,
    tokenize: (effects, ok, nok) => {
      const second: State = (code) => {
        if (code !== closing) return nok(code);
        effects.consume(code);
        effects.exit("mathFlowFence");
        return trailing;
      };
      const trailing: State = (code) => {
        if (code !== null && punctuation.has(code)) {
          effects.enter("mathFlowValue");
          effects.consume(code);
          effects.exit("mathFlowValue");
          return trailing;
        }
        return markdownSpace(code) ? factorySpace(effects, last, "whitespace")(code) : last(code);
      };
      const last: State = (code) => (isLineEnd(code) ? ok(code) : nok(code));
      return (code) => {
        effects.enter("mathFlowFence");
        effects.consume(code);
        return second;
      };
    },
  };

  return function start(code): State | undefined {
    opening = code;
    effects.enter("mathFlow");
    effects.enter("mathFlowFence");
    effects.consume(code);
    return secondMarker;
  };

  function secondMarker(code: Code): State | undefined {
    const fits = opening === codes.dollar ? code === codes.dollar : code === codes.openBracket;
    if (!fits) return nok(code);
    closing = opening === codes.dollar ? codes.dollar : codes.closeBracket;
    effects.consume(code);
    effects.exit("mathFlowFence");
    return restOfLine;
  }

  function restOfLine(code: Code): State | undefined {
    return markdownSpace(code) ? factorySpace(effects, content, "whitespace")(code) : content(code);
  }

  function content(code: Code): State | undefined {
    if (code === null) return nok(code);
    if (isLineEnd(code)) return lineEnd(code);
    if (code === opening) return effects.attempt(end, after, value)(code);
    return value(code);
  }

  function value(code: Code): State | undefined {
    effects.enter("mathFlowValue");
    return code === opening ? marker(code) : keep(code);
  }

  function keep(code: Code): State | undefined {
    if (isLineEnd(code) || code === opening) {
      effects.exit("mathFlowValue");
      return content(code);
    }
    if (!isBlank(code)) empty = false;
    effects.consume(code);
    return keep;
  }

  function marker(code: Code): State | undefined {
    empty = false;
    effects.consume(code);
    return afterMarker;
  }

  function afterMarker(code: Code): State | undefined {
    // A second opening, or an end with words after it: not a formula of its own.
    const broken = code === closing || (opening === codes.backslash && code === codes.openBracket);
    if (broken) return nok(code);
    if (isLineEnd(code)) return keep(code);
    effects.consume(code);
    return keep;
  }

  function lineEnd(code: Code): State | undefined {
    if (interrupt) return ok(code);
    return effects.attempt(nextLine, lineStart, nok)(code);
  }

  function lineStart(code: Code): State | undefined {
    return markdownSpace(code)
      ? factorySpace(effects, notBlank, "linePrefix")(code)
      : notBlank(code);
  }

  function notBlank(code: Code): State | undefined {
    return isLineEnd(code) ? nok(code) : content(code);
  }

  function after(code: Code): State | undefined {
    if (empty) return nok(code);
    effects.exit("mathFlow");
    return ok(code);
  }
};

export const mathFlow: Construct = { name: "mathFlow", concrete: true, tokenize };
