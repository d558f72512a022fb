// The client of the simulated consoles: routes behind the '#', views from the server, pieces that may come late.
"use strict";
const { base, home, late, notice } = document.body.dataset;
const main = document.getElementById("main");
let turn = 0; // navigations: the newest one wins
let opening = 0; // drop-downs: likewise

const pause = () => new Promise((done) => setTimeout(done, Math.random() * Number(late)));
const routeNow = () => decodeURI(location.hash.slice(1)) || home;
const address = (kind, route) => `${base}/${kind}/${route.replace(/^\//, "")}`;
const made = (html) => document.createRange().createContextualFragment(html);

async function ask(kind, route, body) {
  const more = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(address(kind, route), more || {});
  if (answer.status === 401) {
    location.assign((await answer.json()).signIn);
    return new Promise(() => {});
  }
  return answer;
}

async function show(route, html, message) {
  const mine = ++turn;
  await pause(); // until then the old view stays, as it does in clients of this kind
  if (mine !== turn) return;
  main.setAttribute("aria-busy", "true");
  main.replaceChildren(made("<p>Loading…</p>"));
  closeList();
  document.querySelectorAll(".overlay").forEach((one) => one.remove());
  const content = made(html ?? (await (await ask("view", route)).text()));
  await pause();
  if (mine !== turn) return;
  if (message) content.querySelector("h1").after(said("status", message));
  await arrive(main, content, () => mine === turn);
}

// Put content in place piece by piece, in random order; the place is busy until all are there.
async function arrive(place, content, wanted = () => true) {
  place.setAttribute("aria-busy", "true");
  const waiting = Number(late) ? [...content.querySelectorAll("[data-piece]")] : [];
  const pieces = waiting.map((piece) => {
    const mark = document.createComment("");
    piece.replaceWith(mark);
    return { piece, mark };
  });
  if (wanted()) place.replaceChildren(content);
  await Promise.all(pieces.map(async ({ piece, mark }) => {
    await pause();
    if (mark.isConnected) mark.replaceWith(piece);
  }));
  if (wanted()) place.removeAttribute("aria-busy");
}

function said(role, text) {
  const line = made(`<p role="${role}" class="${role}"></p>`).firstChild;
  line.textContent = (role === "status" ? "✓ " : "") + text;
  return line;
}

function tell(view, role, text) {
  view.querySelectorAll(":scope > .status, :scope > .alert").forEach((one) => one.remove());
  view.querySelector("h1").after(said(role, text));
}

function go(route, html, message) {
  if (routeNow() === route) return show(route, html, message);
  history.pushState(null, "", `#${route}`);
  return show(route, html, message);
}

function gathered(view) {
  const levels = {};
  for (const box of view.querySelectorAll("[data-verb][data-changed]")) {
    (levels[box.closest("tr").dataset.function] ??= {})[box.dataset.verb] = box.dataset.value;
  }
  const fields = {};
  for (const line of view.querySelectorAll("input[name]")) {
    fields[line.name] = line.type === "checkbox" ? line.checked : line.value;
  }
  for (const one of view.querySelectorAll("[data-switch]")) {
    fields[one.dataset.switch] = one.getAttribute("aria-checked") === "true";
  }
  return { levels, fields };
}

async function save(view, { below = "", close = false } = {}) {
  view.querySelectorAll("[role=status], [role=alert]").forEach((one) => one.remove());
  main.setAttribute("aria-busy", "true");
  const answer = await (await ask("do", view.dataset.save + below, gathered(view))).json();
  if (notice) document.body.append(said("alert", notice));
  await pause();
  main.removeAttribute("aria-busy");
  if (answer.refused) return tell(view, "alert", answer.refused);
  if (close) return go(view.dataset.close);
  if (answer.goto) return go(answer.goto, answer.html, answer.message);
  view.querySelectorAll("[data-changed]").forEach((box) => delete box.dataset.changed);
  return tell(view, "status", answer.message);
}

function overlay(content) {
  const veil = made('<div class="overlay"></div>').firstChild;
  document.body.append(veil);
  return arrive(veil, content).then(() => veil);
}

async function confirm(button) {
  const veil = await overlay(made(
    '<div role="dialog" aria-modal="true"><h2></h2><div class="toolbar"><button type="button" data-act="yes"></button>' +
    '<button type="button" data-act="cancel"></button></div></div>',
  ));
  const [yes, no] = veil.querySelectorAll("button");
  [veil.querySelector("h2").textContent, yes.textContent, no.textContent] =
    [button.dataset.ask, button.dataset.yes, button.dataset.no];
  veil.firstChild.setAttribute("aria-label", button.dataset.ask);
  yes.addEventListener("click", () => { veil.remove(); save(button.closest(".view"), { below: "/delete" }); });
}

async function customize(opener) {
  if (!opener.dataset.source) return window.alert("This list is not simulated.");
  await pause();
  return overlay(made(await (await ask("view", opener.dataset.source)).text()));
}

