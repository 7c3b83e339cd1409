// Kept from the global scope: a page that replaces this one runs the same script again.
(() => {
  const { url, token, header } = document.currentScript.dataset;
  const alert = document.getElementById("send-error");

  function fail(text) {
    document.querySelector("dialog[open]")?.close();
    alert.textContent = text;
    alert.hidden = false;
    alert.scrollIntoView({ block: "center" });
  }

  function show(page) {
    document.open("text/html");
    document.write(page);
    document.close();
    scrollTo(0, 0);
  }

  async function send(button, method, body, type) {
    const headers = { Accept: "text/html; q=1.0, */*", [header]: token };
    if (type) headers["Content-Type"] = type;
    button.disabled = true;
    try {
      const answer = await fetch(url, { method, headers, body, credentials: "same-origin" });
      const kind = answer.headers.get("Content-Type") ?? "";
      if (kind.toLowerCase().startsWith("text/html")) show(await answer.text());
      else if (answer.ok) location.assign(url);
      else fail(`HTTP ${answer.status} ${answer.statusText}`);
    } catch (error) {
      fail(`The request was not answered (${error.message}).`);
    } finally {
      button.disabled = false;
    }
  }

  // A multipart body needs the boundary that its first line names, and the line ends that a textarea takes away.
  function raw(form) {
    let type = form.querySelector("[data-media-type]").value;
    let body = form.querySelector("[data-content]").value;
    const boundary = type === "multipart/form-data" && /^--(\S{1,70})\s*$/m.exec(body)?.[1];
    if (boundary) {
      type += `; boundary="${boundary}"`;
      body = body.replace(/\r?\n/g, "\r\n");
    }
    return [body, type];
  }

  // A form with files has a body of its own, whose type the browser says.
  const contents = (form) => (form.enctype === "multipart/form-data" ? [new FormData(form)] : raw(form));

  for (const form of document.querySelectorAll("form[data-method]"))
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter ?? form.querySelector("[type=submit]");
      send(button, button.value || form.dataset.method, ...contents(form));
    });

  for (const button of document.querySelectorAll("[data-send]"))
    button.addEventListener("click", () => send(button, button.dataset.send));

  for (const button of document.querySelectorAll("[data-opens]"))
    button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());

  // A menu closes when another thing is clicked, and on Escape.
  const close = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", (event) => close(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
    if (menu) menu.querySelector("summary").focus();
    if (event.key === "Escape") close();
  });
})();
