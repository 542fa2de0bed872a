/** Choosing the model that answers next. */
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { fakeServer, page } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { aModel } from "./a-model";
import { ModelPicker } from "./ModelPicker";

const onChange = vi.fn<(modelId: string) => void>();
const onManage = vi.fn<() => void>();

function Picker() {
  const [open, setOpen] = useState(false);
  const [value, setValue] = useState("local/small");
  const change = (modelId: string) => {
    onChange(modelId);
    setValue(modelId);
  };
  return (
    <ModelPicker
      value={value}
      onChange={change}
      open={open}
      onOpenChange={setOpen}
      onManage={onManage}
    />
  );
}

beforeEach(() => {
  onChange.mockReset();
  const away = { kind: "openai-compatible", connection_id: "c2", connection_name: "Provider" };
  fakeServer({
    "GET /api/models": page(
      [
        {
          ...aModel({ id: "p/big", name: "Big", capabilities: ["images"] }),
          ...away,
          where: "elsewhere",
        },
        aModel({ id: "local/small", name: "Small", loaded: true }),
        aModel({ id: "local/other", name: "Other" }),
      ],
      {
        problems: [
          {
            connection_id: "c3",
            connection_name: "rack",
            code: "provider-unreachable",
            message: "refused",
            retryable: true,
          },
        ],
      },
    ),
    "GET /api/models?refresh=true": page([aModel({ id: "local/small", name: "Small" })], {
      problems: [],
    }),
  });
});

async function open() {
  renderPage(<Picker />);
  await userEvent.click(await screen.findByRole("button", { name: "Model: Small" }));
  const field = await screen.findByRole("combobox", { name: "Find a model" });
  // It gets the focus a moment after it is there; a key that is pressed before that goes to the button.
  await waitFor(() => expect(document.activeElement).toBe(field));
  return field;
}

it("groups models by where they run, this machine first, and says what they can", async () => {
  await open();

  const groups = screen.getAllByRole("group").map((group) => group.getAttribute("aria-label"));
  expect(groups).toEqual(["This machine", "Provider. What you write leaves this machine"]);
  expect(screen.getByText("What you write leaves this machine")).toBeTruthy();
  expect(screen.getByRole("option", { name: /Big/ }).textContent).toContain("Text, images");
  expect(screen.getByRole("option", { name: /Small/ }).textContent).toContain("Loaded");
});

it("says of Starter what it is", async () => {
  fakeServer({
    "GET /api/models": page([aModel({ id: "starter", name: "Starter", starter: true })], {
      problems: [],
    }),
  });
  renderPage(<Picker />);
  await userEvent.click(await screen.findByRole("button", { name: /Model|Choose/ }));

  const option = await screen.findByRole("option", { name: /Starter/ });
  expect(option.textContent).toContain("Knows Arcano, little else; pick a real model when you can");
});

it("finds a model by any of its words and is chosen by keyboard", async () => {
  const field = await open();

  await userEvent.type(field, "provider image");
  expect(screen.getAllByRole("option")).toHaveLength(1);
  await userEvent.keyboard("{Enter}");

  expect(onChange).toHaveBeenCalledWith("p/big");
  expect(await screen.findByRole("button", { name: "Model: Big" })).toBeTruthy();
});

it("does not take the Enter that ended a word for a choice", async () => {
  const field = await open();

  fireEvent.keyDown(field, { key: "Enter", isComposing: true });
  fireEvent.keyDown(field, { key: "Enter", keyCode: 229 });

  expect(onChange).not.toHaveBeenCalled();
});

it("moves with the arrows, from the one that is chosen, and round at the end", async () => {
  await open();

  await userEvent.keyboard("{ArrowUp}{Enter}");

  expect(onChange).toHaveBeenCalledWith("p/big");
});

it("says which connections could not be asked, and asks them again", async () => {
  await open();

  const problem = screen.getByText("rack").closest("li");
  expect(problem && within(problem).getByText("Not reached")).toBeTruthy();
  expect(screen.getByText("Check the address, and that the server there is running.")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));

  await eventually(() => expect(screen.queryByText("Not reached")).toBeNull());
});

it("says so when nothing has that name, and leads to the page of models", async () => {
  const field = await open();

  await userEvent.type(field, "nonsense");
  expect(screen.getByText("No model of that name.")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Models and connections" }));

  expect(onManage).toHaveBeenCalledOnce();
});

it("begins with the routes, says what is behind each, and finds one by a model of it", async () => {
  fakeServer({
    "GET /api/models": page(
      [
        aModel({ id: "local/small", name: "Small" }),
        aModel({
          id: "smart",
          name: "smart",
          kind: "route",
          connection_name: "",
          where: "elsewhere",
          capabilities: ["chat", "tools"],
          size_bytes: null,
          targets: ["llama-70b", "gpt-large"],
        }),
      ],
      { problems: [] },
    ),
  });
  renderPage(<Picker />);
  await userEvent.click(await screen.findByRole("button", { name: "Model: Small" }));

  const [routes] = await screen.findAllByRole("group");
  expect(routes?.getAttribute("aria-label")).toBe("Routes");
  expect(routes?.textContent).toContain("llama-70b or gpt-large · may leave this machine");

  await userEvent.type(screen.getByRole("combobox"), "gpt-large{Enter}");
  expect(onChange).toHaveBeenCalledWith("smart");
});

describe("of 500 models", () => {
  beforeEach(() => {
    const many = Array.from({ length: 500 }, (_, place) =>
      aModel({ id: `m${place}`, name: `Model number ${place}` }),
    );
    fakeServer({
      "GET /api/models": page([...many, aModel({ id: "local/small", name: "Small" })], {
        problems: [],
      }),
    });
  });

  it("shows as many as one can look through, the chosen one among them, and says how many are left", async () => {
    renderPage(<Picker />);
    await userEvent.click(await screen.findByRole("button", { name: "Model: Small" }));

    expect(await screen.findAllByRole("option")).toHaveLength(101);
    expect(screen.getByRole("option", { name: /^Small/ })).toBeTruthy();
    expect(screen.getByText("400 more. Type to find them.")).toBeTruthy();
  });

  it("finds any of them, and leaps to the end", async () => {
    renderPage(<Picker />);
    await userEvent.click(await screen.findByRole("button", { name: "Model: Small" }));

    await userEvent.type(await screen.findByRole("combobox"), "number 48");
    expect(screen.getAllByRole("option")).toHaveLength(15);
    expect(screen.queryByText(/more. Type/)).toBeNull();
    await userEvent.keyboard("{PageDown}{PageDown}{PageDown}{Enter}");

    expect(onChange).toHaveBeenCalledWith("m489");
  });
});

it("says what a model costs where it is known, and which one is nobody else's", async () => {
  const price = {
    currency: "USD",
    input_micros: 150_000,
    output_micros: 600_000,
    hour_micros: null,
  };
  fakeServer({
    "GET /api/models": page(
      [
        aModel({ id: "own/c1/gpt", name: "Gpt", own: true, price, where: "elsewhere" }),
        aModel({ id: "local/small", name: "Small" }),
      ],
      { problems: [] },
    ),
  });
  renderPage(<Picker />);
  await userEvent.click(screen.getByRole("button", { name: /^Model/ }));

  const paid = await screen.findByRole("option", { name: /^Gpt/ });
  expect(paid.textContent).toContain("$0.15 / $0.60 for a million tokens read, and written");
  expect(paid.textContent).toContain("only for me");
  expect(screen.getByRole("option", { name: /^Small/ }).textContent).not.toContain("$");
});