const list = (dialogue, which) => dialogue.querySelector(`[data-list=${which}]`);

function move(dialogue, from, to, all) {
  const moved = [...list(dialogue, from).children].filter((one) => all || one.ariaSelected === "true");
  moved.forEach((one) => { one.ariaSelected = "false"; });
  const rows = [...list(dialogue, to).children, ...moved];
  rows.sort((a, b) => a.textContent.toLowerCase().localeCompare(b.textContent.toLowerCase()));
  list(dialogue, to).replaceChildren(...rows);
}

async function saveList(dialogue) {
  const allow = [...list(dialogue, "allowed").children].map((one) => one.textContent);
  const answer = await (await ask("do", dialogue.dataset.save, { allow })).json();
  await pause();
  if (!answer.refused) return dialogue.parentElement.remove();
  const trouble = dialogue.querySelector(".trouble");
  trouble.hidden = false;
  trouble.firstChild.textContent = answer.refused;
  return undefined;
}

function closeList() {
  opening += 1;
  document.querySelectorAll("body > [role=listbox]").forEach((one) => one.remove());
  document.querySelectorAll("[role=combobox][aria-expanded=true]").forEach((one) => { one.ariaExpanded = "false"; });
}

async function openList(box) {
  const wasOpen = box.ariaExpanded === "true";
  closeList();
  if (wasOpen) return;
  const mine = opening;
  await pause();
  if (mine !== opening || !box.isConnected) return;
  box.ariaExpanded = "true";
  const choices = made('<ul role="listbox" class="choices"></ul>').firstChild;
  choices.setAttribute("aria-label", box.getAttribute("aria-label"));
  const shown = box.dataset.shown.split("|");
  box.dataset.choices.split("|").forEach((value, place) => {
    const option = made('<li role="option" tabindex="0"></li>').firstChild;
    option.textContent = shown[place];
    option.ariaSelected = String(value === box.dataset.value);
    option.addEventListener("click", () => {
      if (value !== box.dataset.value) Object.assign(box.dataset, { value, changed: "yes" });
      box.textContent = shown[place];
      closeList();
      box.focus();
    });
    choices.append(option);
  });
  const { left, bottom, width } = box.getBoundingClientRect();
  Object.assign(choices.style, { left: `${left + scrollX}px`, top: `${bottom + scrollY}px`, minWidth: `${width}px` });
  document.body.append(choices);
}

async function unfold(opener) {
  const body = opener.nextElementSibling;
  const open = opener.ariaExpanded !== "true";
  opener.ariaExpanded = String(open);
  body.hidden = !open;
  if (!open || !body.dataset.source) return;
  const { source } = body.dataset;
  delete body.dataset.source;
  body.setAttribute("aria-busy", "true");
  body.replaceChildren(made("<p>Loading…</p>"));
  const content = made(await (await ask("view", source)).text());
  await pause();
  await arrive(body, content);
}

const ACTS = {
  save: (one) => save(one.closest(".view")),
  "save-close": (one) => save(one.closest(".view"), { close: true }),
  delete: confirm,
  customize,
  cancel: (one) => one.closest(".overlay").remove(),
  deny: (one) => move(one.closest("[role=dialog]"), "allowed", "denied"),
  allow: (one) => move(one.closest("[role=dialog]"), "denied", "allowed"),
  "deny-all": (one) => move(one.closest("[role=dialog]"), "allowed", "denied", true),
  "allow-all": (one) => move(one.closest("[role=dialog]"), "denied", "allowed", true),
  "save-list": (one) => saveList(one.closest("[role=dialog]")),
};

document.addEventListener("click", (event) => {
  const one = event.target.closest("[data-act], [role=combobox], [role=option], [role=switch], .menu, .module, a[href]");
  if (!one || one.getAttribute("role") !== "option") {
    if (!one || one.getAttribute("role") !== "combobox") closeList();
  }
  if (!one) return;
  const act = ACTS[one.dataset.act];
  if (act) {
    event.preventDefault();
    act(one);
  } else if (one.matches("[role=combobox]")) openList(one);
  else if (one.matches("[data-list] [role=option]")) one.ariaSelected = String(one.ariaSelected !== "true");
  else if (one.matches("[role=switch]")) {
    const on = one.ariaChecked !== "true";
    one.ariaChecked = String(on);
    main.querySelectorAll(`[data-shown-with=${one.dataset.switch}]`).forEach((part) => { part.hidden = !on; });
  } else if (one.matches(".menu, .module")) unfold(one);
  else if (one.matches('a[href^="#"]')) {
    event.preventDefault();
    go(decodeURI(one.getAttribute("href").slice(1)));
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("select[data-verb]")) Object.assign(target.dataset, { value: target.value, changed: "yes" });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeList();
  if (event.key === "Enter" && event.target.matches("body > [role=listbox] > [role=option]")) event.target.click();
});
addEventListener("hashchange", () => show(routeNow()));
addEventListener("popstate", () => show(routeNow()));
show(routeNow());
