// The page: which phones are on it, and which one is in hand. Each browser keeps its own list of phones.

import { addPhone, Refusal } from "./api.js";
import { ExchangeStrip } from "./exchanges.js";
import { PhoneView } from "./phone.js";

const KEPT = "simulator-phones";
const MAX_PHONES = 6;

const row = document.querySelector(".phones");
const strip = new ExchangeStrip(document.querySelector(".exchanges"));
const addButton = document.querySelector(".add-phone");
const views = [];

function keep() {
  localStorage.setItem(KEPT, JSON.stringify(views.map((view) => view.openid)));
}

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function takeInHand(view) {
  if (view.root.classList.contains("in-hand")) {
    return;
  }
  for (const other of views) {
    other.root.classList.toggle("in-hand", other === view);
  }
  // On a narrow screen only the phone in hand is drawn, and only what is drawn can be scrolled.
  view.scrollDown();
  strip.show(view.openid, view.name);
}

function place(view) {
  views.push(view);
  row.append(view.root);
  view.root.addEventListener("pointerdown", () => takeInHand(view));
  view.root.addEventListener("focusin", () => takeInHand(view));
  addButton.hidden = views.length >= MAX_PHONES;
}

const desk = {
  others: (view) => views.filter((other) => other !== view),
  takeInHand,
  pushed: (view) => strip.refresh(view.openid),
  showExchanges: () => strip.open(),
  add: async () => {
    const view = new PhoneView((await addPhone()).openid, desk);
    await view.start();
    place(view);
    keep();
    takeInHand(view);
    view.root.scrollIntoView({ behavior: "smooth", inline: "end", block: "nearest" });
    return view;
  },
  remove: async (view) => {
    views.splice(views.indexOf(view), 1);
    view.root.remove();
    addButton.hidden = false;
    keep();
    if (views.length === 0) {
      await desk.add();
    }
    takeInHand(views[0]);
  },
};

async function start() {
  const query = new URLSearchParams(location.search);
  const wanted = query.has("phone") ? [query.get("phone")] : kept();
  for (const openid of wanted.slice(0, MAX_PHONES)) {
    const view = new PhoneView(openid, desk);
    try {
      await view.start();
    } catch (refusal) {
      if (refusal instanceof Refusal && refusal.status === 404) {
        continue;
      }
      throw refusal;
    }
    place(view);
  }
  const first = views[0] ?? (await desk.add());
  takeInHand(first);
  if (query.has("scan")) {
    const scene = query.get("scan");
    history.replaceState(null, "", location.pathname);
    await first.scan(scene, scene);
  }
}

addButton.addEventListener("click", () => desk.add());
start();
