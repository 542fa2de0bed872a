import { describe, expect, test } from "vitest";
import { contextWords } from "../context-words";
import { aGauge } from "../testing/a-context";
import { fillingOf, percent } from "./gauge";
import { textUnits } from "./text-units";

const sentence = "The library van leaves the depot at half past seven. ";

describe("how full the context is", () => {
  test("the draft comes to what was read, weighed as the server weighs it", () => {
    const filling = fillingOf(aGauge({ tokens_per_unit: 2 }), sentence.repeat(10));

    const draft = filling.parts.find(({ name }) => name === "draft")?.tokens ?? 0;
    expect(draft).toBe(Math.ceil((textUnits(sentence.repeat(10)) + 4) * 2));
    expect(filling.total).toBe(1_000 + draft);
    expect(filling.share).toBeCloseTo(filling.total / 6_000);
    expect(filling.isAbout).toBe(true);
  });

  test("an empty draft weighs nothing, and what was counted is not “about”", () => {
    const filling = fillingOf(aGauge({ exact: true }), "  \n");

    expect(filling.total).toBe(1_000);
    expect(filling.isAbout).toBe(false);
  });

  test("from 85 % on it is near, above 100 % over, and a draft may be too long by itself", () => {
    expect(state(5_000)).toBe("open");
    expect(state(5_200)).toBe("near");
    expect(state(6_100)).toBe("over");
    expect(state(0, sentence.repeat(600))).toBe("question-too-long");
  });

  test("where nobody knows the window nothing is said of how full it is", () => {
    const filling = fillingOf(aGauge({ limit: null, history: 500_000 }), "");

    expect(filling.state).toBe("open");
    expect(contextWords.warning(filling, "refuse", "Small")).toBeNull();
    expect(contextWords.heading(filling)).toBe("Context: about 500,000\u00a0tokens");
  });

  test("it never says 100 % before it is full", () => {
    expect(percent(0.999)).toBe(99);
    expect(percent(1)).toBe(100);
  });

  test.each([
    ["English", sentence, 0.18, 0.3],
    ["Chinese", "图书馆的流动车每天早上七点半从车库出发。", 0.55, 1.3],
    ["Russian", "Библиотечный автобус выезжает из депо. ", 0.2, 0.5],
    ["emoji", "🚐📚🎉", 1, 3.5],
  ])("%s is weighed by its script", (_name, text, fewest, most) => {
    const perCharacter = textUnits(text) / [...text].length;

    expect(perCharacter).toBeGreaterThanOrEqual(fewest);
    expect(perCharacter).toBeLessThanOrEqual(most);
  });

  test("every character belongs to one script", () => {
    const wrong: string[] = [];
    for (let code = 0; code < 0x30000; code += 7) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const units = textUnits(String.fromCodePoint(code));
      if (!(units > 0 && units <= 2.2)) wrong.push(`U+${code.toString(16)}: ${units}`);
    }

    expect(wrong).toEqual([]);
  });
});

function state(history: number, draft = ""): string {
  return fillingOf(aGauge({ history }), draft).state;
}

function warning(history: number, policy: "slide" | "summarise" | "refuse"): string | null {
  return contextWords.warning(fillingOf(aGauge({ history }), ""), policy, "Small");
}

describe("what is said before the limit", () => {
  test("while there is room nothing is said", () => {
    expect(warning(1_000, "slide")).toBeNull();
  });

  test("near the limit: that it is near, and what will happen", () => {
    expect(warning(5_400, "slide")).toBe(
      "The context is nearly full. Then the oldest messages are left out.",
    );
    expect(warning(5_400, "summarise")).toContain("the older part is summarised");
  });

  test("what is said does not change with each word that is typed", () => {
    expect(warning(5_400, "slide")).toBe(warning(5_420, "slide"));
    expect(warning(6_101, "refuse")).toBe(warning(6_149, "refuse"));
  });

  test("above it: what happens now", () => {
    expect(warning(6_100, "slide")).toContain("the oldest messages will be left out");
    expect(warning(6_100, "refuse")).toContain("about 100\u00a0tokens too many");
  });
});
