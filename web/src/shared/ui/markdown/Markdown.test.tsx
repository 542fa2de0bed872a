/** Showing an answer: what a reader sees, and what never happens to them. */
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { AtOnceContext } from "./at-once-context";
import { Markdown } from "./Markdown";

describe("an answer", () => {
  it("has chapters, strong lines, lists, tasks and quotations", () => {
    render(
      <Markdown
        text={"# One\n\n### Two\n\n7. seven\n8. eight\n\n- [x] read\n- [ ] asked\n\n> said"}
      />,
    );

    expect(screen.getByRole("heading", { level: 2, name: "One" })).toBeTruthy();
    expect(screen.getByRole("heading", { level: 3, name: "Two" })).toBeTruthy();
    expect(screen.getAllByRole("list")[0]?.getAttribute("start")).toBe("7");
    expect(screen.getByRole("checkbox", { name: "Done" })).toBeTruthy();
    expect(screen.getByRole("checkbox", { name: "To do" })).toBeTruthy();
    expect(screen.getByRole("blockquote").textContent).toBe("said");
  });

  it("is written from the side on which each of its blocks begins, and an item with its list", () => {
    const { container } = render(<Markdown text={"# שלום\n\nمرحبا `x`.\n\n- one\n\n> said"} />);

    expect([...container.querySelectorAll("[dir=auto]")].map(({ tagName }) => tagName)).toEqual([
      "H2",
      "P",
      "UL",
      "BLOCKQUOTE",
    ]);
  });

  it("names no language of a listing where none was named", () => {
    render(<Markdown text={"```\nplain\n```"} />);

    expect(screen.getByRole("group").textContent).toBe("plain");
    expect(screen.queryByText("TSX")).toBeNull();
  });

  it("leads out of the workspace without saying where the reader came from", () => {
    render(<Markdown text="[the docs](https://example.org/a) and me@example.org" />);

    const link = screen.getByRole("link", { name: "the docs" });
    expect(link.getAttribute("href")).toBe("https://example.org/a");
    expect(link.getAttribute("rel")).toBe("noopener noreferrer nofollow");
    expect(link.getAttribute("target")).toBe("_blank");
    expect(screen.getByRole("link", { name: "me@example.org" }).getAttribute("href")).toBe(
      "mailto:me@example.org",
    );
  });

  it("names a picture and its host instead of fetching it", () => {
    const { container } = render(
      <Markdown text="![A chart](https://pictures.example.org/a.png)" />,
    );

    expect(container.querySelector("img")).toBeNull();
    expect(
      screen.getByRole("link", { name: "Image: A chart (pictures.example.org)" }),
    ).toBeTruthy();
  });

  it("lets a table scroll inside itself and reads <br> as a new line there", () => {
    render(<Markdown text={"| Day | km |\n|---|--:|\n| Mon<br>day | 61 |"} />);

    const region = screen.getByRole("group", { name: "Table: Day, km" });
    expect(region.tabIndex).toBe(0);
    const cell = within(region).getByRole("cell", { name: /Mon/ });
    expect(cell.querySelector("br")).toBeTruthy();
    expect(within(region).getByRole("cell", { name: "61" }).dataset["align"]).toBe("right");
  });

  it("finds a name that is defined later", () => {
    render(<Markdown text={"See [the paper][p].\n\nMore words.\n\n[p]: https://example.org/p"} />);

    expect(screen.getByRole("link", { name: "the paper" }).getAttribute("href")).toBe(
      "https://example.org/p",
    );
  });

  it("keeps prices words and makes formulas formulas", async () => {
    const { container } = render(
      <Markdown text={"From $5 and $6 to US$7.\n\n$$x^2$$ and \\(y\\)"} />,
    );

    expect(screen.getByText("From $5 and $6 to US$7.")).toBeTruthy();
    await waitFor(() => expect(container.querySelectorAll(".katex")).toHaveLength(2));
  });

  it("shows a formula that cannot be read as it was written", async () => {
    render(<Markdown text={"$\\frac{1$"} />);

    expect(await screen.findByText("\\frac{1", { selector: "code" })).toBeTruthy();
  });
});

it("is whole at once on paper, however slow the machine is", () => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 1_000));
  const { container } = render(
    <AtOnceContext value>
      <Markdown text={`${"word ".repeat(200)}\n\n`.repeat(50)} />
    </AtOnceContext>,
  );

  expect(container.querySelectorAll("p")).toHaveLength(50);
});

