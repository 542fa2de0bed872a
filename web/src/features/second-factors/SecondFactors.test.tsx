/** Second factors on the profile: set up, kept, taken away, and proved before. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Factors } from "../../shared/api/types";
import { type Answers, fakeServer, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { SecondFactors } from "./SecondFactors";

const path = "/api/me/second-factors";
const none: Factors = { has_codes: false, passkeys: [], recovery_codes_left: 0 };
const codesOn: Factors = { has_codes: true, passkeys: [], recovery_codes_left: 9 };

function show(factors: Factors, more: Answers = {}) {
  const server = fakeServer({ [`GET ${path}`]: { body: factors }, ...more });
  renderPage(<SecondFactors />);
  return server;
}

const press = (name: string) =>
  screen.findByRole("button", { name }).then((button) => userEvent.click(button));

it("sets codes up with a first code, and shows the recovery codes once", async () => {
  const server = show(none, {
    [`POST ${path}/codes`]: {
      status: 201,
      body: { secret: "ABCD", uri: "otpauth://x", picture: "data:image/svg+xml,x" },
    },
    [`POST ${path}/codes/confirm`]: { body: { recovery_codes: ["aaaa-bbbb", "cccc-dddd"] } },
  });

  await press("Set up codes");
  expect(await screen.findByText("ABCD")).toBeTruthy();
  expect(screen.getByRole("img", { name: "The secret as a QR code" })).toBeTruthy();
  await userEvent.type(screen.getByLabelText("Code"), "123456");
  server.answer({ [`GET ${path}`]: { body: codesOn } });
  await press("Turn on");

  const kept = await screen.findByRole("dialog", { name: "Keep these codes" });
  expect(
    within(kept)
      .getAllByRole("listitem")
      .map((item) => item.textContent),
  ).toEqual(["aaaa-bbbb", "cccc-dddd"]);
  expect(server.sentTo(`POST ${path}/codes/confirm`)).toEqual([{ code: "123456" }]);
  await press("Done");
  expect(await screen.findByText("9 are left. Each opens once.")).toBeTruthy();
});

it("keeps the dialog when the code is wrong, and says so", async () => {
  show(none, {
    [`POST ${path}/codes`]: { status: 201, body: { secret: "ABCD", uri: "x", picture: "data:x" } },
    [`POST ${path}/codes/confirm`]: problem(401, "wrong-code"),
  });

  await press("Set up codes");
  await userEvent.type(await screen.findByLabelText("Code"), "000000");
  await press("Turn on");

  expect(await screen.findByText(/not right, or it was used already/)).toBeTruthy();
});

it("asks who it is before it takes a factor away, and then does it", async () => {
  let isProved = false;
  const server = show(codesOn, {
    [`DELETE ${path}/codes`]: () => (isProved ? { status: 204 } : problem(403, "proof-needed")),
    "POST /api/me/proof/begin": { body: { methods: ["code"], token: "t", options: null } },
    "POST /api/me/proof": () => {
      isProved = true;
      return { status: 204 };
    },
  });

  await press("Turn off");
  const asked = await screen.findByRole("dialog", { name: "Is it you?" });
  await userEvent.type(await within(asked).findByLabelText("Code, or recovery code"), "123456");
  await press("Go on");

  await expect.poll(() => server.sentTo(`DELETE ${path}/codes`).length).toBe(2);
  expect(server.sentTo("POST /api/me/proof")).toEqual([{ token: "t", code: "123456" }]);
});

it("changes nothing when the proof is not given", async () => {
  const server = show(codesOn, {
    [`DELETE ${path}/codes`]: problem(403, "proof-needed"),
    "POST /api/me/proof/begin": { body: { methods: [], token: null, options: null } },
  });

  await press("Turn off");
  const asked = await screen.findByRole("dialog", { name: "Is it you?" });
  expect(await within(asked).findByLabelText("Password")).toBeTruthy();
  await press("Cancel");

  expect(screen.queryByRole("dialog")).toBeNull();
  expect(server.sentTo(`DELETE ${path}/codes`)).toHaveLength(1);
});

it("removes a passkey by its name", async () => {
  const passkey = { id: "p1", name: "Key ring", host: "localhost", made_at: "", used_at: null };
  const server = show(
    { has_codes: false, passkeys: [passkey], recovery_codes_left: 10 },
    { [`DELETE ${path}/passkeys/p1`]: { status: 204 } },
  );

  await press("Remove Key ring");

  await expect.poll(() => server.sentTo(`DELETE ${path}/passkeys/p1`).length).toBe(1);
});

it("says where the browser has no passkeys", async () => {
  show(none);

  expect(await screen.findByText(/only over HTTPS/)).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Add a passkey" }).disabled).toBe(
    true,
  );
});
