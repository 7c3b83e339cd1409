// The tutorial as a person walks it, in a browser: refusal, login, one's own projects, logout.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, afterEach, before, test } from "node:test";
import { chromium } from "playwright-core";

const tracker = resolve(process.env.TRACKER ?? "../../target/debug/tracker");
let folder, server, browser, origin, password;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tracker-"));
  server = spawn(tracker, ["127.0.0.1:0"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: server.stdout })) {
    password ??= line.match(/shown this once: (\S+)/)?.[1];
    origin ??= line.match(/^Serving (http:\/\/[^/]+)/)?.[1];
    if (origin) break;
  }
  assert.ok(password, "the first start prints a password");
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(async () => {
  await browser?.close();
  server?.kill();
  await rm(folder, { recursive: true, force: true });
});

// What the pages' policy kept from running or loading, as the browser told.
const violations = [];

afterEach(() => assert.deepEqual(violations.splice(0), []));

async function page(options) {
  const context = await browser.newContext({ baseURL: origin, ...options });
  const opened = await context.newPage();
  opened.on("pageerror", (error) => assert.fail(`the page's script failed: ${error}`));
  opened.on("console", (message) => /content.security.policy/i.test(message.text()) && violations.push(message.text()));
  return opened;
}

async function logIn(opened, username, word = password) {
  await opened.getByLabel("Username").fill(username);
  await opened.getByLabel("Password").fill(word);
  await opened.getByRole("button", { name: "Log in" }).click();
}

test("a stranger is refused, logs in and comes back to where they were", async () => {
  const opened = await page();
  const refused = await opened.goto("/api/projects/");
  assert.equal(refused.status(), 403);
  assert.match(await opened.textContent("body"), /Authentication credentials were not provided\./);
  await opened.getByRole("link", { name: "Log in" }).click();
  assert.equal(new URL(opened.url()).pathname, "/api-auth/login/");

  await logIn(opened, "alice", "wrong");
  assert.match(await opened.textContent("body"), /Please enter a correct username and password\./);

  await logIn(opened, "alice");
  assert.equal(opened.url(), `${origin}/api/projects/`);
  const text = await opened.textContent("body");
  assert.match(text, /Learn the guitar/);
  assert.match(text, /HTTP 200 OK/);
  assert.match(text, /alice/);
});

test("what a project is called stays text", async () => {
  const opened = await page();
  await opened.goto("/api-auth/login/?next=/api/projects/");
  await logIn(opened, "alice");
  const name = "<img src=x onerror=document.title='broken'>";
  const made = await opened.evaluate(async (name) => {
    const token = document.cookie.match(/csrftoken=(\w+)/)[1];
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    return (await fetch("/api/projects/", { method: "POST", headers, body: JSON.stringify({ name }) })).status;
  }, name);
  assert.equal(made, 201);
  await opened.reload();
  assert.match(await opened.textContent("body"), /<img src=x onerror/);
  assert.equal(await opened.locator("img[src=x]").count(), 0);
  assert.notEqual(await opened.title(), "broken");
});

test("what a stranger puts into a page does not run", async () => {
  const opened = await page();
  for (const path of ["/api-auth/login/", "/api/projects/", "/nowhere/"]) {
    await opened.goto(path);
    await opened.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'broken'";
      const image = document.createElement("img");
      image.setAttribute("onerror", "document.title = 'broken'");
      document.body.append(script, image);
      image.dispatchEvent(new Event("error"));
      document.body.insertAdjacentHTML("beforeend", "<b style='display: none'>styled</b>");
    });
    assert.notEqual(await opened.title(), "broken", path);
    assert.ok(await opened.getByText("styled").isVisible(), path);
    assert.ok(violations.splice(0).length >= 3, path);
  }
});

