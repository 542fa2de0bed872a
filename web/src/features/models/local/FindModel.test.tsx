/** Finding a model: the best for this machine first and why, its variants, and any repository of the hub. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import type { CatalogueEntry } from "../../../shared/api/types";
import { fakeServer, type FakeServer, page, problem } from "../../../shared/testing/fake-server";
import { renderPage } from "../../../shared/testing/render-page";
import { write } from "../../../shared/testing/write";
import { aDownload, aMachine, anEntry, aVariant } from "../a-model";
import { FindModel } from "./FindModel";
import { findModels, recommended } from "./find-models";
import { reasonWords, speedWords } from "./words";

const huge = anEntry({
  id: "huge",
  family: "Giant",
  name: "Huge 70B",
  description: "Knows more.",
  fits: false,
  reason: null,
  memory_bytes: 60e9,
  variants: [aVariant({ fit: { ...aVariant().fit, place: "nowhere", left_bytes: 0 } })],
});
const found = {
  repo: "maker/other-GGUF",
  url: "https://hub.example/maker/other-GGUF",
  licence: "mit",
  gated: false,
  items: [
    { name: "other-Q4_K_M", quantisation: "Q4_K_M", size_bytes: 2e9, parts: 1, fits: true },
    { name: "other-F16", quantisation: "F16", size_bytes: 90e9, parts: 4, fits: false },
  ],
  next_cursor: null,
};
let server: FakeServer;

const because = (reason: CatalogueEntry["reason"], device: string | null = null) =>
  anEntry({
    reason,
    variants: [aVariant({ recommended: true, fit: { ...aVariant().fit, device } })],
  });

const anOffer = (id: string, tokens: number | null, size: number, more = {}) =>
  anEntry({
    id,
    size_bytes: size,
    variants: [
      aVariant({
        recommended: true,
        fit: { ...aVariant().fit, tokens_per_second: tokens, quick: (tokens ?? 0) > 6 },
      }),
    ],
    ...more,
  });

beforeEach(() => {
  server = fakeServer({
    "GET /api/models/downloads": page([]),
    "GET /api/models/catalogue": page([huge, anEntry()], { machine: aMachine, problem: null }),
    "POST /api/models/downloads": { status: 202, body: aDownload({ status: "paused" }) },
  });
});

function show() {
  renderPage(<FindModel open onClose={() => undefined} />);
}

async function names(): Promise<(string | undefined)[]> {
  const headings = await screen.findAllByRole("heading", { level: 3 });
  return headings.map((one) => one.textContent?.split("B")[0]);
}

it("puts the best for this machine first, and says why", async () => {
  show();

  expect(await names()).toEqual(["Tiny 0.6", "Huge 70"]);
  expect(screen.getByText("Recommended")).toBeTruthy();
  expect(screen.getByText(/Q8_0: the best quality that is still quick here/)).toBeTruthy();
  expect(screen.getByText(/About 32 tokens a second/)).toBeTruthy();
  expect(screen.getByText(/Needs 60.GB of memory, more than this machine has/)).toBeTruthy();
});

it("finds by words, by family, and by what fits", async () => {
  show();

  await write(await screen.findByRole("searchbox", { name: "Search" }), "knows more");
  expect(await names()).toEqual(["Huge 70"]);
  await userEvent.clear(screen.getByRole("searchbox", { name: "Search" }));
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Family" }), "Tiny");
  expect(await names()).toEqual(["Tiny 0.6"]);
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Family" }), "Giant");
  await userEvent.click(screen.getByRole("checkbox", { name: "Fits this machine" }));

  expect(screen.getByText("No model of that kind.")).toBeTruthy();
});

it("finds by the size of what would be downloaded", async () => {
  const large = aVariant({ recommended: true, size_bytes: 7e9 });
  server.answer({
    "GET /api/models/catalogue": page(
      [
        anEntry({ id: "middle", name: "Middle 8B", size_bytes: 20e9, variants: [large] }),
        anEntry(),
        anEntry({
          id: "great",
          name: "Great 30B",
          variants: [aVariant({ recommended: true, size_bytes: 8_000_000_001 })],
        }),
      ],
      { machine: aMachine, problem: null },
    ),
  });
  show();
  const sizes = await screen.findByRole("combobox", { name: "Size" });
  await screen.findByRole("heading", { name: /Great/ });

  await userEvent.selectOptions(sizes, "Up to 2 GB");
  expect(await names()).toEqual(["Tiny 0.6"]);
  await userEvent.selectOptions(sizes, "Up to 8 GB");
  expect((await names()).toSorted()).toEqual(["Middle 8", "Tiny 0.6"]);
  await userEvent.selectOptions(sizes, "Larger than 8 GB");
  expect(await names()).toEqual(["Great 30"]);
});

it("downloads the recommended variant, or another one", async () => {
  show();

  await userEvent.click(await screen.findByRole("button", { name: "Download Tiny 0.6B" }));
  const others = screen.getByRole("list", { name: "Variants of Tiny 0.6B", hidden: true });
  await userEvent.click(
    within(others).getByRole("button", { name: "Download Tiny 0.6B, Q4_K_M", hidden: true }),
  );

  expect(server.sentTo("POST /api/models/downloads")).toEqual([
    { catalogue_id: "tiny", variant: "Q8_0" },
    { catalogue_id: "tiny", variant: "Q4_K_M" },
  ]);
});

it("shows the way of a download where it was begun", async () => {
  server.answer({ "GET /api/models/downloads": page([aDownload({ status: "paused" })]) });
  show();

  expect(await screen.findByRole("progressbar", { name: "Tiny 0.6B" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Continue: Tiny 0.6B" })).toBeTruthy();
});

it("looks a repository of the hub up, and downloads from it", async () => {
  server.answer({ "GET /api/models/hub?repo=maker%2Fother-GGUF": { body: found } });
  show();

  await write(await screen.findByLabelText("From the hub"), "maker/other-GGUF");
  await userEvent.keyboard("{Enter}");
  const list = within(await screen.findByRole("list", { name: "maker/other-GGUF" }));
  expect(list.getByText(/too large for this machine/)).toBeTruthy();
  expect(screen.getByText("Licence: mit")).toBeTruthy();
  await userEvent.click(list.getByRole("button", { name: "Download other-Q4_K_M" }));

  expect(server.sentTo("POST /api/models/downloads")).toEqual([
    { repo: "maker/other-GGUF", name: "other-Q4_K_M" },
  ]);
});

it("says what is wrong with the name of a repository", async () => {
  server.answer({
    "GET /api/models/hub?repo=nobody%2Fnothing": problem(404, "repository-not-found"),
  });
  show();

  await write(await screen.findByLabelText("From the hub"), "nobody/nothing");
  await userEvent.keyboard("{Enter}");

  expect(await screen.findByText(/The hub has no repository of that name/)).toBeTruthy();
});

describe("the words for a recommendation", () => {
  it.each([
    [
      "fits-gpu",
      "Q8_0: the best quality that fits into Card, leaves 7.1\u00a0GB of memory free there.",
    ],
    [
      "partly",
      "Q8_0: runs partly on Card and partly on the processor; leaves 7.1\u00a0GB of memory free.",
    ],
    [
      "finest-quick",
      "Q8_0: the best quality that is still quick here; leaves 7.1\u00a0GB of memory free.",
    ],
    ["quickest-good", "Q8_0: the quickest of good quality; leaves 7.1\u00a0GB of memory free."],
    ["finest-that-fits", "Q8_0: the best quality that fits; leaves 7.1\u00a0GB of memory free."],
  ] as const)("for %s", (reason, said) => {
    expect(reasonWords(because(reason, "Card"))).toBe(said);
  });

  it("say whether a speed was measured", () => {
    const { fit } = aVariant();
    expect(speedWords(fit)).toBe("about 32 tokens a second");
    expect(speedWords({ ...fit, tokens_per_second: 3.54, measured: true })).toBe(
      "3.5 tokens a second, measured here",
    );
    expect(speedWords({ ...fit, tokens_per_second: null })).toBe("speed not known");
  });
});

describe("the order of the catalogue", () => {
  const entries = [
    anOffer("slow", 3, 5e9),
    anOffer("slower", 2, 9e9),
    anOffer("quick", 30, 1e9),
    anOffer("quick-and-large", 12, 3e9),
    anOffer("vectors", 90, 1e8, { purpose: "embedding" }),
    anOffer("too-large", 1, 90e9, { fits: false }),
  ];

  it("is large and quick, small and quick, the quicker of the slow, the rest", () => {
    const all = { text: "", family: "", size: "any", fitsOnly: false } as const;
    expect(findModels(entries, all).map(({ id }) => id)).toEqual([
      "quick-and-large",
      "quick",
      "slow",
      "slower",
      "vectors",
      "too-large",
    ]);
  });

  it("recommends for chat, what fits and is not here yet", () => {
    expect(recommended(entries)?.id).toBe("quick-and-large");
    expect(recommended(entries.slice(4))).toBeUndefined();
  });
});