describe("a listing", () => {
  const text = "```python run.py\nx = 1  # one\n```";

  it("says its language and file, and can be scrolled by keyboard", () => {
    render(<Markdown text={text} />);

    expect(screen.getByText("Python")).toBeTruthy();
    expect(screen.getByRole("group", { name: "run.py" }).tabIndex).toBe(0);
  });

  it("gets its colours without losing a letter", async () => {
    render(<Markdown text={text} />);

    const listing = screen.getByRole("group", { name: "run.py" });
    await waitFor(() => expect(listing.querySelectorAll("span").length).toBeGreaterThan(1));
    expect(listing.textContent).toBe("x = 1  # one");
  });

  it("wraps its lines on demand", async () => {
    render(<Markdown text={text} />);

    await userEvent.click(screen.getByRole("button", { name: "Wrap lines" }));

    expect(screen.getByRole("button", { name: "Wrap lines" }).ariaPressed).toBe("true");
  });

  it("is copied as it is, and says so", async () => {
    const user = userEvent.setup();
    render(<Markdown text={text} />);

    await user.click(screen.getByRole("button", { name: "Copy" }));

    expect(await screen.findByRole("button", { name: "Copied" })).toBeTruthy();
    expect(await navigator.clipboard.readText()).toBe("x = 1  # one");
  });

  it("keeps its place and its switches when the answer goes on below", async () => {
    const { rerender } = render(<Markdown text={`${text}\n`} streaming />);
    const before = screen.getByRole("group", { name: "run.py" });
    await userEvent.click(screen.getByRole("button", { name: "Wrap lines" }));

    rerender(<Markdown text={`${text}\n\nAnd then.\n\nAnd so on.`} streaming />);

    expect(screen.getByRole("group", { name: "run.py" })).toBe(before);
    expect(before.dataset["wraps"]).toBe("true");
  });
});

describe("a hostile answer", () => {
  it.each([
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&#x73;cript:alert(1))",
    "[a](java\\script:alert(1))",
    "[a](<java\tscript:alert(1)>)",
    "[a](vbscript:x)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](file:///etc/passwd)",
    "[a](//example.org)",
    "[a](/api/session)",
    "[a](\\u0001javascript:alert(1))",
    "<javascript:alert(1)>",
    "![a](javascript:alert(1))",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    "[a]: javascript:alert(1)\n\n[a]",
    "[![x](https://a.example/x.png)](javascript:alert(1))",
  ])("leads nowhere: %s", (text) => {
    const { container } = render(<Markdown text={text} />);

    for (const link of container.querySelectorAll("a")) {
      expect(link.getAttribute("href")).toMatch(/^https:\/\/a\.example\//);
    }
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<svg/onload=alert(1)>",
    "<style>*{display:none}</style>",
    "<!-- comment -->",
    "a <b onclick=alert(1)>b</b> c",
    "<iframe src=https://example.org></iframe>",
    '<div style="position:fixed">',
    "</div></div><form action=https://example.org>",
  ])("is shown, not obeyed: %s", (text) => {
    const { container } = render(<Markdown text={text} />);

    expect(container.textContent).toContain(text);
    expect(
      container.querySelector("script, img, svg, style, iframe, form, [onclick], [onerror], b"),
    ).toBeNull();
  });

  it("cannot reach out of a formula", async () => {
    const tex = "$\\href{javascript:alert(1)}{x} \\includegraphics{https://a.example/x.png}$";
    const { container } = render(<Markdown text={tex} />);

    await waitFor(() => expect(container.textContent).toContain("x"));
    expect(container.querySelector("a, img")).toBeNull();
  });

  it("cannot make more cells than it has letters", () => {
    const text = `${"|a".repeat(400)}\n${"|-".repeat(400)}\n${"|b\n".repeat(300)}`;
    const { container } = render(<Markdown text={text} />);

    expect(container.querySelectorAll("td, th").length).toBeLessThan(1_000);
  });

  it("is shown as it was written where it is too much to lay out, and says so", async () => {
    const { container } = render(<Markdown text={"[a](".repeat(30_000)} streaming />);

    const note = await screen.findByText(/as it was written/);
    expect(container.querySelectorAll("*").length).toBeLessThan(10);
    expect(container.textContent).toHaveLength(120_000 + note.textContent.length);
  });

  it.each([
    ["open pictures", "![".repeat(4_000)],
    ["closed emphasis", `${"*a ".repeat(500)}${"b* ".repeat(500)}`],
    ["backticks", Array.from({ length: 800 }, (_, i) => "`".repeat((i % 80) + 1)).join("a")],
    ["dollars", "$a ".repeat(5_000)],
    ["open formulas", "\\(a ".repeat(4_000)],
    ["quotes in quotes", ">".repeat(10_000)],
    ["lists in lists", "- ".repeat(10_000)],
    ["deep lists", Array.from({ length: 60 }, (_, i) => `${" ".repeat(i * 2)}- a`).join("\n")],
    ["a wide table", `${"|a".repeat(300)}\n${"|-".repeat(300)}\n${"|b\n".repeat(20)}`],
    ["one line", "word ".repeat(5_000)],
    [
      "many names",
      Array.from({ length: 200 }, (_, i) => `[a${i}]: https://a.example`).join("\n\n"),
    ],
    ["lone surrogates", "\ud800 \udfff ".repeat(2_000)],
    ["nulls", "\0a".repeat(5_000)],
    ["open waves", "~".repeat(120_000)],
    ["blank lines", `\`\`\`\n${"\n".repeat(120_000)}x`],
    ["one long name", `[a]: x "${"t ".repeat(8_000)}"\n\n${"[a]\n\n".repeat(500)}`],
  ])("does not hold up the page: %s", (_, text) => {
    const start = performance.now();

    render(<Markdown text={text} streaming />);

    expect(performance.now() - start).toBeLessThan(8_000);
  });
});