test("a project is made in the form for raw data, and a refusal is shown in its place", async () => {
  const opened = await page();
  await opened.goto("/api-auth/login/?next=/api/projects/");
  await logIn(opened, "alice");
  for (const [json, status] of [['{"name": ""}', /HTTP 400 Bad Request/], ['{"name": "Strings"}', /HTTP 201 Created/]]) {
    await opened.getByLabel("Content").fill(json);
    await opened.getByRole("button", { name: "POST", exact: true }).click();
    await opened.getByText(status).waitFor();
  }
  await opened.getByRole("button", { name: "OPTIONS", exact: true }).click();
  await opened.getByText("HTTP 200 OK").waitFor();
});

test("what was typed is still there when it is refused", async () => {
  const opened = await page();
  await opened.goto("/api-auth/login/?next=/api/projects/");
  await logIn(opened, "alice");
  for (const json of ['{"name":   ""}', '{"name": "never closed']) {
    await opened.getByLabel("Content").fill(json);
    await opened.getByRole("button", { name: "POST", exact: true }).click();
    await opened.getByText(/HTTP 400 Bad Request/).waitFor();
    assert.equal(await opened.getByLabel("Content").inputValue(), json);
  }
});

test("a login without a destination leads to the API, and an id to its object", async () => {
  const opened = await page();
  await opened.goto("/api-auth/login/");
  await logIn(opened, "alice");
  assert.equal(new URL(opened.url()).pathname, "/api/");
  await opened.goto("/api/tasks/");
  await opened.locator("pre a[href$='/api/tasks/1/']").first().click();
  assert.equal(new URL(opened.url()).pathname, "/api/tasks/1/");
});

test("no page is wider than a phone", async () => {
  const opened = await page({ viewport: { width: 360, height: 740 } });
  await opened.goto("/api-auth/login/?next=/api/projects/");
  await logIn(opened, "alice");
  await opened.getByLabel("Content").fill(JSON.stringify({ name: "long", description: "x".repeat(500) }));
  await opened.getByRole("button", { name: "POST", exact: true }).click();
  await opened.getByText(/HTTP 201 Created/).waitFor();
  for (const path of ["/", "/api/", "/api/projects/", "/api/projects/1/", `/nowhere/${"x".repeat(300)}/`, "/api-auth/login/"]) {
    await opened.goto(path);
    assert.equal(await opened.evaluate(() => document.scrollingElement.scrollWidth), 360, path);
  }
});

test("a project is deleted after a question", async () => {
  const opened = await page();
  await opened.goto("/api-auth/login/?next=/api/projects/");
  await logIn(opened, "bob");
  const [project] = JSON.parse(await opened.evaluate(async () => (await fetch("/api/projects/?format=json")).text()));
  await opened.goto(`/api/projects/${project.id}/`);
  await opened.getByRole("button", { name: "DELETE", exact: true }).first().click();
  assert.match(await opened.textContent("dialog"), /Are you sure/);
  await opened.locator("dialog").getByRole("button", { name: /^delete$/i }).click();
  await opened.getByText("HTTP 204 No Content").waitFor();
  const gone = await opened.goto(`/api/projects/${project.id}/`);
  assert.equal(gone.status(), 404);
});

test("a logout ends the session", async () => {
  const opened = await page();
  await opened.goto("/api-auth/login/?next=/api/projects/");
  await logIn(opened, "alice");
  await opened.getByText("alice", { exact: true }).click();
  await opened.getByRole("button", { name: "Log out" }).click();
  await opened.getByText("Authentication credentials were not provided.").waitFor();
  assert.equal(opened.url(), `${origin}/api/projects/`);
  assert.deepEqual((await opened.context().cookies()).filter((cookie) => cookie.name === "sessionid"), []);
});

test("login and logout work without scripts", async () => {
  const opened = await page({ javaScriptEnabled: false });
  await opened.goto("/api-auth/login/?next=/api/tasks/");
  await logIn(opened, "bob");
  assert.equal(opened.url(), `${origin}/api/tasks/`);
  assert.match(await opened.content(), /Buy strings/);
});
